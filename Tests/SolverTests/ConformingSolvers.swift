import Analysis
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver

extension SolverTrial {
    /// Every solver of the library.
    static let solvers = gradient + planners + commitments + robust + searches

    private static let gradient = [
        MemoryKind.stationary, MemoryKind(observations: 0, usesTurn: true),
        MemoryKind(observations: 1, usesTurn: false), .lastWithTurn, MemoryKind(observations: 2, usesTurn: true),
    ].map { kind in SolverTrial(name: "gradient, \(kind)") { try ascend($0, $1, kind) } }

    private static let planners = [
        SolverTrial(name: "belief") { games, objective in
            let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 1e-7)).search(
                Problem(game: games[0], objective: objective))
            return Answer(
                controller: solution.policy, value: solution.value, upperBound: solution.bound,
                isConverged: solution.isConverged)
        },
        SolverTrial(name: "belief under a limit that does not bind") { games, objective in
            var objective = objective
            objective.constraints = [OutcomeConstraint(user: 0, outcome: 0, atMost: 1)]
            let solution = try ConstrainedPlanner().search(Problem(game: games[0], objective: objective))
            return Answer(
                controller: solution.policy, value: solution.value, upperBound: solution.bound,
                isConverged: solution.isConverged)
        },
        SolverTrial(name: "soft", klWeight: 0.3) { games, objective in
            let solution = try SoftPlanner().search(Problem(game: games[0], objective: objective))
            return Answer(
                controller: solution.policy, value: solution.value, upperBound: solution.bound,
                isConverged: solution.isConverged)
        },
    ]

    /// The commitment to users with foresight.
    private static let commitments = [MemoryKind.stationary, .lastWithTurn].map { kind in
        SolverTrial(
            name: "commitment, \(kind)",
            games: { seed in
                var family = RandomGame.small(seed)
                family.foresight = 0.9
                return [family.definition(seed: seed)]
            },
            solve: { try ascend($0, $1, kind) })
    }

    private static let robust = [
        robust(.prior(radius: 0.2), .priors(radius: 0.2)), robust(.allPriors, .priors(radius: 1)),
        robust(.parameters(.mean), .tail(share: 1)), robust(.parameters(.worst), .tail(share: 0.01)),
        robust(.parameters(.conditionalValueAtRisk(0.6)), .tail(share: 0.4)),
    ]

    private static func robust(_ robustness: Robustness, _ yardstick: Yardstick) -> SolverTrial {
        SolverTrial(
            name: "robust, \(robustness.name)", yardstick: yardstick,
            games: { seed in
                let nominal = RandomGame.small(seed).definition(seed: seed)
                guard robustness.usesParameters else { return [nominal] }
                return [nominal]
                    + (1...3).map { (number: UInt64) in
                        var drawn = nominal
                        let other = RandomGame.small(seed).definition(seed: seed + 1000 * number)
                        for user in drawn.users.indices { drawn.users[user].agent = other.users[user].agent }
                        return drawn
                    }
            },
            solve: { games, objective in
                let problem = try WorstCase(games: games, objective: objective, robustness: robustness)
                let solution = try RobustSolver(GradientSolverSettings(starts: 4)).search(
                    problem, memory: .lastWithTurn)
                return Answer(
                    controller: solution.policy, value: solution.value, upperBound: solution.bound,
                    isConverged: solution.status == .converged)
            })
    }

    /// Users that are given as a simulator only.
    private static let searches = SearchSettings.Minimiser.allCases.map { minimiser in
        SolverTrial(name: "search, \(minimiser.rawValue)") { games, objective in
            let game = games[0]
            let memory = try ControllerMemory(.stationary, game: game)
            let settings = SearchSettings(minimiser: minimiser, sizeTolerance: 0.05, maximumEvaluations: 2000)
            let solution = try SearchSolver(settings).search(game: game, memory: .stationary) { strategies, seed in
                let controller = try Policy(memory: memory, strategies: strategies, game: game)
                let tally = try Rollouts(
                    game: game, policies: [controller], settings: .init(episodes: 2000, seed: seed)
                ).run().tallies[0]
                let goal = objective.goal == .payoff ? tally.payoff : tally.safe(game)
                return Estimate(
                    mean: goal?.value ?? 0, standardError: goal?.standardError ?? .infinity, count: 2000)
            }
            // What the search chose by is off by the noise of both samples.
            return Answer(
                controller: solution.policy, value: solution.fresh.value,
                upperBound: FastInformedBound.value(game: game, goal: objective.goal),
                isConverged: solution.status == .converged, uncertainty: solution.optimismError)
        }
    }

    private static func ascend(_ games: [Game], _ objective: Objective, _ kind: MemoryKind) throws -> Answer {
        let solution = try GradientSolver(GradientSolverSettings(starts: 4)).search(
            Problem(game: games[0], objective: objective), memory: kind)
        return Answer(
            controller: solution.policy, value: solution.value, upperBound: solution.bound,
            isConverged: solution.status == .converged)
    }
}
