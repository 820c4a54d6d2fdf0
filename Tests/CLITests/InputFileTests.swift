import Foundation
import Output
import Testing

/// Files that people name: devices, FIFOs and folders are refused at once, pipes of a shell are read.
@Suite("What is read of a file that is named")
struct InputFileTests {
    static let lines: [(line: String, status: Int32)] = [
        ("validate FILE", 65), ("evaluate FILE --policy uniform", 65), ("evaluate starter.yaml --policy FILE", 65),
        ("calibrate FILE --mapping nowhere.yaml --out x", 65), ("suite run FILE", 65),
        ("export dpo starter.yaml --policy uniform --tau 0.2 --out x --candidates FILE", 65),
        ("check FILE", 74), ("runs list --store FILE", 74),
        ("simulate starter.yaml --policy uniform --store FILE", 74), ("doctor --store FILE", 74),
    ]

    private func refused(_ line: String, _ path: String, _ status: Int32) throws {
        let ended = try CLI.start(line.split(separator: " ").map { $0 == "FILE" ? path : String($0) }).ended(within: 20)
        #expect(ended.status == status, "\(line) \(path): \(ended.messages)")
        if !line.contains("mapping") { #expect(ended.messages.contains(path)) }
    }

    @Test("A device without an end is an error at once", arguments: lines)
    func device(line: String, status: Int32) throws { try refused(line, "/dev/zero", status) }

    @Test("A FIFO that nobody writes to is an error at once", arguments: lines)
    func pipe(line: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("fifo"), 0o600) == 0)
        try refused(line, folder.file("fifo"), status)
    }

    @Test(
        "A folder where a file is meant is named", arguments: ["evaluate starter.yaml --policy FILE", "validate FILE"])
    func folder(line: String) throws { try refused(line, try TemporaryFolder().path, 65) }

    @Test("Data and policies may come from a pipe of the shell")
    func shellPipes() throws {
        let folder = try TemporaryFolder()
        let solved = try CLI.run(
            "solve", CLI.scenario(), "--starts", "1", "--perturbations", "0", "--out", "policy.json", in: folder)
        #expect(solved.status == 0)
        let named = try CLI.json("evaluate", CLI.scenario(), "--policy", "policy.json", in: folder)
        let script = "cat policy.json | '\(CLI.program)' evaluate '\(CLI.scenario())' --policy /dev/stdin --json"
        let piped = try ChildProcess("/bin/sh", ["-c", script], in: folder.path).ended()
        #expect(piped.status == 0, "\(piped.messages)")
        let value = try JSONValue(parsing: piped.output)["policies"]?.arrayValue?.first?["payoff"]
        #expect(value == named["policies"]?.arrayValue?.first?["payoff"])
        let rows = "printf '{\"foo\": 1}\\n' | '\(CLI.program)' check /dev/stdin"
        let checked = try ChildProcess("/bin/sh", ["-c", rows], in: folder.path).ended()
        #expect(checked.output.contains("1 rows looked at"), "\(checked.messages)")
    }
}

@Suite("Usage errors as data")
struct UsageErrorTests {
    @Test(
        "With --json there is a document for exit 64 too, and the message stays on standard error",
        arguments: [
            ("frobnicate", "frobnicate"), ("solve", "<file>"),
            ("evaluate starter.yaml --policy uniform --polcy x", "--polcy"),
            ("solve starter.yaml --starts many", "--starts"), ("boundary starter.yaml", "--vary"),
            ("runs frob", "frob"),
            ("export dpo starter.yaml --policy uniform --out x --strict", "--strict"),
            ("export dpo starter.yaml --policy uniform --out x --min-scope 2 --candidates c", "--min-scope"),
        ])
    func document(line: String, word: String) throws {
        let arguments = line.split(separator: " ").map(String.init)
        for more in [arguments + ["--json"], arguments] {
            let ended = try CLI.start(more).ended()
            #expect(ended.status == 64)
            #expect(ended.messages.contains("Error:"))
            guard more.last == "--json" else {
                #expect(ended.output.isEmpty)
                continue
            }
            let json = try Shape.canonical(ended.output)
            #expect(json["format"] == .integer(1))
            let errors = try #require(json["errors"]?.arrayValue)
            #expect(errors.count == 1)
            let message = try #require(errors.first?["message"]?.stringValue)
            #expect(message.contains(word), "\(message)")
        }
    }
}

@Suite("Ctrl-C")
struct InterruptTests {
    @Test(
        "Long commands end with 130, whether or not anything is kept",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "there is no proc(5) here"),
        arguments: [
            "boundary dual-use-technical.yaml --posterior curious,defender,malicious_l1 --without-constraints --gap 0",
            "boundary dual-use-technical.yaml --vary responses.refuse.cost --sampled --time-limit 600",
            "solve dual-use-technical.yaml --method belief --gap 0 --time-limit 600",
            "solve dual-use-technical.yaml --method soft --tau 0.01 --gap 0 --time-limit 600",
            "solve dual-use-technical.yaml --starts 100000",
            "solve starter.yaml --method search --episodes 100000000",
            "sensitivity dual-use-technical.yaml --policy uniform --parameters all --points 1000000 --top 100",
            "simulate starter.yaml --policy uniform --episodes 1000000000000",
        ])
    func ends(line: String) throws {
        let child = try CLI.start(line.split(separator: " ").map(String.init))
        // From then on the signal no longer ends the process by itself.
        let isReady = child.wait(seconds: 60) { child.awaitsInterrupt }
        if isReady {
            child.send(SIGINT)
            let ended = try child.ended()
            #expect(ended.status == 130, "\(line): \(ended.messages)")
        } else {
            let ended = try child.ended()
            Issue.record("\(line) ended by itself: \(String(describing: ended.status)) \(ended.messages)")
        }
    }

    /// What a reading keeps for ever shows in the address space: 2,500 times what reading one of these takes is some 400 MB, and
    /// the program needs about 100 MB for itself.
    @Test("Reading many scenarios takes no more memory than reading one", arguments: [true, false])
    func manyScenarios(isValid: Bool) throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("a.yaml", isValid ? text : text + "\nnowhere: {a: 1}\n")
        let ended = try ChildProcess(
            "/bin/bash",
            [
                "-c", "ulimit -v 300000; exec '\(CLI.program)' validate --quiet --threads 1 \"$@\"", "bash",
            ] + [String](repeating: "a.yaml", count: 2500), in: folder.path
        ).ended()
        #expect(ended.status == (isValid ? 0 : 65), "\(ended.messages.suffix(300))")
        #expect(ended.output.split(separator: "\n").count == (isValid ? 2500 : 0))
    }
}
