internal import Analysis
package import Output
package import Scenarios

/// Published figures beside what a scenario says.
package struct RealityReport: Report {
    package enum Verdict: String, Sendable {
        /// The scenario's exact number lies in the published interval.
        case agrees
        case differs
        /// Nothing in this scenario is what the figure speaks about, or nothing says how sure the figure is.
        case silent
    }

    /// The scenario's side of a figure.
    package struct Subject: Sendable {
        /// The number in words.
        package let words: String
        package let isSamePopulation: Bool
        /// Whether it is shown because a policy was asked for: it then has no verdict of its own in the joint change.
        package let isAsked: Bool
        /// Exact.
        package let value: Double
        /// The smallest change that would agree; nil where it agrees, or where no assumption moves it.
        package var change: AssumptionChange?
    }

    package struct Line: Sendable {
        package let figure: PublishedFigure
        package let subject: Subject?

        package var verdict: Verdict {
            guard let subject, let measured = figure.measured else { return .silent }
            return measured.interval.contains(subject.value) ? .agrees : .differs
        }
    }

    /// All figures of the scenario at once.
    package struct Together: Sendable {
        /// Per target, which figure and number it is.
        package let names: [String]
        package let change: AssumptionChange
    }

    package let scenario: Scenario
    package let lines: [Line]
    package let together: Together?
    /// How many coefficients could move.
    package let movableCount: Int
    package let policies: [String]
    package let parameters: [String]

    /// Whether every change that was looked for was found.
    package var isConverged: Bool {
        lines.allSatisfy { $0.subject?.change?.isConverged != false } && together?.change.isConverged != false
    }

    /// The lines that have a number of the scenario.
    var spoken: [Line] { lines.filter { $0.subject != nil } }
    var silent: [Line] { lines.filter { $0.subject == nil } }

    package func json() throws -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "how": .string("exact"), "run_id": .string(runID), "parameters": .strings(parameters),
            "figures": figureColumns.json(lines),
        ]
        if let together {
            members["together"] = .object([
                "size": .number(together.change.size), "converged": .bool(together.change.isConverged),
                "distances": togetherColumns.json(together.rows), "changes": moveColumns.json(together.change.moves),
            ])
        }
        return .object(scenario.withAssumptions(members))
    }

    /// Everything as tables.
    package var package: DataPackage {
        let figures = figureColumns.table(
            "figures", title: "Published figures beside the scenario", rows: lines, within: run)
        let changes = changeColumns.table(
            "changes", title: "The smallest changes that would agree", rows: changeRows, within: run)
        let together = togetherColumns.table(
            "together", title: "All figures at once", rows: self.together?.rows ?? [], within: run)
        return DataPackage(scenario, name: "reality", tables: [figures, changes, together])
    }

    var runID: String {
        RunName.make(
            ["reality", scenario.gameHash] + scenario.assumptionParts + parameters + ["policies"] + policies
                + ["figures"] + lines.map { "\($0.figure.key) \($0.subject?.words ?? "")" })
    }
}

extension RealityReport.Together {
    struct Row {
        let name: String
        let value: Double
        let distance: Double
    }

    var rows: [Row] {
        names.indices.map { Row(name: names[$0], value: change.values[$0], distance: change.distances[$0]) }
    }
}
