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
    /// Whether the policy keeps the limits; nil where nothing was judged.
    public var verdict: RunVerdict?
    /// Results that are no figures of conversations.
    public var documents: [RunDocument]

    public init(
        outcomes: [OutcomeRow] = [], metrics: [MetricRow] = [], policy: PolicyText? = nil, settings: String? = nil,
        verdict: RunVerdict? = nil, documents: [RunDocument] = []
    ) {
        self.outcomes = outcomes
        self.metrics = metrics
        self.policy = policy
        self.settings = settings
        self.verdict = verdict
        self.documents = documents
    }
}

/// One field in which runs differ, as text.
public struct RunDifference: Sendable, Equatable {
    /// Such as `seed`, `settings.tolerance` or `outcomes.benign.helped.probability`.
    public var field: String
    /// Per run, in the order in which they were asked for; nil where a run does not have the field.
    public var values: [String?]

    public init(field: String, values: [String?]) {
        self.field = field
        self.values = values
    }
}
