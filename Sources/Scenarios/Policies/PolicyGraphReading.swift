internal import GameModel
internal import Output

/// The names that the columns of a policy graph stand for.
struct GraphNames {
    let responses: NameOrder
    let observations: NameOrder
    /// Nil where the file does not name them: the game's own order.
    let cues: NameOrder?

    init(_ json: JSONValue, game: Game) throws(PolicyFileError) {
        responses = try NameOrder(
            json["responses"], of: game.responses.map(\.name), key: "responses", noun: "response")
        observations = try NameOrder(
            json["observations"], of: game.observations.later.map { game.name(ofObservation: $0) },
            key: "observations", noun: "observation")
        cues = try json["cues"].map { list throws(PolicyFileError) in
            try NameOrder(list, of: game.cues, key: "cues", noun: "cue")
        }
    }
}

extension PolicyFile {
    /// Reads the nodes of a graph.
    ///
    /// - Throws: ``PolicyFileError`` naming the name or the node that does not fit the game.
    static func graph(_ json: JSONValue, game: Game) throws(PolicyFileError) -> Policy {
        guard let nodes = json["nodes"]?.arrayValue, var initial = json["initial"]?.arrayValue else {
            throw PolicyFileError("lacks nodes or initial; a policy graph must have both")
        }
        let names = try GraphNames(json, game: game)
        if let cues = names.cues {
            guard initial.count == game.cues.count else {
                throw PolicyFileError("has \(initial.count) entries in initial; there must be one per name in cues")
            }
            initial = cues.sorted(initial)
        }
        var layers = [Int](repeating: 0, count: game.horizon)
        var (successors, strategies): ([Int], [Double]) = ([], [])
        var last = 1
        // Whether next nodes depend on the response: one list per response in the first node, so in all of them.
        let isNested = nodes.first?["next"]?.arrayValue?.first?.arrayValue != nil
        let followsResponses = isNested && game.responses.count > 1
        let branches = followsResponses ? game.responses.count : 1
        for (index, node) in nodes.enumerated() {
            guard let turn = node["turn"]?.integerValue, turn >= last, turn <= game.horizon else {
                throw PolicyFileError(
                    "has no turn in node \(index), or one out of order; turns must go from 1 to \(game.horizon)")
            }
            strategies += try strategy(of: node, index: index, names: names, game: game)
            if turn < game.horizon {
                successors += try Self.successors(of: node, index: index, branches: branches, names: names)
            } else if node["next"] != .array([]) {
                throw PolicyFileError("has next nodes in node \(index) of the last turn; it must have an empty list")
            }
            last = turn
            layers[turn - 1] += 1
        }
        do throws(GameError) {
            var starts: [NodeDistribution] = []
            for (cue, entry) in initial.enumerated() { starts.append(try start(entry, cue: cue)) }
            let memory = try ControllerMemory(
                layers: layers, initial: starts, successors: successors,
                followsResponses: followsResponses, game: game)
            return try Policy(memory: memory, strategies: strategies, game: game)
        } catch {
            throw PolicyFileError("does not fit the game: \(error)")
        }
    }

    /// A node's response, or its strategy.
    private static func strategy(
        of node: JSONValue, index: Int, names: GraphNames, game: Game
    ) throws(PolicyFileError) -> [Double] {
        if let row = node["strategy"]?.arrayValue {
            let strategy = row.compactMap(\.doubleValue)
            guard strategy.count == row.count, strategy.count == game.responses.count, node["response"] == nil else {
                throw PolicyFileError(
                    "has a strategy in node \(index) that is not one number per response, or has a response besides; it "
                        + "must have one of the two")
            }
            return names.responses.sorted(strategy)
        }
        guard let name = node["response"]?.stringValue,
            let response = game.responses.firstIndex(where: { $0.name == name })
        else { throw PolicyFileError("has no response of the game in node \(index); it must name one") }
        return game.responses.indices.map { $0 == response ? 1 : 0 }
    }

    /// A node, or the nodes that one is drawn from.
    private static func start(_ entry: JSONValue, cue: Int) throws(GameError) -> NodeDistribution {
        guard let list = entry.arrayValue else { return NodeDistribution(entry.integerValue ?? -1) }
        return try NodeDistribution(
            list.map { ($0["node"]?.integerValue ?? -1, $0["weight"]?.doubleValue ?? -1) }, place: "initial[\(cue)]")
    }

    /// The successors of a node that is not in the last turn: one row, or one per response.
    private static func successors(
        of node: JSONValue, index: Int, branches: Int, names: GraphNames
    ) throws(PolicyFileError) -> [Int] {
        let next = node["next"]?.arrayValue ?? []
        let rows = branches == 1 ? [next] : next.map { $0.arrayValue ?? [] }
        guard rows.count == branches, rows.allSatisfy({ $0.count == names.observations.places.count }) else {
            throw PolicyFileError(
                "has another number of next nodes in node \(index) than there are observations; it must have one "
                    + "for each" + (branches == 1 ? "" : ", per response") + ", and none in the last turn")
        }
        let ordered = branches == 1 ? rows : names.responses.sorted(rows)
        return ordered.flatMap { names.observations.sorted($0) }.map { $0.integerValue ?? -1 }
    }
}
