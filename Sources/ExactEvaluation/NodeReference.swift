package import GameModel

/// π_ref at the nodes of a memory.
package struct NodeReference: Sendable {
    /// [rows][|A|]
    private let strategies: [[Double]]
    /// Per node, its row; empty where there is one row.
    private let rows: [Int]

    /// The same strategy at every node.
    package init(_ strategy: [Double]) { (strategies, rows) = ([strategy], []) }

    /// - Throws: `GameError` where the memory does not know which row of a reference that drifts holds: two situations with different
    ///           rows lead to one node.
    /// - Complexity: O(T · nodes · |A| · |O|) where the reference drifts.
    package init(_ reference: Reference, memory: ControllerMemory, game: Game) throws(GameError) {
        guard !reference.isConstant else {
            self.init(reference.otherwise)
            return
        }
        guard let rows = memory.rows(of: reference, game: game) else {
            throw GameError(
                "objective.reference",
                "drifts by what the policy's memory (\(memory.kind)) does not know; with --controller last-turn the last "
                    + "observation and the turn are known; where rows name 'after', give no KL weight (kl_weight: 0)")
        }
        self.init(reference, rows: rows)
    }

    /// A memory that knows the rows, node by node.
    package init(_ reference: Reference, rows: [Int]) { (strategies, self.rows) = (reference.strategies, rows) }

    /// π_ref(· | n).
    @inline(__always)
    package func strategy(at node: Int) -> [Double] { strategies[rows.isEmpty ? 0 : rows[node]] }

    /// The row of a node.
    package func row(of node: Int) -> Int { rows.isEmpty ? 0 : rows[node] }
}

extension Evaluation {
    /// E[Σ_t γ^{t−1} KL(π(·|h_t) ‖ π_ref(·|h_t)) | θ] against a reference that drifts, by its own forward pass over (type, state, node, row):
    /// the policy need not know the row.
    ///
    /// - Complexity: that of an evaluation, times the rows.
    static func divergences(
        _ policy: Policy, from reference: Reference, reactions: ReactionTables, game: Game
    ) -> [Double] {
        struct Place: Hashable {
            let node: Int
            let row: Int
        }
        let (memory, strategies) = (policy.memory, reference.strategies)
        let empty = [Double](repeating: 0, count: game.hiddenCount)
        // In the order in which places are met, so that sums have one order.
        var (places, masses): ([Place], [Place: [Double]]) = ([], [:])
        func add(_ place: Place, _ hidden: Int, _ mass: Double) {
            if masses[place] == nil { places.append(place) }
            masses[place, default: empty][hidden] += mass
        }
        for cue in game.cues.indices {
            for entry in memory.initial[cue].entries {
                let place = Place(node: entry.node, row: reference.row(turn: 1, cue: cue, after: nil))
                for hidden in 0..<game.hiddenCount {
                    add(
                        place, hidden,
                        entry.probability * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue])
                }
            }
        }
        var divergences = [Double](repeating: 0, count: game.users.count)
        for turn in 1...game.horizon {
            let (here, now) = (places, masses)
            (places, masses) = ([], [:])
            for place in here {
                guard let mass = now[place] else { continue }
                let strategy = policy.strategy(at: place.node)
                let cost = Divergence.kullbackLeibler(strategy, strategies[place.row])
                for (hidden, share) in mass.enumerated() where share > 0 {
                    divergences[game.user(of: hidden)] += game.discounts[turn - 1] * share * cost
                }
                guard turn < game.horizon else { continue }
                for (response, given) in strategy.enumerated() where given > 0 {
                    for (hidden, share) in mass.enumerated() where share > 0 {
                        let row = reactions.row(
                            turn: turn, hidden: hidden, response: response, group: memory.classes[place.node])
                        for step in game.moves(from: hidden % game.states.count) {
                            for shown in game.shownReactions.indices {
                                let flow =
                                    share * given
                                    * reactions.advance[(row * 3 + step) * game.shownReactions.count + shown]
                                guard flow > 0 else { continue }
                                let target = hidden + step - 1
                                for cue in game.cues.indices {
                                    let observation = game.observations.index(shown: shown, cue: cue)
                                    let next = Place(
                                        node: memory.successor(
                                            of: place.node, after: response, observation: observation, game: game),
                                        row: reference.row(turn: turn + 1, cue: cue, after: response))
                                    add(next, target, flow * game.cue[target * game.cues.count + cue])
                                }
                            }
                        }
                    }
                }
            }
        }
        return divergences
    }
}
