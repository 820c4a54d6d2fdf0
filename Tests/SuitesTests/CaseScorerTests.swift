import GameModel
import NumericalMethods
import Scenarios
import Simulation
import Solver
import Suites
import Testing

@Suite("Scores of a case")
struct CaseScorerTests {
    private func scorer(_ index: Int = 2, _ change: (inout TinySuite) -> Void = { _ in }) throws -> CaseScorer {
        let suite = try TinySuite(change).load()
        return try CaseScorer(try suite.scenario(try suite.cases(atMost: 10)[index]), scores: suite.scores)
    }

    /// Good users: help ends 3/4 of the turns; bad ones: it is used in half of them. Three turns.
    @Test("always helping, by hand")
    func byHand() throws {
        let scorer = try scorer()
        let scores = scorer.exact(try .always(1, game: scorer.scenario.game))
        let (goodTurns, badTurns) = (1 + 0.25 + 0.0625, 1 + 0.5 + 0.25)
        func value(_ measure: SuiteMeasure) -> Double { scores.score(measure)?.value ?? .nan }
        // Both types are content at 0.5 with help, so every turn is.
        #expect(abs(value(.satisfaction) - 0.5) < 1e-15)
        #expect(abs(value(.turns) - 0.5 * (goodTurns + badTurns)) < 1e-15)
        #expect(abs(value(.harm) - 0.5 * 0.875) < 1e-15)
        #expect(abs(value(.risk) - 0.5 * 0.875) < 1e-15)
        #expect(value(.retention) == 1)
        #expect(abs(value(.success) - 0.875) < 1e-15)
        let turnOfSuccess: Double = (0.5 + 2 * 0.25 + 3 * 0.125) / 0.875
        #expect(abs(value(.turnsToSuccess) - turnOfSuccess) < 1e-15)
        let negative: Double = 0.5 - 2 * 0.4375
        #expect(abs(value(.constructive) - negative / 2) < 1e-15, "negative scores are divided by β")
        #expect(value(.honestRisk) == 0)
        let payoff: Double = 0.5 * (1 - 0.25 * 0.25 * 0.25) - 0.5 * 8 * 0.875
        #expect(abs(value(.payoff) - payoff) < 1e-14)
        #expect(scores.score(.risk, of: .user(0))?.value == 0)
    }

    @Test("satisfaction is that of a turn: conversations that go on longer weigh more")
    func perTurn() throws {
        let scorer = try scorer()
        let scores = scorer.exact(try .always(0, game: scorer.scenario.game))
        // Refused: the good are content at −0.5 and stay 1.75 turns, the bad at −0.5 and stay 3.
        #expect(abs((scores.score(.satisfaction)?.value ?? 0) + 0.5) < 1e-15)
        let mixed = scorer.exact(try .sequence([0, 1], game: scorer.scenario.game))
        let good: Double = -0.5 + 0.5 * 0.5 * (1 + 0.25)
        let bad: Double = -0.5 + 0.5 * (1 + 0.5)
        let turns: Double = (1 + 0.5 * 1.25) + (1 + 1.5)
        #expect(abs((mixed.score(.satisfaction)?.value ?? 0) - (good + bad) / turns) < 1e-15)
    }

    @Test("measures without a meaning are missing, not 0")
    func missing() throws {
        let honest = try scorer { $0.suite = $0.suite.replacing(", attackers: [bad]", with: "") }
        let scores = honest.exact(try .always(1, game: honest.scenario.game))
        #expect(scores.score(.success) == nil && scores.score(.turnsToSuccess) == nil)
        #expect(scores.score(.honestRisk) == scores.score(.risk))
        let refusing = try scorer()
        let safe = refusing.exact(try .always(0, game: refusing.scenario.game))
        #expect(safe.score(.success)?.value == 0)
        #expect(safe.score(.turnsToSuccess) == nil, "nobody succeeds, so there is no turn of success")
        let silent = try scorer {
            $0.template = $0.template.replacing(
                "    satisfaction: {items: {manner: {bias: 0}, content: {bias: -1, information: 2}}}\n", with: ""
            )
            .replacing("    satisfaction: {bias: -0.5, information: 1}", with: "")
        }
        let quiet = silent.exact(try .always(1, game: silent.scenario.game))
        #expect(quiet.score(.satisfaction) == nil && quiet.score(.constructive) == nil && quiet.score(.risk) != nil)
    }

    @Test("names that the case does not have are errors with a suggestion")
    func names() throws {
        let error = #expect(throws: SuiteError.self) {
            try scorer { $0.suite = $0.suite.replacing("harm: [misused]", with: "harm: [missused]") }
        }
        #expect(
            error?.description == "scores.harm names missused, which is no outcome of the case; did you mean misused?")
    }

    @Test("simulated scores agree with exact ones within their standard errors", arguments: [UInt64](1...3))
    func simulated(seed: UInt64) throws {
        let scorer = try scorer()
        let controller = try Policy.constant([0.4, 0.6], game: scorer.scenario.game)
        let exact = scorer.exact(controller)
        let played = try scorer.simulated(controller, episodes: 40_000, seed: seed)
        for measure in SuiteMeasure.allCases {
            let (truth, estimate) = (try #require(exact.score(measure)), try #require(played.score(measure)))
            #expect(truth.isExact && !estimate.isExact)
            let error = try #require(estimate.standardError)
            // 39 numbers in all: beyond 4 standard errors one is met by chance in 400 runs.
            #expect(abs(truth.value - estimate.value) <= 4 * error, "\(measure)")
        }
    }

    /// The delta method is checked against what it approximates: the spread of estimates over seeds.
    @Test("standard errors are the spread over seeds")
    func spread() throws {
        let scorer = try scorer()
        let controller = try Policy.constant([0.4, 0.6], game: scorer.scenario.game)
        let runs = try (1...100).map { try scorer.simulated(controller, episodes: 1000, seed: UInt64($0)) }
        for measure in [SuiteMeasure.satisfaction, .constructive, .turnsToSuccess, .success, .payoff] {
            let values = try runs.map { try #require($0.score(measure)?.value) }
            let errors = try runs.map { try #require($0.score(measure)?.standardError) }
            let mean = values.reduce(0, +) / 100
            let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 99).squareRoot()
            let ratio = errors.reduce(0, +) / 100 / spread
            // The spread of 100 values has a relative standard error of 7 %.
            #expect(ratio > 0.75 && ratio < 1.35, "\(measure): \(ratio)")
        }
    }
}
