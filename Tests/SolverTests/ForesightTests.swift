import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

private let kinds = [
    MemoryKind(observations: 0, usesTurn: false), MemoryKind(observations: 0, usesTurn: true),
    MemoryKind(observations: 1, usesTurn: false), MemoryKind(observations: 1, usesTurn: true),
    MemoryKind(observations: 2, usesTurn: false), MemoryKind(observations: 2, usesTurn: true),
]

/// Games with users with foresight, and among some of them tabular ones who do not.
private func family(
    _ kind: MemoryKind, foresight: Double = 0.8, rationality: Double = 1.3,
    _ change: (inout RandomGame) -> Void = { _ in }
) -> RandomGame {
    RandomGame {
        ($0.states, $0.horizon, $0.foresight, $0.rationality) = (2, 3, foresight, rationality)
        ($0.usesTurn, $0.mixesTabular) = (kind.usesTurn, kind.observations != 1)
        change(&$0)
    }
}

@Suite("Users who look ahead, exactly")
struct ForesightTests {
    private func check(_ kind: MemoryKind, _ family: RandomGame, seed: UInt64) throws {
        let definition = family.definition(seed: seed)
        let game = try Game(definition)
        let controller = try Policy.random(kind, game: game, seed: seed + 70)
        let exact = Evaluation(controller, game: game)
        let oracle = try BruteForce(definition).evaluate(BruteForce.policy(controller, game: game))
        for user in game.users.indices {
            #expect(abs(exact.payoffByUser[user] - oracle.payoff[user]) < 1e-12)
            #expect(abs(exact.turnsByUser[user] - oracle.turns[user]) < 1e-12)
            for outcome in game.outcomes.indices {
                #expect(abs(exact.outcomes[user][outcome] - oracle.outcomes[user][outcome]) < 1e-13)
            }
        }
    }

    @Test("the evaluation is that of every conversation written out", arguments: kinds, [UInt64](1...3))
    func literal(kind: MemoryKind, seed: UInt64) throws {
        try check(kind, family(kind), seed: seed)
        try check(kind, family(kind, foresight: 1, rationality: 6), seed: seed)
    }

    @Test("so it is with best responses, λ = ∞", arguments: kinds)
    func bestResponses(kind: MemoryKind) throws {
        for seed: UInt64 in 1...4 { try check(kind, family(kind, rationality: .infinity), seed: seed) }
    }

    @Test("so it is where the turn counts, nothing is feigned, or there is one turn, state and cue")
    func corners() throws {
        try check(.lastWithTurn, family(.lastWithTurn) { ($0.feigns, $0.usesTurn) = (false, true) }, seed: 3)
        try check(.stationary, family(.stationary) { $0.usesTurn = true }, seed: 4)
        try check(.lastWithTurn, family(.lastWithTurn) { $0.horizon = 1 }, seed: 5)
        try check(.stationary, family(.stationary) { ($0.states, $0.cues, $0.users) = (1, 1, 1) }, seed: 6)
        try check(.lastWithTurn, family(.lastWithTurn) { ($0.states, $0.horizon) = (3, 3) }, seed: 7)
    }

    @Test("so it is for a policy graph")
    func graph() throws {
        let definition = family(.lastWithTurn).definition(seed: 9)
        let game = try Game(definition)
        let later = game.observations.later.count
        // Two nodes a turn; where one goes next depends on the node and on the observation.
        let memory = try ControllerMemory(
            layers: [2, 2, 2], initial: game.cues.indices.map { $0 % 2 },
            successors: (0..<4).flatMap { node in (0..<later).map { 2 * (node / 2 + 1) + ($0 + node) % 2 } }, game: game
        )
        var random = SplitMix64(seed: 1)
        let strategies = (0..<6).flatMap { _ in random.distribution(game.responses.count) }
        let controller = try Policy(memory: memory, strategies: strategies, game: game)
        let policy: BruteForce.Rule = { _, observed in
            var node = observed[0].cue % 2
            for (turn, seen) in observed.dropFirst().enumerated() {
                let rank = game.shownReactions.firstIndex(of: seen.shown ?? -1) ?? 0
                let index = game.observations.index(shown: rank, cue: seen.cue) - game.observations.later.lowerBound
                node = 2 * (turn + 1) + (index + node) % 2
            }
            return Array(controller.strategy(at: node))
        }
        let exact = Evaluation(controller, game: game)
        let oracle = try BruteForce(definition).evaluate(policy)
        for user in game.users.indices { #expect(abs(exact.payoffByUser[user] - oracle.payoff[user]) < 1e-12) }
    }

    @Test("a graph that follows responses, but to the same nodes, is the graph that does not")
    func idleBranches() throws {
        let game = try family(.lastWithTurn).game(seed: 9)
        let later = game.observations.later.count
        let plain = (0..<4).flatMap { node in (0..<later).map { 2 * (node / 2 + 1) + ($0 + node) % 2 } }
        let branching = (0..<4).flatMap { node in
            game.responses.indices.flatMap { _ in (0..<later).map { 2 * (node / 2 + 1) + ($0 + node) % 2 } }
        }
        var random = SplitMix64(seed: 1)
        let strategies = (0..<6).flatMap { _ in random.distribution(game.responses.count) }
        let evaluations = try [(plain, false), (branching, true)].map { successors, follows in
            let memory = try ControllerMemory(
                layers: [2, 2, 2], initial: game.cues.indices.map { $0 % 2 }, successors: successors,
                followsResponses: follows, game: game)
            return Evaluation(
                try Policy(memory: memory, strategies: strategies, game: game), game: game)
        }
        #expect(abs(evaluations[0].payoff - evaluations[1].payoff) < 1e-13)
        #expect(abs(evaluations[0].safe - evaluations[1].safe) < 1e-13)
    }

    @Test("a policy that nobody anticipated is played against the reactions to another")
    func unannounced() throws {
        let definition = family(.lastWithTurn).definition(seed: 2)
        let game = try Game(definition)
        let played = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let announced = try Policy.random(.lastWithTurn, game: game, seed: 2)
        let same = Evaluation(played, game: game, anticipated: played)
        #expect(same == Evaluation(played, game: game))
        let other = Evaluation(played, game: game, anticipated: announced)
        #expect(abs(other.payoff - same.payoff) > 1e-4)
        // The last turn's reactions do not depend on what is anticipated, so with horizon 1 nothing does.
        let short = try family(.lastWithTurn) { $0.horizon = 1 }.game(seed: 2)
        let (one, two) = (
            try Policy.random(.lastWithTurn, game: short, seed: 1),
            try Policy.random(.lastWithTurn, game: short, seed: 2)
        )
        #expect(Evaluation(one, game: short, anticipated: two) == Evaluation(one, game: short))
    }

    @Test("as δ falls to 0 the myopic game remains")
    func myopicLimit() throws {
        let myopic = try family(.lastWithTurn, foresight: 0).game(seed: 4)
        #expect(myopic.foresight == nil)
        let controller = try Policy.random(.lastWithTurn, game: myopic, seed: 4)
        let limit = Evaluation(controller, game: myopic).payoff
        var last = Double.infinity
        for foresight in [1e-2, 1e-4, 1e-6] {
            let game = try family(.lastWithTurn, foresight: foresight).game(seed: 4)
            let value = Evaluation(
                try Policy(memory: controller.memory, strategies: controller.strategies, game: game),
                game: game
            ).payoff
            #expect(abs(value - limit) < min(last, 10 * foresight))
            last = abs(value - limit)
        }
    }
}

@Suite("The gradient through users with foresight")
struct ForesightGradientTests {
    private static let objectives = [
        Objective(goal: .payoff, reference: [0.2, 0.5, 0.3]),
        Objective(goal: .safeOutcomes, reference: [0.2, 0.5, 0.3]),
        Objective(goal: .payoff, reference: [0.2, 0.5, 0.3], klWeight: 0.7),
    ]

    @Test("is 10^-7 relative from central differences", arguments: kinds, objectives)
    func centralDifferences(kind: MemoryKind, objective: Objective) throws {
        let game = try family(kind) { ($0.responses, $0.states, $0.horizon) = (3, 3, 4) }.game(seed: 11)
        let controller = try Policy.random(kind, game: game, seed: 5)
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        let exact = gradient(controller.strategies).gradient
        let scale = exact.map(abs).max() ?? 0
        #expect(scale > 0)
        for index in exact.indices {
            func value(_ step: Double) -> Double {
                var moved = controller.strategies
                moved[index] += step
                return gradient.value(moved)
            }
            // Richardson's step removes the error of third order, which steep reactions make large.
            let (near, far) = ((value(1e-4) - value(-1e-4)) / 2e-4, (value(2e-4) - value(-2e-4)) / 4e-4)
            #expect(abs((4 * near - far) / 3 - exact[index]) <= 1e-7 * scale)
        }
    }

    @Test(
        "of a soft commitment is 10^-8 relative from extrapolated differences, the KL term included",
        arguments: [0.05, 0.7, 5.0])
    func softCommitment(weight: Double) throws {
        let game = try family(.lastWithTurn) { ($0.responses, $0.horizon) = (3, 4) }.game(seed: 21)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 8)
        // Away from the boundary, where the logarithm's derivatives would outgrow any step.
        let strategies = controller.strategies.map { 0.1 + 0.7 * $0 }
        let objective = Objective(goal: .payoff, reference: [0.2, 0.5, 0.3], klWeight: weight)
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        let exact = gradient(strategies).gradient
        let scale = exact.map(abs).max() ?? 0
        #expect(scale > 0)
        for index in exact.indices {
            func slope(_ step: Double) -> Double {
                var (above, below) = (strategies, strategies)
                above[index] += step
                below[index] -= step
                return (gradient.value(above) - gradient.value(below)) / (2 * step)
            }
            // Two steps of Richardson's: errors of third and fifth order go.
            let (near, middle, far) = (slope(5e-4), slope(1e-3), slope(2e-3))
            let (first, second) = ((4 * near - middle) / 3, (4 * middle - far) / 3)
            #expect(abs((16 * first - second) / 15 - exact[index]) <= 1e-8 * scale)
        }
    }

    @Test("holds for a graph that follows the model's own responses")
    func branches() throws {
        let game = try family(.lastWithTurn) { $0.responses = 3 }.game(seed: 12)
        let later = game.observations.later.count
        let successors = (0..<4).flatMap { node in
            game.responses.indices.flatMap { response in
                (0..<later).map { 2 * (node / 2 + 1) + ($0 + response + node) % 2 }
            }
        }
        let memory = try ControllerMemory(
            layers: [2, 2, 2], initial: game.cues.indices.map { $0 % 2 }, successors: successors,
            followsResponses: true, game: game)
        var random = SplitMix64(seed: 3)
        let strategies = (0..<6).flatMap { _ in random.distribution(3) }
        var gradient = StrategyGradient(game: game, memory: memory, objective: Self.objectives[0])
        let exact = gradient(strategies).gradient
        let scale = exact.map(abs).max() ?? 0
        for index in exact.indices {
            func value(_ step: Double) -> Double {
                var moved = strategies
                moved[index] += step
                return gradient.value(moved)
            }
            let (near, far) = ((value(1e-4) - value(-1e-4)) / 2e-4, (value(2e-4) - value(-2e-4)) / 4e-4)
            #expect(abs((4 * near - far) / 3 - exact[index]) <= 1e-7 * scale)
        }
    }

    @Test("the part that goes through anticipation is not small, so its absence would be seen")
    func anticipationCounts() throws {
        let game = try family(.lastWithTurn) { $0.responses = 3 }.game(seed: 11)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 5)
        let objective = Self.objectives[0]
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        let exact = gradient(controller.strategies).gradient
        // Differences of what the same reactions would bring: those of users who go on anticipating the old policy.
        var largest = 0.0
        for index in exact.indices where index % 3 > 0 {
            var moved = controller.strategies
            let first = index - index % 3
            (moved[index], moved[first]) = (moved[index] + 1e-6, moved[first] - 1e-6)
            let held = Evaluation(
                try Policy(memory: controller.memory, strategies: moved, game: game), game: game,
                anticipated: controller
            ).payoff
            let direct = (held - Evaluation(controller, game: game).payoff) / 1e-6
            largest = max(largest, abs(direct - (exact[index] - exact[first])))
        }
        // Ten thousand times what the check against differences allows.
        #expect(largest > 1e-3 * (exact.map(abs).max() ?? 0))
    }
}
