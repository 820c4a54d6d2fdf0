internal import ExactEvaluation
package import GameModel
internal import InputErrors
internal import Output
package import Scenarios

/// What the explorer answers from: a scenario, the policies that were named, and nothing that a request could change.
///
/// Every request carries all changes, so that tabs share nothing and the same request has the same answer. What is computed is computed by
/// the functions behind `evaluate --set`, in the same order, and is the same to the last digit.
package final class Explorer: Sendable {
    /// A policy that can be chosen: one that is said in a line, which is made anew for every game, or a file.
    struct ServedPolicy: Sendable {
        let label: String
        /// The policy of a file with its prices; nil for one that is said in a line.
        let file: PricedPolicy?
    }

    /// The scenario as it is served: the file's, with the changes of the command line.
    package let scenario: Scenario
    let policies: [ServedPolicy]
    let inputs: GameInputs
    let parameters: [Parameter]
    let solved = SolvedPolicies()

    /// - Parameters:
    ///   - scenario: as it is served, with what the command line set.
    ///   - names: policies by name or file; those that everybody has are added.
    /// - Throws: `InputError` for a policy that leads nowhere.
    package init(_ scenario: Scenario, policies names: [String] = [], note: (String) -> Void = { _ in }) throws {
        self.scenario = scenario
        inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        parameters = inputs.parameters
        let usual = ["reference", "uniform"] + scenario.game.responses.map { "always:\($0.name)" }
        var seen: Set<String> = []
        policies = try (names + usual).filter { seen.insert($0).inserted }.map { name in
            let named = try NamedPolicy(name, scenario: scenario, note: note)
            guard try scenario.scriptedPolicy(name) == nil else { return ServedPolicy(label: name, file: nil) }
            return ServedPolicy(
                label: name,
                file: PricedPolicy(
                    label: name, policy: named.controller, prices: named.prices(in: scenario, note: note),
                    klWeight: named.objective(scenario.objective).klWeight))
        }
    }

    /// The scenario of a request: that of the file with all changes, made one after the other.
    ///
    /// - Throws: as `setting(_:)` of a scenario.
    package func scenario(with changes: [ParameterChange]) throws -> Scenario { try scenario.setting(changes) }

    /// A policy by the name that a request gives it.
    ///
    /// - Throws: `InputError` for a name that leads nowhere, or to a solution that is no longer remembered.
    func policy(_ name: String, in changed: Scenario) throws -> PricedPolicy {
        if let found = solved[name] { return found }
        if name.hasPrefix(SolvedPolicies.prefix) {
            throw InputError("\(SolvedPolicies.forgotten); solve again")
        }
        guard let served = policies.first(where: { $0.label == name }) else {
            throw InputError("there is no policy \(name) here; there are those that the page lists")
        }
        if let file = served.file { return file }
        let named = try NamedPolicy(name, scenario: changed)
        return PricedPolicy(
            label: name, policy: named.controller, prices: named.prices(in: changed),
            klWeight: changed.objective.klWeight)
    }
}

/// A policy with what limits cost it.
package struct PricedPolicy: Sendable {
    package let label: String
    package let policy: Policy
    /// μ per constraint.
    package let prices: [Double]
    /// τ that its action values carry.
    let klWeight: Double

    /// The objective as the policy was solved for it.
    func objective(_ objective: Objective) -> Objective {
        var own = objective
        own.klWeight = klWeight
        return own
    }

    /// What the policy's responses are worth in a game.
    func values(in scenario: Scenario) throws -> ActionValues {
        try ActionValues(
            policy, game: scenario.game, objective: objective(scenario.objective), multipliers: prices)
    }
}
