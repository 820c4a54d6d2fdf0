internal import ExactEvaluation
public import GameModel
public import Output

/// A policy on disk: self-contained, with the game it was solved for and all that is known of its quality there.
///
/// It can be played in any game with the same responses, observations and, where it remembers the turn, as many turns.
///
/// Format 1 is a JSON object:
///
/// | key | meaning |
/// |---|---|
/// | `format` | 1 |
/// | `kind` | `finite-memory`, or `policy-graph` (see the extension for graphs) |
/// | `scenario`, `game_hash`, `file_hash` | what it was solved for; see ``PolicyOrigin`` |
/// | `memory` | `observations` (k) and `turn` |
/// | `responses` | names, in the order of the columns; any order will do |
/// | `strategies` | one row per node, in any order: `turn` (null where not remembered), `observed` (names, oldest first), `strategy` |
/// | `solution` | method, status, value, bounds, multipliers, residual, iterations, starts, settings, seed |
/// | `content_sha256` | of what is played and what is said of it, see ``sealed(_:)``; files of earlier versions have none |
///
/// What a file says of its game it says by name, and it is read by name.
public struct PolicyFile: Sendable, Equatable {
    /// What to call the policy in tables.
    public var label: String
    public var controller: Policy
    /// The solver's own words: method, status, value, bounds, settings.
    public var solution: JSONValue
    /// The game that it was solved for.
    public let origin: PolicyOrigin
    /// Whether the file's checksum is right.
    let seal: Seal

    enum Seal: Sendable, Equatable {
        case right, wrong, missing
    }

    /// The JSON of a policy.
    ///
    /// - Parameter solution: what the search says of it: method, status, value, settings.
    public static func json(
        _ controller: Policy, solution: JSONValue, scenario: String, gameHash: String, fileHash: String,
        game: Game
    ) -> JSONValue {
        guard !controller.memory.kind.isGraph else {
            return graph(
                controller, solution: solution, scenario: scenario, gameHash: gameHash, fileHash: fileHash, game: game)
        }
        let file = JSONValue.object([
            "format": .integer(1), "kind": .string("finite-memory"), "scenario": .string(scenario),
            "game_hash": .string(gameHash), "file_hash": .string(fileHash),
            "memory": .object([
                "observations": .integer(controller.memory.kind.observations),
                "turn": .bool(controller.memory.kind.usesTurn),
            ]),
            "responses": .strings(game.responses.map(\.name)),
            "strategies": .array(rows(controller, game: game)),
            "solution": solution,
        ])
        return sealed(file)
    }

    private static func rows(_ controller: Policy, game: Game) -> [JSONValue] {
        (0..<controller.memory.nodeCount).map { node in
            .object([
                "turn": controller.memory.turn(of: node).map { .integer($0) } ?? .null,
                "observed": .strings(controller.memory.remembered[node].map { game.name(ofObservation: $0) }),
                "strategy": .numbers(Array(controller.strategy(at: node))),
            ])
        }
    }

    /// μ per constraint, as ``prices(of:game:)`` reads them.
    public static func multipliers(_ multipliers: [Double], of objective: Objective, game: Game) -> JSONValue {
        .array(
            zip(objective.constraints, multipliers).map { constraint, multiplier in
                .object([
                    "user": .string(game.users[constraint.user]),
                    "outcome": .string(game.outcomes[constraint.outcome].name),
                    "at_most": .number(constraint.atMost), "value": .number(multiplier),
                ])
            })
    }

}
