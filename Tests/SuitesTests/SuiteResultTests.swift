import NumericalMethods
import Scenarios
import Suites
import Testing

@Suite("Results over cases")
struct SuiteResultTests {
    /// Two policies in three cases with satisfaction and risk as given.
    private func results(
        _ values: [[(Double, Double)]], _ change: (inout TinySuite) -> Void = { _ in }
    ) throws -> SuiteResults {
        let suite = try TinySuite(change).load()
        let items = values.map { row in
            row.map { satisfaction, risk -> ItemResult? in
                ItemResult(
                    method: "named", status: nil, isConverged: true, value: nil, upperBound: nil,
                    rows: [
                        .init(user: nil, measure: .satisfaction, score: Estimate(exact: satisfaction)),
                        .init(user: nil, measure: .risk, score: Estimate(exact: risk)),
                    ])
            }
        }
        return SuiteResults(
            suite: suite, cases: try suite.cases(atMost: 10), policies: ["deny", "grant"], items: items)
    }

    @Test("a weighted mean, its error and its interval, by hand")
    func statistic() throws {
        let statistic = try #require(CaseStatistic([(1, 1), (2, 1), (4, 2), (9, 0)]))
        #expect(statistic.mean == 2.75)
        #expect(statistic.count == 3)
        let spread: Double = 1.75 * 1.75 + 0.75 * 0.75 + 4 * 1.25 * 1.25
        let error: Double = (1.5 * spread).squareRoot() / 4
        #expect(abs(try #require(statistic.standardError) - error) < 1e-15)
        // The 97.5 % quantile of Student's t with 2 degrees of freedom is 4.302653 (any table).
        let upper = try #require(statistic.interval).upperBound
        #expect(abs(upper - (2.75 + 4.302652729911 * error)) < 1e-8)
        #expect(CaseStatistic([(1, 1)])?.standardError == nil)
        #expect(CaseStatistic([(1, 0)]) == nil)
    }

    @Test("equal weights give the ordinary standard error of the mean")
    func ordinary() throws {
        let values = [0.3, 0.9, 0.4, 1.4, 0.8]
        let mean = values.reduce(0, +) / 5
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
        let statistic = try #require(CaseStatistic(values.map { ($0, 2.5) }))
        #expect(abs(statistic.mean - mean) < 1e-15)
        #expect(abs(try #require(statistic.standardError) - (variance / 5).squareRoot()) < 1e-15)
    }

    @Test("slices take the cases of a value; differences are taken case by case")
    func slices() throws {
        let results = try results([[(0, 0.1), (1, 0.2)], [(2, 0.1), (2.5, 0.3)], [(4, 0), (6, 0)]])
        #expect(results.slices.count == 5)
        #expect(results.statistic(.satisfaction, policy: 0)?.mean == 2.8)
        #expect(results.statistic(.satisfaction, policy: 0, in: .init(place: (0, 0)))?.mean == 1)
        #expect(results.difference(.satisfaction, policy: 1, over: 0)?.mean == 1.5)
        #expect(results.statistic(.harm, policy: 0) == nil)
    }

    private func judge(_ shape: String, _ values: [[(Double, Double)]]) throws -> ShapeFinding {
        let results = try results(values) {
            $0.suite = $0.suite.replacing(
                "{claim: beats, policy: grant, over: deny, measure: satisfaction, published: \"a source\"}", with: shape
            )
        }
        return ShapeFinding(try #require(results.suite.shapes.first), in: results)
    }

    private static let clear: [[(Double, Double)]] = [
        [(0, 0.1), (1, 0.1)], [(0, 0.1), (1.1, 0.1)], [(0, 0.2), (1, 0.1)],
    ]

    @Test("to beat is to differ clearly, and to keep what is to be kept")
    func beats() throws {
        let shape = "{claim: beats, policy: grant, over: deny, measure: satisfaction, keeping: risk}"
        #expect(try judge(shape, Self.clear).holds == true)
        #expect(
            try judge(shape, [[(0, 0.1), (1, 0.1)], [(0, 0.1), (-1, 0.1)], [(0, 0.2), (0.4, 0.1)]]).holds == false,
            "the interval has 0")
        #expect(try judge(shape, Self.clear.map { [$0[0], ($0[1].0, 0.9)] }).holds == false, "risk rises")
    }

    @Test("the lowest is lower than every other")
    func lowest() throws {
        #expect(try judge("{claim: lowest, policy: deny, measure: satisfaction}", Self.clear).holds == true)
        #expect(try judge("{claim: lowest, policy: grant, measure: satisfaction}", Self.clear).holds == false)
    }

    @Test("a safer policy overtakes where the score's lines cross")
    func overtakes() throws {
        // S 0.5 against 0.9, R 0.1 against 0.2: the lines cross at β = 4.
        let points: [[(Double, Double)]] = Array(repeating: [(0.5, 0.1), (0.9, 0.2)], count: 3)
        let finding = try judge("{claim: overtakes, policy: deny, over: grant, from: 3, to: 5}", points)
        #expect(finding.holds == true)
        #expect(finding.figures.contains("β = 4.000"))
        #expect(try judge("{claim: overtakes, policy: deny, over: grant, from: 1, to: 3}", points).holds == false)
        #expect(try judge("{claim: overtakes, policy: grant, over: deny, from: 3, to: 5}", points).holds == false)
    }

    @Test("rising and staying below are judged value by value")
    func alongAxis() throws {
        let rising: [[(Double, Double)]] = [[(0.1, 0), (0.5, 0)], [(0.1, 0), (0.5, 0)], [(0.2, 0), (0.6, 0)]]
        #expect(try judge("{claim: rises, policy: deny, measure: satisfaction, axis: level}", rising).holds == true)
        #expect(try judge("{claim: rises, policy: deny, measure: risk, axis: level}", rising).holds == false)
        let below = "{claim: stays-below, policy: deny, than: grant, measure: satisfaction, axis: level}"
        #expect(try judge(below, rising).holds == true)
        #expect(try judge(below, rising.map { [$0[1], $0[0]] }).holds == false)
        #expect(try judge("{claim: rises, policy: deny, measure: harm, axis: level}", rising).holds == nil)
    }

    @Test("policies that were not run leave a shape open")
    func notRun() throws {
        let finding = try judge("{claim: beats, policy: first-deny, over: deny, measure: satisfaction}", Self.clear)
        #expect(finding.holds == nil)
        #expect(finding.figures == "not run: first-deny")
    }

    @Test("efficient points are those that no other one beats or equals")
    func efficient() {
        let points = [(0.5, 0.1), (0.9, 0.2), (0.4, 0.15), (0.9, 0.2), (0.2, 0.0)].map {
            (satisfaction: $0.0, risk: $0.1)
        }
        #expect(SuiteResults.efficient(points) == [4, 0, 1])
    }
}
