package import GameModel

extension Policy {
    /// The policy over a memory that knows which row of a reference holds: itself where its memory does, or the reference has one row.
    /// Policies that were named by somebody are valued so, whatever they remember.
    ///
    /// - Throws: ``GameError`` if the finer memory has more nodes than a controller may have.
    /// - Complexity: that of ``ReferencePolicy``.
    package func knowing(_ reference: Reference, game: Game) throws(GameError) -> Policy {
        guard memory.rows(of: reference, game: game) == nil else { return self }
        return try ReferencePolicy(self, reference: reference, game: game).policy
    }
}

extension ControllerMemory {
    /// Per node, the row of a reference that holds there; nil where there are several.
    ///
    /// - Complexity: O(T · nodes · |A| · |O|) where the reference drifts.
    package func rows(of reference: Reference, game: Game) -> [Int]? {
        guard !reference.isConstant else { return [Int](repeating: 0, count: nodeCount) }
        var rows = [Int](repeating: -1, count: nodeCount)
        var isKnown = true
        func note(_ node: Int, _ row: Int) {
            if rows[node] >= 0, rows[node] != row { isKnown = false }
            rows[node] = row
        }
        var here: Set<Int> = []
        for cue in game.cues.indices {
            for entry in initial[cue].entries {
                note(entry.node, reference.row(turn: 1, cue: cue, after: nil))
                here.insert(entry.node)
            }
        }
        for turn in 2..<max(2, game.horizon + 1) where isKnown {
            var next: Set<Int> = []
            for node in here {
                for response in game.responses.indices {
                    for observation in game.observations.later {
                        let node = successor(of: node, after: response, observation: observation, game: game)
                        let cue = game.observations.cue(of: observation)
                        note(node, reference.row(turn: turn, cue: cue, after: response))
                        next.insert(node)
                    }
                }
            }
            here = next
        }
        // Nodes that nobody reaches have no row, and none is asked for.
        return isKnown ? rows.map { max(0, $0) } : nil
    }
}
