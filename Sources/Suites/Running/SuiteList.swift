package import Output

/// A suite, and how many cases it has.
private struct CountedSuite {
    let suite: ScenarioSuite
    let cases: Int

    static var columns: Columns<CountedSuite> {
        [
            .string("suite", "name of the suite") { $0.suite.name }.shown(),
            .integer("cases", "how many cases it has") { $0.cases }.shown { Format.count($0.cases) },
            .member("axes") { .array($0.suite.axes.map(axis)) }.shown("axes", left: true) {
                $0.suite.axes.map { "\($0.name) \($0.values.count)" }.joined(separator: " × ")
            },
            .member("policies") { .array($0.suite.policies.map(policy)) }.shown { "\($0.suite.policies.count)" },
            .string("hash", "hash of the suite") { $0.suite.hash }.shown { String($0.suite.hash.prefix(12)) },
            .string("title", "what it is about") { $0.suite.title }.shown(),
            .string("file", "its file") { $0.suite.file },
        ]
    }

    private static func axis(_ axis: ScenarioSuite.Axis) -> JSONValue {
        .object([
            "axis": .string(axis.name), "title": .string(axis.title), "values": .strings(axis.values.map(\.name)),
        ])
    }

    private static func policy(_ policy: ScenarioSuite.NamedRecipe) -> JSONValue {
        .object(["policy": .string(policy.name), "recipe": .string(policy.recipe)])
    }
}

/// Suites, one a line.
package struct SuiteList: Report {
    let suites: [ScenarioSuite]

    package init(_ suites: [ScenarioSuite]) { self.suites = suites }

    private func rows() throws -> [CountedSuite] {
        try suites.map { CountedSuite(suite: $0, cases: try $0.cases(atMost: .max).count) }
    }

    package func json() throws -> JSONValue {
        .object(["format": .integer(1), "suites": CountedSuite.columns.json(try rows())])
    }

    package func text() throws -> String { CountedSuite.columns.text(try rows()) }
}

/// One suite: its axes, policies and cases.
package struct SuiteContents: Report {
    let suite: ScenarioSuite
    let cases: [SuiteCase]

    package init(_ suite: ScenarioSuite, cases: [SuiteCase]) {
        self.suite = suite
        self.cases = cases
    }

    package func json() -> JSONValue {
        var members = CountedSuite.columns.members(CountedSuite(suite: suite, cases: cases.count))
        members["format"] = .integer(1)
        members["case_names"] = .strings(cases.map(\.name))
        return .object(members)
    }

    package func text() -> String {
        var lines = [
            "\(Escaped.line(suite.title))\n\(Format.count(cases.count)) cases; suite \(suite.hash.prefix(12))\n"
        ]
        for axis in suite.axes {
            lines.append("\(axis.name): \(Escaped.line(axis.title))")
            lines += axis.values.map { "  \($0.name)\($0.title == $0.name ? "" : ": \(Escaped.line($0.title))")" }
        }
        lines.append("\npolicies")
        lines += suite.policies.map { "  \($0.name) = \($0.recipe)" }
        lines.append("\ncases")
        lines += cases.map { "  \($0.name)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
