import Foundation
import GameModel
import InputErrors
import LanguageModels
import Output
import Testing

@Suite("Batches")
struct BatchTests {
    private func ask(_ question: String, sample: Int = 0) -> ChatRequest {
        ChatRequest(messages: [Message(role: .user, content: question)], sample: sample)
    }

    private func answer(_ request: ChatRequest, _ content: String, model: String = "m") throws -> String {
        let body = JSONValue.object([
            "model": .string(model),
            "choices": .array([.object(["message": .object(["content": .string(content)])])]),
        ])
        return try JSONValue.object([
            "id": .string("batch-1"), "custom_id": .string(try BatchRequest.id(request)), "error": .null,
            "response": .object(["status_code": .integer(200), "request_id": .string("r"), "body": body]),
        ]).text()
    }

    @Test("A line is what OpenAI's batch service and vllm run-batch read")
    func line() throws {
        let request = ask("why", sample: 2)
        let line = try JSONValue(
            strictly: try BatchRequest.line(request, ChatBody(request, model: "m", temperature: 0.5, maximumTokens: 9)))
        #expect(line["method"] == .string("POST") && line["url"] == .string("/v1/chat/completions"))
        let id = try #require(line["custom_id"]?.stringValue)
        #expect(id.hasSuffix("-2") && id.utf8.count <= 64)
        #expect(id.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
        #expect(line["body"] == ChatBody(request, model: "m", temperature: 0.5, maximumTokens: 9).json)
    }

    @Test("Answers are found whatever their order; what is missing, double, foreign or broken is counted")
    func collect() throws {
        let folder = try ScratchFolder()
        let requests = [ask("a"), ask("a", sample: 1), ask("b"), ask("c"), ask("d"), ask("e")]
        let failed = #"{"custom_id":"ID","response":null,"error":{"code":"x","message":"too long"}}"#
        let refused = #"{"custom_id":"ID","response":{"status_code":400,"body":{"error":"bad"}},"error":null}"#
        let lines = [
            try answer(requests[2], "to b", model: "n"), try answer(requests[0], "z second"),
            try answer(requests[1], "to a1"),
            try answer(requests[0], "a first"),
            failed.replacingOccurrences(of: "ID", with: try BatchRequest.id(requests[3])),
            refused.replacingOccurrences(of: "ID", with: try BatchRequest.id(requests[4])),
            failed.replacingOccurrences(of: "ID", with: "somebody's"), "{\"half\": ", try answer(ask("nobody"), "x"),
            "",
        ]
        for order in [lines, lines.reversed()] {
            let path = "\(folder.path)/answers.jsonl"
            try Data(order.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
            let batch = try BatchAnswers([path])
            #expect(
                batch.counts
                    == {
                        var counts = BatchAnswers.Counts()
                        (counts.lines, counts.unreadable, counts.failed) = (9, 1, 2)
                        (counts.duplicates, counts.foreign) = (1, 1)
                        return counts
                    }())
            #expect(batch.name == "m, n" && batch.samples == 2)
            let answers = try batch.answers(requests, RunControl())
            #expect(answers.map(\.content) == ["a first", "to a1", "to b", nil, nil, nil])
            #expect(answers[3].failure?.description.contains("too long") == true)
            #expect(answers[4].failure?.description.contains("status 400") == true)
            #expect(answers[5].failure?.kind == .notAsked)
            #expect(try batch.unused() == 1)
            #expect(batch.accountText.contains("missing: 1 answers; to no text here: 1"))
        }
    }

    @Test("Files without an answer are refused, with the first reason")
    func nothing() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/answers.jsonl"
        for (text, part) in [("", "no lines"), ("[]\n", "has no custom_id"), ("hello", "is not JSON")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: InputError.self) { try BatchAnswers([path]) }
            #expect(error?.description.contains(part) == true, "\(text)")
        }
    }
}
