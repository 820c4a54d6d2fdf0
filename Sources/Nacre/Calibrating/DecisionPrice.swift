package import CalibrationFiles
package import GameModel
internal import InputErrors
package import Output
package import Scenarios
internal import Solver

/// What it costs to plan for the users of one source and meet those of another.
package struct DecisionPrice {
    /// A policy that was planned for one source, played with the users of one.
    package struct Cell {
        /// Which source the policy was planned for, and whose users it meets; 0 or 1.
        package let plannedFor: Int
        package let met: Int
        /// The scenario's goal, exact.
        package let value: Double
        /// By how much a limit is exceeded.
        package let excess: Double
        /// What the policy loses against the better of the two there; nil where a limit is exceeded by it.
        package let least: Double?
        /// What it loses against any policy at most; nil as above, and where no bound is known.
        package let most: Double?
    }

    /// The scenario with the users of each source.
    package let scenarios: [Scenario]
    package let solved: [SolvedScenario]
    package let cells: [Cell]

    /// Whether both searches ended well.
    package var isConverged: Bool { solved.allSatisfy { Self.isFinished($0.status) } }

    /// Policies meet a limit up to the rounding of evaluation.
    private static let tolerance = 1e-9

    /// - Parameters:
    ///   - tables: two sources.
    ///   - method: how each is planned for.
    /// - Throws: `InputError` where the mapping fits no user of the scenario; what fits, merges and searches throw.
    /// - Complexity: two searches and four evaluations.
    package init(
        _ tables: [ObservationTable], _ mapping: CalibrationMapping, into scenario: Scenario,
        _ method: any SolvingMethod,
        seed: UInt64, _ control: RunControl
    ) throws {
        scenarios = try tables.map { table in
            let fitted = try CalibrationResult.fit(
                table, mapping,
                FitRequest(folds: 0, bootstraps: 0, seed: seed, threads: control.threads ?? 1), control: control)
            guard fitted.isConverged else {
                throw InputError("\(table.file): a fit of \(mapping.name) did not converge")
            }
            guard !fitted.coefficients.isEmpty else {
                throw InputError(
                    "\(mapping.file): no model names a user, so nothing goes into \(scenario.name); give the models 'user'"
                )
            }
            let text = try ScenarioMerge.merge(fitted.coefficients, reference: fitted.references, into: scenario)
            return try Scenario.parse(text, file: scenario.file)
        }
        solved = try scenarios.map { try method.solve($0, control) }
        let (scenarios, solved) = (scenarios, solved)
        let values = try solved.map { own in try scenarios.map { try $0.evaluate(own.policy) } }
        cells = solved.indices.flatMap { planned in
            scenarios.indices.map { met in
                let valued = values[planned][met]
                let isKept = valued.violation <= Self.tolerance
                // A search is a search: what was planned for others may be better than what was planned for these.
                let best = solved.indices.filter { values[$0][met].violation <= Self.tolerance }
                    .map { values[$0][met].value }.max()
                let bound = solved[met].bound
                return Cell(
                    plannedFor: planned, met: met, value: valued.value, excess: valued.violation,
                    least: isKept ? best.map { $0 - valued.value } : nil,
                    most: isKept && bound.isFinite ? bound - valued.value : nil)
            }
        }
    }

    private static func isFinished(_ status: Solution.Status) -> Bool {
        switch status {
        case .optimal, .gapReached, .converged: true
        default: false
        }
    }

    package static func columns(_ names: [String]) -> Columns<Cell> {
        [
            .string("planned_for", "the source whose users the policy was planned for") { names[$0.plannedFor] }
                .shown("planned for", left: true) { Escaped.line(names[$0.plannedFor]) },
            .string("met", "the source whose users it meets") { names[$0.met] }
                .shown("meets", left: true) { Escaped.line(names[$0.met]) },
            .number("value", "the scenario's goal, exact") { $0.value }.shown(decimals: 6),
            .number("excess", "by how much a limit is exceeded") { $0.excess }.shown(decimals: 6),
            .number("loss_at_least", "against the better of the two policies; missing where a limit is exceeded") {
                $0.least
            }.shown("loses", decimals: 6, missing: "limit exceeded"),
            .number("loss_at_most", "against any policy, by the bound; missing where none is known") { $0.most }
                .shown("at most", decimals: 6, missing: "none"),
        ]
    }
}
