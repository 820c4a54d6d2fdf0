/// What a policy is chosen for, under which constraints, and against which reference.
public struct Objective: Sendable, Equatable {
    /// The quantity to maximise.
    public enum Goal: String, Sendable, Equatable, CaseIterable {
        /// J(π) = E[G], in payoff units.
        case payoff
        /// S(π) = Σ_θ prior_θ · P(ω safe | θ, π), a probability.
        case safeOutcomes = "safe_outcomes"
    }

    public var goal: Goal
    /// π_ref: what the model does today.
    public var reference: Reference
    /// τ ≥ 0, in payoff units: the weight of E[Σ_t γ^{t−1} KL(π ‖ π_ref)]. 0 means no regularisation.
    public var klWeight: Double
    public var constraints: [OutcomeConstraint]

    /// - Parameter reference: one probability per response, on the simplex: the same in every situation.
    public init(goal: Goal, reference: [Double], klWeight: Double = 0, constraints: [OutcomeConstraint] = []) {
        self.init(goal: goal, reference: Reference(reference), klWeight: klWeight, constraints: constraints)
    }

    public init(goal: Goal, reference: Reference, klWeight: Double = 0, constraints: [OutcomeConstraint] = []) {
        self.goal = goal
        self.reference = reference
        self.klWeight = klWeight
        self.constraints = constraints
    }
}

/// P(ω | θ, π) ≤ ε.
public struct OutcomeConstraint: Sendable, Equatable, Hashable {
    /// Index of the user type θ.
    public var user: Int
    /// Index of the outcome ω.
    public var outcome: Int
    /// ε, a probability.
    public var atMost: Double

    public init(user: Int, outcome: Int, atMost: Double) {
        self.user = user
        self.outcome = outcome
        self.atMost = atMost
    }
}
