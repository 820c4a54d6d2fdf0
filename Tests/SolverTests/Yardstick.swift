import ExactEvaluation
import GameFixtures
import GameModel
import Solver

/// What policies are judged by, whatever solver found them: plain evaluations, and the worst case by looking at every one.
struct Yardstick: Sendable {
    /// What a policy is worth, and the games in which it is worth that: their values, weighed, sum to it.
    struct Reading {
        var value: Double
        var cases: [(game: GameDefinition, weight: Double)]
    }

    let measure: @Sendable (Policy, Objective, [GameDefinition]) throws -> Reading

    /// The goal in the nominal game, with its KL term.
    static let nominal = Yardstick { controller, objective, games in
        try weighed([(games[0], 1)], controller, objective)
    }

    /// The worst prior within a total variation of the nominal one: what can be moved goes from the best types to the worst.
    static func priors(radius: Double) -> Yardstick {
        Yardstick { controller, objective, games in
            let values = try games[0].users.indices.map { user in
                try weighed([(only(user, games[0]), 1)], controller, objective).value
            }
            guard let worst = values.indices.min(by: { values[$0] < values[$1] }) else { throw NoGames() }
            var (prior, rest) = (games[0].users.map(\.prior), radius)
            for user in values.indices.sorted(by: { values[$0] > values[$1] }) where user != worst {
                let moved = min(rest, prior[user])
                prior[user] -= moved
                prior[worst] += moved
                rest -= moved
            }
            let value = zip(prior, values).reduce(0) { $0 + $1.0 * $1.1 }
            return Reading(
                value: value, cases: prior.indices.map { (only($0, games[0]), prior[$0]) })
        }
    }

    /// The mean of the worst share of the games, all of them equally likely.
    static func tail(share: Double) -> Yardstick {
        Yardstick { controller, objective, games in
            let values = try games.map { try weighed([($0, 1)], controller, objective).value }
            var rest = 1.0
            var cases: [(game: GameDefinition, weight: Double)] = []
            for index in values.indices.sorted(by: { values[$0] < values[$1] }) where rest > 0 {
                let weight = min(rest, max(1 / (share * Double(games.count)), 1 / Double(games.count)))
                cases.append((games[index], weight))
                rest -= weight
            }
            return try weighed(cases, controller, objective)
        }
    }

    struct NoGames: Error {}

    private static func weighed(
        _ cases: [(game: GameDefinition, weight: Double)], _ controller: Policy, _ objective: Objective
    ) throws -> Reading {
        let value = try cases.reduce(0.0) { sum, entry in
            let evaluation = Evaluation(controller, game: try Game(entry.game), reference: objective.reference)
            let goal = objective.goal == .payoff ? evaluation.payoff : evaluation.safe
            return sum + entry.weight
                * (objective.klWeight == 0 ? goal : goal - objective.klWeight * evaluation.divergence)
        }
        return Reading(value: value, cases: cases)
    }

    /// The game with one type of user only.
    private static func only(_ user: Int, _ game: GameDefinition) -> GameDefinition {
        var game = game
        for index in game.users.indices { game.users[index].prior = index == user ? 1 : 0 }
        return game
    }
}
