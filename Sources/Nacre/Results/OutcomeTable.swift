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
        /// [|Ω|], over all user types
        public let overall: [Estimate?]
        public let constraints: Verdict

        public init(
            policy: String, payoff: Estimate?, safe: Estimate?, turns: Estimate?, outcomes: [[Estimate?]],
            overall: [Estimate?], constraints: Verdict
        ) {
            self.policy = policy
            self.payoff = payoff
            self.safe = safe
            self.turns = turns
            self.outcomes = outcomes
            self.overall = overall
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
        ([Self.columns(game).text(entries)] + game.users.indices.map(outcomes)).joined(separator: "\n")
    }

    /// A policy a row. JSON has the outcomes with it.
    static func columns(_ game: Game) -> Columns<Entry> {
        [
            .string("policy", "the policy, as it was named on the command line") { $0.policy }.shown(),
            .member("payoff") { $0.payoff.json }
                .shown("payoff") { Format.quantity($0.payoff, noise: Format.rounding * game.amountScale) },
            .member("safe") { $0.safe.json }.shown("safe") { Format.quantity($0.safe) },
            .member("turns") { $0.turns.json }.shown("turns") { Format.quantity($0.turns, 3) },
            .text("constraints", left: true) { $0.constraints.rawValue },
        ]
    }

    /// An outcome a row, a policy a column.
    private func outcomes(_ user: Int) -> String {
        let policies = entries.map { entry in
            Columns<Int>.Column.text(entry.policy) { Format.quantity(entry.outcomes[user][$0]) }
        }
        let columns = Columns<Int>(
            [
                .text(game.users[user], left: true) {
                    "  \(game.outcomes[$0].name)\(game.outcomes[$0].isSafe ? "" : " (unsafe)")"
                }
            ] + policies)
        return columns.text(game.outcomes.indices)
    }
}
