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
            let objective = Self.payoff(game)
            _ = try solve(game, objective, name: "horizon \(horizon)", gap: 0)
            try remember(game, objective)
        }
    }

    /// Other games of the same kind: the same sizes from the seeds 1, 2, …, with payoffs skewed towards the top and with even ones.
    ///
    /// A line per game: its value, its payoffs, and the processor seconds until the gap is 1 % of |value| and until it is 0.
    func run(seeds: Int) throws {
        print("seed  skew    value     payoffs            1 % of |value|  proof    memory last-turn")
        for seed in 1...UInt64(seeds) {
            for skew in [DenseGame.skew, 1] {
                let game = try DenseGame.game(horizon: 8, seed: seed, skew: skew)
                let objective = Self.payoff(game)
                let record = try solve(game, objective, name: "seed \(seed), skew \(skew)", gap: 0)
                let near = record.progress.first { $0.gap <= 0.01 * abs(record.solution.value) }
                let isProven = record.solution.status == .optimal
                let kept = try GradientSolver().search(Problem(game: game, objective: objective), memory: .lastWithTurn)
                let payoffs = (game.outcomePayoff.min() ?? 0, game.outcomePayoff.max() ?? 0)
                print(
                    "\(seed)  \(skew)  \(record.solution.value)\(isProven ? "" : " (not proven)")  \(payoffs.0) to \(payoffs.1)  "
                        + "\(near.map { "\(rounded($0.seconds)) s" } ?? "missed")  "
                        + "\(isProven ? "\(rounded(record.seconds)) s" : "missed, gap \(record.solution.gap)")  \(kept.value)"
                )
            }
        }
    }

    private static func payoff(_ game: Game) -> Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
    }

    /// What the best controllers with little memory that the gradient method finds are worth.
    private func remember(_ game: Game, _ objective: Objective) throws {
        let kinds = [MemoryKind(observations: 1, usesTurn: false), .lastWithTurn]
        for kind in kinds {
            let solution = try GradientSolver().search(Problem(game: game, objective: objective), memory: kind)
            print(
                "  memory \(kind): value \(solution.value), from \(solution.successes) of \(solution.starts.count) "
                    + "starts; fast informed bound \(solution.bound)")
            print("    from every start: " + solution.starts.map { "\($0.value)" }.joined(separator: " "))
        }
    }

    /// The shipped scenarios, with their constraints and without, KL terms left out.
    func runScenarios() throws {
        for example in ExampleScenarios.all {
            // Users who look ahead are taken as myopic: the planner is for those.
            var scenario = try Scenario.parse(example.text, file: example.name)
            if scenario.game.foresight != nil { scenario = try scenario.assuming(.myopic) }
            var objective = scenario.objective
            objective.klWeight = 0
            if !objective.constraints.isEmpty { try constrain(scenario.game, objective, name: example.name) }
            objective.constraints = []
            _ = try solve(scenario.game, objective, name: example.name, gap: 1e-4)
        }
    }

    private func constrain(_ game: Game, _ objective: Objective, name: String) throws {
        let start = Self.processorSeconds()
        let limit = limit
        let solution = try ConstrainedPlanner().search(
            Problem(game: game, objective: objective),
            control: RunControl(stop: { Self.processorSeconds() - start > limit }))
        print(
            "\(name), constrained: \(solution.status) in \(rounded(Self.processorSeconds() - start)) s: value "
                + "\(solution.value), upper \(solution.bound), gap \(solution.gap), \(solution.iterations) prices, "
                + "\(solution.steps) beliefs; memory last-turn \(solution.finiteMemory.map { "\($0.value)" } ?? "none")"
        )
    }

    /// How a search went: the gap at every report, in processor seconds.
    private struct Record {
        var solution: BeliefResult
        var seconds: Double
        var progress: [(seconds: Double, gap: Double)]
    }

    private func solve(_ game: Game, _ objective: Objective, name: String, gap: Double) throws -> Record {
        let start = Self.processorSeconds()
        let seconds: @Sendable () -> Double = { Self.processorSeconds() - start }
        var due = 0.0
        var reports: [(seconds: Double, gap: Double)] = []
        let limit = limit
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: gap)).search(
            Problem(game: game, objective: objective),
            control: RunControl(
                stop: { seconds() > limit },
                progress: { progress in
                    let (lower, upper) = (progress.lower ?? .nan, progress.upper ?? .nan)
                    reports.append((seconds(), upper - lower))
                    guard seconds() >= due else { return }
                    due = max(0.1, 2 * seconds())
                    print("  \(rounded(seconds())) s: [\(lower), \(upper)], \(progress.steps) steps")
                }))
        print(
            "\(name): \(solution.status.name) in \(rounded(seconds())) s: value \(solution.value), "
                + "upper \(solution.bound), gap \(solution.gap), informed \(solution.informedBound), "
                + "\(solution.steps) steps, \(solution.exactSteps) exact, "
                + "\(solution.policy.memory.nodeCount) nodes, \(solution.bytesUsed >> 20) MiB used")
        return Record(solution: solution, seconds: seconds(), progress: reports)
    }

    /// Processor time of this process, which other processes do not disturb.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
