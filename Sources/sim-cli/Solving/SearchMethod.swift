internal import ArgumentParser
internal import ExactEvaluation
internal import GameModel
internal import Nacre
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation
internal import Solver

/// How much a search without gradients may simulate.
struct SearchOptions: ParsableArguments {
    @Option(
        name: .long, help: "Search: episodes per evaluation, the same for every policy. (default: 10000)",
        transform: Number.whole(2...Number.manySteps))
    var episodes = 10_000

    @Option(
        name: .long, help: "Search: the most evaluations. (default: 1000)",
        transform: Number.whole(100...Number.manySteps))
    var evaluations = 1000
}

/// `--method search`: finite-memory controllers by simulation alone, as for users without known probabilities.
struct SearchMethod: SolvingMethod {
    let gradient: GradientMethod
    let options: SearchOptions

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        guard scenario.objective.klWeight == 0 else {
            throw InputError(
                "\(scenario.file) has a KL term, which a simulator does not see; set objective.kl_weight to 0, or use "
                    + "--method gradient")
        }
        guard let minimiser = SearchSettings.Minimiser(rawValue: (gradient.minimiser ?? .simplex).rawValue) else {
            throw InputError("--method search has no gradient to follow; give --minimiser simplex or annealing")
        }
        let game = scenario.game
        let memory = try ControllerMemory(gradient.controller.kind, game: game)
        let settings = SearchSettings(
            minimiser: minimiser, seed: context.seed, maximumEvaluations: options.evaluations)
        let isOver = context.isOver
        let solution = try SearchSolver(settings).search(
            game: game, memory: gradient.controller.kind,
            objective: { strategies, seed in
                try simulate(
                    strategies, memory: memory, scenario: scenario, seed: seed, threads: context.threads, isOver: isOver
                )
            }, control: RunControl(stop: isOver))
        return solved(solution, scenario: scenario, wasInterrupted: context.interrupt.isRequested)
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
        func simulation(_ episodes: Int) -> Simulation {
            Simulation(
                game: game, policies: [controller], settings: .init(episodes: episodes, seed: seed, threads: threads))
        }
        if !isOver() {
            let result = try simulation(options.episodes).run(shouldStop: isOver)
            if result.episodes > 0 { return result }
        }
        return try simulation(min(options.episodes, Self.lastEpisodes)).run()
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
        where game.prior[user] * Double(options.episodes) < Self.fewestEpisodes {
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
        _ solution: SimulatedSearchResult, scenario: Scenario, wasInterrupted: Bool
    ) -> SolvedPolicy {
        let game = scenario.game
        let evaluation = Evaluation(solution.controller, game: game, reference: scenario.objective.reference)
        let value = scenario.objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        let settings = JSONValue.object([
            "minimiser": .string(solution.settings.minimiser.rawValue), "episodes": .integer(options.episodes),
            "evaluations": .integer(solution.settings.maximumEvaluations),
            "fresh_seeds": .integer(solution.settings.freshSeeds), "seed": .string("\(solution.settings.seed)"),
            "size_tolerance": .number(solution.settings.sizeTolerance),
            "initial_temperature": solution.settings.initialTemperature.map { .number($0) } ?? .null,
        ])
        let simulated: [String: JSONValue] = [
            "training": Self.json(solution.training), "fresh": Self.json(solution.fresh),
            "optimism": .number(solution.optimism), "optimism_se": .number(solution.optimismError),
        ]
        let violation = scenario.violation(evaluation)
        let members: [String: JSONValue] = [
            "residual": .number(solution.residual), "tolerance": .number(solution.tolerance),
            "violation": .number(violation), "iterations": .integer(solution.evaluations),
            "simulated": .object(simulated),
        ]
        let summary: [String: JSONValue] = [
            "method": .string("search"), "status": .string(solution.status.name),
            "maximise": .string(scenario.objective.goal.rawValue), "value": .number(value),
            "payoff": .number(evaluation.payoff), "safe": .number(evaluation.safe), "multipliers": .array([]),
            "settings": settings,
        ]
        let name = solution.settings.minimiser == .simplex ? "simplex size" : "temperature"
        var notes = [
            "simulated\(scenario.objective.constraints.isEmpty ? "" : ", less the penalty for constraints"), on fresh seeds: "
                + "\(Self.text(solution.fresh)); on the seed searched: \(Self.text(solution.training))",
            "optimism: \(Format.estimate(solution.optimism, error: solution.optimismError, 6)); "
                + "\(solution.evaluations) evaluations; \(name) \(solution.residual) (asked: \(solution.tolerance))",
        ]
        if violation > 0 {
            notes.append(
                "constraints: exceeded by \(Format.fixed(violation, 6)) at most; a search only penalises what it simulates"
            )
        }
        return SolvedPolicy(
            method: .search, ending: ending(solution.status, wasInterrupted: wasInterrupted),
            controller: solution.controller, evaluation: evaluation,
            value: value, upperBound: FastInformedBound.value(game: game, goal: scenario.objective.goal),
            multipliers: scenario.objective.constraints.map { _ in 0 }, notes: notes,
            members: members, settings: settings,
            file: {
                PolicyFile.json(
                    solution.controller, solution: .object(summary.merging(members) { first, _ in first }),
                    scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: game)
            })
    }

    private func ending(_ status: Solution.Status, wasInterrupted: Bool) -> SolvedPolicy.Ending {
        switch status {
        case .converged:
            .init(
                kind: .converged, name: status.name,
                explanation: "converged: the search ended as asked, which is no proof of an optimum")
        case .stopped:
            .init(
                kind: wasInterrupted ? .interrupted : .unfinished, name: status.name,
                explanation: wasInterrupted
                    ? "interrupted: this is the best so far" : SolvedPolicy.Ending.Words.stopped)
        case .limitReached, .infeasible:
            .init(
                kind: .unfinished, name: status.name,
                explanation: "limit reached: not converged; this is the best so far; give --evaluations more")
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
