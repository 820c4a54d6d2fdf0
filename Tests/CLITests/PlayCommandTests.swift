import Foundation
import Nacre
import Testing

@Suite("play")
struct PlayCommandTests {
    private static let scenario = CLI.scenario("self-harm-question")

    @Test("The same seed brings the same conversations, and those of simulate")
    func policy() throws {
        let play = ["play", Self.scenario, "--policy", "uniform", "--episodes", "40", "--seed", "9"]
        let first = try CLI.start(play + ["--json"]).ended()
        #expect(first.status == 0 && first.messages.isEmpty)
        #expect(try CLI.start(play + ["--json"]).ended().output == first.output)
        let played = try JSONValue(parsing: first.output)
        let simulated = try CLI.json(
            "simulate", Self.scenario, "--policy", "uniform", "--episodes", "40", "--seed", "9")
        #expect(played["outcomes"] == simulated["outcomes"])
        #expect(played["conversations"]?.arrayValue?.count == 40)
        let text = try CLI.start(play + ["--show", "2"]).ended().output
        #expect(text.contains("\nconversation 1: ") && !text.contains("\nconversation 2: "))
        #expect(text.contains("(the first 2 of 40 conversations)"))
    }

    @Test("By hand, piped: q keeps what was played and ends well; so does the end of the input")
    func hand() throws {
        let folder = try TemporaryFolder()
        func hand(_ typed: String) throws -> ChildProcess.Ended {
            try folder.write("typed", typed)
            let words = [CLI.program, "play", Self.scenario, "--hand", "--episodes", "2", "--store", "runs.sqlite"]
            let line = words.map { Shell.quoted($0) }.joined(separator: " ") + " --json < typed"
            return try ChildProcess("/bin/sh", ["-c", line], in: folder.path).ended()
        }
        let always = try CLI.json(
            "play", Self.scenario, "--policy", "always:refuse", "--episodes", "2", "--compare", "uniform")
        let turns = try #require(always["conversations"]?.arrayValue?.first?["turns"]?.arrayValue?.count)
        for end in ["q\n", ""] {
            let ended = try hand(String(repeating: "1\n", count: turns) + end)
            #expect(ended.status == 0, "\(ended.messages)")
            let played = try JSONValue(parsing: ended.output)
            #expect(played["episodes"]?.integerValue == 1 && played["complete"]?.boolValue == false)
            let (found, expected) = (
                played["conversations"]?.arrayValue?.first, always["conversations"]?.arrayValue?.first
            )
            for key in ["user", "outcome", "payoff", "turns", "messages"] { #expect(found?[key] == expected?[key]) }
            #expect(ended.messages.contains("1 of 2 conversations are kept as run"))
        }
    }

    @Test("An address where nobody answers is 75; what cannot go together is 64; a type that is none is 65")
    func mistakes() throws {
        let play = ["play", Self.scenario]
        let refused = try CLI.start(play + ["--model", "http://127.0.0.1:9", "--timeout", "2"]).ended()
        #expect(refused.status == 75, "\(refused.messages)")
        for options in [
            [], ["--policy", "uniform", "--hand"], ["--policy", "uniform", "--samples", "3"],
            ["--model", "http://127.0.0.1:9", "--samples", "3"], ["--policy", "uniform", "--episodes", "0"],
            ["--model", "http://127.0.0.1:9", "--judge", "http://127.0.0.1:9", "--examples", "a.jsonl"],
        ] { #expect(try CLI.start(play + options).ended().status == 64, "\(options)") }
        let user = try CLI.start(play + ["--policy", "uniform", "--user", "distresed"]).ended()
        #expect(user.status == 65 && user.messages.contains("did you mean distressed?"))
    }

    @Test("A folder and a log are written, and not written over")
    func files() throws {
        let folder = try TemporaryFolder()
        let play = [
            "play", Self.scenario, "--policy", "reference", "--episodes", "5", "--out", "out", "--inspect", "log.json",
        ]
        #expect(try CLI.start(play, in: folder).ended().status == 0)
        let first = try folder.contents()
        #expect(try CLI.start(play, in: folder).ended().status == 74)
        #expect(try CLI.start(play + ["--force"], in: folder).ended().status == 0)
        #expect(try folder.contents()["out/conversations.jsonl"] == first["out/conversations.jsonl"])
        #expect(try folder.contents()["out/play.json"] == first["out/play.json"])
        let log = try JSONValue(parsing: try folder.text("log.json"))
        #expect(log["samples"]?.arrayValue?.count == 5)
    }
}
