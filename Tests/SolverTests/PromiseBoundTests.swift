import ExactEvaluation
import GameFixtures
import GameModel
import Scenarios
import Solver
import Testing
import UserAgents

/// The bound that follows what users may be made to expect, against policies that were enumerated, drawn or searched for.
@Suite("The bound that follows promises")
struct PromiseBoundTests {
    private static func family(_ seed: UInt64) -> RandomGame {
        RandomGame {
            ($0.responses, $0.rationality) = (3, [1.0, 2.5, 5][Int(seed % 3)])
            ($0.foresight, $0.mixesTabular) = ([0.5, 0.9, 1][Int(seed % 3)], seed % 2 == 0)
            ($0.states, $0.cues) = (1 + Int(seed % 2), 1 + Int(seed / 2 % 2))
            ($0.continuing, $0.feigns, $0.horizon) = (1 + Int(seed / 3 % 2), seed % 5 == 0, 2 + Int(seed % 2))
            ($0.usesTurn, $0.discount) = (seed % 4 == 1, 0.95)
        }
    }

    @Test("no policy exceeds it, pure or mixed, and it never exceeds the informed bound", arguments: [UInt64](1...12))
    func isAbove(seed: UInt64) throws {
        let game = try Self.family(seed).game(seed: seed)
        for goal in Objective.Goal.allCases {
            let bound = PromiseBound.value(game: game, goal: goal, effort: PromiseEffort(trials: 4, boxes: 12))
            #expect(bound <= FastInformedBound.value(game: game, goal: goal))
            let memory = try Self.everything(game)
            var random = SplitMix64(seed: seed)
            var best = -Double.infinity
            for number in 0..<150 {
                let rows = (0..<memory.nodeCount).flatMap { _ -> [Double] in
                    // Certain responses reach the extremes better than mixtures do.
                    if number % 3 == 0 { return random.distribution(3) }
                    let choice = Int(random.uniform(0, 3))
                    return (0..<3).map { $0 == choice ? 1 : 0 }
                }
                let evaluation = Evaluation(try Policy(memory: memory, strategies: rows, game: game), game: game)
                best = max(best, goal == .payoff ? evaluation.payoff : evaluation.safe)
            }
            let problem = Problem(game: game, objective: Objective(goal: goal, reference: [0.2, 0.3, 0.5]))
            let found = try GradientSolver(GradientSolverSettings(starts: 3, perturbations: 3)).search(
                problem, memory: .lastWithTurn)
            best = max(best, found.value)
            #expect(best <= bound + 1e-12)
        }
    }

    /// The memory of a policy that forgets nothing: a node per history of observations and own responses.
    private static func everything(_ game: Game) throws -> ControllerMemory {
        var (layers, successors): ([Int], [Int]) = ([game.cues.count], [])
        var first = 0
        for _ in 1..<game.horizon {
            let exits = layers[layers.count - 1] * game.responses.count * game.observations.later.count
            first += layers[layers.count - 1]
            successors += (0..<exits).map { first + $0 }
            layers.append(exits)
        }
        return try ControllerMemory(
            layers: layers, initial: Array(game.cues.indices), successors: successors, followsResponses: true,
            game: game)
    }

    /// Games in which the second turn's strategy is all that one type of user can look ahead to.
    private static func twoTurns(_ seed: UInt64) -> RandomGame {
        RandomGame {
            ($0.responses, $0.foresight, $0.rationality) = (3, 0.9, 2 + Double(seed % 4))
            ($0.states, $0.cues, $0.continuing, $0.feigns, $0.horizon) = (1, 1, 1, false, 2)
            $0.mixesTabular = true
        }
    }

    @Test("in games of two turns it meets the best of all policies", arguments: [UInt64](1...8))
    func twoTurnsAreClosed(seed: UInt64) throws {
        let game = try Self.twoTurns(seed).game(seed: seed)
        let best = try Self.bestOfTwoTurns(game)
        let bound = PromiseBound.value(game: game, goal: .payoff, effort: PromiseEffort(trials: 12, boxes: 400))
        #expect(bound >= best - 1e-12)
        // The oracle's grid has 2,000 steps over payoffs of 8, and its value is quadratic at the best mixture.
        #expect(bound <= best + 5e-3)
    }

    /// The best first response with the best second strategy. What is promised is one number, so that the best second strategy
    /// mixes two responses at most.
    private static func bestOfTwoTurns(_ game: Game) throws -> Double {
        let memory = try ControllerMemory(MemoryKind(observations: 0, usesTurn: true), game: game)
        var gradient = StrategyGradient(
            game: game, memory: memory, objective: Objective(goal: .payoff, reference: [0.2, 0.3, 0.5]))
        var best = -Double.infinity
        for first in 0..<3 {
            let opening = (0..<3).map { $0 == first ? 1.0 : 0 }
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                for step in 0...2000 {
                    var second = [0.0, 0, 0]
                    (second[a], second[b]) = (Double(step) / 2000, 1 - Double(step) / 2000)
                    best = max(best, gradient.value(opening + second))
                }
            }
        }
        return best
    }

    @Test("closes on keeps-asking, and falls with the work")
    func keepsAsking() throws {
        let scenario = try #require(try Self.scenario("keeps-asking"))
        let bounds = [1, 5, 30].map {
            PromiseBound.value(game: scenario.game, goal: .payoff, effort: PromiseEffort(trials: $0, boxes: 40))
        }
        #expect(bounds[0] >= bounds[1] && bounds[1] >= bounds[2])
        let best = try GradientSolver(GradientSolverSettings(starts: 4)).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: .lastWithTurn
        ).value
        #expect(bounds[2] >= best - 1e-12)
        #expect(bounds[2] <= best + 0.05)
    }

    /// Differences of utility times λ are in the thousands: weights of reactions underflow.
    @Test("holds for users who are almost certain of what they do", arguments: [460.0, 1000, 1e6])
    func almostCertain(rationality: Double) throws {
        let scenario = try #require(try Self.scenario("keeps-asking")).setting(
            "users.thief.rationality", to: rationality)
        let bound = PromiseBound.value(game: scenario.game, goal: .payoff)
        let best = try GradientSolver(GradientSolverSettings(starts: 4)).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: .lastWithTurn
        ).value
        #expect(best > 0.3)
        #expect(bound >= best - 1e-12)
    }

    private static func scenario(_ name: String) throws -> Scenario? {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try Scenario(file: "/\(root)/scenarios/\(name).yaml")
    }

    @Test("with a KL term no policy exceeds it either", arguments: [UInt64](1...6))
    func soft(seed: UInt64) throws {
        let game = try Self.family(seed).game(seed: seed)
        let memory = try Self.everything(game)
        for weight in [0, 0.1, 1, 10] {
            let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5], klWeight: weight)
            let problem = Problem(game: game, objective: objective)
            let bound = PromiseBound.value(problem, multipliers: [], effort: PromiseEffort(trials: 4, boxes: 12))
            var random = SplitMix64(seed: seed)
            var gradient = StrategyGradient(game: game, memory: memory, objective: objective)
            for number in 0..<60 {
                // From the reference to anything: near it where the term is dear.
                let reach = Double(number % 6) / 5
                let rows = (0..<memory.nodeCount).flatMap { _ in
                    zip(random.distribution(3), [0.2, 0.3, 0.5]).map { reach * $0 + (1 - reach) * $1 }
                }
                #expect(gradient.value(rows) <= bound + 1e-12)
            }
            let found = try GradientSolver(GradientSolverSettings(starts: 2)).search(problem, memory: .lastWithTurn)
            #expect(found.value <= bound + 1e-12)
        }
    }

    @Test("with a KL term, too, it is near on keeps-asking", arguments: [0.05, 0.2, 1])
    func softKeepsAsking(weight: Double) throws {
        let scenario = try #require(try Self.scenario("keeps-asking"))
        var objective = scenario.objective
        objective.klWeight = weight
        let problem = Problem(game: scenario.game, objective: objective)
        let found = try GradientSolver(GradientSolverSettings(starts: 2)).search(problem, memory: .lastWithTurn)
        #expect(found.bound >= found.value - 1e-12)
        #expect(found.bound <= found.value + 0.08)
    }

    @Test("with limits no policy that keeps them exceeds it, and prices lower it", arguments: [UInt64](2...4))
    func limits(seed: UInt64) throws {
        let game = try RandomGame {
            ($0.responses, $0.foresight, $0.rationality, $0.states) = (3, 0.9, 2, 1)
        }.game(seed: seed)
        let free = try Self.solve(game, Objective(goal: .payoff, reference: [0.2, 0.3, 0.5]))
        let limit = OutcomeConstraint(user: 0, outcome: 1, atMost: 0.8 * free.evaluation.outcomes[0][1])
        let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5], constraints: [limit])
        let solution = try Self.solve(game, objective)
        guard solution.status == .converged else { return }
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        var random = SplitMix64(seed: seed)
        var kept = 0
        for _ in 0..<500 {
            let rows = (0..<memory.nodeCount).flatMap { _ in random.distribution(3) }
            let evaluation = Evaluation(try Policy(memory: memory, strategies: rows, game: game), game: game)
            guard evaluation.excess(limit) <= 0 else { continue }
            kept += 1
            #expect(evaluation.payoff <= solution.bound + 1e-12)
        }
        #expect(kept > 0)
        #expect(solution.value <= solution.bound + 1e-6)
        if let price = solution.multipliers.first, price > 1e-3 { #expect(solution.bound < free.bound) }
    }

    private static func solve(_ game: Game, _ objective: Objective) throws -> Solution {
        try GradientSolver(GradientSolverSettings(starts: 4)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn
        ).solution
    }

    @Test("stopped at once, or with infinite λ, it is the informed bound")
    func fallsBack() throws {
        let game = try Self.family(2).game(seed: 2)
        let informed = FastInformedBound.value(game: game, goal: .payoff)
        #expect(PromiseBound.value(game: game, goal: .payoff, shouldStop: { true }) <= informed)
        let sure = try RandomGame { ($0.responses, $0.foresight, $0.rationality) = (3, 1, .infinity) }.game(seed: 2)
        #expect(
            PromiseBound.value(game: sure, goal: .payoff) == FastInformedBound.value(game: sure, goal: .payoff))
    }
}
