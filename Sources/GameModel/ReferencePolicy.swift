/// A policy whose memory also knows which row of a reference holds: what the passes of evaluation need to compare the two.
///
/// The policy acts as before. Its nodes are those of the given policy, turn by turn, each once per row that may hold there.
public struct ReferencePolicy: Sendable {
    /// The given policy over the finer memory.
    public let policy: Policy
    /// Per node, the index among `Reference.strategies`.
    public let rows: [Int]

    /// - Throws: ``GameError`` if the finer memory has more nodes than a controller may have.
    /// - Complexity: O(nodes · rows · branches · |O|).
    public init(_ policy: Policy, reference: Reference, game: Game) throws(GameError) {
        var layout = Layout(policy, reference: reference, game: game)
        layout.run()
        let layers = layout.layers.map(\.count)
        var first = [0]
        for layer in layers { first.append(first[first.count - 1] + layer) }
        let initial = try layout.initial()
        let memory = try ControllerMemory(
            layers: layers, initial: initial,
            successors: layout.successors.enumerated().flatMap { turn, list in
                list.map { $0 + first[turn + 1] }
            }, followsResponses: layout.branches > 1, game: game)
        let places = layout.layers.joined()
        self.policy = try Policy(
            memory: memory, strategies: places.flatMap { policy.strategy(at: $0.node) }, game: game)
        rows = places.map(\.row)
    }

    private struct Place: Hashable {
        let node: Int
        let row: Int
    }

    private struct Layout {
        let policy: Policy
        let reference: Reference
        let game: Game
        let branches: Int
        /// [T] the places of a turn, in the order met.
        var layers: [[Place]] = []
        /// [T − 1][places · branches · later observations] places of the next turn.
        var successors: [[Int]] = []

        init(_ policy: Policy, reference: Reference, game: Game) {
            (self.policy, self.reference, self.game) = (policy, reference, game)
            branches = policy.memory.branches > 1 || reference.asksForResponse ? game.responses.count : 1
        }

        mutating func run() {
            var layer: [Place] = []
            var known: [Place: Int] = [:]
            func number(_ place: Place) -> Int {
                if let number = known[place] { return number }
                known[place] = layer.count
                layer.append(place)
                return layer.count - 1
            }
            for cue in game.cues.indices {
                for entry in policy.memory.initial[cue].entries {
                    _ = number(Place(node: entry.node, row: reference.row(turn: 1, cue: cue, after: nil)))
                }
            }
            layers.append(layer)
            for turn in 2..<max(2, game.horizon + 1) {
                let before = layer
                (layer, known) = ([], [:])
                var next: [Int] = []
                for place in before {
                    for response in 0..<branches {
                        for observation in game.observations.later {
                            let row = reference.row(
                                turn: turn, cue: game.observations.cue(of: observation),
                                after: branches > 1 ? response : nil)
                            let node = policy.memory.successor(
                                of: place.node, after: response, observation: observation, game: game)
                            next.append(number(Place(node: node, row: row)))
                        }
                    }
                }
                successors.append(next)
                layers.append(layer)
            }
        }

        /// Per opening cue, where it leads.
        func initial() throws(GameError) -> [NodeDistribution] {
            var list: [NodeDistribution] = []
            for cue in game.cues.indices {
                let row = reference.row(turn: 1, cue: cue, after: nil)
                list.append(
                    try NodeDistribution(
                        policy.memory.initial[cue].entries.map { entry in
                            (layers[0].firstIndex(of: Place(node: entry.node, row: row)) ?? 0, entry.probability)
                        }, place: "reference"))
            }
            return list
        }
    }
}

extension Policy {
    /// The policy that does what the reference says.
    ///
    /// - Throws: ``GameError`` if a strategy is no distribution over the game's responses, or the memory is too large.
    public static func reference(_ reference: Reference, game: Game) throws(GameError) -> Policy {
        let plain = try Policy.constant(reference.otherwise, game: game)
        guard !reference.isConstant else { return plain }
        let found = try ReferencePolicy(plain, reference: reference, game: game)
        let strategies = reference.strategies
        return try Policy(
            memory: found.policy.memory, strategies: found.rows.flatMap { strategies[$0] }, game: game)
    }
}
