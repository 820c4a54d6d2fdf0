import Foundation
import Nacre
import Testing

@Suite("Sessions, credit and noise on the command line")
struct SessionCommandTests {
    private static let scenario = CLI.scenario("self-harm-question")

    private func piped(
        _ lines: [String], _ options: [String], in folder: TemporaryFolder
    ) throws -> ChildProcess.Ended {
        try folder.write("lines", lines.map { $0 + "\n" }.joined())
        let words = [CLI.program, "play", Self.scenario, "--stdio"] + options
        let line = words.map { Shell.quoted($0) }.joined(separator: " ") + " < lines"
        return try ChildProcess("/bin/sh", ["-c", line], in: folder.path).ended()
    }

    @Test("Stepped by strategies, lines play what simulate plays; batches are the same")
    func stdio() throws {
        let folder = try TemporaryFolder()
        let played = try CLI.json("play", Self.scenario, "--policy", "uniform", "--episodes", "30", "--seed", "5")
        let names = ["refuse", "refer", "ask_gently", "support", "safety_information", "guide", "comply"]
        let uniform = names.map { "\"\($0)\": \(1.0 / 7)" }.joined(separator: ", ")
        var lines: [String] = []
        for episode in 0..<30 {
            lines.append(#"{"op": "reset", "session": \#(episode), "seed": 5, "episode": \#(episode)}"#)
            lines += Array(
                repeating: #"{"op": "step", "session": \#(episode), "strategy": {\#(uniform)}}"#, count: 8)
            lines.append(#"{"op": "state", "session": \#(episode)}"#)
        }
        let ended = try piped(lines, [], in: folder)
        #expect(ended.status == 0 && ended.messages.isEmpty, "\(ended.messages)")
        let replies = ended.output.split(separator: "\n").map(String.init)
        #expect(replies.count == lines.count)
        for (episode, conversation) in try #require(played["conversations"]?.arrayValue).enumerated() {
            let state = try JSONValue(parsing: replies[episode * 10 + 9])
            for key in ["outcome", "payoff", "messages"] { #expect(state[key] == conversation[key]) }
        }
        let batch = try piped(["[" + lines.joined(separator: ",") + "]"], [], in: folder)
        #expect(batch.output == "[" + replies.joined(separator: ",") + "]\n")
        // A line that comes in many parts is a line.
        let long = "\"" + String(repeating: "x", count: 300_000) + "\""
        let parted = try piped(lines[..<2].map { $0.dropLast() + ", \"id\": \(long)}" }, [], in: folder)
        #expect(parted.output.split(separator: "\n").count == 2 && parted.output.contains(#""id":\#(long)"#))
        let windows = try piped(["\u{FEFF}" + lines[0] + "\r", lines[1] + "\r"], [], in: folder)
        #expect(windows.output == replies[..<2].map { $0 + "\n" }.joined())
    }

    @Test("What does not go together is 64")
    func mistakes() throws {
        for options in [
            ["play", Self.scenario, "--stdio", "--episodes", "3"], ["play", Self.scenario, "--stdio", "--hand"],
            ["play", Self.scenario, "--policy", "uniform", "--reveal"],
            ["serve", Self.scenario, "--reward", "shaped"], ["serve", Self.scenario, "--env", "--store", "x.sqlite"],
            ["annotate", Self.scenario, "--out", "x"],
            ["annotate", Self.scenario, "c.jsonl", "--run", "1", "--out", "x"],
            ["annotate", Self.scenario, "c.jsonl", "--conversation", "a", "--out", "x"],
            ["noise", Self.scenario, "--rollouts", "0"], ["noise", Self.scenario, "--window", "2,"],
            ["noise", Self.scenario, "--candidates", "4"],
        ] { #expect(try CLI.start(options).ended().status == 64, "\(options)") }
    }

    @Test("A server ends with its input if asked to, and not otherwise", arguments: [["--env"], []])
    func inputEnds(form: [String]) throws {
        let serve = ["serve", Self.scenario, "--json"] + form
        // Nothing can be read from the null device: its end is there from the beginning.
        let ended = try CLI.start(serve + ["--until-input-ends"]).ended()
        #expect(ended.status == 0 && ended.output.contains("http://127.0.0.1:"), "\(ended.messages)")
        let words = (serve + ["--until-input-ends"]).map { "'\($0)'" }.joined(separator: " ")
        let piped = try ChildProcess(
            "/bin/sh", ["-c", "(echo a; sleep 1; echo b) | '\(CLI.program)' \(words) && echo over"], in: CLI.root
        ).ended()
        #expect(piped.status == 0 && piped.output.hasSuffix("over\n"), "\(piped.messages)")
        let other = try CLI.start(serve)
        #expect(!other.wait(seconds: 1) { !other.isRunning })
        other.send(SIGTERM)
        #expect(try other.ended().status == 0)
    }

    @Test("A message over a socket is no larger than a request, in one frame or in many", arguments: [1, 20])
    func largestMessage(frames: Int) throws {
        let folder = try TemporaryFolder()
        let words = [CLI.program, "serve", Self.scenario, "--env"].map { Shell.quoted($0) }.joined(separator: " ")
        let server = try ChildProcess("/bin/sh", ["-c", "exec \(words) > address"], in: folder.path)
        defer { server.send(SIGTERM) }
        #expect(server.wait(seconds: 30) { ((try? folder.text("address")) ?? "").hasSuffix("\n") })
        let text = try folder.text("address").split(separator: ":").last?.filter(\.isNumber)
        let port = try #require(text.flatMap { UInt16($0) })
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) == 0 }
        }
        try #require(isConnected)
        func say(_ bytes: [UInt8]) { _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        func heard() -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 4096)
            return Array(bytes[..<max(0, recv(client, &bytes, bytes.count, 0))])
        }
        say(
            Array(
                ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").utf8))
        #expect(String(decoding: heard(), as: UTF8.self).hasPrefix("HTTP/1.1 101"))
        let size = ((1 << 20) + 1 + frames) / frames
        for frame in 0..<frames {
            // A text or its continuation, the last one said to be so; masked with zeros.
            let head = UInt8((frame == 0 ? 1 : 0) | (frame == frames - 1 ? 0x80 : 0))
            let digits = (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }
            say([head, 0xFF] + digits + [0, 0, 0, 0] + [UInt8](repeating: 0x20, count: size))
        }
        // Closed with 1009, too big.
        #expect(Array(heard().prefix(4).suffix(2)) == [0x03, 0xF1])
    }

    @Test("Annotations of the parts of a file, one after another, are those of the file")
    func parts() throws {
        let folder = try TemporaryFolder()
        let play = ["play", Self.scenario, "--policy", "uniform", "--episodes", "40", "--out", "played"]
        #expect(try CLI.start(play, in: folder).ended().status == 0)
        let all = try folder.text("played/conversations.jsonl").split(separator: "\n")
        try #require(all.count == 40)
        func annotated(_ name: String, _ lines: ArraySlice<Substring>) throws -> String {
            try folder.write("\(name).jsonl", lines.joined(separator: "\n") + "\n")
            let ended = try CLI.start(["annotate", Self.scenario, "\(name).jsonl", "--out", name], in: folder).ended()
            #expect(ended.status == 0, "\(ended.messages)")
            return try folder.text("\(name)/annotated.jsonl")
        }
        let parts = try annotated("first", all[..<17]) + annotated("second", all[17...])
        #expect(try annotated("whole", all[...]) == parts)
    }

    @Test("What a command reads it does not replace, by no name of it")
    func ownInputs() throws {
        let folder = try TemporaryFolder()
        let play = ["play", Self.scenario, "--policy", "reference", "--episodes", "4", "--out", "played"]
        #expect(try CLI.start(play, in: folder).ended().status == 0)
        let kept = try folder.text("played/conversations.jsonl")
        let input = "played/conversations.jsonl"
        let linked = try ChildProcess("/bin/ln", ["-s", "played", "linked"], in: folder.path).ended()
        #expect(linked.status == 0)
        for words in [
            ["annotate", Self.scenario, input, "--out", "played"], ["annotate", Self.scenario, input, "--out=played"],
            ["annotate", Self.scenario, input, "--out", "linked"],
            ["annotate", Self.scenario, input, "--out", "x", "--html", input],
            ["label", input, "--scenario", Self.scenario, "--out", "./played/"],
        ] {
            let ended = try CLI.start(words + ["--force"], in: folder).ended()
            #expect(
                ended.status == 74 && ended.messages.contains("is read by this command"), "\(words): \(ended.messages)")
        }
        #expect(try folder.text(input) == kept)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/x"))
    }

    @Test("A page that cannot be written leaves no folder; ids that come twice are left out, epochs are told apart")
    func identities() throws {
        let folder = try TemporaryFolder()
        func line(_ id: String) -> String {
            """
            {"id": "\(id)", "messages": [{"role": "user", "content": "a", "cue": "distress"}, \
            {"role": "assistant", "content": "b", "response": "refer"}]}
            """
        }
        try folder.write("c.jsonl", [line("x"), line("y"), line("x")].joined(separator: "\n"))
        let refused = try CLI.start(
            ["annotate", Self.scenario, "c.jsonl", "--out", "o", "--html", "o.html", "--conversation", "z"], in: folder
        ).ended()
        #expect(refused.status == 65 && refused.messages.contains("no conversation z"), "\(refused.messages)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/o"))
        #expect(try CLI.start(["annotate", Self.scenario, "c.jsonl", "--out", "o"], in: folder).ended().status == 0)
        #expect(try folder.text("o/annotated.jsonl").split(separator: "\n").count == 2)
        #expect(try folder.text("o/rejects.jsonl").contains("has the id x, which line 1 has too"))
        let samples = (1...2).map { epoch in
            """
            {"id": "s", "epoch": \(epoch), "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], \
            "metadata": {"turns": [{"cue": "distress", "response": "refer"}]}}
            """
        }
        try folder.write("log.json", #"{"samples": [\#(samples.joined(separator: ", "))]}"#)
        #expect(try CLI.start(["annotate", Self.scenario, "log.json", "--out", "e"], in: folder).ended().status == 0)
        let ids = try folder.text("e/annotated.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: String($0))["id"]?.stringValue
        }
        #expect(ids == ["s", "s (epoch 2)"])
    }

    @Test("A store, played conversations and an evaluation log get the same credit; bytes do not depend on threads")
    func annotate() throws {
        let folder = try TemporaryFolder()
        func run(_ words: String...) throws {
            let ended = try CLI.start(words, in: folder).ended()
            #expect(ended.status == 0, "\(words): \(ended.messages)")
        }
        let play = ["--policy", "reference", "--episodes", "60", "--seed", "3"]
        try run(
            "simulate", Self.scenario, play[0], play[1], play[2], play[3], play[4], play[5], "--store", "s.sqlite",
            "--trajectories")
        try run(
            "play", Self.scenario, play[0], play[1], play[2], play[3], play[4], play[5], "--out", "played", "--inspect",
            "log.json")
        try run("annotate", Self.scenario, "--store", "s.sqlite", "--run", "1", "--out", "a", "--threads", "1")
        try run("annotate", Self.scenario, "--store", "s.sqlite", "--run", "1", "--out", "b", "--threads", "3")
        try run("annotate", Self.scenario, "played/conversations.jsonl", "--out", "c", "--html", "c.html")
        try run("annotate", Self.scenario, "log.json", "--out", "d", "--rewards", "shaped", "--situations")
        #expect(try folder.text("a/annotated.jsonl") == folder.text("b/annotated.jsonl"))
        #expect(try folder.text("a/turns.csv") == folder.text("b/turns.csv"))
        func lines(_ name: String) throws -> [JSONValue] {
            try folder.text("\(name)/annotated.jsonl").split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        }
        let (stored, spoken, logged) = (try lines("a"), try lines("c"), try lines("d"))
        #expect(stored.count == 60 && spoken.count == 60 && logged.count == 60)
        for index in 0..<60 {
            for key in ["advantages", "chance", "opening", "payoff", "pivotal_turn", "turns", "user", "outcome"] {
                let isSame = stored[index][key] == spoken[index][key] && stored[index][key] == logged[index][key]
                #expect(isSame, "\(key) of \(index)")
            }
            let shaped = try #require(logged[index]["turn_rewards"]?.arrayValue).compactMap(\.doubleValue).reduce(0, +)
            let sum =
                shaped + (logged[index]["opening"]?.doubleValue ?? .nan) + (logged[index]["value"]?.doubleValue ?? .nan)
            #expect(abs(sum - (logged[index]["payoff"]?.doubleValue ?? .nan)) < 1e-12)
        }
        #expect(try folder.text("c.html").contains("Which answer cost what"))
        #expect(folder.contains("d/situations.csv") && !folder.contains("c/situations.csv"))
        let lost = try CLI.start(
            ["annotate", Self.scenario, "c.html", "--out", "e"], in: folder
        ).ended()
        #expect(lost.status == 65 && !folder.contains("e"))
    }

    @Test("Noise says the same for the same seed, and writes its tables")
    func noise() throws {
        let folder = try TemporaryFolder()
        let words = [
            "noise", Self.scenario, "--episodes", "20", "--rollouts", "3,10", "--window", "2,all", "--replications",
            "2",
        ]
        let first = try CLI.start(words + ["--json", "--threads", "1", "--csv", "tables"], in: folder).ended()
        #expect(first.status == 0, "\(first.messages)")
        #expect(try CLI.start(words + ["--json", "--threads", "3"], in: folder).ended().output == first.output)
        #expect(try JSONValue(parsing: first.output)["labels"]?.arrayValue?.count == 4)
        for name in ["labels.csv", "windows.csv", "turns.csv", "datapackage.json"] {
            #expect(folder.contains("tables/\(name)"))
        }
        #expect(try JSONValue(parsing: first.output)["endings"] == .string("realised"))
        let expected = try JSONValue(
            parsing: try CLI.start(words + ["--expected-endings", "--json"], in: folder).ended().output)
        #expect(expected["endings"] == .string("expected"))
        // The same values, with less noise.
        let whole = try [JSONValue(parsing: first.output), expected].map { document in
            try #require(document["windows"]?.arrayValue?.last?["deviation"]?.doubleValue)
        }
        #expect(whole[1] < whole[0])
        let text = try CLI.start(words, in: folder).ended().output
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 + 20 })
    }
}
