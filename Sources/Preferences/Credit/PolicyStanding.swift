internal import ExactEvaluation
internal import GameModel

/// What a policy says where a conversation may stand: asked of it once, for all that is then measured there.
struct PolicyStanding {
    private struct Place {
        let share: Double
        /// Where its memory may be: the node, P(place and node), π(· | node).
        let nodes: [(node: Int, mass: Double, strategy: ArraySlice<Double>)]
        /// [|A|] by response: nodes that it may have been given at, by their index in `nodes`, with their probabilities; empty where there is
        /// one node.
        let after: [[(row: Int, probability: Double)]]
    }

    private let turn: Int
    private let places: [Place]
    private let responseCount: Int

    init(_ policy: Policy, game: Game, turn: Int, places: [Placement.Place]) {
        self.turn = turn
        let responseCount = game.responses.count
        self.responseCount = responseCount
        self.places = places.map { place in
            let entries = place.nodes.entries
            return Place(
                share: place.share,
                nodes: entries.map {
                    ($0.node, place.share * $0.probability, policy.strategy(at: $0.node))
                },
                after: entries.count == 1
                    ? []
                    : (0..<responseCount).map { response in
                        // That a mixture gave a response says which of its policies it follows.
                        place.nodes.after(response, of: policy).entries.compactMap { entry in
                            entries.firstIndex { $0.node == entry.node }.map { ($0, entry.probability) }
                        }
                    })
        }
    }

    /// Adds V, then Q of every response, at the end of a list.
    ///
    /// - Parameter weights: what counts of the belief at each place: [places][H], on the simplex over all places.
    /// - Complexity: O(places · nodes · H · |A|).
    func append(_ values: ActionValues, of weights: [[Double]], to list: inout [Double]) {
        let start = list.count
        list += repeatElement(0, count: 1 + responseCount)
        var rows: [Double] = []
        for (place, weights) in zip(places, weights) {
            rows.removeAll(keepingCapacity: true)
            for node in place.nodes { values.append(measure: weights, turn: turn, node: node.node, to: &rows) }
            for (index, node) in place.nodes.enumerated() {
                let row = index * responseCount
                for (response, share) in node.strategy.enumerated() where share > 0 {
                    list[start] += node.mass * share * rows[row + response]
                }
            }
            guard place.nodes.count > 1 else {
                for response in 0..<responseCount { list[start + 1 + response] += place.share * rows[response] }
                continue
            }
            for (response, origins) in place.after.enumerated() {
                for (row, probability) in origins {
                    list[start + 1 + response] += place.share * probability * rows[row * responseCount + response]
                }
            }
        }
    }
}
