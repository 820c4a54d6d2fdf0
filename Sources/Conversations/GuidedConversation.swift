public import GameModel
internal import InputErrors
internal import Simulation

/// A conversation that somebody leads from outside: at every turn the answer is chosen or left to the policy, and what the user does is
/// chosen or drawn.
///
/// Where nothing is chosen it is an episode of `simulate` and `play`, draw by draw and word by word. A chosen reaction keeps the user if
/// this user may react so; otherwise another user takes the place, drawn from those who may, by what is believed at that point.
///
/// ```swift
/// let guide = ConversationGuide(game: game, texts: texts, policy: policy, seed: 1)
/// let talk = try guide.conversation(episode: 3, moves: [.init(response: 2), .init()])
/// ```
public struct GuidedConversation: Sendable {
    /// What is asked of one turn; nil leaves the answer to the policy, or what the user does to chance.
    public struct Move: Sendable, Equatable {
        public var response: Int?
        public var reaction: Int?
        /// The cue of the message that comes of it; nothing where the reaction ends the conversation.
        public var cue: Int?

        public init(response: Int? = nil, reaction: Int? = nil, cue: Int? = nil) {
            (self.response, self.reaction, self.cue) = (response, reaction, cue)
        }
    }

    /// One turn as it was played.
    public struct Turn: Sendable, Equatable {
        /// Hidden state h = θ · |X| + x in which the answer was received.
        public let hidden: Int
        public let response: Int
        /// Whether the answer was chosen, and not the policy's.
        public let isChosen: Bool
        public let reaction: Int
        /// Whether the reaction was chosen, and not drawn.
        public let isReactionChosen: Bool
        /// Whether another user had to take the place of the one before.
        public let isOtherUser: Bool
        public let answer: String
        public let reply: String
    }

    public let opening: [Message]
    public internal(set) var turns: [Turn] = []
    /// h of the user now.
    public internal(set) var hidden: Int
    /// What the model saw before each answer, the opening first; the last is before the answer that comes next.
    public internal(set) var observations: [Int]
    /// What is known before each answer; the last belongs to the answer that comes next.
    public internal(set) var beliefs: [Belief]
    /// Where the policy's memory stands; nil where it was led to where it has nothing to say.
    public internal(set) var nodes: NodeDistribution?
    /// The node that the policy itself is at, which a mixture drew at the opening; nil where it has nothing to say.
    var node: Int?
    /// How it ended; nil where it goes on.
    public internal(set) var outcome: Int?
    /// G so far, in payoff units.
    public internal(set) var payoff = 0.0

    /// t of the answer that comes next, from 1.
    public var turn: Int { turns.count + 1 }
}

/// Plays ``GuidedConversation``s of one policy.
public struct ConversationGuide: Sendable {
    /// "guided" in ASCII: keeps the draws under a choice apart from all others.
    private static let stream: UInt64 = 0x67_7569_6465_64

    let game: Game
    let policy: Policy
    let seed: UInt64
    private let speech: Speech
    private let tables: RolloutTables
    /// How users react to the policy.
    public let reactions: ReactionTables

    /// - Parameter policy: answers where nothing is chosen, and is what users with foresight expect.
    /// - Complexity: O(size of the game's tables).
    public init(game: Game, texts: Texts, policy: Policy, seed: UInt64) {
        (self.game, self.policy, self.seed) = (game, policy, seed)
        speech = Speech(texts: texts, seed: seed)
        tables = RolloutTables(game: game, controller: policy)
        reactions = ReactionTables(game: game, controller: policy)
    }

    /// Plays a conversation as far as its moves go, or to its end.
    ///
    /// - Parameters:
    ///   - episode: its number, from 0.
    ///   - cue: the opening; nil for one that is drawn.
    ///   - user: the user's type; nil for one that is drawn.
    ///   - moves: turn by turn; those after the end are left out.
    /// - Throws: `InputError` for what nobody does, or where the policy has nothing to say and is asked.
    /// - Complexity: O(turns · H).
    public func conversation(
        episode: Int, cue: Int? = nil, user: Int? = nil, moves: [GuidedConversation.Move]
    ) throws -> GuidedConversation {
        var talk = try begin(episode: episode, cue: cue, user: user)
        for move in moves where talk.outcome == nil { try play(move, episode: episode, in: &talk) }
        return talk
    }

    private func begin(episode: Int, cue: Int?, user: Int?) throws -> GuidedConversation {
        var (hidden, opening) = (0, cue ?? 0)
        if cue == nil, user == nil {
            let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: 0, purpose: .opening)
            let event = PackedEvent(bits: AliasTable.draw(tables.opening[...], word: word))
            (hidden, opening) = (event.hidden, event.low)
        } else {
            var places: [(hidden: Int, cue: Int, weight: Double)] = []
            for hidden in 0..<game.hiddenCount where user.map({ $0 == game.user(of: hidden) }) ?? true {
                // A type that is asked for comes, however rare it is.
                let share = user == nil ? game.prior[game.user(of: hidden)] : 1
                for index in game.cues.indices where cue.map({ $0 == index }) ?? true {
                    places.append(
                        (
                            hidden, index,
                            share * game.initialState[hidden] * game.cue[hidden * game.cues.count + index]
                        ))
                }
            }
            guard let drawn = draw(places.map(\.weight), episode: episode, turn: 0) else {
                throw InputError("nobody opens so: such users, or this cue of theirs, have probability 0")
            }
            (hidden, opening) = (places[drawn].hidden, places[drawn].cue)
        }
        return GuidedConversation(
            opening: speech.opening(opening), hidden: hidden, observations: [opening],
            beliefs: [try Belief.opening(opening, game: game).belief], nodes: policy.memory.initial[opening],
            node: firstNode(opening, episode: episode))
    }

    /// The node at which the policy opens, drawn as in `simulate` where it is a mixture.
    private func firstNode(_ cue: Int, episode: Int) -> Int {
        guard tables.firstNodeCount > 0 else { return policy.memory.initial[cue].entries[0].node }
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: 0, purpose: .firstNode)
        let row = cue * tables.firstNodeCount
        let drawn = AliasTable.draw(tables.firstNodeDraws[row..<row + tables.firstNodeCount], word: word)
        return Int(tables.firstNodes[Int(drawn)].responses) / tables.responseCount
    }

    /// An index by weights, as a function of (seed, episode, turn); nil where all are 0.
    private func draw(_ weights: [Double], episode: Int, turn: Int) -> Int? {
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        let word = Philox4x64.block(
            counter: (UInt64(episode), UInt64(turn), 0, 0), key: (seed, Self.stream)
        ).0
        // 53 bits: as many as a Double holds exactly.
        var rest = Double(word >> 11) * 0x1p-53 * total
        for (index, weight) in weights.enumerated() where weight > 0 {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.lastIndex { $0 > 0 }
    }

    private func play(
        _ move: GuidedConversation.Move, episode: Int, in talk: inout GuidedConversation
    ) throws {
        let turn = talk.turn
        let response = try move.response ?? policyResponse(episode: episode, in: talk)
        let place = try group(talk)
        let event: PackedEvent
        var hidden = talk.hidden
        if let reaction = move.reaction {
            (event, hidden) = try chosen(reaction, move.cue, response, place, episode: episode, in: talk)
        } else {
            event = drawn(response, episode: episode, in: talk)
        }
        let row = hidden * tables.responseCount + response
        talk.payoff += tables.discounts[turn - 1] * tables.stagePayoff[row]
        let ends = event.ended == 1
        let cue = game.observations.cue(of: talk.observations[talk.observations.count - 1])
        let next = ends ? 0 : game.observations.cue(of: event.low)
        talk.turns.append(
            GuidedConversation.Turn(
                hidden: hidden, response: response, isChosen: move.response != nil, reaction: event.reaction,
                isReactionChosen: move.reaction != nil, isOtherUser: hidden != talk.hidden,
                answer: speech.answer(response, cue: cue, episode: episode, turn: turn),
                reply: speech.reply(event.reaction, cue: next, episode: episode, turn: turn)))
        talk.outcome = ends ? event.low : turn == game.horizon ? game.timeout : nil
        if let outcome = talk.outcome {
            talk.payoff +=
                tables.discounts[ends ? turn - 1 : turn] * tables.outcomePayoff[hidden * game.outcomes.count + outcome]
        }
        talk.hidden = event.hidden
        guard talk.outcome == nil else { return }
        let given = game.foresight == nil ? nil : AnticipatedNode(reactions, node: place.node)
        talk.beliefs.append(
            try talk.beliefs[talk.beliefs.count - 1].updated(
                turn: turn, response: response, observation: event.low, game: game, given: given
            ).belief)
        talk.observations.append(event.low)
        talk.nodes = moved(talk.nodes, after: response, by: event.low)
        talk.node = talk.node.flatMap { node in
            let next = policy.memory.successor(of: node, after: response, observation: event.low, game: game)
            return next >= 0 ? next : nil
        }
    }

    /// Where the memory goes; nil where an answer that the policy would not have given leads to no node.
    private func moved(
        _ nodes: NodeDistribution?, after response: Int, by observation: Int
    ) -> NodeDistribution? {
        guard let nodes else { return nil }
        let next = nodes.after(response, of: policy).moved(
            after: response, by: observation, memory: policy.memory, game: game)
        return next.entries.allSatisfy { $0.node >= 0 } ? next : nil
    }

    /// The node at which users with foresight take the policy to be, and its class; 0 where nobody looks ahead.
    private func group(_ talk: GuidedConversation) throws -> (node: Int, group: Int) {
        guard game.foresight != nil else { return (0, 0) }
        guard let node = talk.nodes?.only else {
            throw InputError(
                "users have foresight, and what they expect is not known here: the policy has no single node for this history"
            )
        }
        return (node, policy.memory.classes[node])
    }

    private func policyResponse(episode: Int, in talk: GuidedConversation) throws -> Int {
        guard let node = talk.node else {
            throw InputError("the policy says nothing after this history; choose a response")
        }
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: talk.turn, purpose: .response)
        let row = node * policy.responseCount
        return Int(AliasTable.draw(tables.responses[row..<row + policy.responseCount], word: word))
    }

    /// (m, x', c) as in `simulate`.
    private func drawn(_ response: Int, episode: Int, in talk: GuidedConversation) -> PackedEvent {
        let row = talk.hidden * tables.responseCount + response
        var first = (talk.turn - 1) * tables.turnStride + row * tables.eventCount
        if tables.groupFactor > 0, let node = talk.nodes?.only {
            let group = policy.memory.classes[node] * policy.memory.branches * game.observations.count
            first += group * tables.groupFactor
        }
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: talk.turn, purpose: .reaction)
        return PackedEvent(bits: AliasTable.draw(tables.reactions[first..<first + tables.eventCount], word: word))
    }

    /// The user's side of a turn under a choice, and the hidden state that it comes from: the user's own, where that may be.
    private func chosen(
        _ reaction: Int, _ cue: Int?, _ response: Int, _ place: (node: Int, group: Int), episode: Int,
        in talk: GuidedConversation
    ) throws -> (PackedEvent, Int) {
        let (turn, belief) = (talk.turn, talk.beliefs[talk.beliefs.count - 1].probabilities)
        func event(among hidden: [Int], _ weight: (Int) -> Double) -> (PackedEvent, Int)? {
            let events = hidden.flatMap { hidden in
                let row = reactions.row(turn: turn, hidden: hidden, response: response, group: place.group)
                let share = weight(hidden) * reactions.reaction[row * game.reactions.count + reaction]
                return share > 0 ? self.events(reaction, cue, response, hidden: hidden, share: share) : []
            }
            return draw(events.map(\.weight), episode: episode, turn: turn).map {
                (events[$0].event, events[$0].hidden)
            }
        }
        if let own = event(among: [talk.hidden], { _ in 1 }) { return own }
        if let other = event(among: Array(belief.indices), { belief[$0] }) { return other }
        throw InputError(
            "nobody does that here: \(game.reactions[reaction].name)"
                + (cue.map { " with the cue \(game.cues[$0])" } ?? "") + " has probability 0")
    }

    /// What may come of a reaction in a hidden state, with its weight.
    private func events(
        _ reaction: Int, _ cue: Int?, _ response: Int, hidden: Int, share: Double
    ) -> [(event: PackedEvent, hidden: Int, weight: Double)] {
        if case .ends(let outcome) = game.reactions[reaction].effect {
            return [(PackedEvent(low: outcome, hidden: hidden, reaction: reaction, ended: true), hidden, share)]
        }
        let rank = max(0, game.continuingRanks[reaction])
        let moves = ((hidden * game.responses.count + response) * game.reactions.count + reaction) * 3
        return game.moves(from: hidden % game.states.count).flatMap { step in
            let next = hidden + step - 1
            return game.cues.indices.filter { cue == nil || cue == $0 }.map { index in
                let seen = game.observations.index(shown: rank, cue: index)
                return (
                    PackedEvent(low: seen, hidden: next, reaction: reaction, ended: false), hidden,
                    share * game.move[moves + step] * game.cue[next * game.cues.count + index]
                )
            }
        }
    }
}
