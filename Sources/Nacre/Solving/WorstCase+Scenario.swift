public import GameModel
internal import Output
public import Scenarios
public import Solver
internal import UserAgents

extension Scenario {
    /// The worst case of a kind in this scenario.
    ///
    /// - Parameters:
    ///   - samples: games for uncertain parameters: the nominal one and draws, this many in all.
    ///   - control: ends the drawing: the case then has fewer games than were asked for.
    /// - Throws: ``InputError`` if parameters are to be drawn and the scenario does not say how uncertain they are.
    public func worstCase(
        _ robustness: Robustness, samples: Int, seed: UInt64, control: RunControl = RunControl()
    ) throws -> WorstCase {
        guard robustness.usesParameters else {
            return try WorstCase(games: [game], objective: objective, robustness: robustness)
        }
        guard let uncertainty, !uncertainty.parameters.isEmpty else {
            throw InputError(
                "\(file) has no uncertainty, so no parameters can be drawn; give standard deviations or a covariance "
                    + "file under 'uncertainty', or use --robust prior:RADIUS")
        }
        var games = 1
        let drawn = try SampledInputs.draw(
            uncertainty, of: self, count: samples - 1, seed: seed, shouldStop: control.shouldStop
        ) {
            games += 1
            control.progress(RunProgress(steps: games, of: samples, phase: "drawing games"))
            return try Game($0)
        }
        return try WorstCase(games: [game] + drawn, objective: objective, robustness: robustness)
    }
}

/// Policies side by side, in the nominal case and in the worst.
package struct RobustReport {
    package let problem: WorstCase
    package let labels: [String]
    package let evaluations: [RobustEvaluation]

    package init(problem: WorstCase, labels: [String], evaluations: [RobustEvaluation]) {
        self.problem = problem
        self.labels = labels
        self.evaluations = evaluations
    }

    /// Components are listed one by one up to this many; of samples there are too many.
    private var listsComponents: Bool { !problem.robustness.usesParameters }

    private typealias Row = (label: String, evaluation: RobustEvaluation)

    private var rows: [Row] { zip(labels, evaluations).map { ($0, $1) } }

    /// A policy a row; people see the components one by one where they are few.
    private var columns: Columns<Row> {
        let components = listsComponents ? problem.components : []
        return Columns<Row>([
            .string("policy", "the policy, as it was named on the command line") { $0.label }.shown(""),
            .member("nominal") { Self.number($0.evaluation.nominalValue) }
                .shown("nominal") { Format.number($0.evaluation.nominalValue, 6) },
            .member("worst") { Self.number($0.evaluation.value) }
                .shown(problem.robustness.name) { Format.number($0.evaluation.value, 6) },
            .member("values") { .array($0.evaluation.values.map(Self.number)) },
            .member("weights") { .numbers($0.evaluation.weights) },
            .number("largest_violation", "the largest excess over a constraint in any of the games, at least 0") {
                $0.evaluation.largestViolation
            },
        ]).followed(
            by: Columns(
                components.enumerated().map { index, name in
                    .text(name) { Format.number($0.evaluation.values[index], 6) }
                }))
    }

    package var text: String {
        var lines = [columns.text(rows)]
        for (label, evaluation) in zip(labels, evaluations) { lines.append("\(label): \(worst(evaluation))\n") }
        return lines.joined()
    }

    /// Where the worst case is.
    package func worst(_ evaluation: RobustEvaluation) -> String {
        if listsComponents {
            let shares = zip(problem.components, evaluation.weights).map { "\($0) \(Format.fixed($1, 4))" }
            return "worst at the prior " + shares.joined(separator: ", ")
        }
        let sorted = evaluation.values.sorted()
        let lowest = evaluation.values.indices.min { evaluation.values[$0] < evaluation.values[$1] } ?? 0
        return "over \(evaluation.values.count) games from \(Format.number(sorted.first ?? 0, 6)) "
            + "(\(problem.components[lowest])) by the median \(Format.number(sorted[sorted.count / 2], 6)) to "
            + "\(Format.number(sorted.last ?? 0, 6))"
            + (problem.objective.constraints.isEmpty
                ? "" : "; largest excess over a constraint \(Format.fixed(evaluation.largestViolation, 6))")
    }

    package var json: JSONValue {
        .object([
            "against": .string(problem.robustness.name), "samples": .integer(problem.games.count),
            "components": .strings(problem.components),
            "policies": columns.json(rows),
        ])
    }

    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
}
