internal import Analysis
internal import ArgumentParser
internal import GameModel
internal import Preferences
internal import Scenarios

/// `--rationale`.
enum RationaleHelp {
    static let text: ArgumentHelp = """
        Add the columns rationale and rationale_data: why, in a sentence and in numbers. They tell the probabilities of user \
        types: do not train on them.
        """
}

/// The numbers of `--rationale`: what each response is expected to lead to, by the same analysis as `explain`.
struct PairReasons {
    /// What all rows have in common.
    let shared: DatasetRationale
    private let anticipations: DecisionAnticipations

    /// - Parameter multipliers: μ per constraint of the scenario's objective.
    /// - Throws: ``InputError`` naming the flag, for users who look ahead and for mixtures of policies.
    init(_ scenario: Scenario, policy: NamedPolicy, multipliers: [Double]) throws {
        if let foresight = scenario.game.foresight {
            let names = scenario.game.users.indices.filter(foresight.isForesighted).map { scenario.game.users[$0] }
            throw InputError(
                "--rationale explains reactions that do not depend on the policy, and \(names.joined(separator: ", ")) looks "
                    + "ahead in \(scenario.file); leave the flag out, or give --follower myopic, whose labels differ too"
            )
        }
        guard policy.controller.memory.initial.allSatisfy({ $0.only != nil }) else {
            throw InputError(
                "--rationale explains one policy, and \(policy.label) is a mixture that draws one at the opening; leave the "
                    + "flag out, or give one of the policies that it mixes")
        }
        let anticipations = try DecisionAnticipations(
            policy.controller, inputs: GameInputs(definition: scenario.definition, objective: scenario.objective),
            multipliers: multipliers)
        // A policy that was not solved may break what has no price.
        let binding = anticipations.guidelines.filter { $0.isBinding || $0.share > $0.constraint.atMost }.map {
            DatasetRationale.Constraint(
                user: $0.constraint.user, outcome: $0.constraint.outcome, atMost: $0.constraint.atMost, share: $0.share,
                price: $0.price)
        }
        (shared, self.anticipations) = (DatasetRationale(binding: binding), anticipations)
    }

    /// The outlook of every response at a node.
    ///
    /// - Complexity: an adjoint pass per response.
    func outlooks(at node: DecisionNode) throws -> [ResponseOutlook] {
        guard let place = node.nodes.only else {
            throw InputError("--rationale explains one policy, and the policy is a mixture; leave the flag out")
        }
        return anticipations(belief: node.belief, turn: node.turn, node: place).map {
            ResponseOutlook(risk: $0.risk, reactions: $0.reactions)
        }
    }
}
