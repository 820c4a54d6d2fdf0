import ExactEvaluation
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

    /// A game of two types, two states, two responses and one cue whose probabilities are all in eighths and whose payoffs are
    /// whole: small enough in every number for rational arithmetic over several turns.
    static func eighths(_ seed: UInt64, horizon: Int) -> GameDefinition {
        var random = SplitMix64(seed: seed)
        func shares(_ count: Int) -> [Double] {
            var parts = [Int](repeating: 0, count: count)
            for _ in 0..<8 { parts[Int(random.unit() * Double(count))] += 1 }
            return parts.map { Double($0) / 8 }
        }
        let users = ["kind", "sly"].map { name in
            let moves = [0, 1].map { state in
                let stay = shares(2)
                return [AdjacentMove](
                    repeating: state == 0
                        ? AdjacentMove(down: 0, stay: stay[0], up: stay[1])
                        : AdjacentMove(down: stay[1], stay: stay[0], up: 0), count: 2)
            }
            return UserType(
                name: name, prior: 0.5, initialState: shares(2), cues: [[1], [1]],
                outcomePayoff: [0, 1, 2].map { _ in (8 * random.unit()).rounded() - 4 }, exposure: [],
                agent: TabularUser(
                    reactions: [0, 1].map { _ in [0, 1].map { _ in shares(4) } }, movement: .table(moves)))
        }
        return GameDefinition(
            name: "eighths-\(seed)", horizon: horizon, discount: 1, features: [],
            responses: ["help", "refuse"].map { Response(name: $0, features: [], cost: 0) },
            outcomes: [
                Outcome(name: "outcome0", isSafe: true), Outcome(name: "outcome1", isSafe: false),
                Outcome(name: "timeout", isSafe: true, isTimeout: true),
            ],
            states: ["calm", "tense"], cues: ["cue"],
            reactions: ["ask", "press"].map { Reaction(name: $0, effect: .continues) }
                + [0, 1].map { Reaction(name: "end\($0)", effect: .ends(outcome: $0)) },
            users: users)
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
