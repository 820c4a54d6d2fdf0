/// A policy with finite memory: at every node of its memory a strategy, a distribution over responses.
public struct Policy: Sendable, Equatable {
    public let memory: ControllerMemory
    /// [nodes, |A|] π(a | n).
    public let strategies: [Double]
    /// |A|.
    public let responseCount: Int

    /// - Parameter strategies: one row per node of the memory, each a distribution over the game's responses.
    /// - Throws: ``GameError`` if a row is missing or is not a distribution.
    public init(memory: ControllerMemory, strategies: [Double], game: Game) throws(GameError) {
        let width = game.responses.count
        guard strategies.count == memory.nodeCount * width else {
            throw GameError(
                "strategies", "have \(strategies.count) numbers; they must have \(memory.nodeCount) rows of \(width)")
        }
        for node in 0..<memory.nodeCount {
            let row = Array(strategies[node * width..<(node + 1) * width])
            try GameError.checkDistribution(row, count: width, place: "strategies: row \(node)")
        }
        self.memory = memory
        self.strategies = strategies
        responseCount = width
    }

    /// The policy that plays one strategy at every node of a memory.
    ///
    /// - Throws: ``GameError`` if `strategy` is not a distribution over the game's responses.
    public static func constant(
        _ strategy: [Double], kind: MemoryKind = .stationary, game: Game
    ) throws(GameError) -> Policy {
        let memory = try ControllerMemory(kind, game: game)
        let rows = Array(repeatElement(strategy, count: memory.nodeCount).joined())
        return try Policy(memory: memory, strategies: rows, game: game)
    }

    /// The policy that always gives one response.
    public static func always(_ response: Int, game: Game) throws(GameError) -> Policy {
        var strategy = [Double](repeating: 0, count: game.responses.count)
        guard strategy.indices.contains(response) else {
            throw GameError("policy", "names response \(response); there are \(strategy.count)")
        }
        strategy[response] = 1
        return try constant(strategy, game: game)
    }

    /// The policy that gives every response with the same probability.
    public static func uniform(game: Game) throws(GameError) -> Policy {
        let share = 1 / Double(game.responses.count)
        return try constant([Double](repeating: share, count: game.responses.count), game: game)
    }

    /// π(· | n).
    public func strategy(at node: Int) -> ArraySlice<Double> {
        strategies[node * responseCount..<(node + 1) * responseCount]
    }
}
