internal import GameModel
public import Output

/// A request as OpenAI's protocol has it: the body of `/v1/chat/completions`.
public struct ChatBody: Sendable, Equatable {
    /// `model`, `messages`, `seed`, and what else was asked for.
    public let json: JSONValue

    /// - Parameters:
    ///   - model: as the address knows it.
    ///   - temperature: where the request has none of its own; nil for the model's.
    ///   - maximumTokens: where the request has none of its own; nil for the model's.
    public init(_ request: ChatRequest, model: String, temperature: Double? = nil, maximumTokens: Int? = nil) {
        var members: [String: JSONValue] = [
            "model": .string(model), "messages": Self.messages(request), "seed": .integer(request.sample),
        ]
        members["temperature"] = (request.temperature ?? temperature).map { .number($0) }
        members["max_tokens"] = (request.maximumTokens ?? maximumTokens).map { .integer($0) }
        members["response_format"] = request.schema.map(Self.format)
        json = .object(members)
    }

    private static func messages(_ request: ChatRequest) -> JSONValue {
        .array(
            request.messages.map { .object(["role": .string($0.role.rawValue), "content": .string($0.content)]) })
    }

    private static func format(_ schema: JSONValue) -> JSONValue {
        .object([
            "type": .string("json_schema"),
            "json_schema": .object([
                "name": .string(schema["title"]?.stringValue ?? "answer"), "strict": .bool(true), "schema": schema,
            ]),
        ])
    }

    /// The name of a request by what it says, whoever is asked and however often: the first 128 bits of SHA-256, in hexadecimal.
    ///
    /// - Throws: `JSONError` for a number that is not finite.
    public static func name(_ request: ChatRequest) throws(JSONError) -> String {
        let content = JSONValue.object(["messages": messages(request), "schema": request.schema ?? .null])
        return String(ContentHash.sha256(try content.bytes()).prefix(32))
    }
}
