/// One message of a conversation.
public struct Message: Sendable, Equatable, Hashable {
    public enum Role: String, Sendable, Equatable, CaseIterable {
        case system, user, assistant
    }

    public var role: Role
    public var content: String

    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}

/// The words of a game: what a language model trained on its conversations would see.
public struct Texts: Sendable, Equatable {
    /// Per cue: the messages that open the conversation; the last is the user's.
    public var openings: [[Message]]
    /// Per response and cue of the message it answers: one or more paraphrases.
    public var responses: [[[String]]]
    /// Per reaction and cue: one or more paraphrases. A reaction that shows as another has the other's.
    public var reactions: [[[String]]]

    public init(openings: [[Message]], responses: [[[String]]], reactions: [[[String]]]) {
        self.openings = openings
        self.responses = responses
        self.reactions = reactions
    }
}
