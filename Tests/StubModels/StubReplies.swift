internal import Foundation
public import Output

extension StubServer.Reply {
    /// An answer of a chat model.
    public static func chat(_ content: String, promptTokens: Int = 7, answerTokens: Int = 3, finish: String = "stop")
        -> Self
    {
        let document = JSONValue.object([
            "model": .string("stub"),
            "choices": .array([
                .object([
                    "index": .integer(0), "finish_reason": .string(finish),
                    "message": .object(["role": .string("assistant"), "content": .string(content)]),
                ])
            ]),
            "usage": .object(["prompt_tokens": .integer(promptTokens), "completion_tokens": .integer(answerTokens)]),
        ])
        return .send(body: (try? document.text()) ?? "")
    }

    /// A list of models.
    public static func models(_ names: [String]) -> Self {
        let list = JSONValue.object(["data": .array(names.map { .object(["id": .string($0)]) })])
        return .send(body: (try? list.text()) ?? "")
    }
}

extension StubServer.Request {
    /// The body as JSON; null where it is none.
    public var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    /// What the last message says.
    public var question: String { json["messages"]?.arrayValue?.last?["content"]?.stringValue ?? "" }
}

extension StubServer {
    /// A judge that follows every schema and has no opinion: 50 wherever a number is asked for.
    public static func judge(seconds: Double = 0, key: String? = nil) throws -> StubServer {
        try StubServer { request in
            if request.path == "/v1/models" { return .models(["stub-judge"]) }
            let schema = request.json["response_format"]?["json_schema"]?["schema"] ?? .null
            if let key, request.headers["authorization"] != "Bearer \(key)" {
                return .send(status: 401, body: "Incorrect key: \(request.headers["authorization"] ?? "none")")
            }
            let answer = StubServer.Reply.chat((try? instance(schema).text()) ?? "")
            return seconds > 0 ? .late(seconds: seconds, answer) : answer
        }
    }

    /// The plainest value that follows a schema of objects and whole numbers.
    public static func instance(_ schema: JSONValue) -> JSONValue {
        guard let properties = schema["properties"]?.objectValue else { return .integer(50) }
        return .object(properties.mapValues { instance($0) })
    }
}
