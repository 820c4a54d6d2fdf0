package import Analysis
internal import GameModel
package import Output
package import Scenarios

/// Policies that are best for different objectives, each valued under all of them.
package struct ObjectivesReport: Report {
    /// The first situation in which the policies of two objectives differ.
    package struct Parting {
        let first: Int
        let second: Int
        /// Nil where they never part, or too many histories would have to be looked at.
        let parting: PolicyParting?
    }

    /// A policy under an objective.
    struct Cell {
        /// Which objective the policy is best for, and which it is valued under.
        let row: ObjectiveOptimum
        let column: ObjectiveOptimum

        var value: Double { column.objective.value(row.measures) }
        var excess: Double { column.objective.excess(row.measures) }

        /// What the policy loses against the objective's own policy at least; a policy that breaks the objective's limit, or an objective
        /// without a policy that keeps it, has none.
        var least: Double? {
            guard isComparable else { return nil }
            return row.objective == column.objective ? 0 : max(0, column.value - value)
        }

        /// What it loses against any policy at most.
        var most: Double? { isComparable ? max(0, column.bound - value) : nil }

        private var isComparable: Bool {
            column.objective.keepsLimit(row.measures) && column.objective.keepsLimit(column.measures)
        }
    }

    package let scenario: Scenario
    let request: ObjectivesRequest
    package let optima: [ObjectiveOptimum]
    /// Objectives that cannot be asked for, since the scenario says nothing of satisfaction.
    let missing: [ComparedObjective]
    /// Objectives that the work was to end before.
    let unfinished: Int
    package let partings: [Parting]

    /// Whether every policy is as good as was asked for.
    package var isConverged: Bool { unfinished == 0 && optima.allSatisfy(\.isConverged) }

    var cells: [Cell] { optima.flatMap { row in optima.map { Cell(row: row, column: $0) } } }

    package func json() throws -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "run_id": .string(runID), "converged": .bool(isConverged), "alpha": .number(request.alpha),
                "beta": .number(request.beta), "risk_limit": .number(request.risk), "gap": .number(request.gap),
                "objectives": optimumColumns.json(optima), "regret": cellColumns.json(cells),
                "partings": partingColumns.json(partings), "left_out": .strings(missing.map(\.name)),
            ]))
    }

    package var package: DataPackage {
        DataPackage(
            scenario, name: "objectives",
            tables: [
                optimumColumns.table(
                    "objectives", title: "The best policy of each objective", rows: optima, within: run),
                cellColumns.table("regret", title: "Each policy under each objective", rows: cells, within: run),
                partingColumns.table(
                    "partings", title: "The first situation in which two policies differ", rows: partings, within: run),
            ])
    }

    var runID: String {
        RunName.make(
            [
                "objectives", scenario.gameHash, "\(request.alpha)", "\(request.beta)", "\(request.risk)",
                "\(request.gap)",
            ]
                + scenario.assumptionParts)
    }
}
