public import GameModel

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
    private let users: SimulatedUsers

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
        users = SimulatedUsers(game: game, definition: definition, texts: texts, expected: expected)
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
                open.append(users.begin(seed: seed, episode: next))
                next += 1
            }
            guard !open.isEmpty else { return }
            let answers = control.shouldStop() ? [] : try source.answers(to: open, control)
            var rounds: [SimulatedUsers.Round] = []
            for (conversation, answer) in zip(open, answers) {
                switch answer {
                case .failure(let missing): try leave(conversation, .unfinished(missing))
                case .success(let answer): rounds.append(SimulatedUsers.Round(conversation, answer))
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

    /// m_t, x_{t+1}, c_t of every conversation, and what users say.
    private func react(_ rounds: inout [SimulatedUsers.Round], _ control: RunControl) throws {
        try users.react(&rounds)
        var spoken: [Voice.Spoken]?
        if let voice { spoken = try voice.spoken(rounds.map(users.line), control) }
        for position in rounds.indices { users.say(spoken?[position], in: &rounds[position]) }
    }
}
