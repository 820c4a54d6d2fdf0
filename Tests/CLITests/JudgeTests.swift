import Foundation
import Output
import StubModels
import Testing

/// `label` with a judge behind an address, and with batch files.
@Suite("Judges on the command line")
struct JudgeTests {
    private static let key = "sk-test-fedcba9876543210"

    /// A folder with a file of texts: so many prompts with two answers each, which are three texts.
    private func folder(prompts: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let lines = (0..<prompts).map {
            #"{"id":"p\#($0)","prompt":"Question \#($0)?","candidates":[{"content":"Yes \#($0)."},{"content":"No \#($0)."}]}"#
        }
        try folder.write("texts.jsonl", lines.joined(separator: "\n") + "\n")
        return folder
    }

    private func label(_ server: StubServer, _ options: [String] = []) -> [String] {
        ["label", "texts.jsonl", "--scenario", CLI.scenario(), "--out", "labels", "--judge", server.url] + options
    }

    private func run(
        _ arguments: [String], _ folder: TemporaryFolder, _ environment: [String: String] = [:]
    ) throws -> ChildProcess.Ended { try CLI.start(arguments, in: folder, environment: environment).ended(within: 90) }

    @Test("A run that is killed goes on where it was, and a repeated one asks nothing")
    func killed() throws {
        let server = try StubServer.judge(seconds: 0.05)
        defer { server.stop() }
        let folder = try folder(prompts: 40)
        let options = ["--concurrency", "4"]
        let child = try CLI.start(label(server, options), in: folder)
        let hasBegun = child.wait(seconds: 60) { server.requests.count > 30 }
        try #require(hasBegun)
        child.send(SIGKILL)
        #expect(try child.ended().status == nil)
        #expect(!folder.contains("labels"))
        let ended = try run(label(server, options), folder)
        #expect(ended.status == 0, "\(ended.messages)")
        // What was under way when the program was killed is asked for again, and what had arrived and was not yet looked at, since the
        // next are sent first; which models there are is asked once a run.
        let asked = server.requests.count { $0.path != "/v1/models" }
        #expect(asked >= 120 && asked <= 120 + 2 * 4, "\(asked)")
        let labels = try folder.text("labels/labels.jsonl")
        #expect(labels.split(separator: "\n").count == 120)
        let again = try run(label(server, options + ["--force", "--model-name", "stub-judge"]), folder)
        #expect(again.status == 0, "\(again.messages)")
        #expect(server.requests.count == asked + 2)
        #expect(try folder.text("labels/labels.jsonl") == labels)
    }

    @Test("Ctrl-C ends the run soon, with 130, and what came is remembered")
    func interrupted() throws {
        let server = try StubServer.judge(seconds: 0.1)
        defer { server.stop() }
        let folder = try folder(prompts: 20)
        let child = try CLI.start(label(server, ["--concurrency", "2"]), in: folder)
        let hasBegun = child.wait(seconds: 60) { server.requests.count > 10 }
        try #require(hasBegun)
        child.send(SIGINT)
        #expect(try child.ended(within: 20).status == 130)
        let ended = try run(label(server), folder)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(server.requests.count { $0.path != "/v1/models" } <= 60 + 2)
    }

    @Test("A key is used, and stands in no file and no message")
    func key() throws {
        let server = try StubServer.judge(key: Self.key)
        defer { server.stop() }
        let folder = try folder(prompts: 3)
        let options = ["--key-env", "MY_KEY", "--model-name", "stub-judge"]
        for (key, status) in [(Self.key, Int32(0)), ("\(Self.key)-wrong", 65)] {
            for form in [[], ["--json"]] {
                let all = options + form + ["--force", "--cache", "\(status).sqlite"]
                let ended = try run(label(server, all), folder, ["MY_KEY": key])
                #expect(ended.status == status, "\(ended.messages)")
                #expect(!(ended.output + ended.messages).contains(Self.key), "\(ended.messages)")
            }
        }
        #expect(server.requests.contains { $0.headers["authorization"] == "Bearer \(Self.key)" })
        let files = try folder.contents()
        #expect(files.keys.contains("labels/manifest.json") && files.keys.contains("0.sqlite"))
        for (name, bytes) in files { #expect(bytes.range(of: Data(Self.key.utf8)) == nil, "\(name)") }
        let unset = try run(label(server, options + ["--force"]), folder)
        #expect(unset.status == 65 && unset.messages.contains("MY_KEY is empty or not set"))
    }

    @Test("Where nobody answers the exit code is 75, in JSON too")
    func unreachable() throws {
        let server = try StubServer.judge()
        server.stop()
        let folder = try folder(prompts: 1)
        let ended = try run(label(server, ["--json"]), folder)
        #expect(ended.status == 75, "\(ended.messages)")
        let message = try JSONValue(parsing: ended.output)["errors"]?.arrayValue?.first?["message"]?.stringValue
        #expect(message?.contains("nothing accepts connections there") == true)
        #expect(!folder.contains("labels"))
    }

    @Test("Proxies of the environment are not used")
    func proxies() throws {
        let (server, proxy) = (try StubServer.judge(), try StubServer.judge())
        defer {
            server.stop()
            proxy.stop()
        }
        let folder = try folder(prompts: 2)
        let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
        var environment = Dictionary(uniqueKeysWithValues: names.map { ($0, proxy.url) })
        (environment["no_proxy"], environment["NO_PROXY"]) = ("example.com", "example.com")
        let ended = try run(label(server), folder, environment)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(proxy.connections == 0)
    }

    @Test("A budget ends the run with what came, and says so")
    func budget() throws {
        let server = try StubServer.judge()
        defer { server.stop() }
        let folder = try folder(prompts: 10)
        let ended = try run(label(server, ["--max-requests", "12", "--concurrency", "1"]), folder)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.output.contains("the budget of 12 requests is used up"), "\(ended.output)")
        let labels = try folder.text("labels/labels.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
        #expect(labels.count == 30)
        #expect(labels.count { $0["cue"] != nil || $0["response"] != nil } == 12)
        #expect(labels.suffix(18).allSatisfy { $0["abstained"] == .bool(true) })
    }

    @Test("A certificate that the system does not know is refused, whatever the environment says")
    func selfSigned() throws {
        let folder = try folder(prompts: 1)
        let openssl = "/usr/bin/openssl"
        guard FileManager.default.isExecutableFile(atPath: openssl) else { return }
        let made = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ], in: folder.path
        ).ended()
        try #require(made.status == 0, "\(made.messages)")
        // A port that was free a moment ago.
        let probe = try StubServer.judge()
        probe.stop()
        let server = try ChildProcess(
            openssl,
            ["s_server", "-accept", "127.0.0.1:\(probe.port)", "-cert", "cert.pem", "-key", "key.pem", "-www"],
            in: folder.path)
        _ = server.wait(seconds: 1) { false }
        try #require(server.isRunning)
        defer { server.send(SIGKILL) }
        for value in ["", folder.file("cert.pem"), "INSECURE_SSL_NO_VERIFY"] {
            let ended = try run(
                [
                    "label", "texts.jsonl", "--scenario", CLI.scenario(), "--out", "labels", "--judge",
                    "https://127.0.0.1:\(probe.port)",
                ], folder, ["URLSessionCertificateAuthorityInfoFile": value, "SSL_CERT_FILE": value])
            #expect(ended.status == 65, "\(ended.messages)")
            #expect(ended.messages.contains("certificate"), "\(ended.messages)")
        }
    }

    @Test("Requests are written for any engine, and answers are collected in any order")
    func batch() throws {
        let folder = try folder(prompts: 5)
        let written = try run(
            [
                "label", "requests", "texts.jsonl", "--scenario", CLI.scenario(), "--out", "requests.jsonl",
                "--judge-samples", "2", "--json",
            ], folder)
        #expect(written.status == 0, "\(written.messages)")
        #expect(try JSONValue(parsing: written.output)["counts"]?["requests"] == .integer(30))
        let lines = try folder.text("requests.jsonl").split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(lines.count == 30 && Set(lines.compactMap { $0["custom_id"]?.stringValue }).count == 30)
        let answers = try lines.dropFirst().map { line in
            let schema = line["body"]?["response_format"]?["json_schema"]?["schema"] ?? .null
            let content = try StubServer.instance(schema).text()
            let body = JSONValue.object([
                "model": .string("m"),
                "choices": .array([.object(["message": .object(["content": .string(content)])])]),
            ])
            return try JSONValue.object([
                "custom_id": line["custom_id"] ?? .null, "error": .null,
                "response": .object(["status_code": .integer(200), "body": body]),
            ]).text()
        }
        var labels: [String] = []
        for (name, order) in [("one", Array(answers)), ("two", answers.reversed() + answers.prefix(1))] {
            try folder.write("\(name).jsonl", order.joined(separator: "\n"))
            let collected = try run(
                [
                    "label", "collect", "\(name).jsonl", "--texts", "texts.jsonl", "--scenario", CLI.scenario(),
                    "--out", name,
                ], folder)
            #expect(collected.status == 0, "\(collected.messages)")
            #expect(collected.output.contains("missing: 1 answers"), "\(collected.output)")
            labels.append(try folder.text("\(name)/labels.jsonl"))
        }
        #expect(labels[0].split(separator: "\n").count == 15)
        #expect(labels[0] == labels[1])
        #expect(labels[0].contains("judge/1 m rubric "))
    }

    @Test("Options of an address without an address are refused")
    func usage() throws {
        let folder = try folder(prompts: 1)
        let label = ["label", "texts.jsonl", "--scenario", CLI.scenario(), "--out", "labels"]
        for options in [["--model-name", "x"], ["--judge-samples", "2"], ["--max-tokens", "3"]] {
            #expect(try run(label + options, folder).status == 64)
        }
    }
}
