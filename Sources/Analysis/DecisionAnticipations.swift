public import GameModel

/// What each response is expected to lead to at any decision of one policy, and the constraints there: an ``Explanation``
/// without its attributions, for many decisions.
public struct DecisionAnticipations: Sendable {
    /// The constraints at the policy.
    public let guidelines: [Explanation.Guideline]
    private let anticipator: Anticipator

    /// - Parameter multipliers: μ per constraint, from the solution; zeros for a policy that was not solved.
    /// - Throws: `GameError` if the inputs make no game.
    public init(_ controller: Policy, inputs: GameInputs, multipliers: [Double]) throws {
        let reactions = try inputs.reactions(to: controller)
        anticipator = Anticipator(
            reactions, controller: controller, objective: inputs.objective, multipliers: multipliers)
        guidelines = Explanation.guidelines(
            controller, game: reactions.game, objective: inputs.objective, multipliers: multipliers)
    }

    /// The anticipations of every response.
    ///
    /// - Parameters:
    ///   - node: where the policy's memory stands.
    ///   - reference: [|A|] π_ref there; nil for the strategy of a reference that is constant, and otherwise of one that drifts.
    /// - Complexity: an adjoint pass per response.
    public func callAsFunction(
        belief: Belief, turn: Int, node: Int, reference: [Double]? = nil
    ) -> [Anticipation] {
        anticipator.anticipations(
            belief: belief.probabilities, rare: belief.rare, turn: turn, node: node,
            reference: reference ?? anticipator.objective.reference.otherwise)
    }
}
