/// What a fitted model predicts for the data it was fitted to, next to what was observed.
public struct FitComparison: Sendable, Equatable {
    /// Observed and expected weight of one category within a group.
    public struct Count: Sendable, Equatable {
        public let state: String
        public let response: String
        public let category: String
        public let observed: Double
        public let predicted: Double
    }

    /// Observations with similar predictions of one category.
    public struct Bin: Sendable, Equatable {
        public let category: Int
        public let predicted: Double
        public let observed: Double
        public let weight: Double

        public init(category: Int, predicted: Double, observed: Double, weight: Double) {
            self.category = category
            self.predicted = predicted
            self.observed = observed
            self.weight = weight
        }
    }

    public let counts: [Count]
    public let bins: [Bin]
}

extension DesignedModel {
    /// - Parameter bins: how many groups of equal size a category's predictions are cut into.
    /// - Complexity: O(observations log observations).
    public func comparison(_ coefficients: [Double], with observed: ObservedTransitions, bins: Int = 10)
        -> FitComparison
    {
        let probabilities = data.model.probabilities(coefficients)
        var predictions: [[(p: Double, y: Double, w: Double)]] = Array(repeating: [], count: categories.count)
        let (states, responses) = (observed.states.count + 1, observed.responses.count + 1)
        var sums = [(Double, Double)](repeating: (0, 0), count: states * responses * categories.count)
        for (number, observation) in data.observations.enumerated() {
            let transition = observed.transitions[origin[number]]
            let cell =
                ((transition.before ?? states - 1) * responses + (transition.response ?? responses - 1))
                * categories.count
            for alternative in data.model.alternatives(of: observation.context) {
                let category = data.model.category(of: alternative)
                let isChosen = alternative == observation.alternative
                predictions[category].append((probabilities[alternative], isChosen ? 1 : 0, observation.weight))
                sums[cell + category].0 += isChosen ? observation.weight : 0
                sums[cell + category].1 += observation.weight * probabilities[alternative]
            }
        }
        var counts: [FitComparison.Count] = []
        for (cell, sum) in sums.enumerated() where sum.1 > 0 {
            let (state, response) = (cell / categories.count / responses, cell / categories.count % responses)
            counts.append(
                FitComparison.Count(
                    state: state < observed.states.count ? observed.states[state] : "",
                    response: response < observed.responses.count ? observed.responses[response] : "",
                    category: categories[cell % categories.count], observed: sum.0, predicted: sum.1))
        }
        return FitComparison(counts: counts, bins: Self.binned(predictions, bins))
    }

    private static func binned(_ predictions: [[(p: Double, y: Double, w: Double)]], _ bins: Int) -> [FitComparison.Bin]
    {
        predictions.enumerated().flatMap { category, all -> [FitComparison.Bin] in
            let sorted = all.enumerated().sorted { ($0.element.p, $0.offset) < ($1.element.p, $1.offset) }.map(
                \.element)
            return (0..<bins).compactMap { bin in
                let part = sorted[sorted.count * bin / bins..<sorted.count * (bin + 1) / bins]
                let weight = part.reduce(0) { $0 + $1.w }
                guard weight > 0 else { return nil }
                return FitComparison.Bin(
                    category: category, predicted: part.reduce(0) { $0 + $1.p * $1.w } / weight,
                    observed: part.reduce(0) { $0 + $1.y * $1.w } / weight, weight: weight)
            }
        }
    }
}
