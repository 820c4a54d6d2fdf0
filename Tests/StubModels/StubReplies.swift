internal import Foundation
public import Output

extension StubServer.Reply {
    /// An answer of a chat model.
    public static func chat(_ content: String, promptTokens: Int = 7, answerTokens: Int = 3, finish: String = "stop") -> Self {
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
