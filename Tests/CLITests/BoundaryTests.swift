import CanonicalJSON
import Foundation
import Testing

@Suite("Boundaries and sensitivity on the command line")
struct BoundaryTests {
    @Test("The optimal response of the starter switches where its boundary says, and is proved to")
    func optimal() throws {
        let json = try CLI.json("boundary", CLI.scenario(), "--vary", "users.thief.prior", "--without-constraints")
        #expect(json["settled"] == .bool(true))
        let lines = try #require(json["lines"]?.arrayValue)
        #expect(lines.count == 2)
        let switches = lines.flatMap { $0["switches"]?.arrayValue ?? [] }
        #expect(!switches.isEmpty)
        for line in lines {
            #expect(line["complete"]?.stringValue?.hasPrefix("proved") == true)
            #expect(line["segments"]?.arrayValue?.count == (line["switches"]?.arrayValue?.count ?? 0) + 1)
        }
    }

    @Test("Folders of both commands have the same bytes for any number of threads")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        let commands = [
            [
                "boundary", CLI.scenario(), "--policy", "reference", "--vary", "users.thief.prior", "--vary",
                "users.thief.payoff.misused", "--resolution", "16",
            ],
            ["sensitivity", CLI.scenario(), "--policy", "reference", "--points", "8", "--copies", "2", "--top", "3"],
        ]
        for command in commands {
            var written: [[String: Data]] = []
            for threads in ["1", "3"] {
                let ended = try CLI.start(command + ["--out", "out", "--force", "--threads", threads], in: folder)
                    .ended()
                #expect(ended.status == 0, "\(ended.messages)")
                written.append(try folder.contents(of: "out"))
            }
            #expect(written[0] == written[1])
            #expect(written[0].keys.contains("datapackage.json"))
            #expect(written[0].keys.contains { $0.hasSuffix(".svg") })
        }
    }

    @Test(
        "Bad input says what to write instead",
        arguments: [
            (["--vary", "users.thief.prio", "--policy", "uniform"], "did you mean users.thief.prior?"),
            (["--vary", "users.thief.prior=0.5..0.5"], "is empty"),
            (["--vary", "users.thief.prior=half"], "write LOW..HIGH"),
            (["--vary", "users.thief.prior=0.5..1.5"], "must be in [0, 1]"),
            (["--posterior", "thief,owner", "--without-constraints"], "three different user types"),
            (["--vary", "discount", "--after", "plian"], "did you mean plain?"),
        ])
    func badInput(arguments: [String], message: String) throws {
        let ended = try CLI.start(["boundary", CLI.scenario()] + arguments).ended()
        #expect(ended.status == 65)
        #expect(ended.messages.contains(message), "\(ended.messages)")
    }

    @Test("A number that does nothing is said to do nothing")
    func noEffect() throws {
        let ended = try CLI.run(
            "boundary", CLI.scenario(), "--policy", "uniform", "--vary", "objective.reference.refuse")
        #expect(ended.status == 0)
        #expect(ended.output.contains("no effect"))
    }
}
