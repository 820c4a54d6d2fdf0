import ExactEvaluation
import GameFixtures
import GameModel
import Nacre
import Output
import Scenarios
import Solver
import Testing

@Suite("Mixtures of policies")
struct MixtureTests {
    private static let kinds = [
        MemoryKind.stationary, .lastWithTurn, MemoryKind(observations: 1, usesTurn: false),
        MemoryKind(observations: 2, usesTurn: true), MemoryKind(observations: 0, usesTurn: true),
    ]

    private static func family(_ seed: UInt64) -> RandomGame {
        RandomGame {
            ($0.horizon, $0.responses, $0.users) = (1 + Int(seed % 4), 3, 1 + Int(seed % 3))
            ($0.usesTurn, $0.mixesTabular) = (seed % 2 == 0, seed % 3 == 0)
        }
    }

    private static func parts(
        _ game: Game, _ seed: UInt64
    ) throws -> [(controller: Policy, probability: Double)] {
        let weights = [0.5, 0.2, 0.3]
        return try weights.enumerated().map { index, weight in
            let kind = kinds[(Int(seed) + index) % kinds.count]
            return (try .random(kind, game: game, seed: seed + UInt64(index)), weight)
        }
    }

    @Test("are worth the weighted mean of their parts, in everything that is linear", arguments: 1...12)
    func value(seed: UInt64) throws {
        let game = try Self.family(seed).game(seed: seed)
        let parts = try Self.parts(game, seed)
        let mixture = Evaluation(try .mixture(parts, game: game), game: game)
        let own = parts.map { (Evaluation($0.controller, game: game), $0.probability) }
        func mean(_ number: (Evaluation) -> Double) -> Double { own.reduce(0) { $0 + $1.1 * number($1.0) } }
        for user in game.users.indices {
            #expect(abs(mixture.payoffByUser[user] - mean { $0.payoffByUser[user] }) < 1e-12)
            #expect(abs(mixture.turnsByUser[user] - mean { $0.turnsByUser[user] }) < 1e-12)
            for outcome in game.outcomes.indices {
                #expect(abs(mixture.outcomes[user][outcome] - mean { $0.outcomes[user][outcome] }) < 1e-12)
            }
        }
        for turn in 0..<game.horizon { #expect(abs(mixture.reach[turn] - mean { $0.reach[turn] }) < 1e-12) }
    }

    @Test("are what the loop of the standard makes of their parts", arguments: 1...4)
    func oracle(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.usesTurn) = (3, seed % 2 == 0) }.definition(seed: seed)
        let game = try Game(definition)
        let parts = try Self.parts(game, seed)
        let mixture = Evaluation(try .mixture(parts, game: game), game: game)
        let own = try parts.map {
            (try BruteForce(definition).evaluate(BruteForce.policy($0.controller, game: game)), $0.probability)
        }
        for user in game.users.indices {
            let payoff = own.reduce(0) { $0 + $1.1 * $1.0.payoff[user] }
            #expect(abs(mixture.payoffByUser[user] - payoff) < 1e-12)
        }
    }

    @Test("store what their parts have in common once")
    func shared() throws {
        let game = try RandomGame { $0.horizon = 4 }.game(seed: 3)
        let one = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let alone = try Policy.mixture([(one, 1)], game: game)
        let twice = try Policy.mixture([(one, 0.25), (one, 0.75)], game: game)
        #expect(twice == alone)
        #expect(!alone.memory.drawsFirstNode)
        // Two policies that differ in the first turn only.
        var strategies = one.strategies
        for index in 0..<2 * game.cues.count { strategies[index] = index % 2 == index / 2 % 2 ? 1 : 0 }
        let other = try Policy(memory: one.memory, strategies: strategies, game: game)
        let mixed = try Policy.mixture([(one, 0.25), (other, 0.75)], game: game)
        #expect(mixed.memory.drawsFirstNode)
        #expect(mixed.memory.nodeCount == alone.memory.nodeCount + game.cues.count)
    }

    @Test("are refused where the probabilities are not a distribution")
    func refused() throws {
        let game = try Game(SampleGame.definition())
        let uniform = try Policy.uniform(game: game)
        for weights in [[0.5, 0.4], [1.5, -0.5], [1, 0]] {
            #expect(throws: GameError.self) {
                try Policy.mixture(weights.map { (uniform, $0) }, game: game)
            }
        }
    }

    @Test("have action values that add up to their value, with what was said taken into account")
    func actionValues() throws {
        let game = try RandomGame { ($0.horizon, $0.responses) = (3, 3) }.game(seed: 5)
        let mixture = try Policy.mixture(try Self.parts(game, 5), game: game)
        let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5])
        let values = try ActionValues(mixture, game: game, objective: objective, multipliers: [])
        var sum = 0.0
        for cue in game.cues.indices {
            let opened = try Belief.opening(cue, game: game)
            let nodes = mixture.memory.initial[cue]
            let row = values.expected(belief: opened.belief, turn: 1, nodes: nodes, controller: mixture)
            sum += opened.likelihood * zip(nodes.strategy(of: mixture), row).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(abs(sum - Evaluation(mixture, game: game).payoff) < 1e-12)
    }
}

@Suite("Mixtures on disk")
struct MixtureFileTests {
    private let game: Game
    private let solution: ConstrainedResult
    private let json: JSONValue

    init() throws {
        game = try RandomGame { $0.horizon = 3 }.game(seed: 3)
        let free = try BeliefPlanner().search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: [0.5, 0.5])))
        // A limit between what the best policy does and what can be done, so that the optimum mixes.
        var least = 1.0
        for response in game.responses.indices {
            least = min(least, Evaluation(try .always(response, game: game), game: game).outcomes[0][1])
        }
        let limit = (free.evaluation.outcomes[0][1] + least) / 2
        let objective = Objective(
            goal: .payoff, reference: [0.5, 0.5],
            constraints: [OutcomeConstraint(user: 0, outcome: 1, atMost: limit)])
        solution = try ConstrainedPlanner().search(Problem(game: game, objective: objective))
        json = PolicyFile.json(
            solution, scenario: "random", gameHash: "abc", fileHash: "def", objective: objective, game: game)
    }

    private func read(_ value: JSONValue) throws -> PolicyFile {
        try PolicyFile(reading: try value.text(.indented), label: "mixture", game: game, gameHash: "abc")
    }

    @Test("come back as they were, with their prices")
    func roundTrip() throws {
        #expect(solution.weights.count == 2)
        let file = try read(json)
        #expect(file.controller == solution.policy)
        #expect(file.controller.memory.drawsFirstNode)
        #expect(file.prices(of: Objective(goal: .payoff, reference: [0.5, 0.5]), game: game) == nil)
        #expect(Evaluation(file.controller, game: game) == solution.evaluation)
        #expect(file.solution["weights"] == .numbers(solution.weights))
    }

    @Test("come back with nodes that randomise")
    func strategies() throws {
        let random = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let mixture = try Policy.mixture([(random, 0.5), (solution.policy, 0.5)], game: game)
        var members = try #require(json.objectValue)
        members["initial"] = PolicyFile.initial(mixture)
        members["nodes"] = .array(PolicyFile.nodes(mixture, game: game))
        #expect(try read(.object(members)).controller == mixture)
    }

    @Test(
        "are refused where the first nodes do not fit",
        arguments: [
            ([("node", JSONValue.integer(0)), ("weight", .number(0.5))], "sums to 0.5"),
            ([("node", .integer(99)), ("weight", .number(1))], "must start each"),
            ([("node", .integer(0))], "a probability must be"), ([("weight", .number(1))], "must start each"),
        ])
    func refused(entry: [(String, JSONValue)], words: String) throws {
        var members = try #require(json.objectValue)
        let start = JSONValue.array([.object(Dictionary(uniqueKeysWithValues: entry))])
        members["initial"] = .array([start, start])
        let error = try #require(throws: PolicyFileError.self) { try read(.object(members)) }
        #expect(error.description.contains(words), "\(error)")
    }
}
