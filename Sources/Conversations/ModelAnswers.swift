public import GameModel
public import Labelling
public import LanguageModels

/// A language model at the table: what it says is labelled, and the label drives users.
public struct ModelAnswers: AnswerSource {
    public let model: any ChatModel
    public let labeller: any TextLabeller
    public let width: Int
    /// What stands before every conversation; nil for nothing.
    public let system: String?
    public let reading: AnswerReading
    private let game: Game
    private let seed: UInt64

    /// - Parameter width: how many conversations wait for answers at the same time.
    public init(
        _ model: any ChatModel, labeller: any TextLabeller, game: Game, seed: UInt64, system: String? = nil,
        reading: AnswerReading = .mean, width: Int = 256
    ) {
        self.model = model
        self.labeller = labeller
        self.game = game
        self.seed = seed
        self.system = system
        self.reading = reading
        self.width = width
    }

    public var name: String { "model:\(model.name)" }

    /// All conversations are asked about in one call, so that the model's concurrency is used.
    public func answers(
        to conversations: [OpenConversation], _ control: RunControl
    ) throws -> [Result<SpokenAnswer, MissingAnswer>] {
        let answers = try model.answers(
            conversations.map { Self.request($0.messages, system: system, sample: $0.episode) }, control)
        var texts: [Int: String] = [:]
        var results = answers.map { answer -> Result<SpokenAnswer, MissingAnswer> in
            switch answer.result {
            case .success: .failure(MissingAnswer("the answer is empty"))
            case .failure(let failure): .failure(MissingAnswer("\(failure)", mayPass: failure.kind == .unavailable))
            }
        }
        for (index, answer) in answers.enumerated() {
            if case .success(let text) = answer.result, !text.trimmed.isEmpty { texts[index] = text.trimmed }
        }
        let said = texts.keys.sorted()
        let labels = try labeller.labels(
            said.map { Self.text(texts[$0] ?? "", in: conversations[$0]) }, control)
        for (index, label) in zip(said, labels) {
            let conversation = conversations[index]
            let meaning = reading.meaning(
                of: label, game: game, seed: seed, episode: conversation.episode, turn: conversation.turn)
            results[index] =
                meaning.map { .success(SpokenAnswer(text: texts[index] ?? "", meaning: $0)) }
                ?? .failure(MissingAnswer("its label says neither which response it is nor its features"))
        }
        // Texts without a label come last, since the control stopped the labeller: their conversations are not answered.
        guard labels.count < said.count else { return results }
        return Array(results[..<said[labels.count]])
    }

    static func request(_ messages: [Message], system: String?, sample: Int) -> ChatRequest {
        ChatRequest(
            messages: (system.map { [Message(role: .system, content: $0)] } ?? []) + messages, sample: sample)
    }

    /// A text as labellers are given it.
    static func text(_ content: String, in conversation: OpenConversation) -> UnlabelledText {
        UnlabelledText(
            id: "episode-\(conversation.episode)", kind: .answer, index: conversation.turn - 1, content: content,
            before: conversation.messages)
    }
}
