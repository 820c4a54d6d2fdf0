import Foundation
import Output
import Testing

@Suite("report on the command line")
struct ReportCommandTests {
    private static let quick = ["--quick", "--conversations", "4", "--episodes", "200"]

    private static func report(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess.Ended {
        try CLI.start(["report", CLI.scenario()] + arguments + quick, in: folder).ended()
    }

    @Test(
        "The page appears whole, is the same again on one thread, and holds the command without what cannot change it")
    func page() throws {
        let folder = try TemporaryFolder()
        let arguments = ["--policy", "reference", "--policy", "always:refuse", "--out", "r.html"]
        let first = try Self.report(arguments, in: folder)
        #expect(first.status == 0, "\(first.messages)")
        #expect(first.output.contains("r.html"))
        let page = try folder.text("r.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        #expect(page.contains("--policy reference --policy always:refuse --out r.html --quick"))
        let again = try Self.report(arguments + ["--threads", "1", "--force", "--json", "--quiet"], in: folder)
        #expect(again.status == 0)
        #expect(try folder.text("r.html") == page)
        let document = try JSONValue(parsing: again.output)
        #expect(document["sha256"] == .string(ContentHash.sha256(page)))
        #expect(document["complete"] == .bool(true))
    }

    @Test("What is wrong with the command line or its names")
    func refusals() throws {
        let folder = try TemporaryFolder()
        func status(_ arguments: String...) throws -> Int32? { try Self.report(arguments, in: folder).status }
        #expect(try status("--out", "r.html", "--run", "1") == 64)
        #expect(try status("--out", "r.html", "--without", "fronteir") == 64)
        #expect(try status("--out", "r.html", "--policy", "always:nothing") == 65)
        #expect(try status("--out", "r.html", "--store", "nowhere.sqlite", "--run", "1") == 74)
        #expect(!folder.contains("r.html"))
        #expect(try status("--out", "r.html") == 0)
        #expect(try status("--out", "r.html") == 74)
    }

    @Test("Runs of a store with the same users differ conversation by conversation")
    func runs() throws {
        let folder = try TemporaryFolder()
        for policy in ["reference", "always:refuse"] {
            let ended = try CLI.start(
                [
                    "simulate", CLI.scenario(), "--policy", policy, "--episodes", "500", "--trajectories", "--store",
                    "s.sqlite",
                ], in: folder
            ).ended()
            #expect(ended.status == 0, "\(ended.messages)")
        }
        let ended = try Self.report(
            ["--store", "s.sqlite", "--run", "1", "--run", "2", "--out", "r.html"], in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        let page = try folder.text("r.html")
        #expect(page.contains("same users, conversation by conversation"))
        #expect(page.contains("Differences from run 1"))
        #expect(page.contains("What the runs have not in common"))
    }
}
