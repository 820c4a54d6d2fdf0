import ExampleScenarios
import GameFixtures
import GameModel
import Glibc
import Scenarios
import Solver

/// Bounds against time of belief planning on one fixed dense game: 3 user types × 4 states, 7 responses, 5 continuing
/// observations, payoffs from −25 to +10, for growing horizons.
struct BeliefBenchmark {
    let horizons: [Int]
    /// Seconds per horizon.
    let limit: Double
    var settings = BeliefPlannerSettings(gap: 0)

    static func game(horizon: Int) throws(GameError) -> Game {
        let family = RandomGame {
            ($0.users, $0.states, $0.responses, $0.continuing, $0.ending, $0.cues) = (3, 4, 7, 5, 4, 1)
            ($0.features, $0.horizon, $0.feigns, $0.discount) = (5, horizon, false, 1)
            ($0.endingBias, $0.payoffs, $0.isTabular) = (-2, -25...10, true)
        }
        return try family.game(seed: 1)
    }

    func run() throws {
        for horizon in horizons {
            let game = try Self.game(horizon: horizon)
            let share = 1 / Double(game.responses.count)
            let objective = Objective(
                goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
            try solve(game, objective, name: "horizon \(horizon)")
        }
    }

    /// The shipped scenarios, their constraints and KL terms left out.
    func runScenarios() throws {
        for example in ExampleScenarios.all {
            let scenario = try Scenario.parse(example.text, file: example.name)
            var objective = scenario.objective
            (objective.constraints, objective.klWeight) = ([], 0)
            try solve(scenario.game, objective, name: example.name)
        }
    }

    private func solve(_ game: Game, _ objective: Objective, name: String) throws {
        let start = Self.processorSeconds()
        let seconds = { Self.processorSeconds() - start }
        var due = 0.0
        let solution = try BeliefPlanner(settings).solve(
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
                + "\(solution.controller.memory.nodeCount) nodes")
    }

    /// Processor time of this process, which other processes do not disturb.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
