/// Policies that are said in a line: without a search, and the same in every game that has the responses.
extension Policy {
    /// The policy that gives its first response in turn 1, its second in turn 2, and its last from then on.
    ///
    /// - Parameter responses: indices, at least one; those beyond the horizon are never given.
    /// - Throws: ``GameError`` if there is none, or one is outside the game.
    public static func sequence(_ responses: [Int], game: Game) throws(GameError) -> Policy {
        guard let last = responses.last else { throw GameError("policy", "names no response; it must name one") }
        let memory = try ControllerMemory(MemoryKind(observations: 0, usesTurn: true), game: game)
        return try pure(memory, game: game) { node in
            let turn = memory.turn(of: node) ?? 1
            return turn <= responses.count ? responses[turn - 1] : last
        }
    }

    /// The policy that answers the cue of the latest message, whatever the turn.
    ///
    /// - Parameter responses: per cue, the index of a response.
    /// - Throws: ``GameError`` if a cue has none, or one is outside the game.
    public static func byCue(_ responses: [Int], game: Game) throws(GameError) -> Policy {
        guard responses.count == game.cues.count else {
            throw GameError("policy", "answers \(responses.count) cues; it must answer \(game.cues.count)")
        }
        let memory = try ControllerMemory(MemoryKind(observations: 1, usesTurn: false), game: game)
        return try pure(memory, game: game) { node in
            responses[(memory.remembered[node].last ?? 0) % game.cues.count]
        }
    }

    /// One response per node.
    private static func pure(
        _ memory: ControllerMemory, game: Game, _ response: (Int) -> Int
    ) throws(GameError) -> Policy {
        let width = game.responses.count
        var strategies = [Double](repeating: 0, count: memory.nodeCount * width)
        for node in 0..<memory.nodeCount {
            let index = response(node)
            guard (0..<width).contains(index) else {
                throw GameError("policy", "names response \(index); there are \(width)")
            }
            strategies[node * width + index] = 1
        }
        return try Policy(memory: memory, strategies: strategies, game: game)
    }
}
