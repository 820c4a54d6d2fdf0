internal import GameModel

/// The places where a conversation may stand, each with its measure, and with what its answers earned.
struct FilterState {
    /// What tells places apart.
    private struct Key: Hashable {
        let nodes: [Int]
        let shares: [UInt64]

        init(_ nodes: NodeDistribution) {
            self.nodes = nodes.entries.map(\.node)
            shares = nodes.entries.count == 1 ? [] : nodes.entries.map(\.probability.bitPattern)
        }
    }

    /// One of them.
    struct Place {
        let nodes: NodeDistribution
        fileprivate(set) var measure: BeliefMeasure
        /// [H] E[earned; h, evidence], in payoff units: an amount of money that is moved about as the probability is. Empty where nobody
        /// asks.
        fileprivate(set) var earned: [Double]
    }

    private(set) var places: [Place] = []
    private var index: [Key: Int] = [:]

    mutating func add(
        _ measure: BeliefMeasure, earned: [Double], weight: Double = 1, at nodes: NodeDistribution
    ) {
        let key = Key(nodes)
        let place: Int
        if let known = index[key] {
            place = known
        } else {
            place = places.count
            index[key] = place
            places.append(Place(nodes: nodes, measure: BeliefMeasure(like: measure), earned: earned.map { _ in 0 }))
        }
        places[place].measure.add(measure, weight: weight)
        for hidden in earned.indices { places[place].earned[hidden] += weight * earned[hidden] }
    }

    /// Divides by the whole mass.
    ///
    /// - Returns: false if there is none.
    mutating func normalise() -> Bool {
        let total = places.reduce(0) { $0 + $1.measure.mass }
        guard total > 0, total.isFinite else { return false }
        for place in places.indices {
            places[place].measure.divide(by: total)
            for hidden in places[place].earned.indices { places[place].earned[hidden] /= total }
        }
        return true
    }
}
