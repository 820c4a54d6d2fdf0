public import GameModel

/// The loop of the simulation standard played literally: one episode after the other, one turn after the other, every word
/// asked for by its coordinates.
///
/// It asks the agents of the definition directly and knows nothing of strips, packed events or memory layouts. What it
/// shares with the simulator are the two public definitions of chance, ``RandomDraws`` and ``AliasTable``, and the order
/// of joint events that makes a word mean the same thing to both: users, states, cues for the opening; for a turn the
/// reactions, and within a continuing one the moves down, stay, up, and within each the cues.
public final class LiteralRollout {
    /// One turn as it was played.
    public struct Turn: Equatable, Sendable {
        public var state: Int
        public var cue: Int
        public var response: Int
        public var reaction: Int

        public init(state: Int, cue: Int, response: Int, reaction: Int) {
            self.state = state
            self.cue = cue
            self.response = response
            self.reaction = reaction
        }
    }

    public struct Episode: Equatable, Sendable {
        public var user: Int
        public var outcome: Int
        public var payoff: Double
        public var turns: [Turn]

        public init(user: Int, outcome: Int, payoff: Double, turns: [Turn]) {
            self.user = user
            self.outcome = outcome
            self.payoff = payoff
            self.turns = turns
        }
    }

    private let definition: GameDefinition
    private let policy: BruteForce.Rule
    private let seed: UInt64
    private let stream: DrawStream
    private var tables: [[Int]: [AliasColumn]] = [:]

    public init(
        _ definition: GameDefinition, policy: @escaping BruteForce.Rule, seed: UInt64, stream: DrawStream = .first
    ) {
        self.definition = definition
        self.policy = policy
        self.seed = seed
        self.stream = stream
    }

    /// Plays one episode of a run.
    public func play(episode: Int) throws -> Episode {
        let opening = draw(opening(), episode, turn: 1, .opening)
        let (cues, states) = (definition.cues.count, definition.states.count)
        let user = opening / (states * cues)
        var (state, cue) = (opening / cues % states, opening % cues)
        let type = definition.users[user]
        var observed: [BruteForce.Observed] = [(nil, nil, cue)]
        var (gain, discount) = (0.0, 1.0)
        var turns: [Turn] = []
        for turn in 1...definition.horizon {
            let strategy = policy(turn, observed)
            let codes = strategy.indices.map { UInt32($0) }
            let response = draw(
                AliasTable.columns(probabilities: strategy, events: codes), episode, turn: turn, .response)
            let item = definition.responses[response]
            gain += discount * zip(type.exposure, item.features).reduce(-item.cost) { $0 + $1.0 * $1.1 }
            let event = draw(
                try reactions(turn: turn, user: user, state: state, response: response, observed), episode, turn: turn,
                .reaction)
            let (reaction, step, nextCue) = decode(event)
            turns.append(Turn(state: state, cue: cue, response: response, reaction: reaction))
            switch definition.reactions[reaction].effect {
            case .ends(let outcome):
                gain += discount * type.outcomePayoff[outcome]
                return Episode(user: user, outcome: outcome, payoff: gain, turns: turns)
            case .continues: observed.append((response, reaction, nextCue))
            case .continuesShowing(let other): observed.append((response, other, nextCue))
            }
            (state, cue) = (state + step - 1, nextCue)
            discount *= definition.discount
        }
        let timeout = definition.outcomes.indices.first { definition.outcomes[$0].isTimeout } ?? -1
        gain += discount * type.outcomePayoff[timeout]
        return Episode(user: user, outcome: timeout, payoff: gain, turns: turns)
    }

    private func draw(_ columns: [AliasColumn], _ episode: Int, turn: Int, _ purpose: DrawPurpose) -> Int {
        let word = RandomDraws.word(
            seed: seed, episode: UInt64(episode), turn: turn, purpose: purpose, stream: stream)
        return Int(AliasTable.draw(columns[...], word: word))
    }

    private func cached(_ key: [Int], _ probabilities: () throws -> [Double]) rethrows -> [AliasColumn] {
        if let known = tables[key] { return known }
        let row = try probabilities()
        let columns = AliasTable.columns(probabilities: row, events: row.indices.map { UInt32($0) })
        tables[key] = columns
        return columns
    }

    private func opening() -> [AliasColumn] {
        cached([]) {
            definition.users.flatMap { user in
                definition.states.indices.flatMap { state in
                    definition.cues.indices.map { user.prior * user.initialState[state] * user.cues[state][$0] }
                }
            }
        }
    }

    private func reactions(
        turn: Int, user: Int, state: Int, response: Int, _ observed: [BruteForce.Observed]
    ) throws -> [AliasColumn] {
        let type = definition.users[user]
        let history = type.agent.foresight == nil ? [] : observed.flatMap { [$0.said ?? -1, $0.shown ?? -1, $0.cue] }
        return try cached([turn, user, state, response] + history) {
            let features = definition.responses[response].features
            let row = try LiteralForesight(definition, policy: policy).reactions(
                user: user, turn: turn, state: state, observed: observed, response: response)
            return try definition.reactions.indices.flatMap { reaction -> [Double] in
                if case .ends = definition.reactions[reaction].effect { return [row[reaction]] }
                let move = try type.agent.moveProbabilities(
                    state: state, stateCount: definition.states.count, response: response, features: features,
                    reaction: reaction)
                return [(state - 1, move.down), (state, move.stay), (state + 1, move.up)].flatMap { next, chance in
                    definition.cues.indices.map { cue in
                        chance == 0 ? 0 : row[reaction] * chance * type.cues[next][cue]
                    }
                }
            }
        }
    }

    /// The reaction of a joint event, with the step (0, 1, 2: down, stay, up) and the cue if it continues.
    private func decode(_ event: Int) -> (reaction: Int, step: Int, cue: Int) {
        var rest = event
        for (reaction, item) in definition.reactions.enumerated() {
            let width = if case .ends = item.effect { 1 } else { 3 * definition.cues.count }
            if rest < width { return (reaction, rest / definition.cues.count, rest % definition.cues.count) }
            rest -= width
        }
        preconditionFailure("event \(event) is beyond the last reaction")
    }
}
