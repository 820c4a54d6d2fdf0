public import GameModel
public import Output

/// A model that answers conversations: one behind an address, or a stub of a test.
public protocol ChatModel: Sendable {
    /// What stands in manifests and labels: the model's name as its address knows it.
    var name: String { get }
    /// What decides the answers besides the requests, as it stands in manifests.
    var settings: JSONValue { get }
    /// What was asked so far and what it cost, for people: lines, each ended by a line feed; empty where there is nothing to say.
    var accountText: String { get }

    /// - Parameters:
    ///   - requests: any number; how many are under way at once is the model's affair.
    ///   - control: its deadline, its question whether to stop, and its listeners.
    /// - Returns: one answer a request, in their order, whatever the order in which they came; fewer only where the control stopped the
    ///   work, and then those of the first requests.
    /// - Throws: what keeps the model from answering at all; what went wrong with one request stands in its answer.
    func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer]
}

extension ChatModel {
    public var settings: JSONValue { .object(["model": .string(name)]) }

    public var accountText: String { "" }
}

/// What a model is asked.
public struct ChatRequest: Sendable, Equatable {
    public var messages: [Message]
    /// The JSON Schema that the answer must follow, with its name as `title`; nil for free text.
    public var schema: JSONValue?
    /// Which of several answers to the same messages, from 0: it makes the request another one for a cache, and seeds the model where
    /// that takes a seed.
    public var sample: Int
    /// Sampling temperature; nil for the model's own.
    public var temperature: Double?
    /// The largest number of tokens of the answer; nil for the model's own.
    public var maximumTokens: Int?

    public init(
        messages: [Message], schema: JSONValue? = nil, sample: Int = 0, temperature: Double? = nil,
        maximumTokens: Int? = nil
    ) {
        self.messages = messages
        self.schema = schema
        self.sample = sample
        self.temperature = temperature
        self.maximumTokens = maximumTokens
    }
}

/// What came of a request.
public struct ChatAnswer: Sendable, Equatable {
    /// The text, or why there is none.
    public var result: Result<String, ChatFailure>
    /// What the model counted; 0 where it does not say, and where the answer was remembered.
    public var promptTokens: Int
    public var answerTokens: Int
    /// Whether the answer was remembered from an earlier run.
    public var isRemembered: Bool

    public init(
        result: Result<String, ChatFailure>, promptTokens: Int = 0, answerTokens: Int = 0, isRemembered: Bool = false
    ) {
        self.result = result
        self.promptTokens = promptTokens
        self.answerTokens = answerTokens
        self.isRemembered = isRemembered
    }
}

/// Why a request has no answer.
public struct ChatFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// No connection, a time-out, a closed connection, 429 or 5xx to the last try: may pass when tried again.
        case unavailable
        /// An answer that cannot be used: no JSON, another schema, too long, a redirect, a 4xx.
        case unusable
        /// A budget or the caller stopped before it was asked.
        case notAsked
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
