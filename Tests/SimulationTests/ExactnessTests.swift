import ExactEvaluation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver
import Testing

/// One game with a random controller: simulated, and evaluated exactly.
struct SimulatedGame {
    let game: Game
    let tally: Tally
    let exact: Evaluation

    /// Twenty kinds of games, by seed: with and without the turn, tabular users, one to three states, five memories.
    init(seed: UInt64, stream: DrawStream) throws {
        let family = RandomGame {
            $0.users = 3
            $0.states = 1 + Int(seed % 3)
            $0.cues = 1 + Int(seed % 2)
            $0.horizon = 2 + Int(seed % 7)
            $0.usesTurn = seed % 4 == 1
            $0.mixesTabular = seed % 5 == 2
            $0.endingBias = -Double(seed % 3)
        }
        let kinds = [
            .stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: false),
            MemoryKind(observations: 0, usesTurn: true), .graph,
        ]
        game = try family.game(seed: seed)
        let controller = try Policy.random(kinds[Int(seed % 5)], game: game, seed: seed)
        let settings = Rollouts.Settings(episodes: 60_000, seed: 1000 + seed, threads: 2, stream: stream)
        tally = try Rollouts(game: game, policies: [controller], settings: settings).run().tallies[0]
        exact = Evaluation(controller, game: game)
    }
}

@Suite("Simulated against exact")
struct ExactnessTests {
    private static let streams = DrawStream.allCases.map { stream in
        Result { try (1...20).map { try SimulatedGame(seed: $0, stream: stream) } }
    }

    private static func played(_ stream: DrawStream) throws -> [SimulatedGame] {
        try #require(DrawStream.allCases.firstIndex(of: stream).map { streams[$0] }).get()
    }

    /// How many p-values may be this small, or this large, before it is no longer chance: at a risk of one in a thousand.
    private func checkUniform(_ values: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
        for share in [0.01, 0.1, 0.5] {
            let most = ChiSquare.mostByChance(of: values.count, probability: share, risk: 1e-3)
            let small = values.filter { $0 < share }.count
            let large = values.filter { $0 > 1 - share }.count
            #expect(small <= most, "\(small) of \(values.count) below \(share)", sourceLocation: sourceLocation)
            #expect(large <= most, "\(large) of \(values.count) above \(1 - share)", sourceLocation: sourceLocation)
        }
        #expect(values.allSatisfy { $0 > 1e-6 }, sourceLocation: sourceLocation)
    }

    @Test("outcomes of every user have the exact probabilities", arguments: DrawStream.allCases)
    func outcomes(stream: DrawStream) throws {
        var values: [Double] = []
        for played in try Self.played(stream) {
            for user in played.game.users.indices {
                let p = try ChiSquare.pValue(
                    counts: played.tally.users[user].outcomes, probabilities: played.exact.outcomes[user])
                values.append(try #require(p))
            }
        }
        #expect(values.count == 60)
        checkUniform(values)
    }

    @Test("users come as often as their prior says", arguments: DrawStream.allCases)
    func users(stream: DrawStream) throws {
        let values = try Self.played(stream).map { played in
            try #require(
                try ChiSquare.pValue(counts: played.tally.users.map(\.episodes), probabilities: played.game.prior))
        }
        checkUniform(values)
    }

    @Test("payoffs, turns and safety lie within 4.5 standard errors of the exact ones", arguments: DrawStream.allCases)
    func means(stream: DrawStream) throws {
        for played in try Self.played(stream) {
            let (tally, exact) = (played.tally, played.exact)
            for (estimate, value) in [
                (tally.payoff, exact.payoff), (tally.turns, exact.turns), (tally.safe(played.game), exact.safe),
            ] {
                #expect(try abs(score(estimate, value)) < 4.5)
            }
            for user in played.game.users.indices {
                #expect(try abs(score(tally.users[user].payoff, exact.payoffByUser[user])) < 4.5)
                #expect(try abs(score(tally.users[user].turns, exact.turnsByUser[user])) < 4.5)
                for outcome in played.game.outcomes.indices {
                    // The binomial deviation of the exact share: the estimated one is 0 where nothing was seen.
                    let (n, share) = (Double(tally.users[user].episodes), exact.outcomes[user][outcome])
                    let count = Double(tally.users[user].outcomes[outcome])
                    #expect(abs(count - n * share) <= 4.5 * (n * share * (1 - share)).squareRoot() + 1)
                }
            }
        }
    }

    @Test("standard errors are as large as the errors they foretell", arguments: DrawStream.allCases)
    func scores(stream: DrawStream) throws {
        // Squared scores of 60 independent means add up to a chi-squared variable.
        let scores = try Self.played(stream).flatMap { played in
            try played.game.users.indices.map { user in
                try score(played.tally.users[user].payoff, played.exact.payoffByUser[user])
            }
        }
        let sum = scores.reduce(0) { $0 + $1 * $1 }
        let p = try Distributions.chiSquaredUpperTail(sum, degreesOfFreedom: Double(scores.count))
        #expect(p > 1e-3 && p < 1 - 1e-3, "\(sum) for \(scores.count) scores")
    }

    private func score(_ estimate: Estimate?, _ exact: Double) throws -> Double {
        (try #require(estimate?.value) - exact) / (try #require(estimate?.standardError))
    }

    private func score(_ moments: Moments, _ exact: Double) throws -> Double {
        (moments.mean - exact) / (try #require(moments.standardError))
    }
}

@Suite("The chi-squared test of these tests")
struct ChiSquareTests {
    @Test("finds counts that do not fit, and likes those that do")
    func counts() throws {
        #expect(try #require(try ChiSquare.pValue(counts: [520, 480], probabilities: [0.5, 0.5])) > 0.2)
        #expect(try #require(try ChiSquare.pValue(counts: [600, 400], probabilities: [0.5, 0.5])) < 1e-9)
        #expect(try ChiSquare.pValue(counts: [999, 1], probabilities: [1, 0]) == 0)
        #expect(try ChiSquare.pValue(counts: [1000, 0], probabilities: [1, 0]) == nil)
    }

    @Test("knows what chance allows")
    func chance() {
        // P(X > 4) for n = 60 and p = 0.01 is 3.2e-4 and P(X > 3) is 3.2e-3.
        #expect(ChiSquare.mostByChance(of: 60, probability: 0.01, risk: 1e-3) == 4)
        #expect(ChiSquare.mostByChance(of: 10, probability: 0.5, risk: 1e-3) == 9)
        #expect(ChiSquare.mostByChance(of: 5, probability: 0, risk: 1e-3) == 0)
    }
}
