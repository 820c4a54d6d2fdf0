internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation
internal import Solver

extension Scenario {
    /// The largest excess over a constraint's limit under an exact evaluation, at least 0.
    package func violation(_ evaluation: Evaluation) -> Double {
        objective.violation(of: evaluation)
    }

    /// The same for a simulation, from its estimates; nil where a type was never met.
    package func violation(_ tally: Tally) -> Double? {
        var worst = 0.0
        for constraint in objective.constraints {
            guard let share = tally.outcome(constraint.outcome, user: constraint.user)?.value else { return nil }
            worst = max(worst, share - constraint.atMost)
        }
        return worst
    }
}

extension Scenario {
    /// Whether a policy satisfies the constraints, exactly.
    package func verdict(_ evaluation: Evaluation) -> OutcomeTable.Verdict {
        if objective.constraints.isEmpty { return .none }
        return violation(evaluation) <= OutcomeConstraint.tolerance ? .satisfied : .violated
    }

    /// The same as far as a simulation can tell: a limit inside an estimate's 95 % interval leaves the question open.
    package func verdict(_ tally: Tally) -> OutcomeTable.Verdict {
        if objective.constraints.isEmpty { return .none }
        var isOpen = false
        for constraint in objective.constraints {
            guard let interval = tally.outcome(constraint.outcome, user: constraint.user)?.interval else {
                isOpen = true
                continue
            }
            if interval.lowerBound > constraint.atMost { return .violated }
            if interval.upperBound > constraint.atMost { isOpen = true }
        }
        return isOpen ? .open : .satisfied
    }
}

extension OutcomeConstraint {
    /// What a policy of a solver without proof may exceed a limit by and still count as keeping it: what its prices are settled to.
    static let tolerance = 1e-7

    /// A probability beside the limit: `0.020000 ≤ 0.05`, or by how much it is above, in as many digits as that takes.
    ///
    /// - Parameter isBroken: whether the limit is known not to be kept by all there is, so that the smallest excess counts.
    func beside(_ share: Double, _ decimals: Int, isBroken: Bool = false) -> String {
        let (excess, shown) = (share - atMost, Format.number(share, decimals))
        guard excess > (isBroken ? 0 : Self.tolerance) else { return "\(shown) ≤ \(atMost)" }
        return "\(shown), \(Format.number(excess, decimals)) above the limit \(atMost)"
    }
}

extension OutcomeTable.Entry {
    package init(_ evaluation: Evaluation, policy: String, constraints: OutcomeTable.Verdict = .none) {
        self.init(
            policy: policy, payoff: Estimate(exact: evaluation.payoff), safe: Estimate(exact: evaluation.safe),
            turns: Estimate(exact: evaluation.turns),
            outcomes: evaluation.outcomes.map { $0.map(Estimate.init(exact:)) },
            overall: evaluation.safeOutcomes.indices.map { outcome in
                Estimate(exact: zip(evaluation.prior, evaluation.outcomes).reduce(0) { $0 + $1.0 * $1.1[outcome] })
            }, constraints: constraints)
    }

    package init(_ tally: Tally, policy: String, game: Game, constraints: OutcomeTable.Verdict = .none) {
        self.init(
            policy: policy, payoff: tally.payoff, safe: tally.safe(game), turns: tally.turns,
            outcomes: game.users.indices.map { user in
                game.outcomes.indices.map { tally.outcome($0, user: user) }
            },
            overall: game.outcomes.indices.map { outcome in
                Estimate(successes: tally.users.reduce(0) { $0 + $1.outcomes[outcome] }, of: tally.episodes)
            }, constraints: constraints)
    }

    package init(_ evaluation: Evaluation, policy: String, scenario: Scenario) {
        self.init(evaluation, policy: policy, constraints: scenario.verdict(evaluation))
    }

    package init(_ tally: Tally, policy: String, scenario: Scenario) {
        self.init(tally, policy: policy, game: scenario.game, constraints: scenario.verdict(tally))
    }
}

extension Estimate? {
    /// An exact number alone; an estimate with its error, interval and size.
    var json: JSONValue {
        if let self, self.isExact { return .number(self.value) }
        return .object(Columns.estimate("value", "the mean", json: "mean").members(self))
    }
}
