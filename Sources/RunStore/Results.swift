/// Where a number comes from.
public enum Provenance: Sendable, Equatable {
    case exact
    /// An estimate from n episodes; the standard error is nil where it cannot be estimated (n = 1).
    case simulated(standardError: Double?, n: Int)
}

/// P(outcome | user type).
public struct OutcomeRow: Sendable, Equatable {
    /// Code of the user type.
    public var user: Int
    /// Code of the outcome.
    public var outcome: Int
    public var probability: Double
    public var provenance: Provenance

    public init(user: Int, outcome: Int, probability: Double, provenance: Provenance) {
        self.user = user
        self.outcome = outcome
        self.probability = probability
        self.provenance = provenance
    }
}

/// One number about the whole run, such as `payoff`, `safe` or `turns`.
public struct MetricRow: Sendable, Equatable {
    /// snake_case, unique in the run.
    public var name: String
    public var value: Double
    public var provenance: Provenance

    public init(name: String, value: Double, provenance: Provenance) {
        self.name = name
        self.value = value
        self.provenance = provenance
    }
}

/// What a run found.
public struct RunResults: Sendable, Equatable {
    public var outcomes: [OutcomeRow]
    public var metrics: [MetricRow]
    /// The policy that the run found; replaces the one given at the begin.
    public var policy: PolicyText?
    /// All settings that the results depend on, as JSON, where they were not known at the begin.
    public var settings: String?

    public init(
        outcomes: [OutcomeRow] = [], metrics: [MetricRow] = [], policy: PolicyText? = nil, settings: String? = nil
    ) {
        self.outcomes = outcomes
        self.metrics = metrics
        self.policy = policy
        self.settings = settings
    }
}

/// One field in which two runs differ, as text; nil where a run does not have the field.
public struct RunDifference: Sendable, Equatable {
    /// Such as `seed`, `settings.tolerance` or `outcomes.benign.helped.probability`.
    public var field: String
    public var left: String?
    public var right: String?

    public init(field: String, left: String?, right: String?) {
        self.field = field
        self.left = left
        self.right = right
    }
}
