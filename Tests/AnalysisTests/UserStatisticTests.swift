import Analysis
import Conformance
import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Testing
import UserAgents

/// What figures speak about, against sums over profiles and agents, and its derivatives against differences.
@Suite("Numbers that published figures speak about")
struct UserStatisticTests {
    private static func inputs(seed: UInt64, foresight: Double = 0) -> GameInputs {
        GameInputs(
            definition: RandomGame {
                $0.users = 3
                $0.states = 3
                $0.responses = 3
                $0.horizon = 4
                $0.foresight = foresight
                $0.usesTurn = seed % 2 == 0
            }.definition(seed: seed),
            objective: Objective(goal: .payoff, reference: [0.5, 0.25, 0.25]))
    }

    /// The kinds over one game, each with its value by a sum that knows nothing of the passes.
    private static func cases(_ inputs: GameInputs, users: [Double]) throws -> [(UserStatistic.Kind, Double)] {
        let game = try inputs.game()
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 7)
        let profile = ConversationProfile(policy, game: game)
        func mean(_ value: (Int) -> Double) -> Double {
            users.indices.reduce(0) { $0 + users[$1] * value($1) }
        }
        let outcomes = game.outcomes.indices.filter { $0 != game.timeout }
        let ended = outcomes.prefix(1) + outcomes.suffix(1)
        let share = mean { user in profile.endings.reduce(0) { sum, row in ended.reduce(sum) { $0 + row[user][$1] } } }
        let reached = mean { user in profile.endings[1...].reduce(0) { $0 + $1[user].reduce(0, +) } }
        let hazard = mean { user in ended.reduce(0) { $0 + profile.endings[1][user][$1] } } / reached
        func reacting(_ response: Int, _ state: Int?) throws -> Double {
            let behaviour = try Behaviour(game: game)
            return mean { user in
                let turn = behaviour.course(user: user, response: response).turns[0]
                let row = state.map { turn.reactions[$0] } ?? turn.meanReactions ?? []
                return row[0] + row[2]
            }
        }
        let (first, second) = (try reacting(1, nil), try reacting(2, nil))
        return [
            (.share(outcomes: Array(ended), policy: policy), share),
            (.hazard(outcomes: Array(ended), turn: 2, policy: policy), hazard),
            (.reaction([0, 2], after: 1, state: nil), first),
            (.reaction([0, 2], after: 1, state: 2), try reacting(1, 2)),
            (.oddsRatio([0, 2], after: 1, against: 2, state: nil), first / (1 - first) / (second / (1 - second))),
        ]
    }

    @Test(
        "Values are those of profiles and agents, and derivatives those of differences",
        arguments: [(UInt64(3), 0.0), (4, 0), (5, 0.6)], [[0, 1, 0], [0.5, 0.3, 0.2]])
    func measured(setting: (seed: UInt64, foresight: Double), users: [Double]) throws {
        let inputs = Self.inputs(seed: setting.seed, foresight: setting.foresight)
        for (kind, expected) in try Self.cases(inputs, users: users) {
            let statistic = UserStatistic(users: users, kind)
            let measured = try statistic.measured(in: inputs)
            #expect(abs(measured.value - expected) <= 1e-12 * max(1, expected))
            let logit = statistic.isRatio ? log(expected) : log(expected / (1 - expected))
            #expect(abs(measured.logit - logit) <= 1e-11)
            var compared = 0
            for (parameter, slope) in measured.slopes {
                let value = try #require(inputs[parameter])
                let step = 1e-5
                let ends = try [-step, step].map {
                    try statistic.measured(in: inputs.setting(parameter, to: value + $0))
                }
                let difference = (ends[1].logit - ends[0].logit) / (2 * step)
                let found = try #require(slope, "\(parameter)")
                #expect(abs(found - difference) <= 2e-7 * max(1, abs(difference)), "\(parameter): \(found)")
                compared += abs(difference) > 1e-3 ? 1 : 0
            }
            #expect(compared > 3)
        }
    }
}

@Suite("The smallest change of assumptions")
struct AssumptionChangeTests {
    /// A user with two reactions, of whose first the logit is a bias: everything is known in closed form.
    private static func inputs(bias: Double, rationality: Double = 1) -> GameInputs {
        let predictors: [LinearPredictor?] = [
            LinearPredictor(bias: bias, features: [], states: [0]), LinearPredictor(features: [], states: [0]),
            nil,
        ]
        return GameInputs(
            definition: GameDefinition(
                name: "two", horizon: 1, features: [], responses: [Response(name: "a", features: [], cost: 0)],
                outcomes: [
                    Outcome(name: "gone", isSafe: true), Outcome(name: "stayed", isSafe: true),
                    Outcome(name: "over", isSafe: true, isTimeout: true),
                ], states: ["only"], cues: ["only"],
                reactions: [
                    Reaction(name: "leave", effect: .ends(outcome: 0)),
                    Reaction(name: "stay", effect: .ends(outcome: 1)),
                    // A game must have one that continues; nobody gives it.
                    Reaction(name: "ask", effect: .continues),
                ],
                users: [
                    UserType(
                        name: "u", prior: 1, initialState: [1], cues: [[1]], outcomePayoff: [0, 0, 0], exposure: [],
                        agent: QuantalResponseUser(
                            predictors: predictors, rationality: rationality,
                            movement: .logit(
                                MovePredictor(bias: 0, features: [], states: [0], reactions: [0, 0, 0], inertia: 0))))
                ]),
            objective: Objective(goal: .payoff, reference: [1]))
    }

    private static let leaving = UserStatistic(users: [1], .reaction([0], after: 0, state: nil))

    @Test("A number that was moved by a logit is moved back by a logit", arguments: [0.5, 1, 2.5])
    func logit(rationality: Double) throws {
        let inputs = Self.inputs(bias: 1.3 / rationality, rationality: rationality)
        let path = "users.u.utility.leave.bias"
        let target = AssumptionChange.Target(Self.leaving, logit: 0.3, standardError: 0.1)
        let change = try #require(
            try AssumptionChange([target], movable: [try inputs.parameter(path)], in: inputs))
        #expect(change.isConverged && change.moves.map(\.parameter.path) == [path])
        #expect(abs(change.size - 1) <= 1e-6 && abs(change.moves[0].logits + 1) <= 1e-6)
        #expect(abs(change.moves[0].after - 0.3 / rationality) <= 1e-6)
        #expect(abs(change.values[0] - 1 / (1 + exp(-0.3))) <= 1e-6)
    }

    @Test("Two numbers that may move share the change alike, which is smaller than one alone")
    func shared() throws {
        let inputs = Self.inputs(bias: 1)
        let target = AssumptionChange.Target(Self.leaving, logit: 0, standardError: 0.1)
        let both = inputs.parameters.filter { $0.path.hasSuffix(".bias") && $0.path.contains("utility") }
        #expect(both.count == 2)
        let change = try #require(try AssumptionChange([target], movable: both, in: inputs))
        #expect(abs(change.size - 0.5.squareRoot()) <= 1e-6)
        #expect(change.moves.allSatisfy { abs(abs($0.logits) - 0.5) <= 1e-6 })
    }

    @Test("Figures that contradict each other meet at their mean, weighed by inverse variances")
    func contradiction() throws {
        let inputs = Self.inputs(bias: 0)
        let targets = [
            AssumptionChange.Target(Self.leaving, logit: 1, standardError: 0.1),
            AssumptionChange.Target(Self.leaving, logit: 0, standardError: 0.2),
        ]
        let movable = [try inputs.parameter("users.u.utility.leave.bias")]
        let change = try #require(try AssumptionChange(targets, movable: movable, in: inputs))
        // (1/0.01) / (1/0.01 + 1/0.04) = 0.8
        #expect(change.isConverged && abs(change.moves[0].logits - 0.8) <= 1e-4)
        #expect(abs(change.distances[0] + 2) <= 1e-2 && abs(change.distances[1] - 4) <= 1e-2)
    }

    @Test("What no number moves has no change")
    func immovable() throws {
        let inputs = Self.inputs(bias: 0)
        let target = AssumptionChange.Target(Self.leaving, logit: 1, standardError: 0.1)
        #expect(try AssumptionChange([target], movable: [], in: inputs) == nil)
        // The inertia of moves moves nothing in a game of one state.
        let inertia = inputs.parameters.filter { $0.path.hasSuffix("move.inertia") }
        #expect(try AssumptionChange([target], movable: inertia, in: inputs) == nil)
    }

    /// Two states whose logits differ, so that the mean over them bends, and two coefficients that move both.
    private static func bent() -> GameInputs {
        var inputs = Self.inputs(bias: -0.8)
        let predictors: [LinearPredictor?] = [
            LinearPredictor(bias: -0.8, features: [], states: [0, 1.4]),
            LinearPredictor(bias: 0.4, features: [], states: [0, -0.6]), nil,
        ]
        inputs.definition.states = ["one", "other"]
        inputs.definition.users[0].initialState = [0.6, 0.4]
        inputs.definition.users[0].cues = [[1], [1]]
        inputs.definition.users[0].agent = QuantalResponseUser(
            predictors: predictors, rationality: 1,
            movement: .logit(
                MovePredictor(bias: 0, features: [], states: [0, 0], reactions: [0, 0, 0], inertia: 0)))
        return inputs
    }

    @Test("Figures far off are met too, by the smallest change", arguments: [0.2, 0.03, 0.0242, 0.009, 1e-3, 0.99])
    func farOff(share: Double) throws {
        let inputs = Self.bent()
        let names = ["leave.bias", "leave.other", "stay.bias", "stay.other"]
        let movable = try names.map { try inputs.parameter("users.u.utility.\($0)") }
        let goal = log(share / (1 - share))
        let target = AssumptionChange.Target(Self.leaving, logit: goal, standardError: 1)
        let change = try #require(try AssumptionChange([target], movable: movable, in: inputs))
        #expect(change.isConverged)
        #expect(abs(change.values[0] - share) <= 1e-5 * share)
        // A slow search over what the share depends on, the differences x and y of the two states' logits: Δ of least norm is
        // (x, y − x) over two coefficients each.
        func mean(_ x: Double, _ y: Double) -> Double {
            func sigma(_ u: Double) -> Double { 1 / (1 + exp(-u)) }
            return 0.6 * sigma(-1.2 + x) + 0.4 * sigma(-1.2 + 2.0 + y)
        }
        var least = Double.infinity
        for step in -2000...2000 {
            let x = Double(step) * 1e-2
            var (low, high) = (-40.0, 40.0)
            guard mean(x, low) < share, mean(x, high) > share else { continue }
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if mean(x, middle) < share { low = middle } else { high = middle }
            }
            least = min(least, ((x * x + (low - x) * (low - x)) / 2).squareRoot())
        }
        // ρ leaves the figure open by a little, the more the further off it lies.
        #expect(abs(change.size - least) <= 2e-4, "\(change.size), not \(least)")
    }
}
