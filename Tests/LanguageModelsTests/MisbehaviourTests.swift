import Foundation
import GameModel
import LanguageModels
import Output
import StubModels
import Testing

/// Addresses that are slow, break off, refuse or talk nonsense: each costs one request at most, never its neighbours, and says why.
@Suite("Addresses that misbehave")
struct MisbehaviourTests {
    /// What a server does with the one bad request, by try; the last reply holds for all further ones.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let replies: [StubServer.Reply]
        /// A part of the failure's description; nil where the request succeeds in the end.
        let failure: (kind: ChatFailure.Kind, part: String)?
        /// How often the bad request arrives.
        let requests: ClosedRange<Int>

        var testDescription: String { name }
    }

    static let good = StubServer.Reply.chat("fine")
    static let half = #"{"choices": [{"message": {"content": "fi"#
    static let elsewhere = #"{"answer": "as another schema has it"}"#

    static let cases: [Case] = [
        Case(
            name: "slow", replies: [.late(seconds: 6, good)], failure: (.unavailable, "no answer within 1.5 s"),
            requests: 3...3),
        Case(
            name: "a byte now and then", replies: [.drip(seconds: 0.1)], failure: (.unavailable, "no answer within"),
            requests: 3...3),
        Case(name: "slow, then well", replies: [.late(seconds: 6, good), good], failure: nil, requests: 2...2),
        Case(
            name: "closes at once", replies: [.close], failure: (.unavailable, "closed before"),
            // libcurl itself tries once more where a connection that it had used before ends without a byte.
            requests: 3...6),
        Case(name: "closes at once, then well", replies: [.close, .close, good], failure: nil, requests: 3...3),
        Case(
            name: "closes mid-body, then well",
            replies: [
                .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n\(half)"), good,
            ],
            failure: nil, requests: 2...2),
        Case(name: "429, then well", replies: [.send(status: 429, body: "{}"), good], failure: nil, requests: 2...2),
        Case(
            name: "429 with Retry-After, then well",
            replies: [.send(status: 429, headers: ["Retry-After: 0.2"], body: "{}"), good], failure: nil,
            requests: 2...2),
        Case(
            name: "429 with a date that has passed",
            replies: [.send(status: 429, headers: ["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"], body: "{}"), good],
            failure: nil, requests: 2...2),
        Case(
            name: "429 for a fortnight", replies: [.send(status: 429, headers: ["Retry-After: 1209600"], body: "{}")],
            failure: (.unavailable, "status 429"), requests: 1...1),
        Case(
            name: "429 for ever", replies: [.send(status: 429, body: "{}")], failure: (.unavailable, "status 429"),
            requests: 3...3),
        Case(
            name: "500, then well", replies: [.send(status: 500, body: "oh"), .send(status: 503, body: ""), good],
            failure: nil, requests: 3...3),
        Case(
            name: "500 for ever", replies: [.send(status: 500, body: "oh")], failure: (.unavailable, #"500: "oh""#),
            requests: 3...3),
        Case(
            name: "400", replies: [.send(status: 400, body: "no")], failure: (.unusable, #"400: "no""#), requests: 1...1
        ),
        Case(name: "half a JSON", replies: [.send(body: half)], failure: (.unusable, "is not JSON"), requests: 1...1),
        Case(
            name: "another document", replies: [.send(body: elsewhere)], failure: (.unusable, "no choices"),
            requests: 1...1),
        Case(
            name: "no choices", replies: [.send(body: #"{"choices": []}"#)], failure: (.unusable, "no choices"),
            requests: 1...1),
        Case(name: "an empty answer", replies: [.chat(" ")], failure: (.unusable, "no content"), requests: 1...1),
        Case(
            name: "another type", replies: [.send(type: "text/html", body: "<p>hello</p>")],
            failure: (.unusable, "of the type text/html"), requests: 1...1),
        Case(
            name: "ten megabytes", replies: [.send(body: String(repeating: "x", count: 10_000_000))],
            failure: (.unusable, "more than 4 MiB"), requests: 1...1),
        Case(
            name: "ten megabytes in chunks", replies: [.flood(bytes: 10_000_000)],
            failure: (.unusable, "more than 4 MiB"), requests: 1...1),
        Case(
            name: "huge headers",
            replies: [
                .send(headers: (0..<2000).map { "X-\($0): \(String(repeating: "h", count: 1000))" }, body: "{}")
            ], failure: (.unavailable, "the connection failed"), requests: 3...3),
        Case(
            name: "no HTTP", replies: [.raw("hello\r\n\r\n")], failure: (.unavailable, "does not speak HTTP"),
            requests: 3...3),
        Case(
            name: "letters that act on a terminal", replies: [.send(status: 400, body: "\u{1B}[2J\u{202E}oh")],
            failure: (.unusable, #"\u{1B}[2J\u{202E}oh"#), requests: 1...1),
    ]

    private func address(_ server: StubServer) -> ModelAddress {
        var address = ModelAddress(url: server.url)
        (address.model, address.tries, address.concurrency) = ("stub", 3, 4)
        (address.timeout, address.firstPause) = (.seconds(1.5), .milliseconds(5))
        return address
    }

    private func ask(_ question: String) -> ChatRequest {
        ChatRequest(messages: [Message(role: .user, content: question)])
    }

    @Test("Each is bounded and clear, and the others' answers are not lost", arguments: cases)
    func misbehaviour(_ item: Case) throws {
        let server = try StubServer.counting(item.replies)
        defer { server.stop() }
        let model = try AddressedModel(address(server), environment: [:])
        let answers = try model.answers(["a", "bad", "b"].map(ask), RunControl())
        #expect(answers.map(\.content)[0] == "to a")
        #expect(answers.map(\.content)[2] == "to b")
        let count = server.requests.count { $0.question == "bad" }
        #expect(item.requests.contains(count), "\(count)")
        if let failure = item.failure {
            #expect(answers[1].failure?.kind == failure.kind)
            let text = answers[1].failure?.description ?? ""
            #expect(text.contains(failure.part), "\(text)")
            #expect(!text.unicodeScalars.contains { $0.value == 0x1B }, "\(text)")
            #expect(text.count < 400, "\(text)")
        } else {
            #expect(answers[1].content == "fine")
        }
    }

    @Test("Nobody goes where an address points to", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) throws {
        let other = try StubServer { _ in .chat("from elsewhere") }
        defer { other.stop() }
        let target = "\(other.url)/v1/chat/completions"
        let server = try StubServer { request in
            request.question == "bad" ? .send(status: status, headers: ["Location: \(target)"], body: "") : Self.good
        }
        defer { server.stop() }
        let answers = try AddressedModel(address(server), environment: [:]).answers(
            ["a", "bad"].map(ask), RunControl())
        #expect(answers[0].content == "fine")
        #expect(answers[1].failure?.kind == .unusable)
        #expect(answers[1].failure?.description.contains("points to \(target)") == true)
        #expect(other.requests.isEmpty && other.connections == 0)
    }

    @Test("An answer that follows another schema, or was cut off, cannot be used")
    func schema() throws {
        let schema = try StubSchema.yesOrNo()
        let replies = [
            "a": #"{"answer": "yes"}"#, "b": #"{"answer": "perhaps"}"#, "c": #"{"answer": "yes", "more": 1}"#,
            "d": "yes",
            "e": "```json\n{\"answer\": \"no\"}\n```", "f": #"{"answer": "ye"#,
        ]
        let server = try StubServer { request in
            .chat(replies[request.question] ?? "", finish: request.question == "f" ? "length" : "stop")
        }
        defer { server.stop() }
        let requests = replies.keys.sorted().map {
            ChatRequest(messages: [Message(role: .user, content: $0)], schema: schema)
        }
        let answers = try AddressedModel(address(server), environment: [:]).answers(requests, RunControl())
        #expect(answers.map { $0.content != nil } == [true, false, false, false, true, false])
        #expect(answers[1].failure?.description.contains("answer is none of the values") == true)
        #expect(answers[2].failure?.description.contains("more is not in it") == true)
        #expect(answers[3].failure?.description.contains("is not the JSON that was asked for") == true)
        #expect(answers[5].failure?.description.contains("cut off") == true)
        let format = server.requests.first?.json["response_format"]
        #expect(format?["type"] == .string("json_schema"))
        #expect(format?["json_schema"]?["schema"] == schema)
        #expect(format?["json_schema"]?["name"] == .string("opinion"))
    }

    @Test("An address that refuses the key ends the run at once")
    func refused() throws {
        let server = try StubServer { _ in
            .send(status: 401, headers: ["WWW-Authenticate: Basic realm=\"x\""], body: "who are you")
        }
        defer { server.stop() }
        let model = try AddressedModel(address(server), environment: [:])
        let error = #expect(throws: (any Error).self) { try model.answers((0..<50).map { ask("\($0)") }, RunControl()) }
        #expect("\(error ?? ChatFailure(.unusable, ""))".contains("status 401"))
        #expect(server.requests.count <= 4)
    }

    @Test("Where nobody answers the run ends soon, and says so")
    func unreachable() throws {
        let server = try StubServer { _ in .close }
        var gone = address(server)
        server.stop()
        gone.url = server.url
        let model = try AddressedModel(gone, environment: [:])
        #expect(throws: UnreachableAddress.self) { try model.answers([ask("a")], RunControl()) }
        #expect(throws: UnreachableAddress.self) { try model.answers((0..<10_000).map { ask("\($0)") }, RunControl()) }
        #expect(model.usage.requests < 200)
        gone.model = nil
        #expect(throws: UnreachableAddress.self) { try AddressedModel(gone, environment: [:]) }
    }

    @Test("A model that never answers as asked is not asked a thousand times")
    func nonsense() throws {
        let server = try StubServer { _ in .chat("no JSON") }
        defer { server.stop() }
        let model = try AddressedModel(address(server), environment: [:])
        let schema = try StubSchema.yesOrNo()
        let requests = (0..<1000).map {
            ChatRequest(messages: [Message(role: .user, content: "\($0)")], schema: schema)
        }
        let error = #expect(throws: (any Error).self) { try model.answers(requests, RunControl()) }
        #expect("\(error ?? ChatFailure(.unusable, ""))".contains("none of the first 32 answers could be used"))
        #expect(server.requests.count < 60)
    }
}
