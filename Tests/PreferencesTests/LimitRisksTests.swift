import Conformance
import ExactEvaluation
import GameFixtures
import GameModel
import Preferences
import Testing

/// P(ω | θ, prompt) of an answer that is given for certain, against policies that give it and against every path of the game.
@Suite struct LimitRisksTests {
    private static func game(_ seed: UInt64, rare: Bool) throws -> Game {
        var definition = RandomGame { ($0.horizon, $0.responses, $0.users) = (3, 3, 3) }.definition(seed: seed)
        if rare {
            let prior = definition.users[2].prior
            definition.users[2].prior = 0
            definition.users[0].prior += prior
        }
        return try Game(definition)
    }

    private static func limits(_ game: Game) -> [OutcomeConstraint] {
        game.users.indices.flatMap { user in
            game.outcomes.indices.map { OutcomeConstraint(user: user, outcome: $0, atMost: 0.5) }
        }
    }

    /// At the openings: a policy that gives the answer in the first turn whatever the cue, and follows the policy afterwards.
    @Test(arguments: 1...6 as ClosedRange<UInt64>, [false, true])
    func openingsAreThoseOfThePolicyThatGivesTheAnswer(seed: UInt64, rare: Bool) throws {
        let game = try Self.game(seed, rare: rare)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let limits = Self.limits(game)
        let risks = try #require(LimitRisks(limits, game: game, controller: policy))
        for response in game.responses.indices {
            var rows = policy.strategies
            for node in policy.memory.nodeRanges[0] {
                for other in game.responses.indices {
                    rows[node * game.responses.count + other] = other == response ? 1 : 0
                }
            }
            let giving = Evaluation(try Policy(memory: policy.memory, strategies: rows, game: game), game: game)
            var found = limits.map { _ in 0.0 }
            for cue in game.cues.indices {
                let opened = try Belief.opening(cue, game: game)
                let chances = risks.at(
                    .init(share: 1, belief: opened.belief, turn: 1, nodes: policy.memory.initial[cue]))
                for (index, limit) in limits.enumerated() {
                    // P(c | θ) = P(θ | c) P(c) / P(θ), and for a type that never comes what its measure is of.
                    let share = game.isRare(limit.user) ? 1 : game.prior[limit.user]
                    found[index] +=
                        opened.likelihood * chances[index].mass / share * chances[index].byResponse[response]
                }
            }
            for (limit, found) in zip(limits, found) {
                #expect(abs(found - giving.outcomes[limit.user][limit.outcome]) < 1e-12)
            }
        }
    }

    /// P(ω) from a hidden state on, after a response, by every path; it knows nothing of backward passes.
    private func chance(
        _ outcome: Int, _ game: Game, _ policy: Policy, node: Int, hidden: Int, turn: Int, response: Int
    ) -> Double {
        let row = game.row(turn: turn, hidden: hidden, response: response)
        var chance = game.ending[row * game.outcomes.count + outcome]
        for step in game.moves(from: hidden % game.states.count) {
            for shown in game.shownReactions.indices {
                let mass = game.advance[(row * 3 + step) * game.shownReactions.count + shown]
                guard mass > 0 else { continue }
                guard turn < game.horizon else {
                    chance += outcome == game.timeout ? mass : 0
                    continue
                }
                let next = hidden + step - 1
                for cue in game.cues.indices {
                    let seen = game.cue[next * game.cues.count + cue]
                    let observation = game.observations.index(shown: shown, cue: cue)
                    let place = policy.memory.successor(of: node, after: response, observation: observation, game: game)
                    for (later, share) in policy.strategy(at: place).enumerated() where share > 0 {
                        chance +=
                            mass * seen * share
                            * self.chance(
                                outcome, game, policy, node: place, hidden: next, turn: turn + 1, response: later)
                    }
                }
            }
        }
        return chance
    }

    @Test(arguments: 11...14 as ClosedRange<UInt64>, [false, true])
    func laterTurnsAreThoseOfEveryPath(seed: UInt64, rare: Bool) throws {
        let game = try Self.game(seed, rare: rare)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let limits = Self.limits(game)
        let risks = try #require(LimitRisks(limits, game: game, controller: policy))
        let reference = [Double](repeating: 1 / 3, count: 3)
        let objective = Objective(goal: .payoff, reference: reference)
        let source = PreferenceSource(
            scenario: "random", game: game, wording: Texts(openings: [], responses: [], reactions: []),
            reference: Reference(reference), controller: policy,
            actionValues: try ActionValues(policy, game: game, objective: objective, multipliers: []), temperature: 1)
        for history in try NodeSelection(count: 25).nodes(of: source) {
            let chances = risks.at(
                .init(share: 1, belief: history.belief, turn: history.turn, nodes: history.nodes))
            let node = history.nodes.entries[0].node
            for (limit, found) in zip(limits, chances) {
                let belief = game.isRare(limit.user) ? history.belief.rare : history.belief.probabilities
                let own = belief.indices.filter { game.user(of: $0) == limit.user && belief[$0] > 0 }
                let mass = own.reduce(0) { $0 + belief[$1] }
                #expect(abs(found.mass - mass) < 1e-12)
                guard mass > 0 else { continue }
                for response in game.responses.indices {
                    let expected = own.reduce(0) { sum, hidden in
                        sum + belief[hidden] / mass
                            * chance(
                                limit.outcome, game, policy, node: node, hidden: hidden, turn: history.turn,
                                response: response)
                    }
                    #expect(abs(found.byResponse[response] - expected) < 1e-12)
                }
            }
        }
    }

    /// An answer that may be several responses has the mean of their risks, over all situations of the prompt.
    @Test func anUncertainAnswerHasTheMeanOfTheRisks() throws {
        let game = try Self.game(3, rare: false)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 3)
        let situations = try game.cues.indices.map { cue in
            let opened = try Belief.opening(cue, game: game)
            return LimitRisks.Situation(
                share: opened.likelihood, belief: opened.belief, turn: 1, nodes: policy.memory.initial[cue])
        }
        func risks(_ atMost: Double) throws -> LimitRisks {
            try #require(
                LimitRisks([OutcomeConstraint(user: 0, outcome: 0, atMost: atMost)], game: game, controller: policy))
        }
        let all = try risks(0)
        func risk(_ response: Int) -> Double {
            let met = situations.map { (share: $0.share, chance: all.at($0)[0]) }
            let mass = met.reduce(0) { $0 + $1.share * $1.chance.mass }
            return met.reduce(0) { $0 + $1.share * $1.chance.mass * $1.chance.byResponse[response] } / mass
        }
        let mean = 0.25 * risk(0) + 0.75 * risk(1)
        let answer = [(response: 0, probability: 0.25), (response: 1, probability: 0.75)]
        #expect(try risks(mean - 1e-9).exceeds(answer, at: situations))
        #expect(try !risks(mean + 1e-9).exceeds(answer, at: situations))
        #expect(try !risks(mean).exceeds(answer, at: situations), "at the limit is within it")
    }
}
