public import GameModel
public import NumericalMethods
internal import Output

/// The outcome table that `simulate` and `evaluate` print: one column per policy and user type.
public struct OutcomeTable: Sendable {
    /// Whether a policy satisfies the objective's constraints.
    public enum Verdict: String, Sendable {
        /// There are no constraints.
        case none
        case satisfied
        case violated
        /// The estimates are too uncertain to say.
        case open = "undecided"
    }

    /// One policy's column group.
    public struct Entry: Sendable {
        public let policy: String
        public let payoff: Estimate?
        public let safe: Estimate?
        public let turns: Estimate?
        /// [|Θ|][|Ω|]
        public let outcomes: [[Estimate?]]
        public let constraints: Verdict

        public init(
            policy: String, payoff: Estimate?, safe: Estimate?, turns: Estimate?, outcomes: [[Estimate?]],
            constraints: Verdict
        ) {
            self.policy = policy
            self.payoff = payoff
            self.safe = safe
            self.turns = turns
            self.outcomes = outcomes
            self.constraints = constraints
        }
    }

    private let game: Game
    private let entries: [Entry]

    public init(game: Game, entries: [Entry]) {
        self.game = game
        self.entries = entries
    }

    /// Totals per policy, then one table per user type with a row per outcome and a column per policy.
    public var text: String {
        let users = game.users.indices.map { user in
            var table = TextTable([game.users[user]] + entries.map(\.policy))
            for (index, outcome) in game.outcomes.enumerated() {
                table.append(
                    ["  \(outcome.name)\(outcome.isSafe ? "" : " (unsafe)")"]
                        + entries.map { Format.quantity($0.outcomes[user][index]) })
            }
            return table.text
        }
        return ([totals] + users).joined(separator: "\n")
    }

    private var totals: String {
        var table = TextTable(["policy", "payoff", "safe", "turns", "constraints"], left: [0, 4])
        for entry in entries {
            table.append([
                entry.policy, Format.quantity(entry.payoff, noise: Format.rounding * game.amountScale),
                Format.quantity(entry.safe),
                Format.quantity(entry.turns, 3),
                entry.constraints.rawValue,
            ])
        }
        return table.text
    }
}
