internal import Foundation
internal import Output

/// What stands in the answer of `/v1/chat/completions`.
struct ChatReply {
    let content: String
    let promptTokens: Int
    let answerTokens: Int
    /// The model as the address names it; nil where it does not.
    let model: String?

    /// - Parameters:
    ///   - body: the document.
    ///   - schema: what the content must follow; nil for free text.
    ///   - key: is hidden in whatever is shown or kept.
    /// - Throws: ``ChatFailure`` of kind `unusable`, with an excerpt.
    init(_ body: [UInt8], schema: JSONValue?, key: ModelKey?) throws(ChatFailure) {
        let document: JSONValue
        do throws(JSONError) { document = try JSONValue(strictly: body) } catch {
            throw ChatFailure(
                .unusable,
                "the answer is not JSON (\(Escaped.line(error.description)))"
                    + RequestVerdict.excerpt(body, key: key))
        }
        try self.init(document, schema: schema, key: key)
    }

    init(_ document: JSONValue, schema: JSONValue?, key: ModelKey? = nil) throws(ChatFailure) {
        // Some engines give the only choice without a list around it.
        let choices = document["choices"]
        guard let choice = choices?.arrayValue?.first ?? (choices?.objectValue == nil ? nil : choices) else {
            throw Self.failure("the answer has no choices", document, key)
        }
        let message = choice["message"]
        if let refusal = message?["refusal"]?.stringValue, !refusal.isEmpty {
            throw Self.failure("the model refused to answer", .string(refusal), key)
        }
        guard let text = Self.text(message?["content"]), text.contains(where: { !$0.isWhitespace }) else {
            throw Self.failure("the answer has no content", document, key)
        }
        content = key?.hidden(in: text) ?? text
        promptTokens = max(0, document["usage"]?["prompt_tokens"]?.integerValue ?? 0)
        answerTokens = max(0, document["usage"]?["completion_tokens"]?.integerValue ?? 0)
        model = document["model"]?.stringValue
        guard let schema else { return }
        let isCut = choice["finish_reason"]?.stringValue == "length"
        do throws(SchemaProblem) { _ = try SchemaCheck(schema).value(in: content) } catch {
            let cut = isCut ? "the answer was cut off at its largest number of tokens: " : ""
            throw Self.failure("\(cut)the answer \(error.description)", .string(content), key)
        }
    }

    /// A text, or the texts of a list of parts.
    private static func text(_ content: JSONValue?) -> String? {
        if let text = content?.stringValue { return text }
        guard let parts = content?.arrayValue else { return nil }
        return parts.compactMap { $0["text"]?.stringValue }.joined()
    }

    private static func failure(_ text: String, _ shown: JSONValue, _ key: ModelKey?) -> ChatFailure {
        let bytes = shown.stringValue.map { Array($0.utf8) } ?? (try? shown.bytes()) ?? []
        return ChatFailure(.unusable, text + RequestVerdict.excerpt(bytes, key: key))
    }
}
