internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
internal import Output
public import Scenarios
internal import Simulation
public import Solver

/// `--method search`: finite-memory controllers by simulation alone, as for users without known probabilities.
public struct SearchMethod: SolvingMethod {
    public var settings: SearchSettings
    /// What the controller remembers.
    public var memory: MemoryKind
    /// Episodes per evaluation, the same for every policy.
    public var episodes: Int

    public init(
        _ settings: SearchSettings = SearchSettings(), memory: MemoryKind = .lastWithTurn, episodes: Int = 10_000
    ) {
        self.settings = settings
        self.memory = memory
        self.episodes = episodes
    }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        guard scenario.objective.klWeight == 0 else {
            throw InputError(
                "\(scenario.file) has a KL term, which a simulator does not see; set objective.kl_weight to 0, or use "
                    + "--method gradient")
        }
        let game = scenario.game
        let controller = try ControllerMemory(memory, game: game)
        let (isOver, threads) = (control.shouldStop, control.threads ?? 1)
        let found = try SearchSolver(settings).search(
            game: game, memory: memory,
            objective: { strategies, seed in
                try simulate(
                    strategies, memory: controller, scenario: scenario, seed: seed, threads: threads, isOver: isOver)
            }, control: RunControl(stop: isOver, progress: control.progress))
        return solved(found, scenario: scenario, wasInterrupted: control.wasInterrupted)
    }

    /// What outcomes are worth at most more than others: the scale of the penalty.
    private func scale(_ scenario: Scenario) -> Double {
        guard scenario.objective.goal == .payoff else { return 1 }
        let payoffs = scenario.game.outcomePayoff
        return max(1e-3, (payoffs.max() ?? 0) - (payoffs.min() ?? 0))
    }

    /// A type of whom fewer episodes than this are to be expected is played by itself where there is a limit on it.
    private static let fewestEpisodes = 10.0

    /// Once the search is to end, the policy that it has is played this often at most, so that the end does not wait for it.
    private static let lastEpisodes = 10_000

    /// Plays as often as was asked for; less, and the result says how often, where the search is to end meanwhile.
    private func play(
        _ game: Game, _ controller: Policy, seed: UInt64, threads: Int, isOver: () -> Bool
    )
        throws -> SimulationResult
    {
        func simulation(_ episodes: Int) -> Rollouts {
            Rollouts(
                game: game, policies: [controller], settings: .init(episodes: episodes, seed: seed, threads: threads))
        }
        if !isOver() {
            let result = try simulation(episodes).run(shouldStop: isOver)
            if result.episodes > 0 { return result }
        }
        return try simulation(min(episodes, Self.lastEpisodes)).run()
    }

    /// The goal as simulated, less ten times the scale for each unit of probability above a constraint's limit.
    private func simulate(
        _ strategies: [Double], memory: ControllerMemory, scenario: Scenario, seed: UInt64, threads: Int,
        isOver: () -> Bool
    ) throws -> Estimate {
        let game = scenario.game
        let controller = try Policy(memory: memory, strategies: strategies, game: game)
        let result = try play(game, controller, seed: seed, threads: threads, isOver: isOver)
        let tally = result.tallies[0]
        let goal = scenario.objective.goal == .payoff ? tally.payoff : tally.safe(game)
        // A limit is on what a type does when it comes: types that hardly ever do are played by themselves.
        var own: [Int: Tally] = [:]
        for user in Set(scenario.objective.constraints.map(\.user))
        where game.prior[user] * Double(episodes) < Self.fewestEpisodes {
            let prior = game.users.indices.map { $0 == user ? 1.0 : 0 }
            own[user] = try play(
                try Game(game, prior: prior), controller, seed: seed, threads: threads, isOver: isOver
            ).tallies[0]
        }
        let excess = scenario.objective.constraints.reduce(0) { sum, constraint in
            let share = (own[constraint.user] ?? tally).outcome(constraint.outcome, user: constraint.user)?.value ?? 0
            return sum + max(0, share - constraint.atMost)
        }
        return Estimate(
            mean: (goal?.value ?? 0) - 10 * scale(scenario) * excess, standardError: goal?.standardError ?? .infinity,
            count: result.episodes)
    }

    private func solved(
        _ found: SimulatedSearchResult, scenario: Scenario, wasInterrupted: Bool
    ) -> SolvedScenario {
        let game = scenario.game
        let evaluation = Evaluation(found.policy, game: game, reference: scenario.objective.reference)
        let value = scenario.objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        let violation = scenario.violation(evaluation)
        let settings: [String: JSONValue] = [
            "minimiser": .string(found.settings.minimiser.rawValue), "episodes": .integer(episodes),
            "evaluations": .integer(found.settings.maximumEvaluations),
            "fresh_seeds": .integer(found.settings.freshSeeds), "seed": .string("\(found.settings.seed)"),
            "size_tolerance": .number(found.settings.sizeTolerance),
            "initial_temperature": found.settings.initialTemperature.map { .number($0) } ?? .null,
        ]
        let members: [String: JSONValue] = [
            "residual": .number(found.residual), "tolerance": .number(found.tolerance),
            "violation": .number(violation), "iterations": .integer(found.evaluations),
            "simulated": .object([
                "training": Self.json(found.training), "fresh": Self.json(found.fresh),
                "optimism": .number(found.optimism), "optimism_se": .number(found.optimismError),
            ]),
        ]
        let name = found.settings.minimiser == .simplex ? "simplex size" : "temperature"
        var notes = [
            "simulated\(scenario.objective.constraints.isEmpty ? "" : ", less the penalty for constraints"), on fresh seeds: "
                + "\(Self.text(found.fresh)); on the seed searched: \(Self.text(found.training))",
            "optimism: \(Format.estimate(found.optimism, error: found.optimismError, 6)); "
                + "\(found.evaluations) evaluations; \(name) \(found.residual) (asked: \(found.tolerance))",
        ]
        if violation > 0 {
            notes.append(
                "constraints: exceeded by \(Format.fixed(violation, 6)) at most; a search only penalises what it simulates"
            )
        }
        let solution = Solution(
            status: found.status, policy: found.policy, evaluation: evaluation, value: value,
            bound: PromiseBound.value(game: game, goal: scenario.objective.goal),
            multipliers: scenario.objective.constraints.map { _ in 0 }, violation: violation)
        return SolvedScenario(
            solution, of: scenario, method: "search", ending: Self.ending(found.status, wasInterrupted: wasInterrupted),
            notes: notes, members: members, settings: settings,
            summary: {
                let summary: [String: JSONValue] = [
                    "method": .string("search"), "status": .string(found.status.name),
                    "maximise": .string(scenario.objective.goal.rawValue), "value": .number(value),
                    "payoff": .number(evaluation.payoff), "safe": .number(evaluation.safe), "multipliers": .array([]),
                    "settings": .object(settings),
                ]
                return summary.merging(members) { first, _ in first }
            })
    }

    private static func ending(_ status: Solution.Status, wasInterrupted: Bool) -> String {
        switch status {
        case .converged: "converged: the search ended as asked, which is no proof of an optimum"
        case .stopped: wasInterrupted ? Ending.interrupted : Ending.stopped
        default: "limit reached: not converged; this is the best so far; give --evaluations more"
        }
    }

    private static func text(_ value: Estimate) -> String {
        "\(Format.estimate(value.value, error: value.standardError, 6)) (n = \(Format.count(value.count ?? 0)))"
    }

    private static func json(_ value: Estimate) -> JSONValue {
        .object([
            "mean": .number(value.value), "se": .number(ifPresent: value.standardError),
            "n": .integer(value.count ?? 0),
        ])
    }
}
