import Analysis
import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Testing
import UserAgents

/// How users behave, against sums that are written out here, and the least change of biases that makes them behave otherwise.
@Suite("Behaviour of users")
struct BehaviourTests {
    /// P(m | t, x, a) of a quantal response, enumerated by hand.
    private static func oracle(
        _ user: QuantalResponseUser, turn: Int, state: Int, features: [Double]
    ) -> [Double] {
        let weights = user.predictors.map { predictor -> Double in
            guard let predictor else { return 0 }
            var utility = predictor.bias + predictor.states[state] + predictor.turn * Double(turn - 1)
            for (coefficient, value) in zip(predictor.features, features) { utility += coefficient * value }
            return exp(user.rationality * utility)
        }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// The probability that a target is about, by hand.
    private static func oracle(_ target: BehaviourTarget, in game: GameDefinition) throws -> Double {
        let user = game.users[target.user]
        let agent = try #require(user.agent as? QuantalResponseUser)
        let mix: [(Int, Double)] =
            target.state.map { [($0, 1)] } ?? user.initialState.enumerated().map { ($0.offset, $0.element) }
        return mix.reduce(0) { sum, item in
            sum + item.1
                * oracle(agent, turn: target.turn, state: item.0, features: game.responses[target.response].features)[
                    target.reaction]
        }
    }

    @Test(
        "Reactions are the softmax of utilities, and endings, lengths and outcomes those of the exact evaluation",
        arguments: 1...12)
    func courses(seed: Int) throws {
        let family = RandomGame.small(UInt64(seed))
        let definition = family.definition(seed: UInt64(seed))
        let game = try Game(definition)
        let behaviour = try Behaviour(game: game)
        for user in game.users.indices {
            for response in game.responses.indices {
                let course = behaviour.course(user: user, response: response)
                #expect(course.turns.count == game.horizon && course.turns[0].reach == 1)
                #expect(course.turns[0].states == definition.users[user].initialState)
                let profile = ConversationProfile(try .always(response, game: game), game: game)
                var outcomes = [Double](repeating: 0, count: game.outcomes.count)
                for (index, turn) in course.turns.enumerated() {
                    if let agent = definition.users[user].agent as? QuantalResponseUser {
                        for state in game.states.indices {
                            let expected = Self.oracle(
                                agent, turn: index + 1, state: state,
                                features: definition.responses[response].features)
                            for (found, wanted) in zip(turn.reactions[state], expected) {
                                #expect(abs(found - wanted) < 1e-12)
                            }
                        }
                    }
                    let endings = try #require(turn.endings)
                    #expect(abs((turn.meanReactions ?? []).reduce(0, +) - 1) < 1e-12)
                    for (outcome, hazard) in endings.enumerated() {
                        outcomes[outcome] += turn.reach * hazard
                        // Of the last turn the profile has the timeout with the endings.
                        guard index + 1 < game.horizon || outcome != game.timeout else { continue }
                        #expect(abs(profile.endings[index][user][outcome] - turn.reach * hazard) < 1e-12)
                    }
                }
                let last = course.turns[game.horizon - 1]
                outcomes[game.timeout] += last.reach * (1 - (last.hazard ?? 0))
                for (found, wanted) in zip(outcomes, behaviour.evaluations[response].outcomes[user]) {
                    #expect(abs(found - wanted) < 1e-12)
                }
                let turns = course.turns.reduce(0) { $0 + $1.reach }
                #expect(abs(turns - behaviour.evaluations[response].turnsByUser[user]) < 1e-12)
            }
        }
    }

    @Test("Users with foresight react as ones who know what is always given")
    func foresight() throws {
        let game = try RandomGame { ($0.horizon, $0.foresight) = (4, 0.8) }.game(seed: 3)
        let behaviour = try Behaviour(game: game)
        let tables = ReactionTables(game: game, controller: try .always(1, game: game))
        for turn in 1...4 {
            let row = tables.row(turn: turn, hidden: 0, response: 1, group: 0)
            let count = game.reactions.count
            #expect(
                behaviour.course(user: 0, response: 1).turns[turn - 1].reactions[0]
                    == Array(tables.reaction[row * count..<(row + 1) * count]))
        }
        let definition = RandomGame { ($0.horizon, $0.foresight) = (4, 0.8) }.definition(seed: 3)
        #expect(throws: GameError.self) {
            try LeastChange(
                [BehaviourTarget(user: 0, reaction: 0, response: 0, probability: 0.5)], in: definition)
        }
    }

    @Test("One target between two reactions moves both biases by half the difference of logits")
    func closedForm() throws {
        let definition = RandomGame {
            ($0.states, $0.users, $0.continuing, $0.ending, $0.feigns) = (1, 1, 1, 1, false)
        }.definition(seed: 5)
        let target = BehaviourTarget(user: 0, reaction: 1, response: 0, probability: 0.8)
        let before = try Self.oracle(target, in: definition)
        let change = try LeastChange([target], in: definition)
        #expect(change.isMet)
        let gap = log(0.8 / 0.2) - log(before / (1 - before))
        #expect(abs(change.size - abs(gap) / 2.0.squareRoot()) < 1e-8)
        #expect(abs((change.changes.first { $0.reaction == 1 }?.logits ?? 0) - gap / 2) < 1e-8)
        #expect(abs((change.changes.first { $0.reaction == 0 }?.logits ?? 0) + gap / 2) < 1e-8)
        // Biases are in units of utility.
        let rationality = try #require(definition.users[0].agent.value(of: .rationality))
        for item in change.changes { #expect(abs((item.after - item.before) * rationality - item.logits) < 1e-7) }
    }

    /// Targets that some change of biases meets, with the size of that change.
    private static func feasible(
        _ definition: GameDefinition, count: Int, _ random: inout SplitMix64
    ) throws -> (targets: [BehaviourTarget], size: Double) {
        var (moved, size) = (definition, 0.0)
        let agent = try #require(definition.users[0].agent as? QuantalResponseUser)
        var other = agent
        for reaction in agent.predictors.indices {
            let shift = random.uniform(-1.5, 1.5)
            size += shift * shift
            other.predictors[reaction]?.bias += shift / agent.rationality
        }
        moved.users[0].agent = other
        let targets = try (0..<count).map { _ in
            var target = BehaviourTarget(
                user: 0, reaction: Int(random.next() % UInt64(agent.predictors.count)),
                response: Int(random.next() % UInt64(definition.responses.count)), probability: 0)
            if random.unit() < 0.5 { target.state = Int(random.next() % UInt64(definition.states.count)) }
            target.probability = try oracle(target, in: moved)
            return target
        }
        return (targets, size.squareRoot())
    }

    @Test("Targets that can be met are met, by no more than the change that shows they can", arguments: 1...30)
    func met(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let definition = RandomGame {
            ($0.users, $0.states, $0.continuing, $0.ending) = (2, 1 + seed % 3, 2 + seed % 2, 2)
            $0.rationality = seed % 5 == 0 ? 4 : 0.7
        }.definition(seed: UInt64(seed))
        let (targets, size) = try Self.feasible(definition, count: 1 + seed % 4, &random)
        let change = try LeastChange(targets, in: definition)
        #expect(change.isMet, "\(change.findings)")
        #expect(change.size <= size + 1e-6)
        // What is said of it is what users with these biases do.
        var changed = definition
        for item in change.changes {
            changed.users[item.user].agent = try #require(
                changed.users[item.user].agent.setting(.utility(reaction: item.reaction, .bias), to: item.after))
        }
        for (target, finding) in zip(targets, change.findings) {
            #expect(abs(try Self.oracle(target, in: changed) - target.probability) < 1e-6)
            #expect(abs(try Self.oracle(target, in: changed) - finding.after) < 1e-12)
            #expect(abs(try Self.oracle(target, in: definition) - finding.before) < 1e-12)
        }
        // Logits count only by their differences, so that a least change has no mean.
        #expect(abs(change.changes.reduce(0) { $0 + $1.logits }) < 1e-6)
    }

    @Test("No small step along the targets makes a least change smaller", arguments: [2, 7, 11])
    func least(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let definition = RandomGame { ($0.users, $0.states) = (1, 2) }.definition(seed: UInt64(seed))
        let (targets, _) = try Self.feasible(definition, count: 1, &random)
        let change = try LeastChange(targets, in: definition)
        let agent = try #require(definition.users[0].agent as? QuantalResponseUser)
        var base = [Double](repeating: 0, count: agent.predictors.count)
        for item in change.changes { base[item.reaction] = item.logits }
        func moved(_ shifts: [Double]) -> GameDefinition {
            var (definition, other) = (definition, agent)
            for (index, shift) in shifts.enumerated() { other.predictors[index]?.bias += shift / agent.rationality }
            definition.users[0].agent = other
            return definition
        }
        for _ in 0..<200 {
            var shifts = base.map { $0 + random.uniform(-0.2, 0.2) }
            // Back onto the target by moving its reaction alone.
            var (low, high) = (-20.0, 20.0)
            for _ in 0..<80 {
                let middle = (low + high) / 2
                shifts[targets[0].reaction] = middle
                if try Self.oracle(targets[0], in: moved(shifts)) < targets[0].probability {
                    low = middle
                } else {
                    high = middle
                }
            }
            let size = shifts.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(size >= change.size - 1e-6)
        }
    }

    @Test("What cannot be met is said, with the nearest")
    func infeasible() throws {
        let definition = RandomGame { ($0.users, $0.states) = (1, 2) }.definition(seed: 4)
        func target(_ reaction: Int, _ probability: Double, response: Int = 0) -> BehaviourTarget {
            BehaviourTarget(user: 0, reaction: reaction, response: response, probability: probability)
        }
        let twice = try LeastChange([target(0, 0.2), target(0, 0.6)], in: definition)
        #expect(!twice.isMet)
        for finding in twice.findings { #expect(abs(finding.after - 0.4) < 1e-4, "\(finding)") }
        let full = try LeastChange([target(0, 0.7), target(1, 0.6)], in: definition)
        #expect(!full.isMet)
        #expect(abs(full.findings[0].after - 0.55) < 1e-3 && abs(full.findings[1].after - 0.45) < 1e-3)
        for probability in [0.0, 1.0] {
            let change = try LeastChange([target(0, probability)], in: definition)
            #expect(!change.isMet)
            #expect(abs(change.findings[0].after - probability) < 1e-2)
        }
        // The same twice is no contradiction.
        #expect(try LeastChange([target(0, 0.5), target(0, 0.5)], in: definition).isMet)
        // All reactions of a response, as a distribution, can be met; one that sums to more cannot.
        let whole = [0.1, 0.2, 0.3, 0.15, 0.25]
        try #require(definition.reactions.count == whole.count)
        let single = RandomGame { ($0.users, $0.states) = (1, 1) }.definition(seed: 4)
        #expect(try LeastChange(whole.enumerated().map { target($0.offset, $0.element) }, in: single).isMet)
        #expect(try !LeastChange(whole.enumerated().map { target($0.offset, $0.element + 0.02) }, in: single).isMet)
    }

    @Test("A reaction that is never given stays so: 0 is met, anything else is not")
    func never() throws {
        var definition = RandomGame { ($0.users, $0.states) = (1, 1) }.definition(seed: 8)
        var agent = try #require(definition.users[0].agent as? QuantalResponseUser)
        agent.predictors[1] = nil
        definition.users[0].agent = agent
        let none = BehaviourTarget(user: 0, reaction: 1, response: 0, probability: 0)
        let other = BehaviourTarget(user: 0, reaction: 0, response: 0, probability: 0.5)
        let change = try LeastChange([none, other], in: definition)
        #expect(change.isMet && !change.changes.contains { $0.reaction == 1 })
        var some = none
        some.probability = 0.1
        #expect(try !LeastChange([some], in: definition).isMet)
    }

    @Test("Users whose reactions no bias changes, and averages that depend on the change, are refused")
    func refused() throws {
        let definition = RandomGame { ($0.mixesTabular, $0.states) = (true, 2) }.definition(seed: 1)
        func refusal(_ target: BehaviourTarget, _ definition: GameDefinition) -> String {
            #expect(throws: GameError.self) { try LeastChange([target], in: definition) }?.description ?? ""
        }
        #expect(
            refusal(BehaviourTarget(user: 1, reaction: 0, response: 0, probability: 0.5), definition).contains(
                "given outright"))
        let later = BehaviourTarget(user: 0, reaction: 0, response: 0, turn: 2, probability: 0.5)
        #expect(refusal(later, definition).contains("name a state"))
        var named = later
        named.state = 1
        #expect(try LeastChange([named], in: definition).isMet)
        let random = RandomGame { $0.rationality = 0 }.definition(seed: 1)
        var target = later
        target.turn = 1
        #expect(refusal(target, random).contains("rationality"))
    }
}
