internal import NumericalMethods
internal import Output
internal import Scenarios

/// A suite's results as the tables that notebooks read.
package struct SuiteTables {
    package let results: SuiteResults
    package let shapes: [ShapeFinding]
    package let points: [SuitePoint]
    package let failures: [(item: SuiteCase, policy: String, text: String)]
    package let runID: String
    /// How many cases there were to be run.
    package let wanted: Int

    package init(
        results: SuiteResults, shapes: [ShapeFinding], points: [SuitePoint],
        failures: [(item: SuiteCase, policy: String, text: String)], runID: String, wanted: Int
    ) {
        self.results = results
        self.shapes = shapes
        self.points = points
        self.failures = failures
        self.runID = runID
        self.wanted = wanted
    }

    var package: DataPackage {
        DataPackage(
            name: "suite-\(results.suite.name)", title: results.suite.title,
            tables: [axes, cases, breakdown, differences, shapeTable, pointTable, solutions, failureTable])
    }

    // MARK: Columns that several tables have

    /// What every row says.
    private var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("suite", "name of the suite") { results.suite.name },
        ]
    }

    private func item<Row>(_ item: @escaping @Sendable (Row) -> SuiteCase) -> Columns<Row>.Column {
        .string("case", "name of the case") { item($0).name }
    }

    private func policy<Row>(_ label: @escaping @Sendable (Row) -> String) -> Columns<Row>.Column {
        .string("policy", "label of the policy", label)
    }

    private func measure<Row>(_ measure: @escaping @Sendable (Row) -> SuiteMeasure) -> Columns<Row>.Column {
        .string("measure", "what is measured; see docs/suites.md") { measure($0).rawValue }
    }

    /// Whether nothing is missing of what a number is made of.
    ///
    /// - Parameter policies: nil for a number that is not of this run.
    private func complete<Row>(
        _ policies: @escaping @Sendable (Row) -> [Int]?,
        in slice: @escaping @Sendable (Row) -> SuiteResults.Slice = { _ in .all }
    ) -> Columns<Row>.Column {
        .boolean(
            "complete",
            "false where cases are missing because the run was stopped or failed, or where a search was stopped before its end"
        ) { row in
            policies(row).map { policies in
                results.cases.count == wanted
                    && policies.allSatisfy { results.isComplete(policy: $0, in: slice(row)) }
            }
        }.notInJSON
    }

    private func place<Row>(_ slice: @escaping @Sendable (Row) -> SuiteResults.Slice) -> Columns<Row> {
        let axes = results.suite.axes
        return [
            .string("axis", "an axis of the suite, or all") { slice($0).place.map { axes[$0.axis].name } ?? "all" },
            .string("axis_value", "the value whose cases are meant, or all") {
                slice($0).place.map { axes[$0.axis].values[$0.value].name } ?? "all"
            },
        ]
    }

    // MARK: Tables

    private var axes: TidyTable {
        typealias Row = (item: SuiteCase, axis: Int, value: Int)
        let axes = results.suite.axes
        let columns: Columns<Row> = [
            item { $0.item }, .string("axis", "axis of the suite") { axes[$0.axis].name },
            .string("axis_value", "the case's value on the axis") { axes[$0.axis].values[$0.value].name },
            .number("weight", "weight of the case") { $0.item.weight },
        ]
        let rows = results.cases.flatMap { item in
            zip(axes.indices, item.choice).map { (item, $0, $1) as Row }
        }
        return columns.table("axes", title: "Where each case stands", rows: rows, within: run)
    }

    /// What a policy came to in a case, where it was run.
    private typealias Played = (item: SuiteCase, policy: String, result: ItemResult)

    private var played: [Played] {
        zip(results.cases, results.items).flatMap { item, outcomes in
            zip(results.policies, outcomes).compactMap { policy, result in result.map { (item, policy, $0) } }
        }
    }

    private var cases: TidyTable {
        typealias Row = (played: Played, score: ItemResult.Row)
        let columns: Columns<Row> = [
            item { $0.played.item }, policy { $0.played.policy },
            .string("user", "user type, or all: the case as a whole") { $0.score.user ?? "all" },
            measure { $0.score.measure },
        ]
        let score = Columns.estimate("value", "the score", json: "value")
        return columns.followed(by: score.of { $0.score.score }).table(
            "cases", title: "Scores of every policy in every case",
            rows: played.flatMap { played in played.result.rows.map { (played, $0) } }, within: run)
    }

    /// A mean over the cases of a slice.
    private struct Mean {
        let slice: SuiteResults.Slice
        let policy: Int
        /// The policy that is taken off; nil for the mean itself.
        let against: Int?
        let measure: SuiteMeasure
        let statistic: CaseStatistic
    }

    private var breakdown: TidyTable {
        let rows = results.slices.flatMap { slice in
            results.policies.indices.flatMap { policy in
                SuiteMeasure.allCases.compactMap { measure in
                    results.statistic(measure, policy: policy, in: slice).map {
                        Mean(slice: slice, policy: policy, against: nil, measure: measure, statistic: $0)
                    }
                }
            }
        }
        return place { (mean: Mean) in mean.slice }.followed(by: [
            policy { results.policies[$0.policy] }, measure { $0.measure },
        ]).followed(by: CaseStatistic.columns.of { $0.statistic }).followed(by: [
            complete({ [$0.policy] }, in: { $0.slice })
        ]).table("breakdown", title: "Means over the cases, along every axis", rows: rows, within: run)
    }

    private var differences: TidyTable {
        let rows = results.slices.flatMap { slice in
            results.policies.indices.flatMap { policy in
                (0..<policy).flatMap { other in
                    SuiteMeasure.allCases.compactMap { measure in
                        results.difference(measure, policy: policy, over: other, in: slice).map {
                            Mean(slice: slice, policy: policy, against: other, measure: measure, statistic: $0)
                        }
                    }
                }
            }
        }
        return place { (mean: Mean) in mean.slice }.followed(by: [
            policy { results.policies[$0.policy] },
            .string("against", "label of the policy that is taken off") {
                $0.against.map { results.policies[$0] }
            },
            measure { $0.measure },
        ]).followed(by: CaseStatistic.columns.of { $0.statistic }).followed(by: [
            complete({ [$0.policy, $0.against].compactMap(\.self) }, in: { $0.slice })
        ]).table("differences", title: "Differences between policies, case by case", rows: rows, within: run)
    }

    /// A published shape a row.
    var shapeColumns: Columns<ShapeFinding> {
        [
            .string("claim", "what is claimed") { $0.shape.kind },
            policy { $0.shape.policies[0] }.notInJSON,
            .string("against", "the other policy; missing where there is none") {
                $0.shape.policies.count > 1 ? $0.shape.policies[1] : nil
            }.notInJSON, .member("policies") { .strings($0.shape.policies) },
            .boolean("holds", "whether it appears; missing where it cannot be judged") { $0.holds },
            .string("figures", "the numbers behind it") { $0.figures },
            .string("published", "what was published") { $0.shape.published },
            complete { finding in finding.shape.policies.compactMap { results.policies.firstIndex(of: $0) } },
        ]
    }

    private var shapeTable: TidyTable {
        typealias Row = (number: Int, finding: ShapeFinding)
        let number: Columns<Row> = [.integer("shape", "number of the shape, from 1") { $0.number }]
        return number.followed(by: shapeColumns.of { $0.finding }).table(
            "shapes", title: "Published shapes, and whether they appear",
            rows: shapes.enumerated().map { ($0 + 1, $1) }, within: run)
    }

    /// A point of satisfaction and risk a row.
    var pointColumns: Columns<SuitePoint> {
        [
            .string("kind", "policy, published, or frontier (efficient among the priced policies)") {
                $0.kind.rawValue
            },
            .string("name", "policy or model") { $0.name },
            .number("satisfaction", "S, in [-1, 1]") { $0.satisfaction },
            .number("risk", "R, in [0, 1]") { $0.risk },
            .number("harm", "probability that an answer was used to harm; missing where published") { $0.harm }
                .notInJSON,
            .string("source", "where a published point comes from; missing for ours") { $0.source }.notInJSON,
            complete { results.policies.firstIndex(of: $0.name).map { [$0] } },
        ]
    }

    private var pointTable: TidyTable {
        pointColumns.table("points", title: "Satisfaction against risk", rows: points, within: run)
    }

    private var solutions: TidyTable {
        let columns: Columns<Played> = [
            item { $0.item }, policy { $0.policy }, .string("method", "how it was made") { $0.result.method },
            .string("status", "how the search ended; missing where there was none") { $0.result.status },
            .number("value", "what was maximised, in the goal's units; missing where nothing was") { $0.result.value },
            .number("upper", "what no policy can exceed; missing where not known") { $0.result.upperBound },
            .number("gap", "upper − value") { row in
                row.result.upperBound.flatMap { upper in row.result.value.map { upper - $0 } }
            },
            .boolean("converged", "whether the policy is as good as was asked for") { $0.result.isConverged },
        ]
        return columns.table("solutions", title: "How the policies were made", rows: played, within: run)
    }

    /// What could not be run, a row each.
    var failureColumns: Columns<(item: SuiteCase, policy: String, text: String)> {
        [item { $0.item }, policy { $0.policy }, .string("message", "what was wrong") { $0.text }]
    }

    private var failureTable: TidyTable {
        failureColumns.table("failures", title: "What could not be run, and why", rows: failures, within: run)
    }
}

extension CaseStatistic {
    static var columns: Columns<CaseStatistic> {
        [
            .number("mean", "mean over the cases, by their weights") { $0.mean },
            .number(
                "standard_error",
                "how far the mean would move with other cases of the kind; missing for one case"
            ) { $0.standardError }.json("se"),
            .number("ci_low", "lower end of the 95 % interval over cases") { $0.interval?.lowerBound },
            .number("ci_high", "upper end of the 95 % interval over cases") { $0.interval?.upperBound },
            .integer("n", "cases") { $0.count },
        ]
    }
}
