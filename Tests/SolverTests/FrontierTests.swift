import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Trade-off curves")
struct FrontierTests {
    @Test(
        "of memoryless policies: nothing on a fine grid beats a point, and the curve leaves no gap",
        arguments: [UInt64](1...5))
    func grid(seed: UInt64) throws {
        let game = try RandomGame { $0.users = 2 }.game(seed: seed)
        let x = try PolicyMeasure(name: "risk", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        let frontier = try FrontierSolver(points: 9).solve(game: game, x: x, y: y, memory: .stationary)
        #expect(frontier.isConverged)
        #expect(!frontier.points.isEmpty)
        let grid = try (0...2000).map { step -> (x: Double, y: Double) in
            let share = Double(step) / 2000
            let evaluation = Evaluation(try .constant([share, 1 - share], game: game), game: game)
            return (1 - evaluation.safe, evaluation.payoff)
        }
        for point in frontier.points {
            #expect(!grid.contains { $0.x < point.x - 1e-6 && $0.y > point.y + 1e-5 })
            let evaluation = Evaluation(point.controller, game: game)
            #expect(point.x == 1 - evaluation.safe && point.y == evaluation.payoff)
        }
        for (a, b) in zip(frontier.points, frontier.points.dropFirst()) {
            #expect(a.y > b.y && a.x > b.x)
        }
        // The ends are the best that the grid knows, and better.
        #expect((frontier.points.first?.y ?? -.infinity) >= (grid.map(\.y).max() ?? 0) - 1e-5)
        #expect((frontier.points.last?.x ?? .infinity) <= (grid.map(\.x).min() ?? 0) + 1e-5)
    }

    @Test("weighted optima of all deterministic controllers do not lie outside", arguments: [UInt64](1...4))
    func hull(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.users) = (2, 3) }.game(seed: seed)
        let x = try PolicyMeasure(name: "min:outcome1|user0", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        let frontier = try FrontierSolver(points: 11).solve(game: game, x: x, y: y, memory: .lastWithTurn)
        #expect(frontier.isConverged)
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        for strategies in BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: 2) {
            let controller = try Policy(memory: memory, strategies: strategies, game: game)
            let evaluation = Evaluation(controller, game: game)
            let (a, b) = (x.value(evaluation), y.value(evaluation))
            // No policy is better in both than a point of the curve.
            #expect(!frontier.points.contains { a < $0.x - 1e-6 && b > $0.y + 1e-5 })
        }
    }

    @Test(
        "one limit between the ends has no neighbours, and is a point all the same", arguments: [UInt64](1...4),
        [2, 3, 4])
    func few(seed: UInt64, count: Int) throws {
        let game = try RandomGame { $0.users = 2 }.game(seed: seed)
        let x = try PolicyMeasure(name: "risk", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        let few = try FrontierSolver(points: count).solve(game: game, x: x, y: y, memory: .lastWithTurn)
        #expect(few.isConverged && few.points.count + few.dominated == count || few.points.count == 1)
        // The ends do not depend on how many limits lie between them.
        let more = try FrontierSolver(points: 5).solve(game: game, x: x, y: y, memory: .lastWithTurn)
        #expect(few.points.first == more.points.first && few.points.last == more.points.last)
    }

    @Test("every point keeps the constraints, and is as good as the grid", arguments: [UInt64](1...4))
    func constrained(seed: UInt64) throws {
        let game = try RandomGame { $0.users = 2 }.game(seed: seed)
        let x = try PolicyMeasure(name: "risk", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        let shares = try (0...1).map { Evaluation(try .always($0, game: game), game: game).outcomes[1][1] }
        let limit = OutcomeConstraint(user: 1, outcome: 1, atMost: (shares[0] + shares[1]) / 2)
        let frontier = try FrontierSolver(points: 7).solve(
            game: game, x: x, y: y, memory: .stationary, constraints: [limit])
        #expect(frontier.leastViolation == nil && frontier.constraints == [limit])
        #expect(!frontier.points.isEmpty)
        for point in frontier.points {
            #expect(Evaluation(point.controller, game: game).excess(limit) <= 1e-7)
        }
        for step in 0...2000 {
            let share = Double(step) / 2000
            let evaluation = Evaluation(try .constant([share, 1 - share], game: game), game: game)
            guard evaluation.excess(limit) <= 0 else { continue }
            let (risk, payoff) = (1 - evaluation.safe, evaluation.payoff)
            #expect(!frontier.points.contains { risk < $0.x - 1e-6 && payoff > $0.y + 1e-5 })
        }
    }

    @Test("where no policy keeps the constraints there is no point, and the least excess is said")
    func infeasible() throws {
        let game = try RandomGame { $0.users = 2 }.game(seed: 2)
        let x = try PolicyMeasure(name: "risk", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        let frontier = try FrontierSolver(points: 3).solve(
            game: game, x: x, y: y, memory: .stationary,
            constraints: [OutcomeConstraint(user: 1, outcome: 1, atMost: 0)])
        #expect(frontier.points.isEmpty)
        #expect(!frontier.isConverged)
        #expect((frontier.leastViolation ?? 0) > 1e-3)
    }

    @Test("the same for any number of threads")
    func threads() throws {
        let game = try RandomGame { $0.users = 3 }.game(seed: 6)
        let x = try PolicyMeasure(name: "safe", game: game)
        let y = try PolicyMeasure(name: "payoff", game: game)
        func trace(_ threads: Int) throws -> [FrontierPoint] {
            let settings = GradientSolverSettings(starts: 2, perturbations: 2, threads: threads)
            return try FrontierSolver(settings, points: 6).solve(game: game, x: x, y: y, memory: .lastWithTurn).points
        }
        #expect(try trace(1) == trace(4))
    }

    @Test("names of measures")
    func names() throws {
        let game = try RandomGame().game(seed: 1)
        #expect(try PolicyMeasure(name: "risk", game: game).isMaximised == false)
        #expect(try PolicyMeasure(name: "max:risk", game: game).isMaximised)
        #expect(try PolicyMeasure(name: "outcome0|user1", game: game).isMaximised)
        #expect(try PolicyMeasure(name: "outcome1|user1", game: game).isMaximised == false)
        for name in ["", "joy", "outcome0", "outcome9|user0", "outcome0|nobody", "a|b|c"] {
            #expect(throws: GameError.self) { try PolicyMeasure(name: name, game: game) }
        }
        let measure = try PolicyMeasure(name: "safe", game: game)
        #expect(throws: SolverError.self) {
            try FrontierSolver(points: 1).solve(game: game, x: measure, y: measure, memory: .stationary)
        }
    }
}
