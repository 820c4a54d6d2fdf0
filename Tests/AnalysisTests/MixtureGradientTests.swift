import Analysis
import GameFixtures
import GameModel
import Testing

@Suite("Derivatives of a mixture's value")
struct MixtureGradientTests {
    private let inputs = GameInputs(
        definition: RandomGame { ($0.horizon, $0.users) = (3, 2) }.definition(seed: 4),
        objective: Objective(goal: .payoff, reference: [0.5, 0.5]))

    @Test("are the weighted means of its policies'")
    func mean() throws {
        let game = try inputs.game()
        let parts = try [UInt64(1), 2].map { try Policy.random(.lastWithTurn, game: game, seed: $0) }
        let mixture = try Policy.mixture([(parts[0], 0.25), (parts[1], 0.75)], game: game)
        let found = try ValueGradient.ofValue(mixture, inputs: inputs, multipliers: [])
        let own = try parts.map { try ValueGradient.ofValue($0, inputs: inputs, multipliers: []) }
        for (index, entry) in found.entries.enumerated() {
            guard let derivative = entry.derivative else { continue }
            let mean = 0.25 * (own[0].entries[index].derivative ?? 0) + 0.75 * (own[1].entries[index].derivative ?? 0)
            #expect(abs(derivative - mean) < 1e-11)
        }
        let error = try #require(throws: GameError.self) { try History(cue: 0).node(in: mixture.memory, game: game) }
        #expect(error.problem.contains("mixture"))
    }
}
