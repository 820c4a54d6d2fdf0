internal import Analysis
public import GameModel

/// The numbers of `--rationale`: what each response is expected to lead to, by the same analysis as `explain`.
///
/// Users with foresight expect the policy, before and after the response, as they do for the values that label the rows.
public struct PairReasons {
    /// What all rows have in common.
    public let shared: DatasetRationale
    let anticipations: DecisionAnticipations

    /// - Parameters:
    ///   - label: how the policy is called in messages.
    ///   - multipliers: μ per constraint of the objective.
    /// - Throws: ``PreferenceError`` naming the flag, for mixtures of policies.
    public init(_ policy: Policy, label: String, inputs: GameInputs, multipliers: [Double]) throws {
        guard policy.memory.initial.allSatisfy({ $0.only != nil }) else {
            throw PreferenceError(
                "--rationale explains one policy, and \(label) is a mixture that draws one at the opening; leave the "
                    + "flag out, or give one of the policies that it mixes")
        }
        let anticipations = try DecisionAnticipations(
            policy, inputs: inputs, multipliers: multipliers)
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
    public func outlooks(at node: DecisionNode) throws -> [ResponseOutlook] {
        guard let place = node.nodes.only else {
            throw PreferenceError("--rationale explains one policy, and the policy is a mixture; leave the flag out")
        }
        return anticipations(belief: node.belief, turn: node.turn, node: place).map {
            ResponseOutlook(risk: $0.risk, reactions: $0.reactions)
        }
    }
}
