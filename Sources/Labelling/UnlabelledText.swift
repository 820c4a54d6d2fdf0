public import GameModel

/// A text with what stands before it: what a labeller is given.
public struct UnlabelledText: Sendable, Equatable {
    /// What the text is, and with it what may be said of it.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// An answer of the model: a response and features.
        case answer
        /// A message of a user within a conversation: a cue and a reaction.
        case message
        /// The first message of a user: a cue, and whether it belongs to the scenario at all.
        case opening
    }

    /// Names the line or conversation that the text is from; unique with ``kind`` and ``index``.
    public let id: String
    public let kind: Kind
    /// Which of the texts of this kind with this id, from 0.
    public let index: Int
    public let content: String
    /// The conversation up to the text, oldest first; empty where nothing is known.
    public let before: [Message]

    public init(id: String, kind: Kind, index: Int, content: String, before: [Message] = []) {
        self.id = id
        self.kind = kind
        self.index = index
        self.content = content
        self.before = before
    }
}
