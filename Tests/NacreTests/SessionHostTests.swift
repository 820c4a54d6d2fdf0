import ExampleScenarios
import Foundation
import Nacre
import Pages
import Testing

@Suite("Sessions in JSON, by lines and in the words of OpenEnv")
struct SessionHostTests {
    private static func host(_ change: (inout SessionsRequest) -> Void = { _ in }) throws -> SessionHost {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }?.text)
        var request = SessionsRequest()
        change(&request)
        return try request.host(try Scenario.parse(text, file: "self-harm-question.yaml"))
    }

    private func ask(_ host: SessionHost, _ line: String) throws -> JSONValue {
        try JSONValue(parsing: host.line(Array(line.utf8)))
    }

    private static func document(_ response: LoopbackResponse) throws -> JSONValue {
        guard case .bytes(let bytes) = response.body else { return .null }
        return try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    }

    private func code(_ reply: JSONValue) -> String? { reply["error"]?["code"]?.stringValue }

    @Test("A conversation from its opening to its end, and what comes after it")
    func conversation() throws {
        let host = try Self.host()
        var reply = try ask(
            host, #"{"op": "reset", "session": "a", "seed": "18446744073709551615", "episode": 3, "id": [1]}"#)
        #expect(reply["turn"] == .integer(1) && reply["done"] == .bool(false) && reply["reward"] == .number(0))
        #expect(reply["seed"] == .string("18446744073709551615") && reply["id"] == .array([.integer(1)]))
        #expect(reply["messages"]?.arrayValue?.last?["content"] == reply["message"])
        #expect(reply["belief"] == nil && reply["hidden"] == nil)
        var rewards = 0.0
        while reply["done"] == .bool(false) {
            reply = try ask(host, #"{"op": "step", "session": "a", "response": "refer"}"#)
            rewards += try #require(reply["reward"]?.doubleValue)
        }
        #expect(reply["outcome"]?.stringValue != nil && reply["cue"] == .null && reply["observation"] == .null)
        #expect(abs(rewards - (reply["payoff"]?.doubleValue ?? .nan)) < 1e-12)
        #expect(code(try ask(host, #"{"op": "step", "session": "a", "response": 0}"#)) == "finished")
        #expect(try ask(host, #"{"op": "state", "session": "a"}"#)["outcome"] == reply["outcome"])
        #expect(try ask(host, #"{"op": "close", "session": "a"}"#)["closed"] == .bool(true))
        #expect(code(try ask(host, #"{"op": "state", "session": "a"}"#)) == "unknown_session")
    }

    @Test(
        "What is wrong is said, and the session stays as it was",
        arguments: [
            ("no json", "bad_request"), ("7", "bad_request"), ("{}", "bad_request"),
            (#"{"op": "leap"}"#, "bad_request"),
            (#"{"op": "step"}"#, "bad_request"), (#"{"op": "step", "response": 7}"#, "bad_request"),
            (#"{"op": "step", "response": "refre"}"#, "bad_request"),
            (#"{"op": "step", "response": 0, "text": "x"}"#, "bad_request"),
            (#"{"op": "step", "text": " "}"#, "bad_request"), (#"{"op": "step", "text": "words"}"#, "no_label"),
            (#"{"op": "step", "features": [0, 0]}"#, "bad_request"),
            (#"{"op": "step", "features": {"empathy": 1}}"#, "bad_request"),
            (#"{"op": "step", "features": [0, 0, 0, 0, 0, 1.5]}"#, "bad_request"),
            (#"{"op": "step", "strategy": {"refuse": 0.5}}"#, "bad_request"),
            (#"{"op": "step", "strategy": {"refuse": 1.5, "refer": -0.5}}"#, "bad_request"),
            (#"{"op": "step", "response": 0, "extra": 1}"#, "bad_request"),
            (#"{"op": "reset", "user": "benign"}"#, "needs_reveal"), (#"{"op": "reset", "seed": -1}"#, "bad_request"),
            (#"{"op": "reset", "episode": 1.5}"#, "bad_request"),
            (#"{"op": "step", "session": [1], "response": 0}"#, "bad_request"),
            (#"{"op": "step", "session": "other", "response": 0}"#, "unknown_session"),
        ])
    func faults(line: String, expected: String) throws {
        let host = try Self.host()
        _ = try ask(host, #"{"op": "reset", "seed": 1, "episode": 0}"#)
        let before = try ask(host, #"{"op": "state"}"#)
        #expect(code(try ask(host, line)) == expected)
        #expect(try ask(host, #"{"op": "state"}"#) == before)
    }

    @Test("Over HTTP: sessions have the names that clients give; objects that are no action are refused, words are not")
    func openEnv() throws {
        let site = OpenEnvSite(try Self.host { $0.reveals = true }, port: 1)
        func post(_ path: String, _ body: String) throws -> (status: Int, body: JSONValue) {
            let response = site.respond(
                to: LoopbackRequest(
                    "POST", path, headers: ["host": "127.0.0.1:1", "content-type": "application/json"],
                    body: Array(body.utf8)))
            return (response.status, try Self.document(response))
        }
        #expect(try post("/reset", #"{"seed": 1, "episode_id": 5}"#).status == 200)
        #expect(try post("/step", #"{"episode_id": "5", "action": {"message": "{\"response\": 0}"}}"#).status == 200)
        #expect(try post("/step", #"{"action": {"message": "{\"response\": 0}"}}"#).status == 409)
        let unknown = try post("/step", #"{"episode_id": 6, "action": {"response": 0}}"#)
        #expect(try unknown.status == 409 && unknown.body.text().contains("there is no session 6;"))
        #expect(try post("/reset", #"{"episode_id": [5]}"#).status == 422)
        for message in [#"{\"foo\": 1}"#, "{}", #"{\"response\": 0, \"text\": \"x\"}"#] {
            let reply = try post("/step", #"{"episode_id": 5, "action": {"message": "\#(message)"}}"#)
            #expect(try reply.status == 422 && reply.body.text().contains("no action"), "\(message)")
        }
        // Words need a labeller, which is not there: they got as far as that.
        for message in ["{broken", #"{\"text\": \"words\"}"#] {
            let reply = try post("/step", #"{"episode_id": 5, "action": {"message": "\#(message)"}}"#)
            #expect(try reply.status == 422 && !reply.body.text().contains("no action"), "\(message)")
        }
        let state = site.respond(
            to: LoopbackRequest("GET", "/state", query: ["episode_id": "5"], headers: ["host": "127.0.0.1:1"]))
        let held = try Self.document(state)
        #expect(held["episode_id"] == .string("5") && held["step_count"] == .integer(1))
    }

    @Test("Hidden things are shown only where that was allowed; users can then be chosen")
    func reveal() throws {
        let host = try Self.host { ($0.reveals, $0.believes) = (true, true) }
        for user in ["benign", "distressed", "malicious"] {
            let reply = try ask(host, #"{"op": "reset", "seed": 1, "episode": 0, "user": "\#(user)"}"#)
            #expect(reply["hidden"]?["user"] == .string(user))
            let users = try #require(reply["belief"]?["users"]?.objectValue)
            #expect(abs(users.values.reduce(0) { $0 + ($1.doubleValue ?? 0) } - 1) < 1e-12)
        }
        #expect(try ask(host, #"{"op": "step", "response": 0}"#)["hidden"]?["reaction"]?.stringValue != nil)
    }

    @Test("A batch is its requests one by one, also where a session stands in it twice")
    func batches() throws {
        var lines = (0..<40).map { #"{"op": "reset", "session": \#($0), "seed": 5, "episode": \#($0)}"# }
        for turn in 0..<4 {
            lines += (0..<40).map { #"{"op": "step", "session": \#($0), "response": \#(($0 + turn) % 7)}"# }
            lines += ["{}", #"{"op": "step", "session": 3, "response": 1}"#, #"{"op": "state", "session": 3}"#]
        }
        let alone = try Self.host()
        let expected = try lines.map { try ask(alone, $0) }
        let batch = try ask(try Self.host(), "[\(lines.joined(separator: ","))]")
        #expect(batch.arrayValue == expected)
    }

    @Test("Episodes that nobody names are counted; a seed alone is one conversation")
    func episodes() throws {
        let host = try Self.host()
        let counted = try (0..<3).map { _ in try ask(host, #"{"op": "reset"}"#)["episode"] }
        #expect(counted == [.integer(0), .integer(1), .integer(2)])
        #expect(try ask(host, #"{"op": "reset", "seed": 9}"#)["episode"] == .integer(0))
        #expect(try ask(host, #"{"op": "reset"}"#)["episode"] == .integer(3))
    }

    // MARK: OpenEnv

    private func http(
        _ site: OpenEnvSite, _ method: String, _ path: String, _ body: String = "", _ headers: [String: String] = [:]
    ) throws -> (status: Int, json: JSONValue) {
        let all = ["host": "127.0.0.1:8123", "content-type": "application/json"].merging(headers) { $1 }
        let answer = site.respond(to: LoopbackRequest(method, path, headers: all, body: Array(body.utf8)))
        return (answer.status, try JSONValue(strictly: try #require(answer.bytes)))
    }

    @Test("The addresses that OpenEnv's validator asks for, and who is not answered")
    func addresses() throws {
        let site = OpenEnvSite(try Self.host(), port: 8123)
        #expect(try http(site, "GET", "/openapi.json").json["info"]?["version"] == .string("1.0.0"))
        #expect(try http(site, "GET", "/health").json["status"] == .string("healthy"))
        #expect(try http(site, "GET", "/metadata").json["description"]?.stringValue != nil)
        let schema = try http(site, "GET", "/schema").json
        #expect(schema["action"]?["required"] == .strings(["message"]))
        for name in ["observation", "state"] { #expect(schema[name]?.objectValue != nil) }
        #expect(try http(site, "POST", "/mcp", "{}").json["jsonrpc"] == .string("2.0"))
        #expect(try http(site, "GET", "/reset").status == 405 && http(site, "GET", "/nothing").status == 404)
        #expect(try http(site, "POST", "/reset", "{}", ["host": "evil.example"]).status == 403)
        #expect(try http(site, "POST", "/reset", "{}", ["origin": "http://evil.example"]).status == 403)
        for type in ["text/plain", "application/jsonx", ""] {
            #expect(try http(site, "POST", "/reset", "{}", ["content-type": type]).status == 415)
        }
        #expect(try http(site, "POST", "/step", "nonsense").status == 422)
        #expect(try http(site, "POST", "/step", #"{"action": {"message": "{\"response\": 0}"}}"#).status == 409)
        for type in ["Application/JSON", "application/json; charset=utf-8", "application/json ;x=y"] {
            #expect(try http(site, "POST", "/reset", "{}", ["content-type": type]).status == 200)
        }
    }

    @Test("After the last episode that has a number comes no other")
    func lastEpisode() throws {
        let host = try Self.host()
        let last = try ask(host, #"{"op": "reset", "episode": 9007199254740992}"#)
        #expect(last["episode"] == .integer(1 << 53))
        #expect(code(try ask(host, #"{"op": "reset"}"#)) == "bad_request")
        #expect(try ask(host, #"{"op": "reset", "episode": 3}"#)["episode"] == .integer(3))
    }

    @Test("HTTP, a socket and lines play the same conversation")
    func sameConversation() throws {
        let host = try Self.host()
        let site = OpenEnvSite(host, port: 8123)
        let talk = try #require(site.socket(at: "/ws"))
        #expect(site.socket(at: "/other") == nil)
        _ = try ask(host, #"{"op": "reset", "session": "line", "seed": 4, "episode": 2}"#)
        var web = try http(site, "POST", "/reset", #"{"seed": 4, "episode": 2, "episode_id": "x"}"#).json
        func said(_ text: String) throws -> JSONValue { try JSONValue(parsing: try #require(talk.reply(to: text))) }
        var socket = try said(#"{"type": "reset", "data": {"seed": 4, "episode": 2}}"#)
        #expect(socket["type"] == .string("observation") && socket["data"] == web)
        while web["done"] == .bool(false) {
            let line = try ask(host, #"{"op": "step", "session": "line", "response": "support"}"#)
            let action = #"{"message": "{\"response\": \"support\"}"}"#
            web = try http(site, "POST", "/step", #"{"action": \#(action), "episode_id": "x"}"#).json
            socket = try said(#"{"type": "step", "data": \#(action)}"#)
            #expect(socket["data"] == web && web["reward"] == line["reward"] && web["done"] == line["done"])
            #expect(web["observation"]?["message"] == line["message"])
        }
        #expect(try said(#"{"type": "state"}"#)["data"]?["step_count"]?.integerValue ?? 0 > 0)
        #expect(try said(#"{"type": "step", "data": {"message": "x"}}"#)["data"]?["code"] == .string("EXECUTION_ERROR"))
        #expect(try said("nonsense")["data"]?["code"] == .string("INVALID_JSON"))
        #expect(try said(#"{"type": "leap"}"#)["data"]?["code"] == .string("UNKNOWN_TYPE"))
        #expect(talk.reply(to: #"{"type": "close"}"#) == nil)
        talk.closed()
    }
}
