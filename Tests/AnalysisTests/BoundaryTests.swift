import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Boundaries along one number")
struct BoundaryTests {
    static func inputs(
        seed: UInt64, horizon: Int = 3, users: Int = 3, responses: Int = 4, usesTurn: Bool = false
    ) -> GameInputs {
        let definition = RandomGame {
            $0.users = users
            $0.states = 2
            $0.responses = responses
            $0.horizon = horizon
            $0.usesTurn = usesTurn
        }.definition(seed: seed)
        return GameInputs(
            definition: definition,
            objective: Objective(
                goal: .payoff, reference: [Double](repeating: 1 / Double(responses), count: responses)))
    }

    /// The best response at every point of a grid, by the plain definition, and its lead over the second.
    private func scan(
        _ inputs: GameInputs, _ parameter: Parameter, _ policy: Policy, _ history: History,
        points: [Double]
    ) throws -> [Int] {
        try points.map { point in
            let changed = try inputs.setting(parameter, to: point)
            let game = try changed.game()
            let table = try ActionValues(policy, game: game, objective: changed.objective, multipliers: [])
            let belief = try #require(try history.beliefs(in: game).last).belief
            let row = table.expected(
                belief: belief, turn: history.turn, node: try history.node(in: policy.memory, game: game))
            return row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
        }
    }

    @Test(
        "Every switch that a fine grid sees is found, and no other, to 10^−8",
        arguments: [("users.user0.prior", 100_000), ("users.user1.payoff.outcome1", 10_000)])
    func fineGrid(path: String, count: Int) throws {
        let inputs = Self.inputs(seed: 5, horizon: 2, users: 2, responses: 3)
        let game = try inputs.game()
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 2)
        let variation = try Variation(inputs.parameter(path), inputs: inputs)
        let history = History(cue: 0)
        let held = try HeldQuery(policy, inputs: inputs, decisions: [history], multipliers: [])
        let line = try held.lines(along: variation)[0]
        let step = (variation.upper - variation.lower) / Double(count)
        let points = (0...count).map { variation.lower + step * Double($0) }
        let labels = try scan(inputs, variation.parameter, policy, history, points: points)
        let seen = labels.indices.dropFirst().filter { labels[$0] != labels[$0 - 1] }
        #expect(seen.count == line.switches.count)
        #expect(!seen.isEmpty)
        for (index, change) in zip(seen, line.switches) {
            #expect(points[index - 1] - 1e-8 <= change.value && change.value <= points[index] + 1e-8)
            #expect(change.below == labels[index - 1] && change.above == labels[index])
            #expect(change.uncertainty < 1e-10)
            let sides = try scan(
                inputs, variation.parameter, policy, history, points: [change.value - 1e-8, change.value + 1e-8])
            #expect(sides == [change.below, change.above])
        }
    }

    @Test("Switches of a held policy are those of a grid, for numbers of every kind", arguments: [UInt64(1), 2, 3])
    func grid(seed: UInt64) throws {
        let inputs = Self.inputs(seed: seed, usesTurn: seed == 3)
        let game = try inputs.game()
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let later = Array(game.observations.later)
        let decisions = [
            History(cue: 0), History(cue: 1), History(cue: 1, steps: [.init(response: 1, observation: later[0])]),
        ]
        let held = try HeldQuery(policy, inputs: inputs, decisions: decisions, multipliers: [])
        var found = 0
        for path in [
            "users.user0.prior", "users.user1.rationality", "users.user0.utility.end1.feature0", "discount",
            "responses.say1.features.feature0", "users.user0.move.bias", "users.user2.cues.state0.cue0",
        ] {
            let variation = try Variation(inputs.parameter(path), inputs: inputs)
            let lines = try held.lines(along: variation)
            let points = (0...400).map {
                variation.lower + (variation.upper - variation.lower) * Double($0) / 400
            }
            for line in lines {
                #expect(line.undecided.isEmpty, "\(path)")
                let labels = try scan(inputs, variation.parameter, policy, line.decision, points: points)
                for (point, label) in zip(points, labels) { #expect(line.response(at: point) == label, "\(path)") }
                found += line.switches.count
            }
        }
        #expect(found > 1)
    }

    @Test("A number that changes nothing is said to change nothing")
    func noEffect() throws {
        let inputs = Self.inputs(seed: 1)
        let game = try inputs.game()
        let policy = try Policy.uniform(game: game)
        let held = try HeldQuery(policy, inputs: inputs, decisions: [History(cue: 0)], multipliers: [])
        let reference = try Variation(inputs.parameter("objective.reference.say0"), inputs: inputs)
        let line = try held.lines(along: reference)[0]
        #expect(line.hasNoEffect && line.switches.isEmpty)
        let prior = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        #expect(try !held.lines(along: prior)[0].hasNoEffect)
    }

    @Test("Empty intervals and values outside the domain are errors that say what to write")
    func badIntervals() throws {
        let inputs = Self.inputs(seed: 1)
        let prior = try inputs.parameter("users.user0.prior")
        #expect(throws: AnalysisError.self) { try Variation(prior, from: 0.5, to: 0.5, inputs: inputs) }
        #expect(throws: AnalysisError.self) { try Variation(prior, from: 0.5, to: 1.5, inputs: inputs) }
        #expect(throws: ParameterError.self) { try inputs.parameter("users.user0.prio") }
    }

    /// V_a at an information state, by recursion over all histories: payoffs of the rest under the best continuation.
    private func optimal(_ inputs: GameInputs, cue: Int) throws -> Int {
        let values = try optimalValues(inputs, cue: cue)
        return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }

    /// What every response is worth at an opening when all that follows is optimal.
    func optimalValues(_ inputs: GameInputs, cue: Int) throws -> [Double] {
        let game = try inputs.game()
        return try game.responses.indices.map { response in
            try best(game, Belief.opening(cue, game: game).belief, turn: 1, only: response)
        }
    }

    private func best(_ game: Game, _ belief: Belief, turn: Int, only: Int? = nil) throws -> Double {
        guard turn <= game.horizon else {
            return zip(belief.users(in: game), game.users.indices).reduce(0) {
                $0 + $1.0 * game.outcomePayoff[$1.1 * game.outcomes.count + game.timeout]
            }
        }
        var largest = -Double.infinity
        for response in game.responses.indices where only == nil || only == response {
            var value = 0.0
            for (hidden, mass) in belief.probabilities.enumerated() {
                let user = game.user(of: hidden)
                value += mass * game.stagePayoff[user * game.responses.count + response]
                let row = game.row(turn: turn, hidden: hidden, response: response) * game.outcomes.count
                for outcome in game.outcomes.indices {
                    value +=
                        mass * game.ending[row + outcome] * game.outcomePayoff[user * game.outcomes.count + outcome]
                }
            }
            for observation in game.observations.later {
                let chance = belief.likelihood(of: observation, after: response, turn: turn, game: game)
                guard chance > 0 else { continue }
                // The timeout is paid a turn later, as everything else that comes next.
                let after = try next(belief, turn, response, observation, game)
                value += try game.discount * chance * best(game, after, turn: turn + 1)
            }
            largest = max(largest, value)
        }
        return largest
    }

    private func next(
        _ belief: Belief, _ turn: Int, _ response: Int, _ observation: Int, _ game: Game
    ) throws -> Belief {
        try belief.updated(turn: turn, response: response, observation: observation, game: game).belief
    }

    @Test(
        "Switches of the optimal response are those of plain recursion over a grid",
        arguments: ["users.user0.prior", "users.user1.payoff.outcome1", "users.user1.rationality"])
    func planned(path: String) throws {
        var found = 0
        for seed in [UInt64(1), 4, 6] {
            let inputs = Self.inputs(seed: seed, responses: 3)
            let variation = try Variation(inputs.parameter(path), inputs: inputs)
            let lines = try PlannedQuery(inputs: inputs, decisions: [History(cue: 0), History(cue: 1)])
                .lines(along: variation)
            for line in lines {
                #expect(line.undecided.isEmpty)
                if variation.isAffine { #expect(line.completeness == .proved) }
                for index in 0...40 {
                    let point = variation.lower + (variation.upper - variation.lower) * Double(index) / 40
                    let wanted = try optimal(inputs.setting(variation.parameter, to: point), cue: line.decision.cue)
                    #expect(line.response(at: point) == wanted, "seed \(seed), \(path) = \(point)")
                }
                found += line.switches.count
                for change in line.switches {
                    let sides = try [-1e-8, 1e-8].map {
                        try optimal(
                            inputs.setting(variation.parameter, to: change.value + $0), cue: line.decision.cue)
                    }
                    #expect(sides == [change.below, change.above], "\(path) at \(change.value)")
                }
            }
        }
        #expect(found > 0)
    }

    @Test(
        "The partition of the posterior is that of plain recursion, before and after a history",
        arguments: [UInt64(1), 6])
    func simplex(seed: UInt64) throws {
        let inputs = Self.inputs(seed: seed, responses: 3)
        let game = try inputs.game()
        let later = Array(game.observations.later)
        for history in [
            History(cue: 0), History(cue: 1, steps: [.init(response: 0, observation: later[1])]),
        ] {
            let partition = try PlannedQuery(inputs: inputs, decisions: [history]).partition(of: [0, 1, 2])
            #expect(partition.isComplete && partition.gap == 0, "\(partition.gap)")
            let trail = try history.beliefs(in: game)
            let posterior = trail[trail.count - 1].belief
            let shares = posterior.users(in: game)
            var random = SplitMix64(seed: seed)
            for _ in 0..<60 {
                let weights = random.distribution(3)
                let belief = try reweighted(posterior, weights.indices.map { weights[$0] / shares[$0] }, game)
                let wanted = try best(game, belief, turn: history.turn)
                #expect(abs(partition.value(at: weights) - wanted) <= 1e-10 * max(1, abs(wanted)))
            }
            #expect(Set(partition.cells.map(\.response)).count > 1)
            #expect(!partition.edges.isEmpty)
            let area = partition.cells.reduce(0) { $0 + Self.area($1.corners) }
            #expect(abs(area - 1) <= 1e-9)
            for response in 0..<3 {
                // Rings of holes go around the other way, so that their areas count against the region's.
                let joined = partition.regions.filter { $0.response == response }.flatMap(\.rings).reduce(0) {
                    $0 + Self.signedArea($1)
                }
                let whole = partition.cells.filter { $0.response == response }.reduce(0) { $0 + Self.area($1.corners) }
                #expect(abs(joined - whole) <= 1e-9)
            }
            #expect(partition.regions.count <= partition.cells.count)
        }
    }

    /// A belief with its types reweighted, made as an opening of the same game under another prior and initial states.
    private func reweighted(_ belief: Belief, _ factors: [Double], _ game: Game) throws -> Belief {
        // cue 0 of a game whose cues say nothing and whose initial states are the belief's.
        let mass = belief.probabilities.enumerated().map { $1 * factors[game.user(of: $0)] }
        var definition = Self.inputs(seed: 1, responses: 3).definition
        for user in definition.users.indices {
            let states = Array(mass[user * game.states.count..<(user + 1) * game.states.count])
            let total = states.reduce(0, +)
            definition.users[user].prior = total
            definition.users[user].initialState = states.map { $0 / total }
            definition.users[user].cues = definition.states.map { _ in [0.5, 0.5] }
        }
        return try Belief.opening(0, game: Game(definition)).belief
    }

    private static func area(_ polygon: [[Double]]) -> Double { abs(signedArea(polygon)) }

    private static func signedArea(_ polygon: [[Double]]) -> Double {
        let last = polygon[polygon.count - 1]
        return zip([last] + polygon, polygon).reduce(0) { $0 + $1.0[0] * $1.1[1] - $1.0[1] * $1.1[0] }
    }
}
