package import Output
internal import Scenarios

/// A suite's run as it is shown.
package struct SuiteReport {
    package let results: SuiteResults
    package let policies: [SuitePolicy]
    package let policyCount: Int
    package let shapes: [ShapeFinding]
    package let points: [SuitePoint]
    package let failures: [(item: SuiteCase, policy: String, text: String)]
    package let beta: Double
    package let seconds: Double
    package let runID: String
    /// How many cases there were to be run.
    package let wanted: Int

    package init(
        results: SuiteResults, policies: [SuitePolicy], policyCount: Int, shapes: [ShapeFinding], points: [SuitePoint],
        failures: [(item: SuiteCase, policy: String, text: String)], beta: Double, seconds: Double, runID: String,
        wanted: Int
    ) {
        self.results = results
        self.policies = policies
        self.policyCount = policyCount
        self.shapes = shapes
        self.points = points
        self.failures = failures
        self.beta = beta
        self.seconds = seconds
        self.runID = runID
        self.wanted = wanted
    }

    /// What the tables show, one table a group; the rest is in the files.
    private static let shown: [[SuiteMeasure]] = [
        [.satisfaction, .risk, .constructive, .harm, .retention, .payoff],
        [.success, .turnsToSuccess, .honestSatisfaction, .honestRisk, .honestRetention],
    ]

    private var named: Range<Int> { 0..<policyCount }

    /// The groups, without what has no meaning in these cases. Where nobody is an attacker the honest are everybody.
    private var groups: [[SuiteMeasure]] {
        Self.shown.prefix(results.suite.scores.attackers.isEmpty ? 1 : 2).map { group in
            group.filter { measure in named.contains { results.statistic(measure, policy: $0) != nil } }
        }.filter { !$0.isEmpty }
    }

    private func isShown(_ measure: SuiteMeasure) -> Bool { groups.contains { $0.contains(measure) } }

    // MARK: Text

    package var text: String {
        var parts = [heading, summary]
        if policyCount > 1 { parts.append(differences) }
        for (index, axis) in results.suite.axes.enumerated() where axis.values.count > 1 {
            parts.append(breakdown(index, axis))
        }
        if let unconverged { parts.append(unconverged) }
        if !shapes.isEmpty { parts.append(shapeLines) }
        if !failures.isEmpty { parts.append(failureLines) }
        return parts.joined(separator: "\n")
    }

    private var heading: String {
        let exact = results.exactShare.map { "\(Format.fixed(100 * $0, 1)) % of the scores are exact" } ?? "no scores"
        let count =
            results.cases.count == wanted
            ? "\(Format.count(wanted)) cases" : "\(Format.count(results.cases.count)) of \(Format.count(wanted)) cases"
        let unfinished =
            results.cases.count == wanted
            ? "" : "NOT COMPLETE: stopped; everything below is of the cases that were run.\n"
        return
            "\(Escaped.line(results.suite.title))\n\(unfinished)\(count), \(policyCount) policies, β = \(beta); \(exact). Suite "
            + "\(results.suite.hash.prefix(12)).\nMeans over cases by weight; ± is how far a mean would move with other cases "
            + "of the kind.\n"
    }

    /// A policy a line, a measure a column; one table a group of measures.
    private func text(_ policies: Range<Int>, _ cell: @escaping @Sendable (SuiteMeasure, Int) -> String) -> String {
        groups.map { measures in
            let columns = measures.map { measure in
                Columns<Int>.Column.text(measure.rawValue) { cell(measure, $0) }
            }
            return Columns<Int>([.text("policy", left: true) { results.policies[$0] }] + columns).text(policies)
        }.joined(separator: "\n")
    }

    private var summary: String { text(named) { cell(results.statistic($0, policy: $1)) } }

    private var differences: String {
        "Differences from \(results.policies[0]), case by case\n"
            + text(named.dropFirst()) { cell(results.difference($0, policy: $1, over: 0), signed: true) }
    }

    private func cell(_ statistic: CaseStatistic?, signed: Bool = false) -> String {
        guard let statistic else { return "" }
        let sign = signed && statistic.mean > 0 ? "+" : ""
        return sign
            + (statistic.standardError.map { Format.estimate(statistic.mean, error: $0, 3) }
                ?? Format.number(statistic.mean, 3))
    }

    /// The constructive score and the success of attackers along an axis: a value a line, a policy a column.
    private func breakdown(_ index: Int, _ axis: ScenarioSuite.Axis) -> String {
        [SuiteMeasure.constructive, .success].filter(isShown).map { measure in
            @Sendable func mean(_ policy: Int, _ value: Int) -> Double? {
                results.statistic(measure, policy: policy, in: .init(place: (index, value)))?.mean
            }
            let means = named.map { policy in
                Columns<Int>.Column.text(results.policies[policy]) { value in
                    mean(policy, value).map { Format.number($0, 3) } ?? ""
                }
            }
            let columns = Columns<Int>(
                [
                    .text("\(axis.name): \(measure.rawValue)", left: true) {
                        let item = axis.values[$0]
                        return item.title == item.name ? item.name : "\(item.name) (\(item.title))"
                    }
                ] + means)
            return columns.text(axis.values.indices.filter { value in named.contains { mean($0, value) != nil } })
        }.joined(separator: "\n")
    }

    /// What a picture of these results must say of them; nil where they are whole.
    package var pictureNote: String? {
        var parts: [String] = []
        if results.cases.count < wanted {
            parts.append(
                "Not complete: \(Format.count(results.cases.count)) of \(Format.count(wanted)) cases were run.")
        }
        if !failures.isEmpty { parts.append("\(Format.count(failures.count)) policies failed in a case.") }
        if let unconverged { parts.append(String(unconverged.dropLast())) }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// A line about searches that did not get to what was asked for; nil where all did.
    private var unconverged: String? {
        let counts = results.policies.indices.compactMap { policy -> String? in
            let count = results.items.count { $0[policy].map { !$0.isConverged } ?? false }
            return count > 0 ? "\(results.policies[policy]) in \(count)" : nil
        }
        return counts.isEmpty
            ? nil
            : "Not converged (the best so far was played; see solutions.csv): \(counts.joined(separator: ", ")) cases\n"
    }

    private var shapeLines: String {
        var lines = ["Published shapes"]
        for finding in shapes {
            let policies = finding.shape.policies.joined(separator: " / ")
            lines.append("- \(finding.shape.kind), \(policies): \(finding.verdict)\n    here: \(finding.figures)")
            if !finding.shape.published.isEmpty {
                lines.append("    published: \(Escaped.line(finding.shape.published))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Failures that say the same are told once.
    private var failureLines: String {
        var seen: [(text: String, policy: String, cases: [String])] = []
        for failure in failures {
            if let index = seen.firstIndex(where: { $0.text == failure.text && $0.policy == failure.policy }) {
                seen[index].cases.append(failure.item.name)
            } else {
                seen.append((failure.text, failure.policy, [failure.item.name]))
            }
        }
        let lines = seen.map { entry in
            let more = entry.cases.count > 3 ? " and \(entry.cases.count - 3) more" : ""
            return "- \(entry.policy) in \(entry.cases.prefix(3).joined(separator: ", "))\(more):\n    "
                + entry.text.split(separator: "\n").joined(separator: "\n    ")
        }
        return (["\(failures.count) failed"] + lines).joined(separator: "\n") + "\n"
    }

    // MARK: JSON

    package func json(out: String?) -> JSONValue {
        .object([
            "format": .integer(1), "suite": .string(results.suite.name), "suite_hash": .string(results.suite.hash),
            "run_id": .string(runID), "cases": .integer(results.cases.count), "cases_wanted": .integer(wanted),
            "complete": .bool(results.cases.count == wanted),
            "beta": .number(beta),
            "exact_share": .number(ifPresent: results.exactShare), "seconds": .number(seconds),
            "out": out.map { .string($0) } ?? .null,
            "policies": .array(named.map(policy)),
            "shapes": tables.shapeColumns.json(shapes), "points": tables.pointColumns.json(points),
            "failures": tables.failureColumns.json(failures),
        ])
    }

    /// The same in files.
    var tables: SuiteTables {
        SuiteTables(results: results, shapes: shapes, points: points, failures: failures, runID: runID, wanted: wanted)
    }

    private func policy(_ index: Int) -> JSONValue {
        var measures: [String: JSONValue] = [:]
        for measure in SuiteMeasure.allCases {
            guard let statistic = results.statistic(measure, policy: index) else { continue }
            measures[measure.rawValue] = .object(CaseStatistic.columns.members(statistic))
        }
        return .object([
            "policy": .string(policies[index].label), "recipe": .string(policies[index].text),
            "complete": .bool(results.cases.count == wanted && results.isComplete(policy: index)),
            "converged": .bool(results.items.allSatisfy { $0[index]?.isConverged ?? true }),
            "measures": .object(measures),
        ])
    }
}
