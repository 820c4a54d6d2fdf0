import ExactEvaluation
import GameFixtures
import GameModel
import NumericalMethods
import Output
import Preferences
import Scenarios
import Synchronization
import Testing

@Suite("How noisy labels by rollouts are")
struct RolloutNoiseTests {
    @Test("The mean of the whole return is Q, its second moment that of all paths", arguments: UInt64(1)...4)
    func moments(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users, $0.states) = (3, 2, 2) }.definition(seed: seed)
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let values = try ActionValues(
            policy, game: game, objective: Objective(goal: .payoff, reference: game.responses.map { _ in 0 }),
            multipliers: [])
        for (window, endings) in [nil, 1, 2, 3, 9].flatMap({ window in ReturnEndings.allCases.map { (window, $0) } }) {
            let moments = ReturnMoments(policy, game: game, window: window, endings: endings)
            for cue in game.cues.indices {
                guard let belief = try? Belief.opening(cue, game: game).belief else { continue }
                let nodes = policy.memory.initial[cue]
                let found = moments.moments(belief: belief, turn: 1, nodes: nodes)
                let exact = values.expected(belief: belief, turn: 1, nodes: nodes, controller: policy)
                for response in game.responses.indices {
                    let paths = ReturnPaths(policy, game, window: window ?? game.horizon, endings: endings)
                    let (mean, square) = paths.moments(belief, node: try #require(nodes.only), response: response)
                    #expect(abs(found[response].mean - mean) < 1e-12)
                    #expect(abs(found[response].variance - (square - mean * mean)) < 1e-11)
                    if window ?? 3 >= 3 { #expect(abs(found[response].mean - exact[response]) < 1e-12) }
                }
            }
        }
    }

    @Test("Equal estimates are reversed as chance has it; far apart ones never; two have a closed form")
    func reversal() {
        let reversal = ReversalProbability(scale: 1)
        let third = reversal.value(means: [0, 0, 0], deviations: [1, 1, 1], values: [1, 2, 3])
        // Every order of three is equally likely, and half of them have the wrong one first.
        #expect(abs(third - 0.5) < 1e-14)
        #expect(reversal.value(means: [0, 9, 18], deviations: [1, 1, 1], values: [1, 2, 3]) < 1e-9)
        #expect(reversal.value(means: [18, 9, 0], deviations: [1, 1, 1], values: [1, 2, 3]) > 1 - 1e-9)
        #expect(reversal.value(means: [2, 1, 0], deviations: [0, 0, 0], values: [1, 2, 3]) == 1)
        // Φ(−1/√2)
        let two = reversal.value(means: [0, 1], deviations: [1, 1], values: [1, 2])
        #expect(abs(two - 0.239_750_061_093_477) < 1e-12)
    }

    @Test("A discount that leaves nothing of late payoffs is said, where they are valued when they come")
    func discount() throws {
        var definition = RandomGame { ($0.horizon, $0.users, $0.states) = (3, 2, 2) }.definition(seed: 1)
        definition.discount = 1e-200
        let game = try Game(definition)
        #expect(throws: GameError.self) { try CreditMeasures(try .uniform(game: game), game: game) }
        definition.discount = 1e-100
        let fine = try Game(definition)
        #expect(try CreditMeasures(try .uniform(game: fine), game: fine).start.allSatisfy(\.isFinite))
    }

    @Test("Ties: of estimates they are broken evenly, of values nothing is reversed; in any unit")
    func ties() {
        for scale in [1e-100, 1, 1e9] {
            let reversal = ReversalProbability(scale: scale)
            func value(_ means: [Double], _ deviations: [Double], _ values: [Double]) -> Double {
                reversal.value(
                    means: means.map { $0 * scale }, deviations: deviations.map { $0 * scale },
                    values: values.map { $0 * scale })
            }
            // Six orders of three that are certainly equal, half of them the wrong way round.
            #expect(abs(value([0, 0, 0], [0, 0, 0], [1, 2, 3]) - 0.5) < 1e-15)
            // A certain pair above a third: either of the two comes first.
            #expect(value([1, 1, 0], [0, 0, 0], [1, 2, 3]) == 1)
            #expect(value([1, 1, 0], [0, 0, 0], [2, 3, 1]) == 0)
            #expect(value([1, 0, 2], [1, 1, 1], [0.7, 0.7 + 1e-15, 0.7]) == 0)
            // Certain ones beside one that varies a little or much: P(X₂ largest or smallest) by halves.
            for deviation in [1e-3, 1, 1e3] {
                #expect(abs(value([0, 0, 0], [0, 0, deviation], [1, 1, 2]) - 0.5) < 1e-15)
            }
            // Deviations that lie far apart: the third is the largest, or the smallest, by halves.
            #expect(abs(value([0, 0, 0], [1e-6, 1e-6, 1], [3, 2, 1]) - 0.5) < 1e-5)
        }
    }

    @Test(
        "What is looked for is of the request: any unit of payoffs, sets drawn at all replications, the best β anywhere"
    )
    func figures() throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        var settings = RolloutNoise.Settings()
        (settings.episodes, settings.replications, settings.rollouts, settings.windows) = (20, 8, [40], [nil])
        func noise(_ settings: RolloutNoise.Settings) throws -> RolloutNoise {
            try RolloutNoise(
                try .uniform(game: fixture.game), game: fixture.game, reference: fixture.scenario.objective.reference,
                settings: settings)
        }
        let needed = try #require(try noise(settings).windows[0].needed)
        settings.rollouts = [needed - 1, needed]
        let cells = try noise(settings).cells
        #expect(cells[0].normal > RolloutNoise.goal && cells[1].normal <= RolloutNoise.goal)
        // A colder target wants a smaller β in proportion, without end.
        var distances: [Double] = []
        for temperature in [0.2, 20, 2000] {
            settings.temperature = temperature
            let cell = try noise(settings).cells[0]
            distances.append(try #require(cell.distance))
            #expect(try #require(cell.beta) > 0)
        }
        #expect(distances[2] < 1e-2 && distances[1] < 0.1)
    }

    @Test("Payoffs that are large against their differences lose nothing of the spread")
    func largePayoffs() throws {
        let scenario = try Scenario.parse(
            """
            format: 1
            name: large
            horizon: 2
            opening: [{role: user, content: "Hello?"}]
            responses: {first: {cost: 0.1, texts: ["No."]}, second: {cost: 0.105, texts: ["Yes."]}}
            outcomes: {good: {safe: true}, over: {safe: true, timeout: true}}
            reactions: {ask: {texts: ["And?"]}, thanks: {ends: good, texts: ["Thanks."]}}
            users:
              a: {prior: 0.5, payoff: {good: 1e6, over: 1e6}, table: {first: {ask: 0.3, thanks: 0.7}, second: {ask: 0.6, thanks: 0.4}}}
              b: {prior: 0.5, payoff: {good: 1e6, over: 1e6}, table: {first: {ask: 0.8, thanks: 0.2}, second: {ask: 0.1, thanks: 0.9}}}
            """, file: "large.yaml")
        var settings = RolloutNoise.Settings()
        (settings.episodes, settings.replications, settings.candidates) = (4, 2, 2)
        (settings.rollouts, settings.windows) = ([3], [nil])
        let noise = try RolloutNoise(
            try .always(0, game: scenario.game), game: scenario.game, reference: scenario.objective.reference,
            settings: settings)
        // Going on costs 0.1 once more: less than one deviation of that.
        let window = noise.windows[0]
        #expect(window.deviation < 0.1 && window.deviation > 0.01)
        let moments = ReturnMoments(try .always(0, game: scenario.game), game: scenario.game)
        let belief = try Belief.opening(0, game: scenario.game).belief
        let found = moments.moments(belief: belief, turn: 1, nodes: NodeDistribution(0))
        for (item, ask) in zip(found, [0.55, 0.35]) {
            #expect(abs(item.variance - 0.01 * ask * (1 - ask)) < 1e-8)
        }
    }

    @Test("Where it is asked to stop it does, within a label of many rollouts too")
    func stops() throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        var settings = RolloutNoise.Settings()
        // A label of these alone would take minutes.
        (settings.episodes, settings.replications, settings.rollouts) = (2, 1, [50_000_000])
        let asked = Mutex(0)
        let control = RunControl(
            threads: 2,
            stop: {
                asked.withLock { count in
                    count += 1
                    return count > 3
                }
            })
        #expect(throws: InterruptedError.self) {
            try RolloutNoise(
                try .uniform(game: fixture.game), game: fixture.game,
                reference: fixture.scenario.objective.reference, settings: settings, control)
        }
    }

    @Test(
        "Simulated and normal agree where rollouts are many; more rollouts reverse fewer pairs",
        arguments: ReturnEndings.allCases)
    func agreement(endings: ReturnEndings) throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        var settings = RolloutNoise.Settings()
        (settings.episodes, settings.replications) = (60, 8)
        (settings.rollouts, settings.windows, settings.endings) = ([3, 30, 100], [2, nil], endings)
        let noise = try RolloutNoise(
            try .uniform(game: fixture.game), game: fixture.game, reference: fixture.scenario.objective.reference,
            settings: settings)
        #expect(noise.cells.count == 6 && noise.nodes > 60)
        for cell in noise.cells where cell.rollouts >= 30 {
            let error = try #require(cell.reversed.standardError)
            #expect(abs(cell.reversed.value - cell.normal) < 3 * error + 0.01)
        }
        for window in 0..<2 {
            let own = noise.cells[window * 3..<window * 3 + 3].map(\.reversed.value)
            #expect(own[0] > own[1] && own[1] > own[2])
        }
        #expect(try #require(noise.exactDistance) < 1e-6)
        #expect(noise.windows[1].reversed == 0 && noise.windows[1].bias < 1e-12)
        // The same bytes on any number of threads.
        let again = try RolloutNoise(
            try .uniform(game: fixture.game), game: fixture.game, reference: fixture.scenario.objective.reference,
            settings: settings, RunControl(threads: 3))
        #expect(again.cells.map(\.reversed) == noise.cells.map(\.reversed))
    }
}

/// Every path of a return, one by one.
private struct ReturnPaths {
    let policy: Policy
    let game: Game
    let window: Int
    let endings: ReturnEndings
    let reactions: ReactionTables

    init(_ policy: Policy, _ game: Game, window: Int, endings: ReturnEndings) {
        (self.policy, self.game, self.window, self.endings) = (policy, game, window, endings)
        reactions = ReactionTables(game: game, controller: policy)
    }

    func moments(_ belief: Belief, node: Int, response: Int) -> (mean: Double, square: Double) {
        var sums = (0.0, 0.0)
        for (hidden, mass) in belief.probabilities.enumerated() where mass > 0 {
            follow(hidden, node, response, turn: 1, left: window, weight: mass, gain: 0, discount: 1, &sums)
        }
        return sums
    }

    private func follow(
        _ hidden: Int, _ node: Int, _ response: Int, turn: Int, left: Int, weight: Double, gain: Double,
        discount: Double, _ sums: inout (Double, Double)
    ) {
        func end(_ weight: Double, _ gain: Double) {
            sums.0 += weight * gain
            sums.1 += weight * gain * gain
        }
        let user = game.user(of: hidden)
        let group = policy.memory.classes[node]
        let row = reactions.row(turn: turn, hidden: hidden, response: response, group: group)
        /// What the end with a reaction brings, counted at this turn; nil where it goes on.
        func ending(_ index: Int) -> Double? {
            if case .ends(let outcome) = game.reactions[index].effect {
                return game.outcomePayoff[user * game.outcomes.count + outcome]
            }
            return turn == game.horizon
                ? game.discount * game.outcomePayoff[user * game.outcomes.count + game.timeout] : nil
        }
        var gain = gain + discount * game.stagePayoff[user * game.responses.count + response]
        if endings == .expected {
            for index in game.reactions.indices {
                gain += discount * reactions.reaction[row * game.reactions.count + index] * (ending(index) ?? 0)
            }
        }
        for index in game.reactions.indices {
            let share = weight * reactions.reaction[row * game.reactions.count + index]
            guard share > 0 else { continue }
            if let brought = ending(index) {
                end(share, endings == .realised ? gain + discount * brought : gain)
                continue
            }
            if left == 1 {
                end(share, gain)
                continue
            }
            let moves = ((hidden * game.responses.count + response) * game.reactions.count + index) * 3
            for step in game.moves(from: hidden % game.states.count) {
                let state = hidden + step - 1
                for cue in game.cues.indices {
                    let seen = game.observations.index(shown: game.continuingRanks[index], cue: cue)
                    let moved = share * game.move[moves + step] * game.cue[state * game.cues.count + cue]
                    guard moved > 0 else { continue }
                    let next = policy.memory.successor(of: node, after: response, observation: seen, game: game)
                    for (said, chance) in policy.strategy(at: next).enumerated() where chance > 0 {
                        follow(
                            state, next, said, turn: turn + 1, left: left - 1, weight: moved * chance, gain: gain,
                            discount: discount * game.discount, &sums)
                    }
                }
            }
        }
    }
}
