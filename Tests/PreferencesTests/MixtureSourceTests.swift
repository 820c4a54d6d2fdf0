import ExactEvaluation
import GameFixtures
import GameModel
import Preferences
import Solver
import Testing

/// What a mixture is at a history, by expanding the joint of the part that is followed, the hidden state and what is said.
///
/// It knows nothing of node distributions: every part is followed on its own, with its own weight.
private struct Expansion {
    let game: Game
    let parts: [Policy]
    /// Per part, P(part, hidden state now, all that was said and observed); the policy's own responses count.
    private(set) var joint: [[Double]]
    private var nodes: [Int]
    private var turn = 1

    init(game: Game, parts: [Policy], weights: [Double], cue: Int) {
        self.game = game
        self.parts = parts
        joint = weights.map { weight in
            (0..<game.hiddenCount).map { hidden in
                weight * game.prior[game.user(of: hidden)] * game.initialState[hidden]
                    * game.cue[hidden * game.cues.count + cue]
            }
        }
        nodes = parts.map { $0.memory.initial[cue].entries[0].node }
    }

    var reach: Double { joint.joined().reduce(0, +) }

    func reach(of response: Int) -> Double {
        parts.indices.reduce(0) { $0 + joint[$1].reduce(0, +) * strategy($1)[response] }
    }

    private func strategy(_ part: Int) -> [Double] { Array(parts[part].strategy(at: nodes[part])) }

    /// E[G from this turn | history, response], discounted from this turn.
    func value(of response: Int) -> Double {
        var (total, mass) = (0.0, 0.0)
        for part in parts.indices {
            for hidden in 0..<game.hiddenCount {
                let weight = joint[part][hidden] * strategy(part)[response]
                guard weight > 0 else { continue }
                mass += weight
                total += weight * gain(part, node: nodes[part], hidden: hidden, turn: turn, response: response)
            }
        }
        return total / mass
    }

    private func gain(_ part: Int, node: Int, hidden: Int, turn: Int, response: Int) -> Double {
        let user = game.user(of: hidden)
        let row = game.row(turn: turn, hidden: hidden, response: response)
        var value = game.stagePayoff[user * game.responses.count + response]
        for outcome in game.outcomes.indices {
            value +=
                game.ending[row * game.outcomes.count + outcome]
                * game.outcomePayoff[user * game.outcomes.count + outcome]
        }
        for (next, shown, chance) in advances(row: row, hidden: hidden) {
            for cue in game.cues.indices {
                let mass = chance * game.cue[next * game.cues.count + cue]
                guard mass > 0 else { continue }
                value += mass * game.discount * continuation(part, node, next, turn: turn, shown: shown, cue: cue)
            }
        }
        return value
    }

    private func continuation(_ part: Int, _ node: Int, _ hidden: Int, turn: Int, shown: Int, cue: Int) -> Double {
        guard turn < game.horizon else {
            return game.outcomePayoff[game.user(of: hidden) * game.outcomes.count + game.timeout]
        }
        let next = successor(part, node, game.observations.index(shown: shown, cue: cue))
        let strategy = Array(parts[part].strategy(at: next))
        return strategy.indices.reduce(0) {
            $0 + strategy[$1] * gain(part, node: next, hidden: hidden, turn: turn + 1, response: $1)
        }
    }

    private func advances(row: Int, hidden: Int) -> [(hidden: Int, shown: Int, chance: Double)] {
        game.moves(from: hidden % game.states.count).flatMap { step in
            game.shownReactions.indices.map { shown in
                (hidden + step - 1, shown, game.advance[(row * 3 + step) * game.shownReactions.count + shown])
            }
        }
    }

    private func successor(_ part: Int, _ node: Int, _ observation: Int) -> Int {
        let memory = parts[part].memory
        return Int(memory.successors[memory.classes[node] * game.observations.count + observation])
    }

    mutating func follow(_ response: Int, _ observation: Int) {
        let (shown, cue) = (game.observations.shown(of: observation), game.observations.cue(of: observation))
        for part in parts.indices {
            var next = [Double](repeating: 0, count: game.hiddenCount)
            for hidden in 0..<game.hiddenCount {
                let mass = joint[part][hidden] * strategy(part)[response]
                let row = game.row(turn: turn, hidden: hidden, response: response)
                for move in advances(row: row, hidden: hidden) where move.shown == shown {
                    next[move.hidden] += mass * move.chance * game.cue[move.hidden * game.cues.count + cue]
                }
            }
            joint[part] = next
            nodes[part] = successor(part, nodes[part], observation)
        }
        turn += 1
    }
}

@Suite("Mixtures as a source of preferences")
struct MixtureSourceTests {
    private static let weights = [0.25, 0.75]

    private static func source(
        _ seed: UInt64, deterministic: Bool
    ) throws -> (PreferenceSource, parts: [Policy]) {
        let definition = RandomGame { ($0.horizon, $0.responses) = (3, 3) }.definition(seed: seed)
        let base = try Fixture.source(definition, temperature: 0)
        let game = base.game
        let parts = try [UInt64(1), 2].map { number in
            let random = try Policy.random(.lastWithTurn, game: game, seed: seed + number)
            guard deterministic else { return random }
            let rows = (0..<random.memory.nodeCount).flatMap { node -> [Double] in
                let row = Array(random.strategy(at: node))
                let choice = row.firstIndex(of: row.max() ?? 0)
                return row.indices.map { $0 == choice ? 1 : 0 }
            }
            return try Policy(memory: random.memory, strategies: rows, game: game)
        }
        let mixture = try Policy.mixture(
            zip(parts, weights).map { (controller: $0.0, probability: $0.1) }, game: game)
        let objective = Objective(goal: .payoff, reference: base.reference)
        let source = PreferenceSource(
            scenario: "mixture", game: game, wording: base.wording, reference: base.reference, controller: mixture,
            actionValues: try ActionValues(mixture, game: game, objective: objective, multipliers: []), temperature: 0)
        return (source, parts)
    }

    @Test("have the reach, strategy and action values of an expansion part by part", arguments: [true, false], 1...4)
    func expansion(deterministic: Bool, seed: UInt64) throws {
        let (source, parts) = try Self.source(seed, deterministic: deterministic)
        let game = source.game
        var compared = 0
        for node in try NodeSelection(count: 150, referenceShare: 0.3).nodes(of: source) {
            var expansion = Expansion(game: game, parts: parts, weights: Self.weights, cue: node.opening)
            for exchange in node.exchanges { expansion.follow(exchange.response, exchange.observation) }
            #expect(abs(expansion.reach - node.policyReach) < 1e-12)
            guard expansion.reach > 0 else { continue }
            let strategy = node.nodes.strategy(of: source.controller)
            let values = source.actionValues.expected(
                belief: node.belief, turn: node.turn, nodes: node.nodes, controller: source.controller)
            for response in game.responses.indices {
                let share = expansion.reach(of: response) / expansion.reach
                #expect(abs(strategy[response] - share) < 1e-12)
                guard share > 0 else { continue }
                compared += 1
                #expect(abs(values[response] - expansion.value(of: response)) < 1e-11)
            }
        }
        #expect(compared > 20)
    }

    @Test("reach all conversations of their parts")
    func coverage() throws {
        let (source, parts) = try Self.source(9, deterministic: true)
        let nodes = try NodeSelection(count: 100_000, referenceShare: 0).nodes(of: source)
        let exact = parts.map { Evaluation($0, game: source.game).reach }
        for turn in 1...source.game.horizon {
            let found = nodes.filter { $0.turn == turn }.reduce(0) { $0 + $1.policyReach }
            let expected = zip(exact, Self.weights).reduce(0) { $0 + $1.1 * $1.0[turn - 1] }
            #expect(abs(found - expected) < 1e-12)
        }
    }

    @Test("give rows whose values and targets are those of the history")
    func rows() throws {
        let (source, _) = try Self.source(2, deterministic: true)
        let table = try Fixture.table(source, NodeSelection(count: 60))
        #expect(table.prompts.count > 20)
        for prompt in table.prompts {
            #expect(abs(prompt.completions.reduce(0) { $0 + $1.target } - 1) < 1e-12)
        }
    }
}
