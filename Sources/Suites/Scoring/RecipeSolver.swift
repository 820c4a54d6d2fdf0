internal import GameModel
internal import NumericalMethods
internal import Scenarios
internal import Solver

/// Makes policies by solving cases. A value: the same settings give the same policies, since nothing is limited by time.
public struct RecipeSolver: Sendable, Equatable {
    /// The gap that planning stops at, in the goal's units.
    public var gap: Double
    /// Beliefs that planning may look into per case; beyond, the best policy so far is taken and called unconverged.
    public var maximumSteps: Int
    /// What planning may take per case, in MiB.
    public var memoryMebibytes: Int
    /// Starts of the gradient method.
    public var starts: Int
    public var seed: UInt64

    public init(
        gap: Double = 1e-3, maximumSteps: Int = 100_000, memoryMebibytes: Int = 512, starts: Int = 4, seed: UInt64 = 1
    ) {
        self.gap = gap
        self.maximumSteps = maximumSteps
        self.memoryMebibytes = memoryMebibytes
        self.starts = starts
        self.seed = seed
    }

    /// The policy of a recipe that is solved for.
    ///
    /// - Parameter shouldStop: polled by the search; once true it ends early, and the result is to be thrown away.
    /// - Returns: nil for a named policy, and for a model.
    /// - Throws: `SolverError` where the method does not serve the case, `SuiteError` where its satisfaction is not known.
    public func solve(
        _ recipe: PolicyRecipe, scorer: CaseScorer, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MadePolicy? {
        let scenario = scorer.scenario
        return switch recipe {
        case .named, .model: nil
        case .belief: try belief(scenario.game, scenario.objective, shouldStop)
        case .soft(let weight): try soft(scenario, weight: weight, shouldStop)
        case .robust(let robustness): try robust(scenario, robustness, shouldStop)
        case .memoryless: try memoryless(scenario, shouldStop)
        case .priced(let price): try priced(scorer, price: price, shouldStop)
        }
    }

    // MARK: Methods

    private var planner: BeliefPlannerSettings {
        BeliefPlannerSettings(
            gap: gap, memoryMebibytes: memoryMebibytes, maximumSteps: maximumSteps, gradientStarts: 1,
            finishesDepthFirst: false)
    }

    private func gradient(starts: Int) -> GradientSolverSettings {
        GradientSolverSettings(starts: starts, perturbations: 2, seed: seed, threads: 1)
    }

    private func belief(
        _ game: Game, _ objective: Objective, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MadePolicy {
        var objective = objective
        objective.klWeight = 0
        guard !objective.constraints.isEmpty else {
            let found = try BeliefPlanner(planner).search(
                Problem(game: game, objective: objective), control: RunControl(stop: shouldStop))
            return MadePolicy(found.solution)
        }
        let settings = ConstrainedPlannerSettings(planner: planner, seeds: gradient(starts: 2))
        let found = try ConstrainedPlanner(settings).search(
            Problem(game: game, objective: objective), control: RunControl(stop: shouldStop))
        return MadePolicy(found.solution)
    }

    private func soft(
        _ scenario: Scenario, weight: Double, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MadePolicy {
        var objective = scenario.objective
        objective.klWeight = weight
        let settings = SoftPlannerSettings(gap: gap, memoryMebibytes: memoryMebibytes, maximumBeliefs: maximumSteps)
        let found = try SoftPlanner(settings).search(
            Problem(game: scenario.game, objective: objective), control: RunControl(stop: shouldStop))
        return MadePolicy(found.solution)
    }

    private func robust(
        _ scenario: Scenario, _ robustness: Robustness, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MadePolicy {
        let problem = try WorstCase(games: [scenario.game], objective: scenario.objective, robustness: robustness)
        let nominal = try GradientSolver(gradient(starts: 2)).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: .lastWithTurn,
            control: RunControl(stop: shouldStop))
        let found = try RobustSolver(gradient(starts: starts)).search(
            problem, memory: .lastWithTurn, seeds: [nominal.policy], control: RunControl(stop: shouldStop))
        return MadePolicy(found.solution)
    }

    private func memoryless(_ scenario: Scenario, _ shouldStop: @escaping @Sendable () -> Bool) throws -> MadePolicy {
        let found = try GradientSolver(gradient(starts: starts)).search(
            Problem(game: scenario.game, objective: scenario.objective),
            memory: MemoryKind(observations: 1, usesTurn: false), control: RunControl(stop: shouldStop))
        return MadePolicy(found.solution)
    }

    /// max E[Σ_t (s_θ(a_t) − c)] − K · R with c the satisfaction of the policy before, twice: a step of Dinkelbach's method for the
    /// ratio S, started at the reference. The point is exact; that no better one exists at this price is not claimed.
    ///
    /// Source: W. Dinkelbach, "On nonlinear fractional programming", Management Science 13 (1967) 492–498.
    private func priced(
        _ scorer: CaseScorer, price: Double, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MadePolicy {
        let scenario = scorer.scenario
        guard !scorer.satisfaction.isEmpty else {
            throw SuiteError("the case says nothing of satisfaction, which priced:\(price) weighs; give users one")
        }
        let objective = Objective(goal: .payoff, reference: scenario.objective.reference)
        var found = MadePolicy(controller: try .reference(scenario.objective.reference, game: scenario.game))
        for _ in 0..<2 {
            let centre = scorer.exact(found.controller).score(.satisfaction)?.value ?? 0
            let game = try Game(
                scenario.game, stagePayoff: scorer.satisfaction.flatMap { $0.map { $0 - centre } },
                outcomePayoff: scenario.game.users.flatMap { _ in scorer.risk.map { $0 ? -price : 0 } })
            found = try belief(game, objective, shouldStop)
        }
        return found
    }
}
