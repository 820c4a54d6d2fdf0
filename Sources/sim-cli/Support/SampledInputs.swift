internal import GameModel
internal import Parameters
internal import Scenarios
internal import Solver
internal import UserAgents

/// Scenarios whose coefficients are drawn as uncertain as the scenario says they are.
enum SampledInputs {
    /// - Returns: as many as asked for; none where the scenario has no uncertainty. The n-th depends on the seed and n alone.
    /// - Throws: ``InputError`` if a draw makes no game.
    static func draw(_ scenario: Scenario, objective: Objective, count: Int, seed: UInt64) throws -> [GameInputs] {
        guard let uncertainty = scenario.uncertainty, !uncertainty.parameters.isEmpty, count > 0 else { return [] }
        return try (1...count).map { sample in
            let normals = try ParameterDraws.normals(seed: seed, sample: sample, count: uncertainty.parameters.count)
            do {
                let definition = try uncertainty.definition(scenario.definition, normals: normals)
                return GameInputs(definition: definition, objective: objective)
            } catch let error as GameError {
                throw InputError(
                    "sample \(sample) of \(scenario.file) is no game: \(error); is its uncertainty too large?")
            }
        }
    }
}

extension Scenario {
    /// Standard errors of uncertain coefficients, by path.
    var standardErrors: [String: Double] {
        guard let uncertainty else { return [:] }
        return Dictionary(zip(uncertainty.parameters.map(\.path), uncertainty.deviations)) { max($0, $1) }
    }
}
