extension Policy {
    /// The policy that draws one of several policies at the opening and follows it to the end.
    ///
    /// Its value and its outcome probabilities are the weighted means of theirs. The result is a graph; parts of the policies
    /// that do the same from some turn on are stored once.
    ///
    /// - Parameter parts: policies of the game with any memory, each with its probability; the probabilities sum to 1.
    /// - Throws: ``GameError`` if the probabilities are not a distribution, one of them is 0, or the graph has more nodes than
    ///   a controller may have.
    /// - Complexity: O(nodes per turn, summed · (|O| + |A|)).
    public static func mixture(
        _ parts: [(controller: Policy, probability: Double)], game: Game
    ) throws(GameError) -> Policy {
        try GameError.checkDistribution(parts.map(\.probability), count: parts.count, place: "mixture")
        var builder = MixtureBuilder(game: game, controllers: parts.map(\.controller))
        builder.run()
        return try builder.controller(weights: parts.map(\.probability))
    }
}

/// Unrolls controllers by turn and joins nodes with the same strategy and the same successors, from the last turn back.
private struct MixtureBuilder {
    let game: Game
    let controllers: [Policy]
    /// [controllers][T] the nodes that can be occupied, in the order met.
    private var reached: [[[Int]]]
    /// [controllers][T] per node, its place in the joined layer.
    private var places: [[[Int: Int32]]]
    /// Exits per node: |A| if some controller's next node depends on the response, otherwise 1.
    private let branches: Int
    /// [T] the joined layers: strategies [nodes, |A|] and successors [nodes, branches, later observations].
    private var strategies: [[Double]]
    private var successors: [[Int32]]

    init(game: Game, controllers: [Policy]) {
        self.game = game
        self.controllers = controllers
        branches = controllers.contains { $0.memory.branches > 1 } ? game.responses.count : 1
        reached = controllers.map { MixtureBuilder.layers(of: $0, game: game) }
        places = controllers.map { _ in Array(repeating: [:], count: game.horizon) }
        strategies = Array(repeating: [], count: game.horizon)
        successors = Array(repeating: [], count: game.horizon)
    }

    mutating func run() {
        for turn in stride(from: game.horizon, through: 1, by: -1) { join(turn: turn) }
    }

    private mutating func join(turn: Int) {
        let width = game.responses.count
        var rows: [[Double]: Int32] = [:]
        var known: [[Int32]: Int32] = [:]
        for (part, controller) in controllers.enumerated() {
            for node in reached[part][turn - 1] {
                let row = Array(controller.strategy(at: node))
                let number = rows[row] ?? Int32(rows.count)
                rows[row] = number
                let next = turn < game.horizon ? next(of: node, part: part, turn: turn) : []
                let key = [number] + next
                if let place = known[key] {
                    places[part][turn - 1][node] = place
                    continue
                }
                let place = Int32(strategies[turn - 1].count / width)
                known[key] = place
                places[part][turn - 1][node] = place
                strategies[turn - 1] += row
                successors[turn - 1] += next
            }
        }
    }

    /// The places of the successors in the next turn's layer.
    private func next(of node: Int, part: Int, turn: Int) -> [Int32] {
        let memory = controllers[part].memory
        return (0..<branches).flatMap { response in
            game.observations.later.map { observation in
                let next = memory.successor(of: node, after: response, observation: observation, game: game)
                return places[part][turn][next] ?? 0
            }
        }
    }

    func controller(weights: [Double]) throws(GameError) -> Policy {
        let width = game.responses.count
        let layers = strategies.map { $0.count / width }
        var flat: [Int] = []
        var first = 0
        for turn in 0..<game.horizon - 1 {
            first += layers[turn]
            flat += successors[turn].map { Int($0) + first }
        }
        var initial: [NodeDistribution] = []
        for cue in game.cues.indices {
            var nodes: [(node: Int, probability: Double)] = []
            for (part, controller) in controllers.enumerated() {
                for entry in controller.memory.initial[cue].entries {
                    let place = places[part][0][entry.node].map { Int($0) } ?? 0
                    nodes.append((place, weights[part] * entry.probability))
                }
            }
            initial.append(try NodeDistribution(nodes, place: "mixture"))
        }
        let memory = try ControllerMemory(
            layers: layers, initial: initial, successors: flat, followsResponses: branches > 1, game: game)
        return try Policy(memory: memory, strategies: strategies.flatMap { $0 }, game: game)
    }

    private static func layers(of controller: Policy, game: Game) -> [[Int]] {
        let memory = controller.memory
        var layer = distinct(memory.initial.flatMap { $0.entries.map(\.node) }, count: memory.nodeCount)
        var layers = [layer]
        for _ in 1..<max(1, game.horizon) {
            let next = layer.flatMap { node in
                (0..<memory.branches).flatMap { response in
                    game.observations.later.map {
                        memory.successor(of: node, after: response, observation: $0, game: game)
                    }
                }
            }
            layer = distinct(next, count: memory.nodeCount)
            layers.append(layer)
        }
        return layers
    }

    /// Without repetition, in the order met.
    private static func distinct(_ nodes: [Int], count: Int) -> [Int] {
        var seen = [Bool](repeating: false, count: count)
        return nodes.filter { node in
            defer { seen[node] = true }
            return !seen[node]
        }
    }
}
