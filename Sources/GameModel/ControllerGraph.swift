extension ControllerMemory {
    /// A memory given as an explicit graph: a belief policy's, or any that observations alone do not describe.
    ///
    /// Every node belongs to one turn and is a class of its own; the node of the next turn is next(n, o). Passes,
    /// simulation and files take it like any other memory.
    ///
    /// - Parameters:
    ///   - layers: how many nodes each turn has, from turn 1; nodes are numbered turn by turn.
    ///   - initial: per opening cue, a node of turn 1.
    ///   - successors: [nodes, later observations] a node of the next turn; nothing is read of the last turn's nodes,
    ///     whose rows may be left out. Observations that cannot occur need a node all the same.
    /// - Throws: ``GameError`` saying which node or count does not fit.
    /// - Complexity: O(nodes · |O|).
    public init(layers: [Int], initial: [Int], successors: [Int], game: Game) throws(GameError) {
        try self.init(
            layers: layers, initial: initial.map { NodeDistribution($0) }, successors: successors, game: game)
    }

    /// The same with a first node that is drawn: a mixture of policies, of which one is followed to the end.
    ///
    /// - Parameter initial: per opening cue, nodes of turn 1 with their probabilities.
    public init(
        layers: [Int], initial: [NodeDistribution], successors: [Int], game: Game
    ) throws(GameError) {
        guard layers.count == game.horizon, layers.allSatisfy({ $0 > 0 }) else {
            throw GameError("graph", "has nodes in \(layers.count) turns; it must have some in each of \(game.horizon)")
        }
        let count = layers.reduce(0) { sum, layer in sum.addingReportingOverflow(layer).partialValue }
        let width = game.observations.count
        let widest = max(game.responses.count, width)
        guard count > 0, count <= GameLimits.tableEntries / widest else {
            throw GameError(
                "graph", "has \(count) nodes; this game allows at most \(GameLimits.tableEntries / widest)")
        }
        var ranges: [Range<Int>] = []
        for layer in layers {
            let first = ranges.last?.upperBound ?? 0
            ranges.append(first..<first + layer)
        }
        let first = ranges[0]
        guard initial.count == game.cues.count,
            initial.allSatisfy({ start in start.entries.allSatisfy { first.contains($0.node) } })
        else {
            throw GameError(
                "graph", "must start each of \(game.cues.count) cues at one of its \(layers[0]) first nodes")
        }
        let later = game.observations.later
        let inner = count - layers[layers.count - 1]
        guard successors.count == inner * later.count || successors.count == count * later.count else {
            throw GameError(
                "graph", "has \(successors.count) successors; it must have \(later.count) for each of \(inner) nodes")
        }
        var table = [Int32](repeating: -1, count: count * width)
        for (turn, nodes) in ranges.dropLast().enumerated() {
            for node in nodes {
                for (index, observation) in later.enumerated() {
                    let next = successors[node * later.count + index]
                    guard ranges[turn + 1].contains(next) else {
                        throw GameError(
                            "graph", "leads from node \(node) to \(next); it must lead to a node of turn \(turn + 2)")
                    }
                    table[node * width + observation] = Int32(next)
                }
            }
        }
        self.init(graphOf: ranges, initial: initial, successors: table)
    }
}
