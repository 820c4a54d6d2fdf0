/// Why a pair of answers has no row.
///
/// A pair that has several reasons counts for the first of them in this order.
public enum PairOmission: String, Sendable, Equatable, CaseIterable {
    /// The reference never gives one of the answers, so that no log-ratio exists for it.
    case reference
    /// The answers are worth the same.
    case tie
    /// They are worth nearly the same, so that a row would say more than is known.
    case nearTie = "near_tie"
    /// Of hard labels: their values differ by less than the margin.
    case margin
    /// It is less certain than was asked for which of the two is worth more, since labels are unsure.
    case uncertain
    /// Both answers make an outcome exceed a limit of the objective.
    case bothExceedLimit = "both_exceed_limit"
    /// The better answer makes an outcome exceed a limit, and the other one does not.
    case exceedsLimit = "exceeds_limit"
    /// The better answer is one that is never to be chosen.
    case neverChosen = "never_chosen"
    /// The prompt has as many pairs as were asked for, and they connect its answers.
    case surplus

    /// For people, after a count.
    public var phrase: String {
        switch self {
        case .reference: "with an answer that the reference never gives"
        case .tie: "of equal worth"
        case .nearTie: "nearly of equal worth"
        case .margin: "within the margin"
        case .uncertain: "whose order is less certain than --min-certainty"
        case .bothExceedLimit: "of which both answers exceed a limit"
        case .exceedsLimit: "whose better answer alone exceeds a limit"
        case .neverChosen: "whose better answer is never to be chosen"
        case .surplus: "beyond the pairs of a prompt"
        }
    }
}

/// How many pairs or answers were left out, by reason.
public struct OmissionCounts: Sendable, Equatable {
    private var counts = PairOmission.allCases.map { _ in 0 }

    public init() {}

    public private(set) subscript(reason: PairOmission) -> Int {
        get { counts[Self.index(reason)] }
        set { counts[Self.index(reason)] = newValue }
    }

    mutating func add(_ other: OmissionCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    mutating func add(_ reason: PairOmission) { self[reason] += 1 }

    public var total: Int { counts.reduce(0, +) }

    /// Those that occur, in the order of the cases.
    public var occurring: [(reason: PairOmission, count: Int)] {
        PairOmission.allCases.compactMap { self[$0] > 0 ? ($0, self[$0]) : nil }
    }

    private static func index(_ reason: PairOmission) -> Int { PairOmission.allCases.firstIndex(of: reason) ?? 0 }
}
