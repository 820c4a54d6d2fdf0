internal import GameModel
internal import Simulation

/// The users' side of conversations: who comes, and what they do after an answer.
///
/// What a user does in a turn is a function of (seed, episode, turn), the hidden state and the answer: the one that `simulate` draws. An
/// answer that is no response of the scenario is added to the game as one.
struct SimulatedUsers: Sendable {
    let game: Game
    let definition: GameDefinition
    /// Whom users with foresight expect.
    let expected: Policy
    private let texts: Texts
    private let tables: RolloutTables
    /// How users react who have foresight; nil without them.
    private let reactions: ReactionTables?

    /// - Complexity: O(size of the game's tables).
    init(game: Game, definition: GameDefinition, texts: Texts, expected: Policy) {
        (self.game, self.definition, self.texts, self.expected) = (game, definition, texts, expected)
        tables = RolloutTables(game: game, controller: expected)
        reactions = game.foresight == nil ? nil : ReactionTables(game: game, controller: expected)
    }

    /// One answer in one conversation, and what comes of it.
    struct Round {
        var conversation: OpenConversation
        let answer: SpokenAnswer
        var event = PackedEvent(bits: 0)
        /// How the conversation ended; nil where it goes on.
        var outcome: Int?

        init(_ conversation: OpenConversation, _ answer: SpokenAnswer) {
            self.conversation = conversation
            self.answer = answer
        }
    }

    /// θ ~ prior; x₁ ~ initial_θ; c₀ ~ cue_θ(· | x₁).
    ///
    /// - Parameter opening: draws another opening than the game's own; nil for the game's.
    func begin(seed: UInt64, episode: Int, opening: [AliasColumn]? = nil) -> OpenConversation {
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: 0, purpose: .opening)
        let event = PackedEvent(bits: AliasTable.draw((opening ?? tables.opening)[...], word: word))
        return OpenConversation(
            seed: seed, episode: episode, opening: texts.openings[event.low], cue: event.low, hidden: event.hidden)
    }

    /// m_t, x_{t+1}, c_t of every conversation, and what is known then of those that are followed.
    ///
    /// - Throws: `GameError` if an answer's features make no game.
    /// - Complexity: O(1) a conversation, with ``OpenConversation/knowledge`` O(H · |S|); one compilation of the game per 64 different
    ///   answers that are no responses of the scenario.
    func react(_ rounds: inout [Round]) throws {
        var answered = rounds
        try WidenedGame.visit(rounds.map(\.answer.meaning), game: game, definition: definition) { widened, places in
            guard widened.game !== game else {
                for (position, response) in places {
                    draw(&answered[position], tables, response: response)
                    try learn(&answered[position], response, game, expected, reactions)
                }
                return
            }
            let policy = try widened.widened(expected)
            let tables = RolloutTables(game: widened.game, controller: policy)
            let reactions =
                game.foresight == nil ? nil : ReactionTables(game: widened.game, controller: policy)
            for (position, response) in places {
                draw(&answered[position], tables, response: response)
                try learn(&answered[position], response, widened.game, policy, reactions)
            }
        }
        rounds = answered
    }

    /// G += γ^{t−1} r_θ(a_t); (m_t, x_{t+1}, c_t) jointly; G += γ^{t−1} w_θ(ω), or γ^T w_θ(timeout).
    private func draw(_ round: inout Round, _ tables: RolloutTables, response: Int) {
        let (turn, hidden) = (round.conversation.turn, round.conversation.hidden)
        let (seed, episode) = (round.conversation.seed, round.conversation.episode)
        let row = hidden * tables.responseCount + response
        round.conversation.earned = tables.discounts[turn - 1] * tables.stagePayoff[row]
        round.conversation.gain += round.conversation.earned
        var first = (turn - 1) * tables.turnStride + row * tables.eventCount
        if tables.groupFactor > 0 {
            first += Int(PolicyPlace(tables, round.conversation, seed: seed).node.successors) * tables.groupFactor
        }
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: turn, purpose: .reaction)
        round.event = PackedEvent(
            bits: AliasTable.draw(tables.reactions[first..<first + tables.eventCount], word: word))
        let ends = round.event.ended == 1
        round.outcome = ends ? round.event.low : turn == game.horizon ? game.timeout : nil
        guard let outcome = round.outcome else { return }
        let end =
            tables.discounts[ends ? turn - 1 : turn] * tables.outcomePayoff[hidden * game.outcomes.count + outcome]
        round.conversation.earned += end
        round.conversation.gain += end
    }

    /// The posterior after what was said and seen.
    private func learn(
        _ round: inout Round, _ response: Int, _ game: Game, _ policy: Policy, _ reactions: ReactionTables?
    ) throws {
        guard let knowledge = round.conversation.knowledge, round.outcome == nil else { return }
        round.conversation.knowledge = try knowledge.after(
            response: response, meant: round.answer.meaning.likeliest, observation: round.event.low,
            turn: round.conversation.turn, game: game, policy: policy, reactions: reactions)
    }

    /// What the user says by the scenario's texts.
    func line(of round: Round) -> Voice.Line {
        let (event, conversation) = (round.event, round.conversation)
        let rank = game.continuingRanks[event.reaction]
        return Voice.Line(
            text: text(of: round), reaction: rank < 0 ? event.reaction : game.shownReactions[rank],
            cue: event.ended == 1 ? nil : game.observations.cue(of: event.low),
            episode: conversation.episode, turn: conversation.turn,
            before: conversation.messages + [Message(role: .assistant, content: round.answer.text)])
    }

    private func text(of round: Round) -> String {
        let (event, conversation) = (round.event, round.conversation)
        let cue = event.ended == 1 ? 0 : game.observations.cue(of: event.low)
        return Speech(texts: texts, seed: conversation.seed).reply(
            event.reaction, cue: cue, episode: conversation.episode, turn: conversation.turn)
    }

    /// Adds the turn to the conversation and moves it on.
    ///
    /// - Parameter words: what the user says; nil for the scenario's text.
    func say(_ words: Voice.Spoken?, in round: inout Round) {
        let event = round.event
        let turn = SpokenConversation.Turn(
            state: round.conversation.hidden % game.states.count, cue: round.conversation.cue,
            meaning: round.answer.meaning, reaction: event.reaction, answer: round.answer.text,
            reply: words?.text ?? text(of: round), paraphrase: words?.fate)
        round.conversation.turns.append(turn)
        round.conversation.messages += turn.messages
        guard event.ended == 0 else { return }
        round.conversation.hidden = event.hidden
        round.conversation.observation = event.low
        round.conversation.observations.append(event.low)
        round.conversation.cue = game.observations.cue(of: event.low)
    }

    /// The opening draw of users of one type.
    ///
    /// - Throws: `GameError` never for a type of the game.
    func opening(of user: Int) throws -> [AliasColumn] {
        let alone = try Game(game, prior: game.users.indices.map { $0 == user ? 1 : 0 })
        return RolloutTables(game: alone, controller: expected).opening
    }

    /// What the model says that gives a response by name.
    func answer(_ response: Int, in conversation: OpenConversation) -> String {
        Speech(texts: texts, seed: conversation.seed).answer(
            response, cue: conversation.cue, episode: conversation.episode, turn: conversation.turn)
    }
}
