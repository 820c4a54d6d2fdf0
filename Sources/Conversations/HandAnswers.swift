public import GameModel
public import Labelling

/// A person at the table, who chooses a response by its number or name, or types an answer.
public struct HandAnswers: AnswerSource {
    public let name = "hand"
    public let width = 1
    private let game: Game
    private let speech: Speech
    private let labeller: any TextLabeller
    private let ask: @Sendable (OpenConversation) -> String?

    /// - Parameters:
    ///   - labeller: says what a typed answer is.
    ///   - ask: shows the conversation and gives the line that was typed; nil where there is no more.
    public init(
        game: Game, texts: Texts, seed: UInt64, labeller: any TextLabeller,
        ask: @escaping @Sendable (OpenConversation) -> String?
    ) {
        self.game = game
        self.labeller = labeller
        self.ask = ask
        speech = Speech(texts: texts, seed: seed)
    }

    /// - Returns: no answer where the person wants to end: `q`, or the end of the input.
    public func answers(
        to conversations: [OpenConversation], _ control: RunControl
    ) throws -> [Result<SpokenAnswer, MissingAnswer>] {
        var answers: [Result<SpokenAnswer, MissingAnswer>] = []
        for conversation in conversations {
            var line = ""
            repeat {
                guard !control.shouldStop(), let typed = ask(conversation)?.trimmed, typed != "q" else {
                    return answers
                }
                line = typed
            } while line.isEmpty || Int(line).map { !game.responses.indices.contains($0 - 1) } ?? false
            answers.append(try answer(line, in: conversation, control))
        }
        return answers
    }

    private func answer(
        _ line: String, in conversation: OpenConversation, _ control: RunControl
    ) throws -> Result<SpokenAnswer, MissingAnswer> {
        if let response = chosen(line) {
            let text = speech.answer(
                response, cue: conversation.cue, episode: conversation.episode, turn: conversation.turn)
            return .success(SpokenAnswer(text: text, meaning: AnswerMeaning(response, in: game)))
        }
        guard let label = try labeller.labels([ModelAnswers.text(line, in: conversation)], control).first,
            let meaning = AnswerReading.mean.meaning(
                of: label, game: game, seed: 0, episode: conversation.episode, turn: conversation.turn)
        else { return .failure(MissingAnswer("the labeller says nothing of the answer")) }
        return .success(SpokenAnswer(text: line, meaning: meaning))
    }

    /// A response by its number, from 1 (others are asked for again), or its name; nil for words.
    private func chosen(_ line: String) -> Int? {
        if let number = Int(line) { return number - 1 }
        return game.responses.firstIndex { $0.name == line }
    }
}
