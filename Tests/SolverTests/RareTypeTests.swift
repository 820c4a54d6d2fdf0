import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A limit is on a conditional probability: it binds for a type that never comes as for any other.
@Suite("Limits on types that never come")
struct RareTypeTests {
    /// Two turns; `give` makes a friend glad and a foe do harm with probability 0.9, `keep` makes both ask.
    static func definition(prior: Double, horizon: Int = 2) -> GameDefinition {
        func user(_ name: String, _ prior: Double, gives: [Double], pays: [Double]) -> UserType {
            UserType(
                name: name, prior: prior, initialState: [1], cues: [[1]], outcomePayoff: pays, exposure: [],
                agent: TabularUser(
                    reactions: [[gives, [1, 0, 0]]],
                    movement: .logit(
                        MovePredictor(bias: 0, features: [], states: [0], reactions: [0, 0, 0], inertia: 0))))
        }
        return GameDefinition(
            name: "nobody", horizon: horizon, discount: 1, features: [],
            responses: [Response(name: "give", features: [], cost: 0), Response(name: "keep", features: [], cost: 0)],
            outcomes: [
                Outcome(name: "over", isSafe: true, isTimeout: true), Outcome(name: "glad", isSafe: true),
                Outcome(name: "harm", isSafe: false),
            ],
            states: ["only"], cues: ["only"],
            reactions: [
                Reaction(name: "ask", effect: .continues), Reaction(name: "thank", effect: .ends(outcome: 1)),
                Reaction(name: "strike", effect: .ends(outcome: 2)),
            ],
            users: [
                user("friend", 1 - prior, gives: [0.1, 0.9, 0], pays: [0, 1, 0]),
                user("foe", prior, gives: [0.1, 0, 0.9], pays: [0, 0, -1]),
            ])
    }

    static let limit = OutcomeConstraint(user: 1, outcome: 2, atMost: 0.1)
    static let objective = Objective(goal: .payoff, reference: [0.5, 0.5], constraints: [limit])

    @Test("payoff 0.1 with P(harm | foe) = 0.1 by every method", arguments: [0, 1e-300, 1e-13, 1e-9])
    func nobody(prior: Double) throws {
        let game = try Game(Self.definition(prior: prior))
        let gradient = try GradientSolver(GradientSolverSettings(starts: 3, perturbations: 2)).search(
            Problem(game: game, objective: Self.objective), memory: .lastWithTurn)
        #expect(gradient.status == .converged)
        let belief = try ConstrainedPlanner().search(Problem(game: game, objective: Self.objective))
        #expect(belief.isConverged)
        #expect(abs(belief.bound - 0.1) < 1e-6)
        for (value, evaluation, price) in [
            (gradient.value, gradient.evaluation, gradient.multipliers[0]),
            (belief.value, belief.evaluation, belief.multipliers[0]),
        ] {
            #expect(abs(value - 0.1) < 1e-6)
            #expect(abs(evaluation.outcomes[1][2] - 0.1) < 1e-6)
            #expect(abs(price - 1) < 1e-6)
        }
        var soft = Self.objective
        soft.klWeight = 0.01
        let found = try SoftPlanner(SoftPlannerSettings(gap: 1e-6)).search(Problem(game: game, objective: soft))
        #expect(found.isConverged)
        #expect(abs(found.evaluation.payoff - 0.1) < 1e-6)
        #expect(abs(found.evaluation.outcomes[1][2] - 0.1) < 1e-6)
        let problem = try WorstCase(games: [game], objective: Self.objective, robustness: .prior(radius: 0.1))
        let robust = try RobustSolver(GradientSolverSettings(starts: 2, perturbations: 1)).search(
            problem, memory: .lastWithTurn, seeds: [gradient.policy])
        #expect(abs(robust.evaluation.outcomes[1][2] - 0.1) < 1e-6)
    }

    @Test("a limit that holds anyway has no price", arguments: [0, 1e-13])
    func slack(prior: Double) throws {
        let game = try Game(Self.definition(prior: prior))
        var slack = Self.objective
        slack.constraints[0].atMost = 1
        let belief = try ConstrainedPlanner().search(Problem(game: game, objective: slack))
        #expect(abs(belief.value - 0.99) < 1e-9 && belief.multipliers == [0])
        slack.klWeight = 1e-3
        let soft = try SoftPlanner().search(Problem(game: game, objective: slack))
        #expect(soft.evaluation.payoff > 0.98 && soft.multipliers == [0])
    }

    @Test("a limit that nothing keeps is proven infeasible")
    func infeasible() throws {
        // The foe strikes whatever is said.
        var definition = Self.definition(prior: 0)
        let always = [[[0.1, 0, 0.9], [0.1, 0, 0.9]]]
        definition.users[1].agent = TabularUser(
            reactions: always,
            movement: .logit(MovePredictor(bias: 0, features: [], states: [0], reactions: [0, 0, 0], inertia: 0)))
        let found = try ConstrainedPlanner().search(Problem(game: try Game(definition), objective: Self.objective))
        guard case .infeasible(_, .excess(let least)) = found.status else {
            Issue.record("\(found.status)")
            return
        }
        #expect(abs(least - 0.89) < 1e-6)
    }

    /// A random game whose last type has a prior, and a limit on it that binds.
    private func limited(_ seed: UInt64, prior: Double) throws -> (game: Game, objective: Objective) {
        var definition = RandomGame { ($0.horizon, $0.users, $0.responses) = (3, 3, 2) }.definition(seed: seed)
        let rest = definition.users[0].prior + definition.users[1].prior
        for user in 0..<2 { definition.users[user].prior *= (1 - prior) / rest }
        definition.users[2].prior = prior
        let game = try Game(definition)
        let shares = try game.responses.indices.map {
            Evaluation(try .always($0, game: game), game: game).outcomes[2][1]
        }
        let (low, high) = (shares.min() ?? 0, shares.max() ?? 1)
        let limit = OutcomeConstraint(user: 2, outcome: 1, atMost: low + 0.2 * (high - low))
        return (game, Objective(goal: .payoff, reference: [0.5, 0.5], constraints: [limit]))
    }

    @Test("optima are continuous in a prior that goes to 0", arguments: [UInt64](1...4))
    func continuous(seed: UInt64) throws {
        let (nobody, objective) = try limited(seed, prior: 0)
        let few = try limited(seed, prior: 1e-7).game
        let planner = ConstrainedPlanner(
            ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-7)))
        let (a, b) = (
            try planner.search(Problem(game: nobody, objective: objective)),
            try planner.search(Problem(game: few, objective: objective))
        )
        #expect(a.isConverged && b.isConverged)
        #expect(abs(a.value - b.value) < 1e-4)
        #expect(a.violation < 1e-9)
        var soft = objective
        soft.klWeight = 0.2
        let settings = SoftPlannerSettings(gap: 1e-5)
        let (c, d) = (
            try SoftPlanner(settings).search(Problem(game: nobody, objective: soft)),
            try SoftPlanner(settings).search(Problem(game: few, objective: soft))
        )
        // A limit is met to the tolerance, at a price that may be high: bounds close to their product.
        #expect(c.gap < 1e-4 && d.gap < 1e-4)
        #expect(abs(c.value - d.value) < 1e-4)
        #expect(c.violation < 1e-6)
        #expect(c.value <= a.bound + 1e-7)
    }

    @Test("Σ P(cue) V at the prices is the goal less them", arguments: [UInt64](1...4), [0, 1e-12, 0.2])
    func lagrangian(seed: UInt64, prior: Double) throws {
        let (game, limited) = try limited(seed, prior: prior)
        for goal in Objective.Goal.allCases {
            var objective = limited
            (objective.goal, objective.klWeight) = (goal, 0.3)
            let policy = try Policy.constant([0.3, 0.7], kind: .lastWithTurn, game: game)
            let evaluation = Evaluation(policy, game: game, reference: objective.reference)
            let table = try ActionValues(policy, game: game, objective: objective, multipliers: [0.7])
            let sum = try openings(table, policy, game, objective)
            let earned = goal == .payoff ? evaluation.payoff : evaluation.safe
            let priced = earned - 0.3 * evaluation.divergence - 0.7 * evaluation.outcomes[2][1]
            #expect(abs(sum - priced) < 1e-12, "\(goal)")
        }
    }

    private func openings(
        _ table: ActionValues, _ policy: Policy, _ game: Game, _ objective: Objective
    ) throws -> Double {
        try game.cues.indices.reduce(0) { sum, cue in
            let (belief, likelihood) = try Belief.opening(cue, game: game)
            return sum
                + likelihood
                * table.value(
                    belief: belief, turn: 1, nodes: policy.memory.initial[cue], controller: policy,
                    objective: objective, game: game)
        }
    }

    @Test("V of the openings of soft and regularised optima is their value", arguments: [UInt64](1...4))
    func openingValues(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.responses) = (3, 2) }.game(seed: seed)
        for goal in Objective.Goal.allCases {
            let objective = Objective(goal: goal, reference: [0.4, 0.6], klWeight: 0.3)
            let soft = try SoftPlanner().search(Problem(game: game, objective: objective))
            let gradient = try GradientSolver(GradientSolverSettings(starts: 1, perturbations: 0)).search(
                Problem(game: game, objective: objective), memory: .lastWithTurn)
            for (controller, value) in [(soft.policy, soft.value), (gradient.policy, gradient.value)] {
                let table = try ActionValues(controller, game: game, objective: objective, multipliers: [])
                #expect(abs(try openings(table, controller, game, objective) - value) < 1e-12)
            }
        }
    }

    @Test(
        "the rest of a conversation is worth V(b) wherever it stands: Q − V is τ log π/π_ref",
        arguments: [UInt64](1...3))
    func laterTurns(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.responses) = (3, 2) }.game(seed: seed)
        for goal in Objective.Goal.allCases {
            let objective = Objective(goal: goal, reference: [0.4, 0.6], klWeight: 0.3)
            let soft = try SoftPlanner(SoftPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective))
            let table = try ActionValues(soft.policy, game: game, objective: objective, multipliers: [])
            let nodes = soft.policy.memory.initial[0]
            for observation in game.observations.later {
                let belief = try Belief.opening(0, game: game).belief.updated(
                    turn: 1, response: 0, observation: observation, game: game
                ).belief
                let next = nodes.moved(after: 0, by: observation, memory: soft.policy.memory, game: game)
                let node = try #require(next.only)
                let value = table.value(
                    belief: belief, turn: 2, nodes: next, controller: soft.policy, objective: objective, game: game)
                let weight = goal == .payoff ? 0.3 : 0.3 * game.discount
                let strategy = Array(soft.policy.strategy(at: node))
                let values = table.expected(belief: belief, turn: 2, node: node)
                for response in 0..<2 {
                    let soft = value + weight * log(strategy[response] / objective.reference.otherwise[response])
                    #expect(abs(values[response] - soft) < 1e-9, "\(goal)")
                }
            }
        }
    }

    @Test("a price must be one")
    func prices() throws {
        let game = try Game(Self.definition(prior: 0))
        for price in [-1, .nan, .infinity] {
            #expect(throws: GameError.self) {
                try ActionValues(.always(0, game: game), game: game, objective: Self.objective, multipliers: [price])
            }
        }
    }
}
