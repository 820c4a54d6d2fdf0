extension Game {
    /// The response whose features lie nearest to others; the first of equals.
    ///
    /// - Complexity: O(|A| · K).
    package func nearestResponse(to features: [Double]) -> Int {
        let distances = responses.map { response in
            zip(response.features, features).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        return distances.indices.reduce(0) { distances[$1] < distances[$0] ? $1 : $0 }
    }
}
