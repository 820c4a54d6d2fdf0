public import CanonicalJSON
public import GameModel
public import Solver

/// Policies that are graphs: one response per node, and the node that follows each observation.
///
/// The keys besides those of every policy file:
///
/// | key | meaning |
/// |---|---|
/// | `kind` | `policy-graph` |
/// | `observations` | names of the observations that follow a response, in the order of `next` |
/// | `initial` | per opening cue, in the game's order, the node it starts at |
/// | `nodes` | one per node, turn by turn: `turn`, `response` (its name), `next` (empty in the last turn) |
extension PolicyFile {
    /// The JSON of a belief policy.
    public static func json(
        _ solution: BeliefSolution, scenario: String, gameHash: String, fileHash: String, objective: Objective,
        game: Game
    ) -> JSONValue {
        .object([
            "format": .integer(1),
            "kind": .string("policy-graph"),
            "scenario": .string(scenario),
            "game_hash": .string(gameHash),
            "file_hash": .string(fileHash),
            "responses": .strings(game.responses.map(\.name)),
            "observations": .strings(game.observations.later.map { game.name(ofObservation: $0) }),
            "initial": .array(solution.controller.memory.initial.map { .integer($0) }),
            "nodes": .array(nodes(solution.controller, game: game)),
            "solution": summary(solution, objective: objective),
        ])
    }

    private static func nodes(_ controller: FiniteMemoryController, game: Game) -> [JSONValue] {
        let memory = controller.memory
        return memory.nodeRanges.enumerated().flatMap { layer, nodes in
            nodes.map { node in
                let strategy = controller.strategy(at: node)
                let response = strategy.indices.max { strategy[$0] < strategy[$1] } ?? strategy.startIndex
                let row = node * game.observations.count
                let next =
                    layer + 1 < game.horizon ? game.observations.later.map { Int(memory.successors[row + $0]) } : []
                return .object([
                    "turn": .integer(layer + 1),
                    "response": .string(game.responses[response - strategy.startIndex].name),
                    "next": .array(next.map { .integer($0) }),
                ])
            }
        }
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
        for (index, node) in nodes.enumerated() {
            guard let turn = node["turn"]?.integerValue, turn >= last, turn <= game.horizon else {
                throw PolicyFileError(
                    "has no turn in node \(index), or one out of order; turns must go from 1 to \(game.horizon)")
            }
            guard let name = node["response"]?.stringValue,
                let response = game.responses.firstIndex(where: { $0.name == name })
            else { throw PolicyFileError("has no response of the game in node \(index); it must name one") }
            guard let next = node["next"]?.arrayValue,
                next.count == (turn < game.horizon ? game.observations.later.count : 0)
            else {
                throw PolicyFileError(
                    "has another number of next nodes in node \(index) than there are observations; it must have one "
                        + "for each, and none in the last turn")
            }
            last = turn
            layers[turn - 1] += 1
            successors += next.map { $0.integerValue ?? -1 }
            strategies += game.responses.indices.map { $0 == response ? 1 : 0 }
        }
        do throws(GameError) {
            let memory = try ControllerMemory(
                layers: layers, initial: initial.map { $0.integerValue ?? -1 }, successors: successors, game: game)
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
            "gradient_starts": .integer(gradientStarts), "plans_per_turn": .integer(plansPerTurn),
            "finishes_depth_first": .bool(finishesDepthFirst),
            "maximum_steps": maximumSteps == .max ? .null : .integer(maximumSteps),
        ])
    }
}
