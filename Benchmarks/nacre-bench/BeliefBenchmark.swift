import ExampleScenarios
import GameFixtures
import GameModel
import Glibc
import Scenarios
import Solver

/// Bounds against time of belief planning, in processor seconds on one thread.
struct BeliefBenchmark {
    /// Seconds per game.
    let limit: Double

    /// ``DenseGame`` for several horizons, until the optimum is proven.
    func run(horizons: [Int]) throws {
        for horizon in horizons {
            let game = try DenseGame.game(horizon: horizon)
            let share = 1 / Double(game.responses.count)
            let objective = Objective(
                goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
            try solve(game, objective, name: "horizon \(horizon)", gap: 0)
            try remember(game, objective)
        }
    }

    /// What the best controllers with little memory that the gradient method finds are worth.
    private func remember(_ game: Game, _ objective: Objective) throws {
        let kinds = [MemoryKind(observations: 1, usesTurn: false), .lastWithTurn]
        for kind in kinds {
            let solution = try GradientSolver().solve(game: game, objective: objective, memory: kind)
            print(
                "  memory \(kind): value \(solution.value), from \(solution.successes) of \(solution.starts.count) "
                    + "starts; fast informed bound \(solution.upperBound)")
        }
    }

    /// The shipped scenarios, their constraints and KL terms left out.
    func runScenarios() throws {
        for example in ExampleScenarios.all {
            // Users who look ahead are taken as myopic: the planner is for those.
            let scenario = try Scenario.parse(example.text, file: example.name).following(.myopic)
            if let only = getenv("ONLY"), unsafe String(cString: only) != example.name { continue }
            var objective = scenario.objective
            (objective.constraints, objective.klWeight) = ([], 0)
            try solve(scenario.game, objective, name: example.name, gap: 1e-4)
        }
    }

    private func solve(_ game: Game, _ objective: Objective, name: String, gap: Double) throws {
        let start = Self.processorSeconds()
        let seconds = { Self.processorSeconds() - start }
        var due = 0.0
        var st = BeliefPlannerSettings(gap: gap)
        func e(_ n: String) -> Int? { getenv(n).flatMap { unsafe Int(String(cString: $0)) } }
        if let v = e("TP") { st.typePoints = v }
        if let v = e("DELAY") { st.delay = v }
        if let v = e("GS") { st.gradientStarts = v }
        if let v = e("PPT") { st.plansPerTurn = v }
        if let v = e("ET") { st.exactTurns = v }
        let solution = try BeliefPlanner(st).solve(
            game: game, objective: objective, shouldStop: { seconds() > limit },
            progress: { progress in
                guard seconds() >= due else { return }
                due = max(0.1, 2 * seconds())
                print("  \(rounded(seconds())) s: [\(progress.lower), \(progress.upper)], \(progress.steps) steps")
            })
        print(
            "\(name): \(solution.status.rawValue) in \(rounded(seconds())) s: value \(solution.value), "
                + "upper \(solution.upperBound), gap \(solution.gap), informed \(solution.informedBound), "
                + "\(solution.steps) steps, \(solution.exactSteps) exact, "
                + "\(solution.controller.memory.nodeCount) nodes, \(solution.bytesUsed >> 20) MiB used")
    }

    /// Processor time of this process, which other processes do not disturb.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
