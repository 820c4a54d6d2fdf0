public import GameModel

/// What a policy leads to, exactly: no sampling, no error beyond rounding.
public struct Evaluation: Sendable, Equatable {
    /// E[G | θ] per user type, in payoff units.
    public let payoffByUser: [Double]
    /// P(ω | θ): per user type one distribution over outcomes.
    public let outcomes: [[Double]]
    /// Expected turns per user type.
    public let turnsByUser: [Double]
    /// E[Σ_t γ^{t−1} KL(π(·|n_t) ‖ π_ref) | θ] per user type, in nats.
    public let divergenceByUser: [Double]
    /// P(the conversation reaches turn t), for t from 1.
    public let reach: [Double]
    /// The prior that the totals are taken under.
    public let prior: [Double]
    /// Which outcomes are safe.
    public let safeOutcomes: [Bool]

    package init(
        payoffByUser: [Double], outcomes: [[Double]], turnsByUser: [Double], divergenceByUser: [Double],
        reach: [Double], prior: [Double], safeOutcomes: [Bool]
    ) {
        self.payoffByUser = payoffByUser
        self.outcomes = outcomes
        self.turnsByUser = turnsByUser
        self.divergenceByUser = divergenceByUser
        self.reach = reach
        self.prior = prior
        self.safeOutcomes = safeOutcomes
    }

    /// J(π) = E[G], in payoff units.
    public var payoff: Double { mean(payoffByUser) }
    /// S(π), a probability.
    public var safe: Double { mean(outcomes.map(safeShare)) }
    /// Expected number of turns.
    public var turns: Double { mean(turnsByUser) }
    /// Expected discounted divergence from the reference, in nats.
    public var divergence: Double { mean(divergenceByUser) }

    /// P(ω safe | θ).
    public func safeShare(ofUser user: Int) -> Double { safeShare(outcomes[user]) }

    /// P(ω | θ) − ε: positive where the constraint is violated.
    public func excess(_ constraint: OutcomeConstraint) -> Double {
        outcomes[constraint.user][constraint.outcome] - constraint.atMost
    }

    /// The same with other divergences.
    func with(divergences: [Double]) -> Evaluation {
        Evaluation(
            payoffByUser: payoffByUser, outcomes: outcomes, turnsByUser: turnsByUser, divergenceByUser: divergences,
            reach: reach, prior: prior, safeOutcomes: safeOutcomes)
    }

    private func safeShare(_ row: [Double]) -> Double {
        zip(row, safeOutcomes).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    }

    private func mean(_ values: [Double]) -> Double {
        zip(prior, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

extension Evaluation {
    /// The same against a reference that is one strategy.
    public init(_ controller: Policy, game: Game, reference: [Double], anticipated: Policy? = nil) {
        self.init(controller, game: game, reference: Reference(reference), anticipated: anticipated)
    }

    /// Evaluates a finite-memory controller by one forward pass over (type, state, node).
    ///
    /// - Parameters:
    ///   - controller: any finite-memory controller of the game.
    ///   - reference: π_ref for the divergence, or nil if it does not matter (it is then reported as 0).
    ///   - anticipated: the controller that users with foresight expect, with the same memory, if it is another one: what a
    ///     policy leads to that nobody was told of. Nil where users know the policy, as the game has it.
    /// - Complexity: O(T · H · |A| · (classes · S + |Ω|) + T · H · nodes · |A|) with nodes and classes those of one turn; with
    ///   users with foresight also their recursion, see ``ReactionTables/follow(_:)``.
    public init(
        _ controller: Policy, game: Game, reference: Reference? = nil,
        anticipated: Policy? = nil
    ) {
        precondition(
            anticipated.map { $0.memory == controller.memory } ?? true, "what is anticipated has its own memory")
        var pass = ForwardPass(
            game: game, memory: controller.memory, reference: reference?.constant.map { NodeReference($0) })
        pass.run(strategies: controller.strategies, anticipated: anticipated?.strategies)
        guard let reference, !reference.isConstant else {
            self = pass.evaluation
            return
        }
        self = pass.evaluation.with(
            divergences: Self.divergences(controller, from: reference, reactions: pass.reactions, game: game))
    }
}
