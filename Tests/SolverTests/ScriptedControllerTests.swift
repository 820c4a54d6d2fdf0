import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Policies that are said in a line")
struct ScriptedControllerTests {
    private let definition = RandomGame { $0.responses = 3 }.definition(seed: 6)

    private func same(_ controller: Policy, as policy: @escaping BruteForce.Rule) throws {
        let game = try Game(definition)
        let exact = Evaluation(controller, game: game)
        let oracle = try BruteForce(definition).evaluate(policy)
        for user in game.users.indices {
            #expect(abs(exact.payoffByUser[user] - oracle.payoff[user]) < 1e-12)
            #expect(abs(exact.turnsByUser[user] - oracle.turns[user]) < 1e-12)
        }
    }

    @Test("a sequence goes turn by turn and stays with its last response")
    func sequence() throws {
        let game = try Game(definition)
        try same(.sequence([2, 0], game: game)) { turn, _ in turn == 1 ? [0, 0, 1] : [1, 0, 0] }
        try same(.sequence([1], game: game)) { _, _ in [0, 1, 0] }
        try same(.sequence([0, 1, 2, 0, 1], game: game)) { turn, _ in (0..<3).map { $0 == turn - 1 ? 1 : 0 } }
        #expect(throws: GameError.self) { try Policy.sequence([], game: game) }
        #expect(throws: GameError.self) { try Policy.sequence([3], game: game) }
    }

    @Test("a policy by cue answers the cue of the latest message")
    func byCue() throws {
        let game = try Game(definition)
        try same(.byCue([2, 1], game: game)) { _, observed in observed.last?.cue == 0 ? [0, 0, 1] : [0, 1, 0] }
        #expect(throws: GameError.self) { try Policy.byCue([0], game: game) }
        #expect(throws: GameError.self) { try Policy.byCue([0, -1], game: game) }
    }
}
