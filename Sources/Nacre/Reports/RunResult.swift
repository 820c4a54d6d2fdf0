internal import NumericalMethods
internal import Output
internal import RunStore

/// A figure of a stored run: of all conversations, or an outcome's probability for one user type.
struct RunResult {
    /// Nil for a figure of all conversations.
    let user: String?
    /// The figure's name, or the outcome's.
    let quantity: String
    let value: Estimate

    static func all(metrics: [MetricRow], outcomes: [OutcomeRow], _ details: RunDetails) -> [RunResult] {
        metrics.map { RunResult(user: nil, quantity: $0.name, value: $0.value) }
            + outcomes.map {
                RunResult(
                    user: details.names.users[$0.user], quantity: details.names.outcomes[$0.outcome],
                    value: $0.probability)
            }
    }

    private var isTotal: Bool { user == nil }

    /// JSON has totals and outcomes apart, with the names that `simulate` and `evaluate` give their figures.
    static var columns: Columns<RunResult> {
        Columns<RunResult>([
            .string("user", "user type; missing for totals") { $0.user }.inJSON { !$0.isTotal },
            .string("quantity", "outcome (a probability given the user type), payoff, safe or turns") { $0.quantity }
                .json("name").inJSON { $0.isTotal }
                .shown("result") { ($0.user.map { "\($0): " } ?? "") + $0.quantity },
            .member("outcome") { $0.isTotal ? nil : .string($0.quantity) },
            .number("value", "the value") { $0.value.value }.inJSON { $0.isTotal }.shown("value") { text($0.value) },
            .member("probability") { $0.isTotal ? nil : .number($0.value.value) },
        ]).followed(by: origin.of { $0.value })
    }

    /// How a value was obtained.
    static var origin: Columns<Estimate> {
        [
            .number("standard_error", "standard error; missing where exact") { $0.standardError }.json("se")
                .inJSON { !$0.isExact },
            .integer("n", "sample size in episodes; missing where exact") { $0.count }.inJSON { !$0.isExact },
            .string("how", "exact or simulated") { $0.method.rawValue },
        ]
    }

    /// The value with its standard error, or with the word exact.
    private static func text(_ value: Estimate) -> String {
        guard let count = value.count else { return "\(Format.number(value.value, 6)) (exact)" }
        return "\(Format.estimate(value.value, error: value.standardError, 6)) (n = \(Format.count(count)))"
    }
}
