internal import GameModel
public import LanguageModels
public import Output

/// What a judge is told: the names of a scenario with their meanings, and the form of the answer.
///
/// A judge is asked how many of a hundred careful readers would give each name, and for a feature between which bounds most of them would
/// put it. So one answer is a distribution already, and says how sure it is.
///
/// The judged text is data. It stands between two lines with a mark that it does not hold, and the rubric says that nothing between them is
/// an instruction. That makes "ignore the rubric" weaker, not harmless: docs/judges.md has what was measured.
public struct JudgeRubric: Sendable {
    public let scheme: LabelScheme
    /// The first 32 bits of SHA-256 over all that a judge may be told besides the texts, in hexadecimal: another rubric has another name.
    public let version: String
    /// What every question about a kind of text begins with, and the schema of its answer: made once.
    private let words: [UnlabelledText.Kind: String]
    private let schemas: [UnlabelledText.Kind: JSONValue]

    public init(_ scheme: LabelScheme) {
        self.scheme = scheme
        let form = JudgeForm(scheme)
        let kinds = UnlabelledText.Kind.allCases
        words = Dictionary(uniqueKeysWithValues: kinds.map { ($0, form.instructions($0)) })
        schemas = Dictionary(uniqueKeysWithValues: kinds.map { ($0, form.schema($0)) })
        version = String(ContentHash.sha256(kinds.map(form.instructions).joined(separator: "\n")).prefix(8))
    }

    /// The system message.
    public func instructions(_ kind: UnlabelledText.Kind) -> String { words[kind] ?? "" }

    /// The JSON Schema of the answer.
    public func schema(_ kind: UnlabelledText.Kind) -> JSONValue { schemas[kind] ?? .null }

    /// What is asked about a text.
    ///
    /// - Parameter sample: which of several answers about the same text, from 0.
    public func request(_ text: UnlabelledText, sample: Int) -> ChatRequest {
        ChatRequest(
            messages: [
                Message(role: .system, content: instructions(text.kind)),
                Message(role: .user, content: FencedText(text).question),
            ],
            schema: schema(text.kind), sample: sample)
    }
}
