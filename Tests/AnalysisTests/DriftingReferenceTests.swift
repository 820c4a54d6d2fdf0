import Analysis
import Conformance
import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import NumericalMethods
import Solver
import Testing

/// What is computed against a reference that drifts: divergences by enumeration, gradients by differences, and what refuses it.
@Suite("Divergence from a reference that drifts")
struct DriftingReferenceTests {
    /// Every row gives every response; rows that name a response only where the memory is to know it.
    private static func reference(asksForResponse: Bool) -> Reference {
        Reference(
            rows: [
                .init(turns: 1...2, cue: 0, strategy: [0.6, 0.3, 0.1]),
                .init(
                    turns: asksForResponse ? nil : 3...3, after: asksForResponse ? 1 : nil, strategy: [0.2, 0.2, 0.6]),
            ], otherwise: [0.5, 0.25, 0.25])
    }

    private static func definition(seed: UInt64, foresight: Double = 0) -> GameDefinition {
        RandomGame {
            ($0.responses, $0.horizon, $0.users, $0.foresight) = (3, 3, 2, foresight)
        }.definition(seed: seed)
    }

    /// E[Σ γ^{t−1} KL] by adding it to what responses cost: every history written out.
    private static func enumerated(
        _ policy: Policy, _ reference: Reference, _ definition: GameDefinition, user: Int
    ) throws -> Double {
        let game = try Game(definition)
        let rule = BruteForce.policy(policy, game: game)
        let agent = definition.users[user].agent
        func cost(turn: Int, _ state: Int, _ observed: [BruteForce.Observed], _ probability: Double) throws -> Double {
            guard turn <= definition.horizon, probability > 0 else { return 0 }
            let said = rule(turn, observed)
            let today = reference.strategy(
                turn: turn, cue: observed[observed.count - 1].cue, after: observed[observed.count - 1].said)
            let divergence = zip(said, today).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
            var sum = probability * pow(definition.discount, Double(turn - 1)) * divergence
            for (response, share) in said.enumerated() where share > 0 {
                let features = definition.responses[response].features
                let reactions = try agent.reactionProbabilities(
                    turn: turn, state: state, response: response, features: features)
                for (reaction, chance) in reactions.enumerated() where chance > 0 {
                    let shown: Int
                    switch definition.reactions[reaction].effect {
                    case .ends: continue
                    case .continues: shown = reaction
                    case .continuesShowing(let other): shown = other
                    }
                    let move = try agent.moveProbabilities(
                        state: state, stateCount: definition.states.count, response: response, features: features,
                        reaction: reaction)
                    for (step, part) in [move.down, move.stay, move.up].enumerated() where part > 0 {
                        let next = state + step - 1
                        for cue in definition.cues.indices {
                            sum += try cost(
                                turn: turn + 1, next, observed + [(response, shown, cue)],
                                probability * share * chance * part * definition.users[user].cues[next][cue])
                        }
                    }
                }
            }
            return sum
        }
        var sum = 0.0
        for state in definition.states.indices {
            for cue in definition.cues.indices {
                sum += try cost(
                    turn: 1, state, [(nil, nil, cue)],
                    definition.users[user].initialState[state] * definition.users[user].cues[state][cue])
            }
        }
        return sum
    }

    @Test(
        "Divergence is that of every history written out", arguments: [MemoryKind.stationary, .lastWithTurn],
        [false, true])
    func enumeration(kind: MemoryKind, asksForResponse: Bool) throws {
        let (definition, reference) = (Self.definition(seed: 6), Self.reference(asksForResponse: asksForResponse))
        let game = try Game(definition)
        let policy = try Policy.random(kind, game: game, seed: 2)
        let found = Evaluation(policy, game: game, reference: reference)
        for user in game.users.indices {
            let expected = try Self.enumerated(policy, reference, definition, user: user)
            #expect(
                abs(found.divergenceByUser[user] - expected) <= 1e-12, "\(found.divergenceByUser[user]) \(expected)")
        }
    }

    @Test(
        "Derivatives in the entries of every row, and in τ, equal differences",
        arguments: [(MemoryKind.lastWithTurn, false, 0.0), (.stationary, true, 0), (.lastWithTurn, true, 0.6)])
    func gradient(setting: (kind: MemoryKind, asksForResponse: Bool, foresight: Double)) throws {
        let definition = Self.definition(seed: 8, foresight: setting.foresight)
        let inputs = GameInputs(
            definition: definition,
            objective: Objective(
                goal: .payoff, reference: Self.reference(asksForResponse: setting.asksForResponse), klWeight: 0.3))
        let game = try Game(definition)
        let policy = try Policy.random(setting.kind, game: game, seed: 4)
        func value(_ inputs: GameInputs) throws -> Double {
            let found = Evaluation(policy, game: try inputs.game(), reference: inputs.objective.reference)
            return found.payoff - inputs.objective.klWeight * found.divergence
        }
        let gradient = try ValueGradient.ofValue(policy, inputs: inputs, multipliers: [])
        var rows = 0
        for (parameter, derivative) in gradient.entries where parameter.path.hasPrefix("objective.") {
            // Richardson's extrapolation of central differences, whose error is below 10⁻¹¹ here.
            let at = try #require(inputs[parameter])
            func difference(_ step: Double) throws -> Double {
                let ends = try [-step, step].map { try value(inputs.setting(parameter, to: at + $0)) }
                return (ends[1] - ends[0]) / (2 * step)
            }
            let expected = try (4 * difference(5e-4) - difference(1e-3)) / 3
            let found = try #require(derivative)
            #expect(abs(found - expected) <= 1e-8, "\(parameter): \(found), not \(expected)")
            rows += parameter.path.contains(".rows.") ? 1 : 0
        }
        #expect(rows == 6)
    }

    @Test("The solver's gradient against a table that its memory knows equals differences")
    func strategies() throws {
        let game = try Game(Self.definition(seed: 3))
        let objective = Objective(goal: .payoff, reference: Self.reference(asksForResponse: false), klWeight: 0.4)
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        var function = StrategyGradient(game: game, memory: memory, objective: objective)
        let strategies = try Policy.random(.lastWithTurn, game: game, seed: 1).strategies
        let gradient = function(strategies).gradient
        for index in stride(from: 0, to: strategies.count, by: 3) {
            var (low, high) = (strategies, strategies)
            (low[index], high[index]) = (low[index] - 1e-6, high[index] + 1e-6)
            let difference = (function.value(high) - function.value(low)) / 2e-6
            #expect(abs(gradient[index] - difference) <= 1e-7)
        }
    }

    @Test("A large τ makes the solved policy the reference, row by row")
    func pulled() throws {
        let game = try Game(Self.definition(seed: 3))
        let reference = Self.reference(asksForResponse: false)
        let objective = Objective(goal: .payoff, reference: reference, klWeight: 1e4)
        let found = try GradientSolver(GradientSolverSettings(starts: 1)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        #expect(found.solution.evaluation.divergence <= 1e-6)
        let today = Evaluation(try .reference(reference, game: game), game: game)
        #expect(abs(found.solution.evaluation.payoff - today.payoff) <= 1e-2)
    }

    @Test(
        "A policy over a memory that knows the row is the same policy, and can be valued response by response",
        arguments: [MemoryKind.stationary, .lastWithTurn], [false, true])
    func known(kind: MemoryKind, asksForResponse: Bool) throws {
        let game = try Game(Self.definition(seed: 6))
        let reference = Self.reference(asksForResponse: asksForResponse)
        let policy = try Policy.random(kind, game: game, seed: 2)
        let finer = try policy.knowing(reference, game: game)
        #expect((finer == policy) == (kind == .lastWithTurn && !asksForResponse))
        let objective = Objective(goal: .payoff, reference: reference, klWeight: 0.4)
        let (before, after) = (
            Evaluation(policy, game: game, reference: reference), Evaluation(finer, game: game, reference: reference)
        )
        #expect(abs(before.payoff - after.payoff) <= 1e-12 && abs(before.divergence - after.divergence) <= 1e-12)
        // Q of the opening, mixed as the policy mixes and less the KL term there, is the value.
        let values = try ActionValues(finer, game: game, objective: objective, multipliers: [])
        var total = 0.0
        for cue in game.cues.indices {
            let (belief, probability) = try Belief.opening(cue, game: game)
            total +=
                probability
                * values.value(
                    belief: belief, turn: 1, nodes: finer.memory.initial[cue], controller: finer, objective: objective,
                    game: game)
        }
        #expect(abs(total - (before.payoff - 0.4 * before.divergence)) <= 1e-12)
    }

    @Test("What users do has no KL term: published figures need no memory that knows the row")
    func statistics() throws {
        let inputs = GameInputs(
            definition: Self.definition(seed: 8),
            objective: Objective(goal: .payoff, reference: Self.reference(asksForResponse: true), klWeight: 0.3))
        var plain = inputs
        plain.objective.klWeight = 0
        let policy = try Policy.random(.stationary, game: inputs.game(), seed: 4)
        let share = UserStatistic(users: [1, 0], .share(outcomes: [0], policy: policy))
        #expect(try share.value(in: inputs) == share.value(in: plain))
        #expect(try share.measured(in: inputs).slopes.count == share.measured(in: plain).slopes.count)
    }

    @Test("What takes no such reference refuses it aloud")
    func refusals() throws {
        let game = try Game(Self.definition(seed: 3))
        let objective = Objective(goal: .payoff, reference: Self.reference(asksForResponse: true), klWeight: 0.4)
        let problem = Problem(game: game, objective: objective)
        let soft = #expect(throws: SolverError.self) { try SoftPlanner().search(problem) }
        #expect(soft?.description.contains("--method gradient") == true)
        // Nobody is sent in a circle: what is named takes the objective.
        let belief = #expect(throws: SolverError.self) { try BeliefPlanner().search(problem) }
        for error in [soft, belief] {
            #expect(error?.description.contains("set kl_weight to 0") == true, "\(error?.description ?? "")")
            #expect(error?.description.contains("--method soft") == false)
        }
        let gradient = #expect(throws: SolverError.self) { try GradientSolver().search(problem, memory: .lastWithTurn) }
        #expect(gradient?.description.contains("drifts by what the policy's memory (last-turn) does not know") == true)
        let uneven = Objective(
            goal: .payoff,
            reference: Reference(rows: [.init(turns: 1...1, strategy: [1, 0, 0])], otherwise: [0.5, 0.5, 0]),
            klWeight: 0.4)
        let support = #expect(throws: SolverError.self) {
            try GradientSolver().search(Problem(game: game, objective: uneven), memory: .lastWithTurn)
        }
        #expect(support?.description.contains("give different responses") == true)
    }
}
