public import CanonicalJSON
public import GameModel
public import Solver

/// Policies that are graphs: a response or a strategy per node, and the node that follows each observation.
///
/// The keys besides those of every policy file:
///
/// | key | meaning |
/// |---|---|
/// | `kind` | `policy-graph` |
/// | `observations` | names of the observations that follow a response, in the order of `next` |
/// | `initial` | per opening cue, in the game's order, the node it starts at; for a mixture of policies a list of `node` and `weight`, of which one is drawn |
/// | `nodes` | one per node, turn by turn: `turn`, `response` (its name), `next` (empty in the last turn) |
///
/// A node that randomises has `strategy`, one probability per response, in place of `response`. Where the next node depends on
/// the response too, `next` holds one list per response.
extension PolicyFile {
    /// The JSON of a belief policy.
    public static func json(
        _ solution: BeliefSolution, scenario: String, gameHash: String, fileHash: String, objective: Objective,
        game: Game
    ) -> JSONValue {
        graph(
            solution.controller, solution: summary(solution, objective: objective), scenario: scenario,
            gameHash: gameHash, fileHash: fileHash, game: game)
    }

    /// The JSON of any policy that is a graph, with what its solver says of it.
    static func graph(
        _ controller: FiniteMemoryController, solution: JSONValue, scenario: String, gameHash: String,
        fileHash: String, game: Game
    ) -> JSONValue {
        .object([
            "format": .integer(1),
            "kind": .string("policy-graph"),
            "scenario": .string(scenario),
            "game_hash": .string(gameHash),
            "file_hash": .string(fileHash),
            "responses": .strings(game.responses.map(\.name)),
            "observations": .strings(game.observations.later.map { game.name(ofObservation: $0) }),
            "initial": initial(controller),
            "nodes": .array(nodes(controller, game: game)),
            "solution": solution,
        ])
    }

    /// The first node per opening cue, or the nodes that one is drawn from.
    package static func initial(_ controller: FiniteMemoryController) -> JSONValue {
        .array(
            controller.memory.initial.map { start in
                if let only = start.only { return .integer(only) }
                return .array(
                    start.entries.map {
                        .object(["node": .integer($0.node), "weight": .number($0.probability)])
                    })
            })
    }

    package static func nodes(_ controller: FiniteMemoryController, game: Game) -> [JSONValue] {
        controller.memory.nodeRanges.enumerated().flatMap { layer, nodes in
            nodes.map { node in
                let strategy = Array(controller.strategy(at: node))
                let isLast = layer + 1 == game.horizon
                var members: [String: JSONValue] = [
                    "turn": .integer(layer + 1),
                    "next": isLast ? .array([]) : next(node, controller.memory, game: game),
                ]
                if let response = strategy.firstIndex(of: 1) {
                    members["response"] = .string(game.responses[response].name)
                } else {
                    members["strategy"] = .numbers(strategy)
                }
                return .object(members)
            }
        }
    }

    /// The successors of a node, per observation; one such list per response where the response matters.
    private static func next(_ node: Int, _ memory: ControllerMemory, game: Game) -> JSONValue {
        let rows = (0..<memory.branches).map { response in
            JSONValue.array(
                game.observations.later.map {
                    .integer(memory.successor(of: node, after: response, observation: $0, game: game))
                })
        }
        return memory.branches == 1 ? rows[0] : .array(rows)
    }

    private static func summary(_ solution: BeliefSolution, objective: Objective) -> JSONValue {
        .object([
            "method": .string("belief"), "status": .string(solution.status.rawValue),
            "maximise": .string(objective.goal.rawValue), "value": .number(solution.value),
            "lower": .number(solution.value), "upper": .number(solution.upperBound), "gap": .number(solution.gap),
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "steps": .integer(solution.steps), "exact_steps": .integer(solution.exactSteps),
            "multipliers": .array([]), "settings": solution.settings.json,
        ])
    }

    /// A node's response, or its strategy.
    private static func strategy(of node: JSONValue, index: Int, game: Game) throws(PolicyFileError) -> [Double] {
        if let row = node["strategy"]?.arrayValue {
            let strategy = row.compactMap(\.doubleValue)
            guard strategy.count == row.count, strategy.count == game.responses.count, node["response"] == nil else {
                throw PolicyFileError(
                    "has a strategy in node \(index) that is not one number per response, or has a response besides; it "
                        + "must have one of the two")
            }
            return strategy
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
        of node: JSONValue, index: Int, branches: Int, game: Game
    ) throws(PolicyFileError) -> [Int] {
        let next = node["next"]?.arrayValue ?? []
        let rows = branches == 1 ? [next] : next.map { $0.arrayValue ?? [] }
        guard rows.count == branches, rows.allSatisfy({ $0.count == game.observations.later.count }) else {
            throw PolicyFileError(
                "has another number of next nodes in node \(index) than there are observations; it must have one "
                    + "for each" + (branches == 1 ? "" : ", per response") + ", and none in the last turn")
        }
        return rows.joined().map { $0.integerValue ?? -1 }
    }

    /// Reads the nodes of a graph.
    ///
    /// - Throws: ``PolicyFileError`` naming the node that does not fit the game.
    static func graph(_ json: JSONValue, game: Game) throws(PolicyFileError) -> FiniteMemoryController {
        guard let nodes = json["nodes"]?.arrayValue, let initial = json["initial"]?.arrayValue else {
            throw PolicyFileError("lacks nodes or initial; a policy graph must have both")
        }
        guard json["observations"] == .strings(game.observations.later.map { game.name(ofObservation: $0) }) else {
            throw PolicyFileError("lists other observations than the game; they must be the same, in the same order")
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
            strategies += try strategy(of: node, index: index, game: game)
            if turn < game.horizon {
                successors += try Self.successors(of: node, index: index, branches: branches, game: game)
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
            return try FiniteMemoryController(memory: memory, strategies: strategies, game: game)
        } catch {
            throw PolicyFileError("does not fit the game: \(error)")
        }
    }
}

extension BeliefPlannerSettings {
    /// The settings that can change a result.
    public var json: JSONValue {
        .object([
            "gap": .number(gap), "memory_mib": .integer(memoryMebibytes), "exact_turns": .integer(exactTurns),
            "delay": .integer(delay), "type_points": .integer(typePoints),
            "tolerant_turns": .integer(tolerantTurns), "gradient_starts": .integer(gradientStarts),
            "plans_per_turn": .integer(plansPerTurn),
            "finishes_depth_first": .bool(finishesDepthFirst),
            "maximum_steps": maximumSteps == .max ? .null : .integer(maximumSteps),
        ])
    }
}
