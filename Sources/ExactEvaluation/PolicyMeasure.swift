public import GameModel

/// What a policy is measured by, one axis of a trade-off: a quantity of a policy, and whether more or less of it is wanted.
public struct PolicyMeasure: Sendable, Equatable {
    /// What is measured.
    public enum Quantity: Sendable, Equatable {
        /// J(π), in payoff units.
        case payoff
        /// S(π), a probability.
        case safe
        /// 1 − S(π).
        case risk
        /// P(ω | θ).
        case outcome(Int, user: Int)
    }

    public var quantity: Quantity
    /// Whether more is better.
    public var isMaximised: Bool
    /// As it was named.
    public var name: String

    /// Reads `payoff`, `safe`, `risk` or `OUTCOME|USER`.
    ///
    /// Payoff, safe share and safe outcomes are wanted, risk and unsafe outcomes are not; `max:` or `min:` in front says
    /// otherwise.
    ///
    /// - Throws: ``GameError`` saying which names there are.
    public init(name: String, game: Game) throws(GameError) {
        self.name = name
        var rest = Substring(name)
        var wanted: Bool?
        for (prefix, value) in [("max:", true), ("min:", false)] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(4)
            wanted = value
        }
        switch rest {
        case "payoff": (quantity, isMaximised) = (.payoff, wanted ?? true)
        case "safe": (quantity, isMaximised) = (.safe, wanted ?? true)
        case "risk": (quantity, isMaximised) = (.risk, wanted ?? false)
        default:
            let parts = rest.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw GameError(name, "is no measure; it must be payoff, safe, risk or OUTCOME|USER")
            }
            guard let outcome = game.outcomes.firstIndex(where: { $0.name == parts[0] }) else {
                throw GameError(
                    "\(name):",
                    "there is no outcome \(parts[0]); the outcomes are "
                        + game.outcomes.map(\.name).joined(separator: ", "))
            }
            guard let user = game.users.firstIndex(of: parts[1]) else {
                throw GameError(
                    "\(name):", "there is no user type \(parts[1]); the types are " + game.users.joined(separator: ", ")
                )
            }
            (quantity, isMaximised) = (.outcome(outcome, user: user), wanted ?? game.outcomes[outcome].isSafe)
        }
    }

    /// The quantity of an evaluated policy.
    public func value(_ evaluation: Evaluation) -> Double {
        switch quantity {
        case .payoff: evaluation.payoff
        case .safe: evaluation.safe
        case .risk: 1 - evaluation.safe
        case .outcome(let outcome, let user): evaluation.outcomes[user][outcome]
        }
    }
}
