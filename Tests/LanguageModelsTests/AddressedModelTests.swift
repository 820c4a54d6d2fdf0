import Foundation
import GameModel
import InputErrors
import LanguageModels
import Output
import StubModels
import Synchronization
import Testing

@Suite("Models behind an address")
struct AddressedModelTests {
    private func address(_ server: StubServer) -> ModelAddress {
        var address = ModelAddress(url: server.url)
        (address.model, address.tries, address.concurrency) = ("stub", 3, 4)
        (address.timeout, address.firstPause) = (.seconds(5), .milliseconds(5))
        return address
    }

    private func ask(_ question: String, sample: Int = 0) -> ChatRequest {
        ChatRequest(messages: [Message(role: .user, content: question)], sample: sample)
    }

    @Test("Answers stand in the order of the requests, whatever the order in which they come, over few connections")
    func order() throws {
        let server = try StubServer { request in
            .late(seconds: Double(7 - (Int(request.question) ?? 0) % 8) / 50, .chat("to \(request.question)"))
        }
        defer { server.stop() }
        let answers = try AddressedModel(address(server), environment: [:]).answers(
            (0..<32).map { ask("\($0)") }, RunControl())
        #expect(answers.map(\.content) == (0..<32).map { "to \($0)" })
        #expect(answers.allSatisfy { $0.promptTokens == 7 && $0.answerTokens == 3 && !$0.isRemembered })
        #expect(server.mostUnderWay <= 4 && server.mostUnderWay > 1)
        #expect(server.connections <= 4)
    }

    @Test("The body says what was asked for")
    func body() throws {
        let server = try StubServer { _ in .chat("x") }
        defer { server.stop() }
        var address = address(server)
        (address.temperature, address.maximumAnswerTokens) = (0.5, 64)
        address.url = server.url + "/proxy/v1/"
        var request = ask("why", sample: 3)
        request.messages.insert(Message(role: .system, content: "be kind"), at: 0)
        _ = try AddressedModel(address, environment: [:]).answers([request], RunControl())
        let sent = try #require(server.requests.first)
        #expect(sent.method == "POST" && sent.path == "/proxy/v1/chat/completions")
        #expect(sent.headers["content-type"] == "application/json")
        #expect(sent.headers["authorization"] == nil && sent.headers["cookie"] == nil)
        #expect(
            try sent.json.text()
                == #"{"max_tokens":64,"messages":[{"content":"be kind","role":"system"},{"content":"why","role":"user"}],"#
                + #""model":"stub","seed":3,"temperature":0.5}"#)
    }

    @Test("A repeated run asks nothing; another sample, model or setting is another question; a failure is asked again")
    func cache() throws {
        let folder = try ScratchFolder()
        let isIll = Mutex(true)
        let server = try StubServer { request in
            request.question == "bad" && isIll.withLock { $0 }
                ? .send(status: 400, body: "") : .chat("\(request.question) \(request.number)")
        }
        defer { server.stop() }
        var address = address(server)
        address.cache = "\(folder.path)/deep/answers.sqlite"
        let requests = [ask("a"), ask("bad"), ask("a"), ask("a", sample: 1)]
        let first = try AddressedModel(address, environment: [:])
        let answers = try first.answers(requests, RunControl())
        #expect(server.requests.count == 3)
        #expect(answers[0].content == answers[2].content && answers[2].isRemembered)
        #expect(answers[3].content != answers[0].content)
        isIll.withLock { $0 = false }
        let second = try AddressedModel(address, environment: [:])
        let again = try second.answers(requests, RunControl())
        #expect(server.requests.count == 4)
        #expect(again.map(\.content)[0] == answers[0].content && again.map(\.content)[3] == answers[3].content)
        #expect(again.map(\.isRemembered) == [true, false, true, true])
        #expect(again[1].content?.hasPrefix("bad ") == true)
        #expect(second.usage.remembered == 3 && second.usage.requests == 1)
        #expect(again.reduce(0) { $0 + $1.promptTokens } == 7)
        for change in [{ $0.model = "other" }, { $0.temperature = 1 }, { $0.maximumAnswerTokens = 5 }]
            as [(inout ModelAddress) -> Void]
        {
            var other = address
            change(&other)
            let answer = try AddressedModel(other, environment: [:]).answers([ask("a")], RunControl())
            #expect(answer.first?.isRemembered == false)
        }
    }

    @Test("What is no file of answers is left as it is")
    func foreignCache() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/notes.txt"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        let server = try StubServer { _ in .chat("x") }
        defer { server.stop() }
        var address = address(server)
        for cache in [path, folder.path] {
            address.cache = cache
            #expect(throws: FileError.self) { try AddressedModel(address, environment: [:]) }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
    }

    @Test("Budgets stop asking, and what came is kept")
    func budgets() throws {
        let server = try StubServer { request in .chat("to \(request.question)") }
        defer { server.stop() }
        var address = address(server)
        (address.maximumRequests, address.concurrency) = (5, 1)
        let requests = (0..<8).map { ask("\($0)") }
        let some = try AddressedModel(address, environment: [:])
        let answers = try some.answers(requests, RunControl())
        #expect(answers.map { $0.content != nil } == [true, true, true, true, true, false, false, false])
        #expect(answers.suffix(3).allSatisfy { $0.failure?.kind == .notAsked })
        #expect(answers.last?.failure?.description == "the budget of 5 requests is used up")
        #expect(some.usage.withheld == 3)
        #expect(server.requests.count == 5)
        // An answer costs ten tokens.
        (address.maximumRequests, address.maximumTokens) = (nil, 25)
        let few = try AddressedModel(address, environment: [:]).answers(requests, RunControl())
        #expect(few.count { $0.content != nil } == 3)
        #expect(server.requests.count == 8)
    }

    @Test("A wish to stop ends the work soon, with the answers of the first requests")
    func stop() throws {
        let server = try StubServer { request in
            .late(seconds: request.question == "2" ? 30 : 0, .chat("to \(request.question)"))
        }
        defer { server.stop() }
        let isOver = Mutex(false)
        var address = address(server)
        address.timeout = .seconds(60)
        let begun = ContinuousClock.now
        var stopping = RunControl()
        stopping.stop = { [server] in
            if server.requests.count >= 30 { isOver.withLock { $0 = true } }
            return isOver.withLock { $0 }
        }
        let answers = try AddressedModel(address, environment: [:]).answers((0..<100).map { ask("\($0)") }, stopping)
        // Requests are sent before the answers to others are looked at, so that the wish may come before the second answer.
        #expect(answers.count <= 2 && answers.map(\.content) == Array(["to 0", "to 1"].prefix(answers.count)))
        #expect(ContinuousClock.now - begun < .seconds(20))
    }

    @Test("The only model of an address is taken; of several one must be named")
    func names() throws {
        let models = Mutex(["one"])
        let server = try StubServer { request in
            request.path == "/v1/models" ? .models(models.withLock { $0 }) : .chat("x")
        }
        defer { server.stop() }
        var address = address(server)
        address.model = nil
        #expect(try AddressedModel(address, environment: [:]).name == "one")
        #expect(server.requests.last?.method == "GET")
        models.withLock { $0 = ["one", "two"] }
        let error = #expect(throws: InputError.self) { try AddressedModel(address, environment: [:]) }
        #expect(error?.description.contains("it has 2 models (one, two); name one with --model-name") == true)
        models.withLock { $0 = [] }
        #expect(throws: InputError.self) { try AddressedModel(address, environment: [:]) }
    }

    @Test(
        "What is no address is refused, with the reason",
        arguments: [
            ("127.0.0.1:8080", "no address"), ("ftp://x", "no address"), ("http://", "no address"),
            ("http://me:secret@host", "holds a name or a password"), ("http://host/v1?key=1", "query"),
            ("", "no address"),
        ])
    func addresses(_ url: String, _ part: String) throws {
        let error = #expect(throws: InputError.self) { try AddressedModel(ModelAddress(url: url), environment: [:]) }
        #expect(error?.description.contains(part) == true)
        #expect(error?.description.contains("secret") == false)
    }
}
