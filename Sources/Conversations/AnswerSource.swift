public import GameModel

/// Who answers users: a policy of the game, a language model, or a person.
public protocol AnswerSource: Sendable {
    /// As results name it.
    var name: String { get }
    /// How many conversations may wait for answers at the same time.
    var width: Int { get }

    /// - Returns: an answer a conversation, in their order; fewer only where the control, or a person, ended the work, and then those of
    ///   the first conversations.
    /// - Throws: what keeps the source from answering at all; what went wrong with one answer stands in its place.
    func answers(
        to conversations: [OpenConversation], _ control: RunControl
    ) throws -> [Result<SpokenAnswer, MissingAnswer>]
}

/// An answer with what it is to the game.
public struct SpokenAnswer: Sendable, Equatable {
    public let text: String
    public let meaning: AnswerMeaning

    public init(text: String, meaning: AnswerMeaning) {
        self.text = text
        self.meaning = meaning
    }
}

/// Why there is no answer.
public struct MissingAnswer: Error, Sendable, Equatable {
    public let reason: String
    /// Whether it may pass when tried again.
    public let mayPass: Bool

    public init(_ reason: String, mayPass: Bool = false) {
        self.reason = reason
        self.mayPass = mayPass
    }

    /// The work was stopped before the conversation had ended.
    public static let stopped = MissingAnswer("stopped before its end")
}
