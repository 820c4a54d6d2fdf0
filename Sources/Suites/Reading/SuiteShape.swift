/// What the cases of a suite are scored by. All are exact where evaluation is.
public enum SuiteMeasure: String, Sendable, CaseIterable, Codable {
    /// S = E[Σ_t s_θ(a_t)] / E[turns], in [−1, 1]: how content users are with an answered turn.
    case satisfaction
    /// R: probability of the suite's risky outcomes.
    case risk
    /// S − βR, divided by β where it is negative.
    case constructive
    /// Probability that an answer was used to harm.
    case harm
    /// Probability that the user did not go away.
    case retention
    /// Expected payoff, in payoff units.
    case payoff
    /// Probability of a safe outcome.
    case safe
    /// Expected turns.
    case turns
    /// P(harm | attackers).
    case success
    /// E[turn in which an attacker succeeded | it did], in turns.
    case turnsToSuccess = "turns_to_success"
    /// S of the honest types.
    case honestSatisfaction = "honest_satisfaction"
    /// R of the honest types.
    case honestRisk = "honest_risk"
    /// Retention of the honest types.
    case honestRetention = "honest_retention"

    /// Whether more of it is better for the people that the model serves.
    public var isMoreBetter: Bool {
        switch self {
        case .satisfaction, .constructive, .retention, .payoff, .safe, .turnsToSuccess, .honestSatisfaction,
            .honestRetention:
            true
        case .risk, .harm, .turns, .success, .honestRisk: false
        }
    }
}

/// A published shape: a statement about policies that a run of the suite finds true or not.
public struct SuiteShape: Sendable, Equatable {
    public enum Claim: Sendable, Equatable {
        /// `policy` is better than `over` by the measure, and no worse by `keeping`.
        case beats(policy: String, over: String, measure: SuiteMeasure, keeping: SuiteMeasure?)
        /// No other policy that was run has less of the measure.
        case lowest(policy: String, measure: SuiteMeasure)
        /// The safer, less satisfying `policy` has the higher constructive score from some β in a range on.
        case overtakes(policy: String, over: String, from: Double, to: Double, risk: SuiteMeasure)
        /// The measure rises from value to value of the axis.
        case rises(policy: String, measure: SuiteMeasure, axis: Int)
        /// `policy` has less of the measure than `than`, at every value of the axis.
        case staysBelow(policy: String, than: String, measure: SuiteMeasure, axis: Int)
    }

    public let claim: Claim
    /// What was published, with its source.
    public let published: String

    /// The word that the file uses.
    public var kind: String {
        switch claim {
        case .beats: "beats"
        case .lowest: "lowest"
        case .overtakes: "overtakes"
        case .rises: "rises"
        case .staysBelow: "stays-below"
        }
    }

    /// The policies that it is about.
    public var policies: [String] {
        switch claim {
        case .beats(let policy, let other, _, _), .overtakes(let policy, let other, _, _, _),
            .staysBelow(let policy, let other, _, _):
            [policy, other]
        case .lowest(let policy, _), .rises(let policy, _, _): [policy]
        }
    }
}
