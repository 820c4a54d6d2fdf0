import Foundation
import Output
import Testing

/// `runs list`, `compare`, `tag`, `untag` and `note`, and stores that may only be read.
@Suite("Runs of a store")
struct RunsTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for policy in ["uniform", "reference"] {
            let ended = try CLI.run(
                "simulate", CLI.scenario(), "--policy", policy, "--episodes", "500", "--trajectories", "--store",
                "runs.sqlite", in: folder)
            try #require(ended.status == 0, "\(ended.messages)")
        }
    }

    private func run(_ arguments: String...) throws -> ChildProcess.Ended {
        try CLI.start(["runs"] + arguments + ["--store", "runs.sqlite"], in: folder).ended()
    }

    @Test("Tags and notes are given, listed, found and taken away")
    func labels() throws {
        #expect(try run("tag", "1", "paper", "base").status == 0)
        let noted = try run("note", "2", "the second try")
        #expect(noted.status == 0 && noted.output.contains("the second try"))
        let list = try JSONValue(parsing: try run("list", "--tag", "paper", "--json").output)["runs"]?.arrayValue ?? []
        #expect(list.map { $0["run"]?.integerValue } == [1])
        #expect(list.first?["tags"] == .strings(["base", "paper"]))
        #expect(list.first?["payoff"]?.doubleValue != nil && list.first?["payoff_se"]?.doubleValue != nil)
        let text = try run("list").output
        #expect(text.contains("base,paper") && text.contains("the second try") && text.contains(" ± "))
        #expect(try run("list", "--tag", "paper", "--tag", "nothing").output.split(separator: "\n").count == 1)
        let untagged = try run("untag", "1", "base", "missing")
        #expect(untagged.status == 0 && untagged.messages.contains("does not have the tag missing"))
        #expect(try run("note", "2", "").status == 0)
        #expect(try !run("list").output.contains("the second try"))
    }

    @Test("What is no tag is wrong input; a run that is not there, or a store, is trouble, and no store is made")
    func refused() throws {
        #expect(try run("tag", "1", "two words").status == 65)
        #expect(try run("tag", "9", "word").status == 74)
        #expect(try run("note", "9", "word").status == 74)
        #expect(try CLI.run("runs", "tag", "1", "x", "--store", "other.sqlite", in: folder).status == 74)
        #expect(!folder.contains("other.sqlite"))
    }

    @Test("What is refused leaves no run")
    func refusedRuns() throws {
        let before = try run("list", "--json").output
        let refused = try CLI.run(
            "boundary", CLI.scenario("self-harm-question"), "--vary", "users.distressed.prior", "--store",
            "runs.sqlite",
            in: folder)
        #expect(refused.status == 65)
        #expect(try run("list", "--json").output == before)
    }

    @Test("Many runs are compared; fewer than two, and one that is not there, are refused")
    func compare() throws {
        let compared = try run("compare", "1", "2", "1", "--csv", "tables")
        #expect(compared.status == 0, "\(compared.messages)")
        #expect(compared.output.contains("run 1 (uniform)") && compared.output.contains("run 2 (reference)"))
        #expect(compared.output.contains("2 − 1: paired by episode, 500 of them"))
        let rows = try CSVTable(folder.text("tables/results.csv"))
        #expect(rows.header.contains("difference_ci_low") && rows.count > 0 && rows.count % 3 == 0)
        #expect(try run("compare", "1").status == 64)
        #expect(try run("compare", "1", "9").status == 74)
        #expect(try run("compare", "1", "2", "--csv", "tables").status == 74, "the folder is there")
    }

    /// Lines and header of a CSV file without quoted cells.
    private struct CSVTable {
        let header: [String]
        let count: Int

        init(_ text: String) {
            let lines = text.split(whereSeparator: \.isNewline)
            header = lines.first?.split(separator: ",").map(String.init) ?? []
            count = lines.count - 1
        }
    }

    /// A person without rights to the store: nobody, where the tests run as root.
    private func reader(_ arguments: [String]) throws -> ChildProcess {
        guard geteuid() == 0 else { return try CLI.start(arguments, in: folder) }
        return try ChildProcess(
            "/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", CLI.program] + arguments,
            in: folder.path)
    }

    private static var canRead: Bool {
        geteuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    }

    @Test(
        "A store in a folder that may not be written to can be listed, shown, compared and exported; writing is refused",
        .enabled(if: canRead))
    func readOnly() throws {
        let out = try TemporaryFolder()
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o777], ofItemAtPath: out.path)
        try manager.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.file("runs.sqlite"))
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        for command in [
            ["list"], ["show", "1"], ["compare", "1", "2"], ["export", "1", "--out", out.file("rows")],
        ] {
            let ended = try reader(["runs"] + command + ["--store", "runs.sqlite"]).ended()
            // Where the program itself cannot be reached by nobody, nothing is learnt.
            guard ended.messages.contains("failed to execute") == false else { return }
            #expect(ended.status == 0, "\(command): \(ended.messages)")
        }
        for command in [
            ["runs", "tag", "1", "x"], ["runs", "rm", "1"], ["evaluate", CLI.scenario(), "--policy", "uniform"],
        ] {
            let ended = try reader(command + ["--store", "runs.sqlite"]).ended()
            #expect(ended.status == 74, "\(command): \(ended.messages)")
            #expect(!ended.messages.contains("recorded"))
        }
    }

    @Test(
        "A store that is moved or replaced while a run records is no store that it was recorded in",
        arguments: [false, true])
    func vanished(isReplaced: Bool) throws {
        let child = try CLI.start(
            [
                "sensitivity", CLI.scenario("self-harm-question"), "--policy", "reference", "--points", "10000000",
                "--store", "runs.sqlite",
            ], in: folder)
        let hasBegun = try child.wait(seconds: 60) { try run("list").output.contains("incomplete") }
        try #require(hasBegun)
        try FileManager.default.moveItem(atPath: folder.file("runs.sqlite"), toPath: folder.file("moved.sqlite"))
        if isReplaced {
            try FileManager.default.copyItem(atPath: folder.file("moved.sqlite"), toPath: folder.file("runs.sqlite"))
        }
        child.send(SIGINT)
        let ended = try child.ended()
        #expect(ended.status == 74, "\(ended.messages)")
        #expect(ended.messages.contains("removed, moved or replaced"))
        #expect(!ended.messages.contains("recorded as run"))
        #expect(!ended.output.isEmpty, "what was found is still shown")
    }
}
