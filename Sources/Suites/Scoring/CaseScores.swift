public import NumericalMethods
internal import Scenarios

/// All scores of one policy in one case.
public struct CaseScores: Sendable, Equatable {
    /// Whom a score is about.
    public enum Group: Sendable, Hashable {
        /// Everybody, as the prior has them.
        case all
        case honest
        case attackers
        /// One user type, by its index.
        case user(Int)
    }

    let moments: [Group: ScoreMoments]
    let beta: Double

    /// A measure over everybody in the case; those that are about honest users or attackers alone are taken over these.
    ///
    /// - Returns: nil where the measure has no meaning in the case.
    public func score(_ measure: SuiteMeasure) -> Estimate? { score(measure, of: measure.group) }

    /// A measure of one group.
    public func score(_ measure: SuiteMeasure, of group: Group) -> Estimate? {
        moments[group]?.score(measure, beta: beta)
    }
}

extension SuiteMeasure {
    /// Whom the measure is about, where a case is scored as a whole.
    var group: CaseScores.Group {
        switch self {
        case .success, .turnsToSuccess: .attackers
        case .honestSatisfaction, .honestRisk, .honestRetention: .honest
        default: .all
        }
    }

    /// The measures that are given for a user type by itself.
    public static let ofUsers: [SuiteMeasure] = [
        .satisfaction, .risk, .constructive, .harm, .retention, .payoff, .safe, .turns,
    ]
}
