public import GameModel
internal import Scenarios
public import Solver

/// How a policy is made for each case of a suite: by name, or by solving the case.
public enum PolicyRecipe: Sendable, Equatable {
    /// A policy that is said in a line, or a policy file.
    case named(String)
    /// The optimum over policies that remember everything, with a proven gap.
    case belief
    /// The KL-regularised optimum with weight τ, in payoff units.
    case soft(Double)
    /// The controller of the last observation and the turn with the best worst case.
    case robust(Robustness)
    /// The best controller of the last observation.
    case memoryless
    /// The policy that weighs satisfaction against risk at a price: a point of the trade-off between them.
    case priced(Double)
    /// A language model behind an address, which plays the case in words.
    case model(String)

    /// The forms that are solved for, for messages.
    public static let solvedForms = [
        "belief", "soft:TAU", "robust:prior:RADIUS", "robust:all-priors", "memoryless", "priced:PRICE",
    ]

    /// - Throws: `SuiteError` if the form is known and its number is not; everything else is taken for a name.
    public init(_ text: String) throws(SuiteError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("belief", 1): self = .belief
        case ("memoryless", 1): self = .memoryless
        case ("soft", 2): self = .soft(try Self.number(parts[1], of: text, above: true))
        case ("priced", 2): self = .priced(try Self.number(parts[1], of: text, above: false))
        case ("model", 2): self = .model(parts[1])
        case ("robust", 2): self = .robust(try Self.robustness(parts[1], of: text))
        case ("soft", 1), ("robust", 1), ("priced", 1):
            throw SuiteError(
                "policy \(text) lacks what comes after the colon; write one of \(Self.solvedForms.joined(separator: ", "))"
            )
        default: self = .named(text)
        }
    }

    private static func number(_ text: String, of recipe: String, above: Bool) throws(SuiteError) -> Double {
        guard let value = Double(text), value.isFinite, above ? value > 0 : value >= 0 else {
            throw SuiteError("policy \(recipe): '\(text)' must be a number \(above ? "above 0" : "of at least 0")")
        }
        return value
    }

    private static func robustness(_ text: String, of recipe: String) throws(SuiteError) -> Robustness {
        let robustness: Robustness
        do throws(SolverError) {
            robustness = try Robustness(name: text)
        } catch {
            throw SuiteError("policy \(recipe): \(error)")
        }
        guard !robustness.usesParameters else {
            throw SuiteError(
                "policy \(recipe): suites judge robustness over priors; write robust:prior:RADIUS or robust:all-priors")
        }
        return robustness
    }

    /// The word for tables: how the policy was made.
    public var method: String {
        switch self {
        case .named: "named"
        case .belief: "belief"
        case .soft: "soft"
        case .robust: "robust"
        case .memoryless: "gradient"
        case .priced: "priced"
        case .model: "played"
        }
    }
}

/// A policy that was made for a case, with what is known of how good it is.
public struct MadePolicy: Sendable {
    public let controller: Policy
    /// How the search ended, in the solver's word; nil for a policy that was not searched for.
    public let status: String?
    /// Whether it is as good as was asked for; true for a policy that was not searched for.
    public let isConverged: Bool
    /// The value that was maximised, and what no policy can exceed, in the goal's units; nil where not known.
    public let value: Double?
    public let upperBound: Double?

    public init(
        controller: Policy, status: String? = nil, isConverged: Bool = true, value: Double? = nil,
        upperBound: Double? = nil
    ) {
        self.controller = controller
        self.status = status
        self.isConverged = isConverged
        self.value = value
        self.upperBound = upperBound.flatMap { $0.isFinite ? $0 : nil }
    }

    init(_ solution: Solution) {
        self.init(
            controller: solution.policy, status: solution.status.name, isConverged: solution.isConverged,
            value: solution.value, upperBound: solution.bound)
    }
}
