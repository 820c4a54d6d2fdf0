public import GameModel
internal import Simulation

/// A table at which users of a game talk to whoever answers: a policy, a language model or a person.
///
/// Users are drawn as everywhere: what they do in a turn is a function of (seed, episode, turn), their hidden state and the answer, so that
/// a policy meets the users of `simulate`, turn by turn and bit by bit, and two models at the table meet the same ones. An answer that is no
/// response of the scenario is added to the game as one: its features drive reactions and moves.
///
/// Users with foresight expect the policy ``expected``, whoever answers; a policy that plays by name is expected to be what it is.
public struct ConversationTable: Sendable {
    public let game: Game
    public let definition: GameDefinition
    public let seed: UInt64
    public let source: any AnswerSource
    /// Gives users' messages other words; nil for those of the scenario.
    public let voice: Voice?
    /// Whom users with foresight expect.
    public let expected: Policy
    private let speech: Speech
    private let users: RolloutTables

    /// - Parameters:
    ///   - game: may have another prior than the definition: that of the users who come.
    ///   - definition: that of the game.
    ///   - expected: whom users with foresight expect; makes no difference where nobody has any.
    /// - Complexity: O(size of the game's tables).
    public init(
        game: Game, definition: GameDefinition, texts: Texts, seed: UInt64, source: any AnswerSource,
        expected: Policy, voice: Voice? = nil
    ) {
        self.game = game
        self.definition = definition
        self.seed = seed
        self.source = source
        self.voice = voice
        self.expected = expected
        speech = Speech(texts: texts, seed: seed)
        users = RolloutTables(game: game, controller: expected)
    }

    /// Plays conversations to their ends.
    ///
    /// As many as the source takes wait for answers at the same time, and where one ends the next begins.
    ///
    /// - Parameters:
    ///   - episodes: their numbers.
    ///   - control: where it stops the work, conversations that have not ended are unfinished.
    ///   - ended: is given each conversation once it has ended; those of a round in the order of their episodes.
    /// - Throws: what the source, the voice or `ended` throws; `GameError` if an answer's features make no game.
    /// - Complexity: O(turns · 1) per conversation of a policy; one compilation of the game per 64 other answers.
    public func play(
        _ episodes: Range<Int>, _ control: RunControl = RunControl(), ended: (SpokenConversation) throws -> Void
    ) throws {
        var (next, done, open) = (episodes.lowerBound, 0, [OpenConversation]())
        func leave(_ conversation: OpenConversation, _ end: SpokenConversation.End) throws {
            try ended(conversation.ended(end, game: game))
            done += 1
        }
        while true {
            while open.count < source.width, next < episodes.upperBound {
                open.append(begin(next))
                next += 1
            }
            guard !open.isEmpty else { return }
            let answers = control.shouldStop() ? [] : try source.answers(to: open, control)
            var rounds: [Round] = []
            for (conversation, answer) in zip(open, answers) {
                switch answer {
                case .failure(let missing): try leave(conversation, .unfinished(missing))
                case .success(let answer): rounds.append(Round(conversation, answer))
                }
            }
            try react(&rounds, control)
            for conversation in open.dropFirst(answers.count) { try leave(conversation, .unfinished(.stopped)) }
            for round in rounds {
                if let outcome = round.outcome { try leave(round.conversation, .outcome(outcome)) }
            }
            control.progress(RunProgress(steps: done, of: episodes.count))
            if answers.count < open.count { return }
            open = rounds.filter { $0.outcome == nil }.map(\.conversation)
        }
    }

    /// One answer in one conversation, and what comes of it.
    private struct Round {
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
    private func begin(_ episode: Int) -> OpenConversation {
        let word = RandomDraws.word(seed: seed, episode: UInt64(episode), turn: 0, purpose: .opening)
        let event = PackedEvent(bits: AliasTable.draw(users.opening[...], word: word))
        return OpenConversation(
            episode: episode, opening: speech.opening(event.low), cue: event.low, hidden: event.hidden)
    }

    /// m_t, x_{t+1}, c_t of every conversation, and what users say.
    private func react(_ rounds: inout [Round], _ control: RunControl) throws {
        var answered = rounds
        try WidenedGame.visit(rounds.map(\.answer.meaning), game: game, definition: definition) { widened, places in
            let isOwn = widened.game === game
            let tables =
                isOwn ? users : RolloutTables(game: widened.game, controller: try widened.widened(expected))
            for (position, response) in places { draw(&answered[position], tables, response: response) }
        }
        let lines = answered.map { Self.line(of: $0, game: game, speech: speech) }
        var spoken = lines.map { Voice.Spoken(text: $0.text, fate: nil) }
        if let voice { spoken = try voice.spoken(lines, control) }
        for (position, words) in spoken.enumerated() { Self.say(words, in: &answered[position], game: game) }
        rounds = answered
    }

    /// G += γ^{t−1} r_θ(a_t); (m_t, x_{t+1}, c_t) jointly; G += γ^{t−1} w_θ(ω), or γ^T w_θ(timeout).
    private func draw(_ round: inout Round, _ tables: RolloutTables, response: Int) {
        let (turn, hidden) = (round.conversation.turn, round.conversation.hidden)
        let row = hidden * tables.responseCount + response
        round.conversation.gain += tables.discounts[turn - 1] * tables.stagePayoff[row]
        var first = (turn - 1) * tables.turnStride + row * tables.eventCount
        if tables.groupFactor > 0 {
            first += Int(PolicyPlace(tables, round.conversation, seed: seed).node.successors) * tables.groupFactor
        }
        let word = RandomDraws.word(
            seed: seed, episode: UInt64(round.conversation.episode), turn: turn, purpose: .reaction)
        round.event = PackedEvent(
            bits: AliasTable.draw(tables.reactions[first..<first + tables.eventCount], word: word))
        let ends = round.event.ended == 1
        round.outcome = ends ? round.event.low : turn == game.horizon ? game.timeout : nil
        guard let outcome = round.outcome else { return }
        round.conversation.gain +=
            tables.discounts[ends ? turn - 1 : turn] * tables.outcomePayoff[hidden * game.outcomes.count + outcome]
    }

    /// What the user says by the scenario's texts.
    private static func line(of round: Round, game: Game, speech: Speech) -> Voice.Line {
        let (event, conversation) = (round.event, round.conversation)
        let cue = event.ended == 1 ? 0 : game.observations.cue(of: event.low)
        let rank = game.continuingRanks[event.reaction]
        return Voice.Line(
            text: speech.reply(event.reaction, cue: cue, episode: conversation.episode, turn: conversation.turn),
            reaction: rank < 0 ? event.reaction : game.shownReactions[rank], cue: event.ended == 1 ? nil : cue,
            episode: conversation.episode, turn: conversation.turn,
            before: conversation.messages + [Message(role: .assistant, content: round.answer.text)])
    }

    /// Adds the turn to the conversation and moves it on.
    private static func say(_ words: Voice.Spoken, in round: inout Round, game: Game) {
        let event = round.event
        let turn = SpokenConversation.Turn(
            state: round.conversation.hidden % game.states.count, cue: round.conversation.cue,
            meaning: round.answer.meaning, reaction: event.reaction, answer: round.answer.text, reply: words.text,
            paraphrase: words.fate)
        round.conversation.turns.append(turn)
        round.conversation.messages += turn.messages
        guard event.ended == 0 else { return }
        round.conversation.hidden = event.hidden
        round.conversation.observation = event.low
        round.conversation.observations.append(event.low)
        round.conversation.cue = game.observations.cue(of: event.low)
    }
}
