package import GameModel

/// A game with answers added as responses that no policy gives: how users react to an answer, what they then believe and what it is
/// worth are looked up as for any response, exactly.
package struct WidenedGame {
    /// How many answers are added to one game.
    package static let width = 64

    package let game: Game
    /// The scenario's own responses.
    private let own: Int
    private let added: [AnswerMeaning]

    /// The game itself, for answers that are responses of the scenario.
    package init(_ game: Game) {
        self.game = game
        own = game.responses.count
        added = []
    }

    /// - Parameters:
    ///   - answers: different ones, at most ``width``.
    ///   - definition: that of the game.
    /// - Throws: `GameError` if an answer's features make no game.
    /// - Complexity: one compilation.
    package init(_ answers: [AnswerMeaning], game: Game, definition: GameDefinition) throws(GameError) {
        own = game.responses.count
        added = answers
        var larger = definition
        larger.responses += answers.enumerated().map { index, answer in
            Response(
                name: "answer \(index + 1) of \(answers.count)", features: answer.features,
                cost: answer.cost(in: game))
        }
        larger.users = definition.users.map { user in
            var widened = user
            widened.agent = WidenedUser(
                base: user.agent, own: definition.responses, added: answers.map(\.response))
            return widened
        }
        self.game = try Game(try Game(larger), prior: game.prior)
    }

    /// The same policy, which never gives an added answer.
    ///
    /// A memory that follows what was said takes an added answer for the response that it most likely is.
    package func widened(_ policy: Policy) throws(GameError) -> Policy {
        guard !added.isEmpty else { return policy }
        let none = [Double](repeating: 0, count: added.count)
        let rows = (0..<policy.memory.nodeCount).flatMap { Array(policy.strategy(at: $0)) + none }
        return try Policy(memory: try widened(policy.memory), strategies: rows, game: game)
    }

    private func widened(_ memory: ControllerMemory) throws(GameError) -> ControllerMemory {
        guard memory.branches > 1 else { return memory }
        let (later, width) = (game.observations.later, game.observations.count)
        var successors: [Int] = []
        let inner = memory.nodeRanges.dropLast().last?.upperBound ?? 0
        for node in 0..<inner {
            for response in 0..<own + added.count {
                let branch = response < own ? response : added[response - own].likeliest
                let row = (node * memory.branches + branch) * width
                successors += later.map { Int(memory.successors[row + $0]) }
            }
        }
        return try ControllerMemory(
            layers: memory.nodeRanges.map(\.count), initial: memory.initial, successors: successors,
            followsResponses: true, game: game)
    }

    /// The same objective: its reference never gives an added answer.
    package func widened(_ objective: Objective) -> Objective {
        var larger = objective
        larger.reference = larger.reference.widened(by: added.count)
        return larger
    }

    /// Sorts answers into games: those that are responses of the scenario go to the game itself, others are added to it, each once.
    ///
    /// - Parameter body: is given a game, and the positions of the answers that are in it.
    package static func visit(
        _ answers: [AnswerMeaning], game: Game, definition: GameDefinition,
        _ body: (WidenedGame, [(position: Int, response: Int)]) throws -> Void
    ) throws {
        var positions: [AnswerMeaning: [Int]] = [:]
        var (exact, different): ([(position: Int, response: Int)], [AnswerMeaning]) = ([], [])
        for (position, answer) in answers.enumerated() {
            if let response = answer.exact(in: game) {
                exact.append((position, response))
                continue
            }
            var key = answer
            key.isAbstained = false
            if positions[key] == nil { different.append(key) }
            positions[key, default: []].append(position)
        }
        if !exact.isEmpty { try body(WidenedGame(game), exact) }
        for start in stride(from: 0, to: different.count, by: width) {
            let batch = Array(different[start..<min(start + width, different.count)])
            let widened = try WidenedGame(batch, game: game, definition: definition)
            try body(
                widened,
                batch.enumerated().flatMap { index, answer in
                    (positions[answer] ?? []).map { ($0, game.responses.count + index) }
                })
        }
    }
}
