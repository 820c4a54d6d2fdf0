/// What was chosen in which context, by conversation.
public struct ChoiceData: Sendable {
    /// One choice, possibly seen several times.
    public struct Observation: Sendable, Equatable {
        /// The conversation, from 0.
        public var cluster: Int
        public var context: Int
        /// The alternative, as an index into vectors of counts.
        public var alternative: Int
        /// How often; above 0.
        public var weight: Double

        public init(cluster: Int, context: Int, alternative: Int, weight: Double = 1) {
            self.cluster = cluster
            self.context = context
            self.alternative = alternative
            self.weight = weight
        }
    }

    public var model: ChoiceModel
    public var observations: [Observation]
    /// How many conversations there are; some may have no observation.
    public var clusterCount: Int

    public init(model: ChoiceModel, observations: [Observation], clusterCount: Int) {
        self.model = model
        self.observations = observations
        self.clusterCount = clusterCount
    }

    /// n_cj, optionally with each conversation counted as often as `multiplicity` says.
    public func counts(multiplicity: [Double]? = nil) -> [Double] {
        var counts = [Double](repeating: 0, count: model.alternativeCount)
        for observation in observations {
            counts[observation.alternative] += observation.weight * (multiplicity?[observation.cluster] ?? 1)
        }
        return counts
    }

    /// Σ weights.
    public var total: Double { observations.reduce(0) { $0 + $1.weight } }

    /// Conversations that have an observation.
    public var conversations: Int { Set(observations.map(\.cluster)).count }

    /// The gradient of the log-likelihood, one vector per conversation, [clusters][P].
    ///
    /// - Parameter model: this model, or the same in other coordinates.
    func clusterScores(_ model: ChoiceModel, _ coefficients: [Double]) -> [[Double]] {
        let probabilities = model.probabilities(coefficients)
        var scores = [[Double]](
            repeating: [Double](repeating: 0, count: model.parameters.count), count: clusterCount)
        for observation in observations {
            model.addScore(
                observation.alternative, of: observation.context, probabilities, times: observation.weight,
                to: &scores[observation.cluster])
        }
        return scores
    }
}
