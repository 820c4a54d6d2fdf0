internal import ExactEvaluation
public import GameModel
public import Output
public import Solver

/// A policy on disk: self-contained, tied to the game it was solved for, with all that is known of its quality.
///
/// Format 1 is a JSON object:
///
/// | key | meaning |
/// |---|---|
/// | `format` | 1 |
/// | `kind` | `finite-memory`, or `policy-graph` (see the extension for graphs) |
/// | `scenario`, `game_hash`, `file_hash` | what it was solved for; `game_hash` must match where it is used |
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
    public var controller: FiniteMemoryController
    /// The solver's own words: method, status, value, bounds, settings.
    public var solution: JSONValue
    /// Whether the file's checksum is right.
    let seal: Seal

    enum Seal: Sendable, Equatable {
        case right, wrong, missing
    }

    /// The JSON of a solution.
    public static func json(
        _ solution: Solution, scenario: String, gameHash: String, fileHash: String, objective: Objective, game: Game
    ) -> JSONValue {
        json(
            solution.controller, solution: summary(solution, objective: objective, game: game), scenario: scenario,
            gameHash: gameHash, fileHash: fileHash, game: game)
    }

    /// The JSON of a finite-memory controller that some other search found.
    ///
    /// - Parameter solution: what the search says of it: method, status, value, settings.
    public static func json(
        _ controller: FiniteMemoryController, solution: JSONValue, scenario: String, gameHash: String, fileHash: String,
        game: Game
    ) -> JSONValue {
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

    private static func rows(_ controller: FiniteMemoryController, game: Game) -> [JSONValue] {
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

    private static func summary(_ solution: Solution, objective: Objective, game: Game) -> JSONValue {
        .object([
            "method": .string("gradient"),
            "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue),
            "kl_weight": .number(objective.klWeight),
            "value": .number(solution.value),
            "upper": .number(solution.upperBound),
            "payoff": .number(solution.evaluation.payoff),
            "safe": .number(solution.evaluation.safe),
            "violation": .number(solution.violation),
            "residual": .number(solution.residual),
            "tolerance": .number(solution.tolerance),
            "iterations": .integer(solution.iterations),
            "multipliers": multipliers(solution.multipliers, of: objective, game: game),
            "starts": .object([
                "count": .integer(solution.starts.count), "reached_best": .integer(solution.successes),
                "values": .numbers(solution.starts.map(\.value)),
            ]),
            "settings": solution.settings.json,
        ])
    }
}

extension GradientSolverSettings {
    /// The settings that can change a result; the number of threads cannot.
    public var json: JSONValue {
        .object([
            "minimiser": .string(method.rawValue), "starts": .integer(starts), "start_scale": .number(startScale),
            "perturbations": .integer(perturbations), "seed": .string("\(seed)"), "tolerance": .number(tolerance),
            "feasibility_tolerance": .number(feasibilityTolerance), "maximum_iterations": .integer(maximumIterations),
        ])
    }
}

extension Solution.Status {
    /// The word for scripts.
    public var name: String {
        switch self {
        case .converged: "converged"
        case .limitReached: "limit_reached"
        case .stopped: "stopped"
        case .infeasible: "infeasible"
        }
    }
}
