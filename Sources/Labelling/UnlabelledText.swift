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
    /// The conversation that it is from, and how many messages of it come before: shared by all texts of a conversation, which may be long.
    private let conversation: [Message]
    private let place: Int

    /// The conversation up to the text, oldest first; empty where nothing is known.
    ///
    /// - Complexity: O(messages before).
    public var before: [Message] { Array(conversation.prefix(place)) }

    public init(id: String, kind: Kind, index: Int, content: String, before: [Message] = []) {
        self.init(id: id, kind: kind, index: index, content: content, at: before.count, of: before)
    }

    /// A text of a conversation: the one at a place of it.
    init(id: String, kind: Kind, index: Int, content: String, at place: Int, of conversation: [Message]) {
        self.id = id
        self.kind = kind
        self.index = index
        self.content = content
        (self.place, self.conversation) = (place, conversation)
    }

    public static func == (one: Self, other: Self) -> Bool {
        (one.id, one.kind, one.index, one.content) == (other.id, other.kind, other.index, other.content)
            && one.conversation.prefix(one.place) == other.conversation.prefix(other.place)
    }

    /// The same text under another number.
    func numbered(_ index: Int) -> UnlabelledText {
        UnlabelledText(id: id, kind: kind, index: index, content: content, at: place, of: conversation)
    }
}
