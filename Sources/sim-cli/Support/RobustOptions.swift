internal import ArgumentParser
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver
internal import UserAgents

/// What a policy is to be robust against, as it is asked for on the command line.
struct RobustOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Judge by the worst case: prior:RADIUS (priors within this total variation), all-priors, parameters:mean, \
            parameters:worst or parameters:cvar:LEVEL (user parameters drawn from the scenario's uncertainty).
            """)
    var robust: String?

    @Option(
        name: .long, help: "Games for uncertain parameters: the nominal one and draws, this many in all. (default: 50)",
        transform: Number.whole(2...100_000))
    var samples = 50

    var isAsked: Bool { robust != nil }

    func validate() throws {
        guard let robust else { return }
        do { _ = try Robustness(name: robust) } catch { throw ValidationError("--robust \(error).") }
    }

    /// The problem asked for, or nil.
    ///
    /// - Throws: ``InputError`` if parameters are to be drawn and the scenario does not say how uncertain they are.
    func problem(_ scenario: Scenario, seed: UInt64) throws -> WorstCase? {
        guard let robust else { return nil }
        let robustness = try Robustness(name: robust)
        guard robustness.usesParameters else {
            return try WorstCase(games: [scenario.game], objective: scenario.objective, robustness: robustness)
        }
        guard let uncertainty = scenario.uncertainty, !uncertainty.parameters.isEmpty else {
            throw InputError(
                "\(scenario.file) has no uncertainty, so no parameters can be drawn; give standard deviations or a covariance "
                    + "file under 'uncertainty', or use --robust prior:RADIUS")
        }
        let drawn = try SampledInputs.draw(uncertainty, of: scenario, count: samples - 1, seed: seed) { try Game($0) }
        return try WorstCase(
            games: [scenario.game] + drawn, objective: scenario.objective, robustness: robustness)
    }
}

/// Policies side by side, in the nominal case and in the worst.
struct RobustReport {
    let problem: WorstCase
    let labels: [String]
    let evaluations: [RobustEvaluation]

    /// Components are listed one by one up to this many; of samples there are too many.
    private var listsComponents: Bool { !problem.robustness.usesParameters }

    var text: String {
        var table = TextTable(["", "nominal", problem.robustness.name] + (listsComponents ? problem.components : []))
        for (label, evaluation) in zip(labels, evaluations) {
            let values = listsComponents ? evaluation.values : []
            table.append([label] + ([evaluation.nominalValue, evaluation.value] + values).map { Format.number($0, 6) })
        }
        var lines = [table.text]
        for (label, evaluation) in zip(labels, evaluations) { lines.append("\(label): \(worst(evaluation))\n") }
        return lines.joined()
    }

    /// Where the worst case is.
    func worst(_ evaluation: RobustEvaluation) -> String {
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

    var json: JSONValue {
        .object([
            "against": .string(problem.robustness.name), "samples": .integer(problem.games.count),
            "components": .strings(problem.components),
            "policies": .array(
                zip(labels, evaluations).map { label, evaluation in
                    .object([
                        "policy": .string(label), "nominal": Self.number(evaluation.nominalValue),
                        "worst": Self.number(evaluation.value), "values": .array(evaluation.values.map(Self.number)),
                        "weights": .numbers(evaluation.weights),
                        "largest_violation": .number(evaluation.largestViolation),
                    ])
                }),
        ])
    }

    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
}
