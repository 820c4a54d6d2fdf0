internal import ExactEvaluation
public import GameModel

/// What a policy amounts to for objectives that disagree: payoff, satisfaction and risk.
public struct ObjectiveMeasures: Sendable, Equatable {
    /// J(π) = E[G], in payoff units.
    public let payoff: Double
    /// S = E[Σ_t s_θ(a_t)] / T in [−1, 1], s the satisfaction with a response: turns that are not held count 0.
    public let satisfaction: Double
    /// R = P(ω unsafe), in [0, 1].
    public let risk: Double

    public init(payoff: Double, satisfaction: Double, risk: Double) {
        self.payoff = payoff
        self.satisfaction = satisfaction
        self.risk = risk
    }

    /// H = (1 + S) / 2 in [0, 1]: satisfaction as helpfulness.
    public var helpfulness: Double { (1 + satisfaction) / 2 }

    /// The measures of a policy, exactly.
    ///
    /// - Parameter satisfaction: [|Θ|][|A|] s_θ(a), in [−1, 1].
    /// - Complexity: that of `ConversationProfile`.
    public init(_ policy: Policy, game: Game, satisfaction: [[Double]]) {
        let profile = ConversationProfile(policy, game: game)
        payoff = profile.evaluation.payoff
        risk = 1 - profile.evaluation.safe
        self.satisfaction =
            game.users.indices.reduce(0) { sum, user in
                let content = zip(profile.responses[user], satisfaction[user]).reduce(0) { $0 + $1.0 * $1.1 }
                return sum + game.prior[user] * content
            } / Double(game.horizon)
    }
}

/// One of the objectives that are held against each other.
public enum ComparedObjective: Sendable, Equatable {
    /// J, without the scenario's limits.
    case payoff
    /// α S − β R. Source: the constructive score of Duan et al. 2025, arXiv:2509.01909, with satisfaction per turn of the horizon.
    case constructive(alpha: Double, beta: Double)
    /// H · (1 − R), helpfulness times safety.
    case product
    /// S where R ≤ ε.
    case limited(risk: Double)

    /// In words that options and files have.
    public var name: String {
        switch self {
        case .payoff: "payoff"
        case .constructive: "constructive"
        case .product: "help_times_safety"
        case .limited: "satisfaction_under_risk"
        }
    }

    /// What is maximised.
    public func value(_ measures: ObjectiveMeasures) -> Double {
        switch self {
        case .payoff: measures.payoff
        case .constructive(let alpha, let beta): alpha * measures.satisfaction - beta * measures.risk
        case .product: measures.helpfulness * (1 - measures.risk)
        case .limited: measures.satisfaction
        }
    }

    /// By how much a policy exceeds the objective's limit, at least 0.
    public func excess(_ measures: ObjectiveMeasures) -> Double {
        guard case .limited(let risk) = self else { return 0 }
        return max(0, measures.risk - risk)
    }

    /// Values of objectives are sums of some thousand products of numbers of the size of 1 to 10: what rounding leaves of 0 in them.
    public static let rounding = 1e-9

    /// Whether a policy keeps the objective's limit: mixtures meet it up to the rounding of evaluation.
    public func keepsLimit(_ measures: ObjectiveMeasures) -> Bool { excess(measures) <= Self.rounding }

    /// Whether the objective needs to know how content users are.
    public var needsSatisfaction: Bool { self != .payoff }
}
