public import NumericalMethods

/// P(outcome | user type).
public struct OutcomeRow: Sendable, Equatable {
    /// Code of the user type.
    public var user: Int
    /// Code of the outcome.
    public var outcome: Int
    /// The probability, and how it was obtained.
    public var probability: Estimate

    public init(user: Int, outcome: Int, probability: Estimate) {
        self.user = user
        self.outcome = outcome
        self.probability = probability
    }
}

/// One number about the whole run, such as `payoff`, `safe` or `turns`.
public struct MetricRow: Sendable, Equatable {
    /// snake_case, unique in the run.
    public var name: String
    public var value: Estimate

    public init(name: String, value: Estimate) {
        self.name = name
        self.value = value
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
