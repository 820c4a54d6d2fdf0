import GameFixtures
import GameModel
import Solver
import Testing

/// The family of small games: 240 seeds over feigning, discount, turn-dependent reactions, tabular users, sizes and goals.
private func family(_ seed: UInt64) -> (definition: GameDefinition, goal: Objective.Goal) {
    let family = RandomGame {
        $0.feigns = seed % 2 == 0
        $0.discount = seed % 3 == 0 ? 1 : 0.9
        $0.usesTurn = seed % 4 < 2
        $0.mixesTabular = seed % 5 == 0
        $0.users = seed % 7 < 4 ? 2 : 3
        $0.states = 1 + Int(seed % 3)
        $0.responses = 2 + Int(seed % 2)
        $0.cues = seed % 11 < 4 ? 1 : 2
        $0.continuing = $0.cues == 2 ? 1 + Int(seed % 2) : 2
        $0.horizon = 1 + Int(seed % 4)
        $0.endingBias = seed % 6 < 3 ? 0 : -1.5
        $0.payoffs = seed % 2 == 0 ? -5...3 : -25...10
    }
    return (family.definition(seed: seed), seed % 5 < 3 ? .payoff : .safeOutcomes)
}

private func objective(_ goal: Objective.Goal, _ game: Game) -> Objective {
    let share = 1 / Double(game.responses.count)
    return Objective(goal: goal, reference: [Double](repeating: share, count: game.responses.count))
}

@Suite("Belief planner")
struct BeliefPlannerTests {
    @Test("equals the recursion over every history, whatever is searched how", arguments: UInt64(1)...240)
    func equalsOracle(seed: UInt64) throws {
        let (definition, goal) = family(seed)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: goal).value()
        let exactTurns = 1 + Int(seed % 3)
        let delay = Int(seed % 4)
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0, exactTurns: exactTurns, delay: delay))
            .search(Problem(game: game, objective: objective(goal, game)))
        #expect(solution.status == .optimal)
        #expect(abs(solution.value - best) < 1e-10)
        #expect(abs(solution.bound - best) < 1e-10)
        #expect(abs(solution.claimedValue - solution.value) < 1e-11)
        #expect(solution.informedBound >= best - 1e-11)
        #expect(solution.informedBound <= FastInformedBound.value(game: game, goal: goal) + 1e-11)
    }

    @Test("brackets the optimum under every budget and says that it ran out", arguments: UInt64(1)...40, [1, 3, 10])
    func bracketsUnderBudgets(seed: UInt64, steps: Int) throws {
        let (definition, goal) = family(4 * seed + 3)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: goal).value()
        let solution = try BeliefPlanner(
            BeliefPlannerSettings(gap: 0, maximumSteps: steps, exactTurns: 1, delay: 0, plansPerTurn: 4)
        ).search(Problem(game: game, objective: objective(goal, game)))
        #expect(solution.value <= best + 1e-11)
        #expect(solution.bound >= best - 1e-11)
        #expect(solution.steps <= steps)
        #expect(solution.isConverged == (solution.gap < 1e-9))
        #expect(abs(solution.claimedValue - solution.value) < 1e-11)
        if !solution.isConverged { #expect(solution.status == .stepLimit) }
    }

    @Test("a delay of more turns never loosens the bound", arguments: UInt64(1)...20)
    func delayTightens(seed: UInt64) throws {
        let (definition, goal) = family(seed)
        let game = try Game(definition)
        let bounds = try (0...3).map { delay in
            try BeliefPlanner(BeliefPlannerSettings(maximumSteps: 1, delay: delay, typePoints: 1))
                .search(Problem(game: game, objective: objective(goal, game))).informedBound
        }
        let withTypesHidden = try BeliefPlanner(BeliefPlannerSettings(maximumSteps: 1, delay: 0, typePoints: 60))
            .search(Problem(game: game, objective: objective(goal, game))).informedBound
        #expect(withTypesHidden <= bounds[0] + 1e-12)
        #expect(withTypesHidden >= (try BeliefOracle(definition, goal: goal).value()) - 1e-12)
        // With the corners alone, the grid adds nothing to the informed bound.
        #expect(abs(bounds[0] - FastInformedBound.value(game: game, goal: goal)) < 1e-11)
        for (looser, tighter) in zip(bounds, bounds.dropFirst()) { #expect(tighter <= looser + 1e-12) }
    }

    @Test("is at least as good as the gradient method", arguments: UInt64(1)...12)
    func dominatesGradient(seed: UInt64) throws {
        let (definition, goal) = family(seed)
        let game = try Game(definition)
        let objective = objective(goal, game)
        let found = try GradientSolver(GradientSolverSettings(starts: 4)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: objective))
        #expect(found.value <= solution.bound + 1e-9)
        #expect(found.value <= solution.value + 1e-9)
    }

    @Test("refuses constraints and KL terms and says what to do")
    func refuses() throws {
        let game = try Game(SampleGame.definition())
        var constrained = objective(.payoff, game)
        constrained.constraints = [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.1)]
        var regularised = objective(.payoff, game)
        regularised.klWeight = 0.5
        for (objective, words) in [(constrained, "ConstrainedPlanner"), (regularised, "--method soft")] {
            let error = try #require(throws: SolverError.self) {
                try BeliefPlanner().search(Problem(game: game, objective: objective))
            }
            #expect(error.problem.contains(words))
        }
    }

    @Test("refuses settings that make no sense")
    func refusesSettings() throws {
        let game = try Game(SampleGame.definition())
        for settings in [
            BeliefPlannerSettings(gap: -1), BeliefPlannerSettings(gap: .nan),
            BeliefPlannerSettings(memoryMebibytes: 0), BeliefPlannerSettings(maximumSteps: 0),
            BeliefPlannerSettings(exactTurns: 0), BeliefPlannerSettings(delay: 9),
            BeliefPlannerSettings(plansPerTurn: 1), BeliefPlannerSettings(typePoints: 0),
            BeliefPlannerSettings(gradientStarts: -1),
        ] {
            #expect(throws: SolverError.self) {
                try BeliefPlanner(settings).search(Problem(game: game, objective: objective(.payoff, game)))
            }
        }
    }
}
