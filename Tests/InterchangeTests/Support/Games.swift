import GameFixtures
import GameModel
import Interchange
import Solver
import UserAgents

/// The games that other programs are asked about: feigning, discounts, turn-dependent and tabular users, goals, sizes.
enum Games {
    static func definition(_ seed: UInt64, horizon: Int) -> GameDefinition {
        RandomGame {
            $0.feigns = seed % 2 == 0
            $0.discount = seed % 3 == 0 ? 1 : 0.9
            $0.usesTurn = seed % 4 < 2
            $0.mixesTabular = seed % 5 == 0
            $0.states = 1 + Int(seed % 3)
            $0.responses = 2 + Int(seed % 2)
            $0.cues = seed % 7 < 2 ? 1 : 2
            $0.continuing = 1 + Int(seed % 2)
            $0.horizon = horizon
            $0.endingBias = -1
        }.definition(seed: seed)
    }

    /// The sample game with moves and a discount in quarters, so that every probability is a short fraction.
    static func round(horizon: Int) -> GameDefinition {
        SampleGame.definition { definition in
            (definition.horizon, definition.discount) = (horizon, 0.5)
            let best = AdjacentMove(down: 0, stay: 0.75, up: 0.25)
            let worst = AdjacentMove(down: 0.25, stay: 0.75, up: 0)
            for index in definition.users.indices {
                guard var agent = definition.users[index].agent as? TabularUser else { continue }
                agent.movement = .table([[best, best], [worst, worst]])
                definition.users[index].agent = agent
            }
        }
    }

    static func exported(_ definition: GameDefinition, goal: Objective.Goal = .payoff) throws -> ExportedGame {
        ExportedGame(game: try Game(definition), goal: goal, scenario: definition.name, gameHash: "0")
    }

    static func text(_ write: (ExportedGame.Lines) throws -> Void) rethrows -> String {
        var lines: [String] = []
        try write { lines.append($0) }
        return lines.joined(separator: "\n") + "\n"
    }

    static func value(_ evaluation: Evaluation, _ goal: Objective.Goal) -> Double {
        goal == .payoff ? evaluation.payoff : evaluation.safe
    }
}
