internal import ExactEvaluation
package import GameModel
package import Output

/// Policies that are graphs: a response or a strategy per node, and the node that follows each observation.
///
/// The keys besides those of every policy file:
///
/// | key | meaning |
/// |---|---|
/// | `kind` | `policy-graph` |
/// | `observations` | names of the observations that follow a response, in the order of `next`; any order will do |
/// | `cues` | names of the opening cues, in the order of `initial`; where a file of an earlier version has none, it is the game's |
/// | `initial` | per opening cue the node it starts at; for a mixture of policies a list of `node` and `weight`, of which one is drawn |
/// | `nodes` | one per node, turn by turn: `turn`, `response` (its name), `next` (empty in the last turn) |
///
/// A node that randomises has `strategy`, one probability per response, in place of `response`. Where the next node depends on
/// the response too, `next` holds one list per response.
extension PolicyFile {
    /// The JSON of any policy that is a graph, with what its solver says of it.
    static func graph(
        _ controller: Policy, solution: JSONValue, scenario: String, gameHash: String,
        fileHash: String, game: Game
    ) -> JSONValue {
        let file = JSONValue.object([
            "format": .integer(1),
            "kind": .string("policy-graph"),
            "scenario": .string(scenario),
            "game_hash": .string(gameHash),
            "file_hash": .string(fileHash),
            "responses": .strings(game.responses.map(\.name)),
            "observations": .strings(game.observations.later.map { game.name(ofObservation: $0) }),
            "cues": .strings(game.cues),
            "initial": initial(controller),
            "nodes": .array(nodes(controller, game: game)),
            "solution": solution,
        ])
        return sealed(file)
    }

    /// The first node per opening cue, or the nodes that one is drawn from.
    package static func initial(_ controller: Policy) -> JSONValue {
        .array(
            controller.memory.initial.map { start in
                if let only = start.only { return .integer(only) }
                return .array(
                    start.entries.map {
                        .object(["node": .integer($0.node), "weight": .number($0.probability)])
                    })
            })
    }

    package static func nodes(_ controller: Policy, game: Game) -> [JSONValue] {
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

}
