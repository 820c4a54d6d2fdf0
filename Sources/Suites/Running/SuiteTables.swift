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

    /// Whether nothing is missing of what a number is made of.
    private func isComplete(_ policies: [Int], in slice: SuiteResults.Slice = .all) -> TidyTable.Cell {
        .boolean(results.cases.count == wanted && policies.allSatisfy { results.isComplete(policy: $0, in: slice) })
    }

    private static let complete = TidyTable.Column(
        "complete", .boolean,
        "false where cases are missing because the run was stopped or failed, or where a search was stopped before its end"
    )

    private var key: [TidyTable.Cell] { [.string(runID), .string(results.suite.name)] }

    private static let keys: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("suite", .string, "name of the suite"),
    ]
    private static let slice: [TidyTable.Column] = [
        .init("axis", .string, "an axis of the suite, or all"),
        .init("axis_value", .string, "the value whose cases are meant, or all"),
    ]
    private static let statistic: [TidyTable.Column] = [
        .init("mean", .number, "mean over the cases, by their weights"),
        .init(
            "standard_error", .number, "how far the mean would move with other cases of the kind; missing for one case"),
        .init("ci_low", .number, "lower end of the 95 % interval over cases"),
        .init("ci_high", .number, "upper end of the 95 % interval over cases"),
        .init("n", .integer, "cases"),
    ]
    private static let measure = TidyTable.Column("measure", .string, "what is measured; see docs/suites.md")
    private static let policy = TidyTable.Column("policy", .string, "label of the policy")

    var package: DataPackage {
        DataPackage(
            name: "suite-\(results.suite.name)", title: results.suite.title,
            tables: [axes, cases, breakdown, differences, shapeTable, pointTable, solutions, failureTable])
    }

    private var axes: TidyTable {
        var table = TidyTable(
            name: "axes", title: "Where each case stands",
            columns: Self.keys + [
                .init("case", .string, "name of the case"), .init("axis", .string, "axis of the suite"),
                .init("axis_value", .string, "the case's value on the axis"),
                .init("weight", .number, "weight of the case"),
            ])
        for item in results.cases {
            for (axis, value) in zip(results.suite.axes, item.choice) {
                table.append(
                    key + [
                        .string(item.name), .string(axis.name), .string(axis.values[value].name), .number(item.weight),
                    ])
            }
        }
        return table
    }

    private var cases: TidyTable {
        var table = TidyTable(
            name: "cases", title: "Scores of every policy in every case",
            columns: Self.keys + [
                .init("case", .string, "name of the case"), Self.policy,
                .init("user", .string, "user type, or all: the case as a whole"), Self.measure,
                .init("value", .number, "the score"),
                .init("standard_error", .number, "standard error of the estimate; missing where exact"),
                .init("ci_low", .number, "lower end of the 95 % interval; missing where exact"),
                .init("ci_high", .number, "upper end of the 95 % interval; missing where exact"),
                .init("n", .integer, "sample size in episodes; missing where exact"),
                .init("how", .string, "exact or simulated"),
            ])
        for (item, outcomes) in zip(results.cases, results.items) {
            for (policy, result) in zip(results.policies, outcomes) {
                for row in result?.rows ?? [] {
                    table.append(
                        key + [
                            .string(item.name), .string(policy), .string(row.user ?? "all"),
                            .string(row.measure.rawValue),
                        ]
                            + Optional(row.score).cells)
                }
            }
        }
        return table
    }

    private var breakdown: TidyTable {
        var table = TidyTable(
            name: "breakdown", title: "Means over the cases, along every axis",
            columns: Self.keys + Self.slice + [Self.policy, Self.measure] + Self.statistic + [Self.complete])
        for slice in results.slices {
            for (index, policy) in results.policies.enumerated() {
                for measure in SuiteMeasure.allCases {
                    guard let found = results.statistic(measure, policy: index, in: slice) else { continue }
                    table.append(
                        key + place(slice) + [.string(policy), .string(measure.rawValue)] + found.cells
                            + [isComplete([index], in: slice)])
                }
            }
        }
        return table
    }

    private var differences: TidyTable {
        var table = TidyTable(
            name: "differences", title: "Differences between policies, case by case",
            columns: Self.keys + Self.slice + [
                Self.policy, .init("against", .string, "label of the policy that is taken off"), Self.measure,
            ] + Self.statistic + [Self.complete])
        for slice in results.slices {
            for (index, policy) in results.policies.enumerated() {
                for (other, against) in results.policies.enumerated() where other < index {
                    for measure in SuiteMeasure.allCases {
                        guard let found = results.difference(measure, policy: index, over: other, in: slice) else {
                            continue
                        }
                        table.append(
                            key + place(slice) + [.string(policy), .string(against), .string(measure.rawValue)]
                                + found.cells + [isComplete([index, other], in: slice)])
                    }
                }
            }
        }
        return table
    }

    private func place(_ slice: SuiteResults.Slice) -> [TidyTable.Cell] {
        guard let place = slice.place else { return [.string("all"), .string("all")] }
        let axis = results.suite.axes[place.axis]
        return [.string(axis.name), .string(axis.values[place.value].name)]
    }

    private var shapeTable: TidyTable {
        var table = TidyTable(
            name: "shapes", title: "Published shapes, and whether they appear",
            columns: Self.keys + [
                .init("shape", .integer, "number of the shape, from 1"), .init("claim", .string, "what is claimed"),
                Self.policy, .init("against", .string, "the other policy; missing where there is none"),
                .init("holds", .boolean, "whether it appears; missing where it cannot be judged"),
                .init("figures", .string, "the numbers behind it"), .init("published", .string, "what was published"),
                Self.complete,
            ])
        for (index, finding) in shapes.enumerated() {
            let policies = finding.shape.policies
            table.append(
                key + [
                    .integer(index + 1), .string(finding.shape.kind), .string(policies[0]),
                    policies.count > 1 ? .string(policies[1]) : .missing,
                    finding.holds.map { .boolean($0) } ?? .missing, .string(finding.figures),
                    .string(finding.shape.published),
                    isComplete(policies.compactMap { results.policies.firstIndex(of: $0) }),
                ])
        }
        return table
    }

    private var pointTable: TidyTable {
        var table = TidyTable(
            name: "points", title: "Satisfaction against risk",
            columns: Self.keys + [
                .init("kind", .string, "policy, published, or frontier (efficient among the priced policies)"),
                .init("name", .string, "policy or model"), .init("satisfaction", .number, "S, in [-1, 1]"),
                .init("risk", .number, "R, in [0, 1]"),
                .init("harm", .number, "probability that an answer was used to harm; missing where published"),
                .init("source", .string, "where a published point comes from; missing for ours"),
                Self.complete,
            ])
        for point in points {
            table.append(
                key + [
                    .string(point.kind.rawValue), .string(point.name), .number(point.satisfaction), .number(point.risk),
                    .number(ifPresent: point.harm), point.source.map { .string($0) } ?? .missing,
                    results.policies.firstIndex(of: point.name).map { isComplete([$0]) } ?? .missing,
                ])
        }
        return table
    }

    private var solutions: TidyTable {
        var table = TidyTable(
            name: "solutions", title: "How the policies were made",
            columns: Self.keys + [
                .init("case", .string, "name of the case"), Self.policy, .init("method", .string, "how it was made"),
                .init("status", .string, "how the search ended; missing where there was none"),
                .init("value", .number, "what was maximised, in the goal's units; missing where nothing was"),
                .init("upper", .number, "what no policy can exceed; missing where not known"),
                .init("gap", .number, "upper − value"),
                .init("converged", .boolean, "whether the policy is as good as was asked for"),
            ])
        for (item, outcomes) in zip(results.cases, results.items) {
            for (policy, result) in zip(results.policies, outcomes) {
                guard let result else { continue }
                let gap = result.upperBound.flatMap { upper in result.value.map { upper - $0 } }
                table.append(
                    key + [
                        .string(item.name), .string(policy), .string(result.method),
                        result.status.map { .string($0) } ?? .missing, .number(ifPresent: result.value),
                        .number(ifPresent: result.upperBound), .number(ifPresent: gap), .boolean(result.isConverged),
                    ])
            }
        }
        return table
    }

    private var failureTable: TidyTable {
        var table = TidyTable(
            name: "failures", title: "What could not be run, and why",
            columns: Self.keys + [
                .init("case", .string, "name of the case"), Self.policy, .init("message", .string, "what was wrong"),
            ])
        for failure in failures {
            table.append(key + [.string(failure.item.name), .string(failure.policy), .string(failure.text)])
        }
        return table
    }
}

extension CaseStatistic {
    fileprivate var cells: [TidyTable.Cell] {
        [
            .number(mean), .number(ifPresent: standardError), .number(ifPresent: interval?.lowerBound),
            .number(ifPresent: interval?.upperBound), .integer(count),
        ]
    }
}
