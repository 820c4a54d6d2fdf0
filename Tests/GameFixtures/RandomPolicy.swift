@_exported public import Conformance
public import GameModel

extension Policy {
    /// A controller with random strategies, for tests that need any controller.
    ///
    /// A graph has three nodes a turn, and its next node depends on response and observation.
    public static func random(_ kind: MemoryKind, game: Game, seed: UInt64) throws(GameError) -> Policy {
        var random = SplitMix64(seed: seed)
        let memory = try kind == .graph ? graph(game, &random) : ControllerMemory(kind, game: game)
        var rows: [Double] = []
        for _ in 0..<memory.nodeCount { rows += random.distribution(game.responses.count) }
        return try Policy(memory: memory, strategies: rows, game: game)
    }

    private static func graph(_ game: Game, _ random: inout SplitMix64) throws(GameError) -> ControllerMemory {
        let exits = 3 * game.responses.count * game.observations.later.count
        var successors: [Int] = []
        for turn in 1..<max(1, game.horizon) {
            for _ in 0..<exits { successors.append(3 * turn + min(2, Int(3 * random.unit()))) }
        }
        return try ControllerMemory(
            layers: [Int](repeating: 3, count: game.horizon),
            initial: game.cues.indices.map { $0 % 3 }, successors: successors, followsResponses: true, game: game)
    }
}
