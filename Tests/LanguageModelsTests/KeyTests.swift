import Foundation
import GameModel
import InputErrors
import LanguageModels
import Output
import StubModels
import Testing

/// Keys come from one variable of the environment, go into one header, and are seen nowhere.
@Suite("Keys of addresses")
struct KeyTests {
    private static let key = "sk-test-0123456789abcdef"

    private func address(_ url: String) -> ModelAddress {
        var address = ModelAddress(url: url)
        (address.model, address.keyVariable, address.tries) = ("stub", "NACRE_TEST_KEY", 1)
        return address
    }

    @Test("A key is sent, and stands in no failure, answer, dump or file, though the address repeats it")
    func hidden() throws {
        let folder = try ScratchFolder()
        let server = try StubServer { request in
            let key = request.headers["authorization"] ?? "none"
            switch request.question {
            case "status": return .send(status: 400, body: "Incorrect API key provided: \(key)")
            case "type": return .send(type: "text/plain", body: key)
            case "redirect": return .send(status: 302, headers: ["Location: http://127.0.0.1:9/\(Self.key)"], body: "")
            case "json": return .send(body: #"{"error": "\#(key)"}"#)
            default: return .chat("You sent \(key)")
            }
        }
        defer { server.stop() }
        var address = address(server.url)
        address.cache = "\(folder.path)/answers.sqlite"
        let model = try AddressedModel(address, environment: ["NACRE_TEST_KEY": Self.key])
        let answers = try model.answers(
            ["status", "type", "redirect", "json", "answer"].map {
                ChatRequest(messages: [Message(role: .user, content: $0)])
            }, RunControl())
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.key)" })
        #expect(answers.last?.content == "You sent Bearer (key)")
        var dumped = ""
        dump(model, to: &dumped)
        dump(answers, to: &dumped)
        dumped += try model.settings.text() + model.accountText
        #expect(dumped.contains("(key)") && !dumped.contains(Self.key))
        let files = try folder.bytes()
        #expect(files["answers.sqlite"] != nil)
        for (name, bytes) in files { #expect(bytes.range(of: Data(Self.key.utf8)) == nil, "\(name)") }
    }

    @Test(
        "A key is not sent in the clear",
        arguments: [
            "http://example.com", "http://192.168.1.7:8000", "http://127.0.0.1.example.com", "http://127.1.1.1.1",
        ])
    func clear(_ url: String) throws {
        let error = #expect(throws: InputError.self) {
            try AddressedModel(address(url), environment: ["NACRE_TEST_KEY": Self.key])
        }
        #expect(error?.description.contains("a key is not sent over http") == true)
    }

    @Test(
        "https anywhere and http on this machine take a key",
        arguments: ["https://example.com/v1", "http://[::1]:8080", "http://localhost"])
    func taken(_ url: String) throws {
        #expect(try AddressedModel(address(url), environment: ["NACRE_TEST_KEY": Self.key]).name == "stub")
    }

    @Test(
        "A variable without a key is named, and what it holds is not",
        arguments: [nil, "", "with space", "line\nfeed", "schlüssel"])
    func missing(_ key: String?) throws {
        let error = #expect(throws: InputError.self) {
            try AddressedModel(address("http://127.0.0.1:9"), environment: key.map { ["NACRE_TEST_KEY": $0] } ?? [:])
        }
        #expect(error?.description.contains("NACRE_TEST_KEY") == true)
        if let key, !key.isEmpty { #expect(error?.description.contains(key) == false) }
    }
}
