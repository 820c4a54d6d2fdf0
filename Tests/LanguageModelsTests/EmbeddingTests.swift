import Foundation
import GameModel
import LanguageModels
import Output
import StubModels
import Testing

@Suite("Vectors of texts")
struct EmbeddingTests {
    /// A server that turns a text into its length and its first byte, and lists the vectors backwards.
    private static func server(_ change: @escaping @Sendable ([JSONValue]) -> [JSONValue] = { $0 }) throws -> StubServer
    {
        try StubServer { request in
            let texts = request.json["input"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let data = texts.enumerated().reversed().map { index, text in
                JSONValue.object([
                    "index": .integer(index),
                    "embedding": .array([.integer(text.utf8.count), .number(Double(text.utf8.first ?? 0) / 3)]),
                ])
            }
            let document = JSONValue.object([
                "data": .array(change(data)), "usage": .object(["prompt_tokens": .integer(texts.count)]),
            ])
            return .send(body: (try? document.text()) ?? "")
        }
    }

    private func address(_ server: StubServer) -> ModelAddress {
        var address = ModelAddress(url: server.url)
        (address.model, address.tries) = ("stub", 1)
        return address
    }

    @Test("Vectors stand in the order of the texts, equal texts are asked for once, and a repeated run asks nothing")
    func order() throws {
        let folder = try ScratchFolder()
        let server = try Self.server()
        defer { server.stop() }
        var address = address(server)
        address.cache = "\(folder.path)/v.sqlite"
        let texts = (0..<100).map { String(repeating: "abc", count: $0 % 50 + 1) }
        let model = try AddressedModel(address, environment: [:])
        let vectors = try model.embeddings(texts, RunControl())
        #expect(vectors == texts.map { [Float($0.utf8.count), Float(Double(97) / 3)] })
        #expect(server.requests.count == 2 && server.requests.allSatisfy { $0.path == "/v1/embeddings" })
        #expect(model.usage.promptTokens == 50)
        #expect(try AddressedModel(address, environment: [:]).embeddings(texts, RunControl()) == vectors)
        #expect(server.requests.count == 2)
    }

    @Test("Answers without one vector of numbers a text are refused")
    func refused() throws {
        let changes: [@Sendable ([JSONValue]) -> [JSONValue]] = [
            { Array($0.dropFirst()) }, { $0 + $0 }, { _ in [] }, { $0.map { _ in .object(["embedding": .array([])]) } },
            { $0.map { _ in .object(["embedding": .array([.string("1")])]) } },
        ]
        for change in changes {
            let server = try Self.server(change)
            defer { server.stop() }
            let model = try AddressedModel(address(server), environment: [:])
            #expect(throws: ChatFailure.self) { try model.embeddings(["a", "b"], RunControl()) }
        }
    }
}
