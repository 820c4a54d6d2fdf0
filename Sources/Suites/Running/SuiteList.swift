package import Output

extension ScenarioSuite {
    /// What a suite is, for scripts.
    package func json(cases: Int, and others: [String: JSONValue] = [:]) -> JSONValue {
        let members: [String: JSONValue] = [
            "suite": .string(name), "title": .string(title), "file": .string(file), "hash": .string(hash),
            "cases": .integer(cases),
            "axes": .array(
                axes.map { axis in
                    .object([
                        "axis": .string(axis.name), "title": .string(axis.title),
                        "values": .strings(axis.values.map(\.name)),
                    ])
                }),
            "policies": .array(
                policies.map { .object(["policy": .string($0.name), "recipe": .string($0.recipe)]) }),
        ]
        return .object(members.merging(others) { own, _ in own })
    }
}

/// Suites, one a line.
package struct SuiteList: Report {
    let suites: [ScenarioSuite]

    package init(_ suites: [ScenarioSuite]) { self.suites = suites }

    private func rows() throws -> [(suite: ScenarioSuite, count: Int)] {
        try suites.map { ($0, try $0.cases(atMost: .max).count) }
    }

    package func json() throws -> JSONValue {
        .object(["format": .integer(1), "suites": .array(try rows().map { $0.suite.json(cases: $0.count) })])
    }

    package func text() throws -> String {
        var table = TextTable(["suite", "cases", "axes", "policies", "hash", "title"], left: [0, 2, 4, 5])
        for (suite, count) in try rows() {
            table.append([
                suite.name, Format.count(count),
                suite.axes.map { "\($0.name) \($0.values.count)" }.joined(separator: " × "),
                "\(suite.policies.count)", String(suite.hash.prefix(12)), suite.title,
            ])
        }
        return table.text
    }
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
        suite.json(
            cases: cases.count, and: ["format": .integer(1), "case_names": .strings(cases.map(\.name))])
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
