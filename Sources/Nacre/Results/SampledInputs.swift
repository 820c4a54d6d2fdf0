internal import Analysis
internal import GameModel
internal import Scenarios
internal import Solver
internal import UserAgents

/// Scenarios whose coefficients are drawn as uncertain as the scenario says they are.
package enum SampledInputs {
    /// - Parameter shouldStop: once true, no more are drawn.
    /// - Returns: as many as asked for; none where the scenario has no uncertainty. The n-th depends on the seed and n alone.
    /// - Throws: ``InputError`` if a draw makes no game.
    package static func draw(
        _ scenario: Scenario, objective: Objective, count: Int, seed: UInt64, shouldStop: () -> Bool = { false }
    ) throws -> [GameInputs] {
        guard let uncertainty = scenario.uncertainty, !uncertainty.parameters.isEmpty, count > 0 else { return [] }
        return try draw(uncertainty, of: scenario, count: count, seed: seed, shouldStop: shouldStop) {
            GameInputs(definition: $0, objective: objective)
        }
    }

    /// What is made of drawn definitions.
    ///
    /// - Throws: ``InputError`` if a draw makes no game.
    package static func draw<Value>(
        _ uncertainty: ParameterUncertainty, of scenario: Scenario, count: Int, seed: UInt64,
        shouldStop: () -> Bool = { false }, _ make: (GameDefinition) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        for sample in 1...max(1, count) where sample <= count && !shouldStop() {
            let normals = try ParameterDraws.normals(seed: seed, sample: sample, count: uncertainty.parameters.count)
            do {
                values.append(try make(uncertainty.definition(scenario.definition, normals: normals)))
            } catch let error as GameError {
                throw InputError(
                    "sample \(sample) of \(scenario.file) is no game: \(error); is its uncertainty too large?")
            }
        }
        return values
    }
}

extension Scenario {
    /// How some numbers are correlated, as the uncertainty says.
    package func dependence(of ranges: [Sensitivity.Range]) -> InputDependence {
        let all = uncertainty?.covariance ?? []
        let places = ranges.map { range in
            uncertainty?.parameters.firstIndex { $0.path == range.parameter.path }
        }
        return InputDependence(
            covariance: places.map { row in
                places.map { column in
                    guard let row, let column else { return 0 }
                    return all[row][column]
                }
            })
    }

    /// Standard errors of uncertain coefficients, by path.
    package var standardErrors: [String: Double] {
        guard let uncertainty else { return [:] }
        return Dictionary(zip(uncertainty.parameters.map(\.path), uncertainty.deviations)) { max($0, $1) }
    }
}
