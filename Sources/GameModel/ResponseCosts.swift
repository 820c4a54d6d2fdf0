/// What an answer costs of which nobody says so, by its features.
///
/// The costs of the scenario's responses, weighed by the inverse square of how far their features lie from the answer's (Shepard's
/// interpolation): the features of a response cost what the response costs, every other answer something between the cheapest and the
/// dearest, and a small change of features changes it little. Where several responses have the very same features, the mean of their
/// costs. `docs/decisions/0052-features-cost-what-their-response-costs.md` has the reasons.
///
/// Source: Shepard 1968, Proc. 23rd ACM National Conference (doi:10.1145/800186.810616).
package struct ResponseCosts: Sendable {
    private let responses: [Response]

    package init(_ game: Game) { responses = game.responses }

    /// The mean cost of the responses that an answer may be; where nothing says which, that of its features.
    ///
    /// - Parameter response: [|A|] on the simplex; nil for features alone.
    /// - Complexity: O(|A| · K).
    package func cost(of response: [Double]?, features: [Double]) -> Double {
        guard let response else { return cost(of: features) }
        return zip(response, responses).reduce(0) { $0 + $1.0 * $1.1.cost }
    }

    /// - Complexity: O(|A| · K).
    package func cost(of features: [Double]) -> Double {
        let distances = responses.map { response in
            zip(response.features, features).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let same = responses.indices.filter { distances[$0] == 0 }
        guard same.isEmpty else { return same.reduce(0) { $0 + responses[$1].cost } / Double(same.count) }
        // Relative to the nearest, since the inverse of a very small distance is infinite.
        let nearest = distances.min() ?? 1
        let weights = distances.map { nearest / $0 }
        return zip(responses, weights).reduce(0) { $0 + $1.0.cost * $1.1 } / weights.reduce(0, +)
    }
}
