extension ControllerMemory {
    /// A memory given as an explicit graph: a belief policy's, or any that observations alone do not describe.
    ///
    /// Every node belongs to one turn and is a class of its own; the node of the next turn is next(n, o), or next(n, a, o) where
    /// the model's own response matters too: a policy that randomises learns from what it happened to say. Passes,
    /// simulation and files take it like any other memory.
    ///
    /// - Parameters:
    ///   - layers: how many nodes each turn has, from turn 1; nodes are numbered turn by turn.
    ///   - initial: per opening cue, a node of turn 1.
    ///   - successors: [nodes, later observations], or [nodes, |A|, later observations] if `followsResponses`, a node of the
    ///     next turn; nothing is read of the last turn's nodes, whose rows may be left out. Observations that cannot occur
    ///     need a node all the same.
    ///   - followsResponses: whether the next node depends on the response.
    /// - Throws: ``GameError`` saying which node or count does not fit.
    /// - Complexity: O(nodes · |O|), times |A| if `followsResponses`.
    public init(
        layers: [Int], initial: [Int], successors: [Int], followsResponses: Bool = false, game: Game
    ) throws(GameError) {
        let branches = followsResponses ? game.responses.count : 1
        let ranges = try Self.ranges(layers, branches: branches, game: game)
        guard initial.count == game.cues.count, initial.allSatisfy(ranges[0].contains) else {
            throw GameError(
                "graph", "must start each of \(game.cues.count) cues at one of its \(layers[0]) first nodes")
        }
        let count = ranges[layers.count - 1].upperBound
        let inner = count - layers[layers.count - 1]
        let rowWidth = branches * game.observations.later.count
        guard successors.count == inner * rowWidth || successors.count == count * rowWidth else {
            throw GameError(
                "graph", "has \(successors.count) successors; it must have \(rowWidth) for each of \(inner) nodes")
        }
        let table = try Self.table(successors, ranges: ranges, branches: branches, game: game)
        self.init(graphOf: ranges, branches: branches, initial: initial, successors: table)
    }

    /// The most nodes that a graph of a game may have.
    public static func largestGraph(followsResponses: Bool, game: Game) -> Int {
        let exits = followsResponses ? game.responses.count : 1
        return GameLimits.tableEntries / max(game.responses.count, exits * game.observations.count)
    }

    /// The nodes of each turn.
    private static func ranges(_ layers: [Int], branches: Int, game: Game) throws(GameError) -> [Range<Int>] {
        guard layers.count == game.horizon, layers.allSatisfy({ $0 > 0 }) else {
            throw GameError("graph", "has nodes in \(layers.count) turns; it must have some in each of \(game.horizon)")
        }
        let count = layers.reduce(0) { sum, layer in sum.addingReportingOverflow(layer).partialValue }
        let most = largestGraph(followsResponses: branches > 1, game: game)
        guard count > 0, count <= most else {
            throw GameError("graph", "has \(count) nodes; this game allows at most \(most)")
        }
        var ranges: [Range<Int>] = []
        for layer in layers {
            let first = ranges.last?.upperBound ?? 0
            ranges.append(first..<first + layer)
        }
        return ranges
    }

    /// [nodes, branches, observations] the successors, checked.
    private static func table(
        _ successors: [Int], ranges: [Range<Int>], branches: Int, game: Game
    ) throws(GameError) -> [Int32] {
        let (later, width) = (game.observations.later, game.observations.count)
        let count = ranges.last?.upperBound ?? 0
        var table = [Int32](repeating: -1, count: count * branches * width)
        for (turn, nodes) in ranges.dropLast().enumerated() {
            for exit in nodes.lowerBound * branches..<nodes.upperBound * branches {
                for (index, observation) in later.enumerated() {
                    let next = successors[exit * later.count + index]
                    guard ranges[turn + 1].contains(next) else {
                        throw GameError(
                            "graph",
                            "leads from node \(exit / branches) to \(next); it must lead to a node of turn \(turn + 2)")
                    }
                    table[exit * width + observation] = Int32(next)
                }
            }
        }
        return table
    }
}
