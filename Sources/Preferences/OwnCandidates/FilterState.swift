internal import GameModel

/// The places where a conversation may stand, each with its measure.
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

    private(set) var places: [(nodes: NodeDistribution, measure: BeliefMeasure)] = []
    private var index: [Key: Int] = [:]

    mutating func add(_ measure: BeliefMeasure, weight: Double = 1, at nodes: NodeDistribution) {
        let key = Key(nodes)
        let place: Int
        if let known = index[key] {
            place = known
        } else {
            place = places.count
            index[key] = place
            places.append((nodes, BeliefMeasure(like: measure)))
        }
        places[place].measure.add(measure, weight: weight)
    }

    /// Divides by the whole mass.
    ///
    /// - Returns: false if there is none.
    mutating func normalise() -> Bool {
        let total = places.reduce(0) { $0 + $1.measure.mass }
        guard total > 0, total.isFinite else { return false }
        for place in places.indices { places[place].measure.divide(by: total) }
        return true
    }
}
