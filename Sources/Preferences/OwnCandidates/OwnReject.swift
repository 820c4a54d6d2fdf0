internal import Output

extension OwnCandidates {
    /// What could not be used.
    public struct Reject: Sendable, Equatable {
        /// Why, in kind.
        public enum Kind: String, Sendable, Equatable, CaseIterable {
            case unreadable
            case repeatedPrompt = "repeated-prompt"
            case outOfScope = "out-of-scope"
            case history
            case prior
            case unreadableAnswer = "unreadable-answer"
            case noLabel = "no-label"
            case abstained
            case repeatedText = "repeated-text"
            case value
            case tooFewAnswers = "too-few-answers"

            /// For people.
            public var words: String {
                switch self {
                case .unreadable: "cannot be read"
                case .repeatedPrompt: "same prompt as another line"
                case .outOfScope: "out of scope"
                case .history: "history has no place in the game"
                case .prior: "nobody of the prior writes so"
                case .unreadableAnswer: "answer cannot be read"
                case .noLabel: "answer without a label"
                case .abstained: "labeller abstained"
                case .repeatedText: "same text as another answer"
                case .value: "cannot be valued"
                case .tooFewAnswers: "fewer than 2 answers left"
                }
            }
        }

        /// From 1.
        public let line: Int
        /// The index of the answer, or nil where the whole line is meant.
        public let candidate: Int?
        public let kind: Kind
        public let reason: String
        /// The line as it was found; nil where an earlier reject of the line has it.
        public let text: String?

        var json: JSONValue {
            .object([
                "line": .integer(line), "candidate": candidate.map { .integer($0) } ?? .null,
                "kind": .string(kind.rawValue),
                "reason": .string(reason), "row": text.map { .string($0) } ?? .null,
            ])
        }
    }
}
