import Foundation
import Output
import Testing

/// Files that people have are not lost, whatever is asked for.
@Suite("Files of people")
struct PeoplesFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var starter: String { CLI.scenario() }

    @Test("Every folder that a command writes can be written again with --force, unless something was added")
    func folders() throws {
        // A game tree grows with the horizon.
        let short = try String(contentsOfFile: starter, encoding: .utf8)
            .replacingOccurrences(of: "horizon: [0-9]+", with: "horizon: 2", options: .regularExpression)
        try folder.write("short.yaml", short)
        for format in ["pomdp", "efg", "prism"] { try Replacing.check(["export", format, "short.yaml"], in: folder) }
        try Replacing.check(["export", "csv", starter, "--policy", "uniform"], in: folder)
        for format in ["dpo", "candidates", "kto", "sft", "sharegpt", "nemo"] {
            try Replacing.check(
                [
                    "export", format, starter, "--policy", "uniform", "--tau", "0.2", "--count", "4",
                    "--keep-over-limit",
                ], in: folder)
        }
        try Replacing.check(["evaluate", starter, "--policy", "uniform"], in: folder, flag: "--csv")
        try Replacing.check(
            ["simulate", starter, "--policy", "uniform", "--episodes", "50"], in: folder, flag: "--csv")
        try Replacing.check(["frontier", starter, "--points", "2", "--starts", "1", "--policies"], in: folder)
        try Replacing.check(
            [
                "boundary", starter, "--policy", "reference", "--vary", "users.thief.prior", "--vary",
                "users.thief.payoff.misused", "--resolution", "8",
            ], in: folder)
        try Replacing.check(
            ["sensitivity", starter, "--policy", "reference", "--points", "8", "--copies", "2", "--top", "3"],
            in: folder)
        _ = try CLI.json(
            "simulate", starter, "--policy", "uniform", "--episodes", "50", "--trajectories", "--store", "s.sqlite",
            in: folder)
        try Replacing.check(["runs", "export", "1", "--store", "s.sqlite"], in: folder)
    }

    @Test("--force with no name, or that of the current folder, touches nothing", arguments: ["", " ", ".", "..", "/"])
    func noName(out: String) throws {
        try folder.write("manifest.json", #"{"name": "mine"}"#)
        let before = try folder.contents()
        for command in [["export", "csv", starter, "--policy", "uniform"], ["frontier", starter, "--points", "2"]] {
            #expect(try CLI.start(command + ["--out", out, "--force"], in: folder).ended().status == 74)
        }
        #expect(try folder.contents() == before)
    }

    @Test("solve and explain write through devices and links, and never replace them")
    func through() throws {
        try folder.write("real.json", "old")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.json"), withDestinationPath: "real.json")
        let device = try CLI.run("solve", starter, "--out", "/dev/null", "--force", "--quiet", in: folder)
        #expect(device.status == 0, "\(device.messages)")
        #expect(
            try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
                == .typeCharacterSpecial)
        let printed = try CLI.run("solve", starter, "--out", "/dev/stdout", "--quiet", in: folder)
        #expect(printed.status == 0, "\(printed.messages)")
        #expect(printed.output.hasPrefix("{\n"))
        #expect(printed.output.contains("\"strategies\""))
        #expect(printed.output.contains("payoff"))
        let linked = try CLI.run("solve", starter, "--out", "link.json", "--force", "--quiet", in: folder)
        #expect(linked.status == 0, "\(linked.messages)")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.json")) == "real.json")
        #expect(try folder.text("real.json").contains("\"strategies\""))
        let graph = ["explain", starter, "--policy", "uniform", "--after", "plain", "--graph"]
        for end in ["dot", "svg"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("graph.\(end)"), withDestinationPath: "real.\(end)")
            #expect(try CLI.start(graph + ["graph.\(end)", "--force"], in: folder).ended().status == 74, "it dangles")
            try folder.write("real.\(end)", "old")
            #expect(try CLI.start(graph + ["graph.\(end)"], in: folder).ended().status == 64, "it exists already")
            #expect(try CLI.start(graph + ["graph.\(end)", "--force"], in: folder).ended().status == 0)
            #expect(try folder.text("real.\(end)") != "old")
        }
    }

    @Test("Where nothing can be written, the code is 74 and the path is named, before any work")
    func impossible() throws {
        try folder.write("file", "kept")
        let long = String(repeating: "x", count: 300)
        for place in ["file/out", long] {
            for command in [
                ["export", "csv", starter, "--policy", "uniform", "--out", place],
                ["solve", starter, "--method", "belief", "--gap", "0", "--out", place],
                ["simulate", starter, "--policy", "uniform", "--episodes", "1000000000", "--csv", place],
                ["suite", "expand", "response-strategies", "--out", place],
            ] {
                let ended = try CLI.start(command, in: folder).ended()
                #expect(ended.status == 74, "\(command): \(ended.messages)")
                #expect(ended.messages.contains("error: "))
            }
        }
        #expect(try folder.text("file") == "kept")
    }

    @Test("An export that runs out of room keeps what it finished, says so, and is gone on with")
    func noRoom() throws {
        let export = [
            "export", "dpo", starter, "--policy", "uniform", "--tau", "0.2", "--count", "300", "--labels",
            "quota", "--keep-placeholders", "--keep-over-limit", "--out", "out",
        ]
        // A limit on the size of files stands for a full disk: writing fails in the middle of one.
        let quoted = ([CLI.program] + export).map { "'\($0)'" }.joined(separator: " ")
        let stopped = try ChildProcess(
            "/bin/bash", ["-c", "trap '' XFSZ; ulimit -f 2000; exec \(quoted)"], in: folder.path
        )
        .ended()
        #expect(stopped.status == 74, "\(stopped.messages)")
        #expect(stopped.messages.contains("out/data/train.jsonl cannot be written"))
        #expect(stopped.messages.contains("--resume"))
        #expect(stopped.messages.contains(".out.partial-"))
        #expect(!folder.contains("out"))
        let resumed = try CLI.start(export + ["--resume"], in: folder).ended()
        #expect(resumed.status == 0, "\(resumed.messages)")
        #expect(resumed.messages.contains("resuming an interrupted export"))
        let whole = try TemporaryFolder()
        #expect(try CLI.start(export, in: whole).ended().status == 0)
        #expect(try folder.contents(of: "out") == whole.contents(of: "out"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    }

    @Test("What a killed export left is said by the next one to the same place")
    func leftover() throws {
        let export = [
            "export", "dpo", starter, "--policy", "uniform", "--tau", "0.2", "--count", "300", "--variants", "60",
            "--labels", "quota", "--keep-placeholders", "--keep-over-limit", "--out", "out",
        ]
        let child = try CLI.start(export, in: folder)
        let hasBegun = try child.wait(seconds: 30) {
            try folder.contents().contains { $0.key.hasSuffix("train.jsonl") && $0.value.count > 100_000 }
        }
        try #require(hasBegun)
        child.send(SIGKILL)
        _ = try child.ended()
        let next = try CLI.run("export", "csv", starter, "--policy", "uniform", "--out", "out", in: folder)
        #expect(next.status == 0)
        #expect(next.messages.contains("/.out.partial-"))
        #expect(next.messages.contains("MB)") || next.messages.contains("kB)"))
    }
}
