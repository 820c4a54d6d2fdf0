import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Nacre
import NumericalMethods
import Output
import Simulation
import Solver
import Testing

@Suite("What people read")
struct TextTests {
    @Test(
        "Decimals are rounded half away from zero, and there is no minus zero",
        arguments: [
            (1.0, 2, "1.00"), (0.5, 0, "1"), (-0.5, 0, "-1"), (0.125, 2, "0.13"), (-0.125, 2, "-0.13"),
            (-0.0001, 2, "0.00"), (999.9999, 3, "1000.000"), (0.07, 4, "0.0700"), (1e300, 2, "1e+300"),
            (.nan, 2, "nan"),
            (-.infinity, 1, "-inf"), (0, 3, "0.000"), (123456.789, 1, "123456.8"),
        ] as [(Double, Int, String)])
    func fixed(value: Double, decimals: Int, text: String) { #expect(Format.fixed(value, decimals) == text) }

    @Test(
        "Only 0 is shown as 0: sizes that decimals do not show have a power of ten",
        arguments: [
            (0.25, 4, "0.2500"), (0, 4, "0.0000"), (-0.5, 4, "-0.5000"), (0.00005, 4, "0.0001"),
            (0.00004, 4, "4.0000e-05"),
            (-3e-160, 4, "-3.0000e-160"), (1e-100, 3, "1.000e-100"), (2.5e-300, 4, "2.5000e-300"),
            (9.999_999e-7, 3, "1.000e-06"),
            (123_456.5, 2, "123456.50"), (1.25e12, 4, "1.2500e+12"), (-9.999_99e99, 3, "-1.000e+100"),
            (1.797e308, 4, "1.7970e+308"), (.infinity, 4, "inf"), (1e-7, 0, "1.00e-07"),
        ] as [(Double, Int, String)])
    func number(value: Double, decimals: Int, text: String) {
        #expect(Format.number(value, decimals) == text)
        #expect(
            Format.number(value, decimals, noise: abs(value)) == (value.isFinite ? Format.fixed(0, decimals) : text))
    }

    @Test(
        "An error that is not 0 is never shown as 0",
        arguments: [
            (0.5, 0.01, "0.5000 ± 0.0100"), (0.5, 0, "0.5000 ± 0.0000"), (0.5, 0.00002, "0.50000 ± 0.00002"),
            (1e-9, 1e-9, "0.000000001 ± 0.000000001"), (2e-160, 3e-162, "2.0000e-160 ± 3.0000e-162"),
            (-5e12, 2e10, "-5.0000e+12 ± 2.0000e+10"),
        ] as [(Double, Double, String)])
    func errors(value: Double, error: Double, text: String) {
        #expect(Format.estimate(value, error: error) == text)
    }

    @Test("An interval is its ends, or one number where they look alike")
    func intervals() {
        #expect(Format.interval(0.4242, 0.4583) == "0.4242–0.4583")
        #expect(Format.interval(0.25, 0.250001) == "0.2500")
    }

    @Test("Cells are single lines, and columns are measured by what is shown")
    func hostileCells() {
        var table = TextTable(["na\tme", "n"])
        table.append(["a\u{1B}[31m", "1"])
        table.append(["b\nrun 1 complete", "2"])
        #expect(
            table.text == "na\\u{9}me             n\na\\u{1B}[31m           1\nb\\u{A}run 1 complete  2\n")
    }

    @Test(
        "Thousands are separated",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (100_000, "100,000")])
    func count(value: Int, text: String) { #expect(Format.count(value) == text) }

    @Test("Columns are as wide as they need to be, numbers to the right, nothing after the last word")
    func table() {
        var table = TextTable(["name", "n", "note"], left: [0, 2])
        table.append(["a", "1", ""])
        table.append(["longer é", "1,000", "x"])
        #expect(table.text == "name          n  note\na             1\nlonger é  1,000  x\n")
    }

    @Test("An exact number stands alone, an estimate with its error, and what was never met says so")
    func quantities() throws {
        #expect(Format.quantity(Estimate(exact: 0.25)) == "0.2500")
        let game = try Game(SampleGame.definition())
        func tally(_ episodes: Int) throws -> Tally {
            try Rollouts(
                game: game, policies: [.uniform(game: game)], settings: .init(episodes: episodes, seed: 3, threads: 1)
            ).run().tallies[0]
        }
        let many = try Format.quantity(tally(2000).payoff)
        #expect(many.wholeMatch(of: #/-?\d+\.\d{4} ± 0\.\d{4}/#) != nil)
        let one = try tally(1)
        #expect(Format.quantity(one.payoff).hasSuffix(" ± ?"))
        let unmet = game.users.indices.contains { Format.quantity(one.outcome(0, user: $0)) == "none" }
        #expect(unmet)
    }

    @Test("The outcome table shows totals and a block per user type, unsafe outcomes marked")
    func outcomeTable() throws {
        let game = try Game(SampleGame.definition())
        let evaluation = Evaluation(try .uniform(game: game), game: game)
        let entry = OutcomeTable.Entry(
            policy: "uniform", payoff: Estimate(exact: evaluation.payoff), safe: Estimate(exact: evaluation.safe),
            turns: Estimate(exact: evaluation.turns),
            outcomes: evaluation.outcomes.map { $0.map(Estimate.init(exact:)) },
            overall: game.outcomes.map { _ in nil }, constraints: .violated)
        let text = OutcomeTable(game: game, entries: [entry]).text
        #expect(text.contains("violated"))
        for word in game.users + game.outcomes.map(\.name) { #expect(text.contains(word)) }
        #expect(text.contains("harm (unsafe)"))
        #expect(!text.contains("resolved (unsafe)"))
        #expect(text.contains(Format.fixed(evaluation.payoff, 4)))
    }
}
