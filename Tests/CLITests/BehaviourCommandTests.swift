import Foundation
import Output
import Testing

/// `behaviour`: exit codes and files.
@Suite("Behaviour on the command line")
struct BehaviourCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func start(_ arguments: [String]) throws -> ChildProcess.Ended {
        try CLI.start(["behaviour"] + arguments, in: folder).ended(within: 60)
    }

    @Test("Targets are met by the file that is written, which is read without them")
    func written() throws {
        let ended = try start([
            CLI.scenario(), "--target", "users.owner.leave@refuse=0.4", "--write", "new.yaml", "--svg", "b.svg",
            "--csv", "b",
        ])
        #expect(ended.status == 0 && ended.messages.contains("scenario written to new.yaml"), "\(ended.messages)")
        let json = try CLI.json("behaviour", "new.yaml", "--user", "owner", "--response", "refuse", in: folder)
        let row = json["reactions"]?.arrayValue?.first {
            $0["state"] == .null && $0["reaction"] == .string("leave")
        }
        #expect(abs((row?["probability"]?.doubleValue ?? 0) - 0.4) < 1e-6)
        #expect(try folder.text("b.svg").contains("<svg"))
        #expect(try folder.text("b/changes.csv").contains("users.owner.utility.leave.bias"))
        #expect(try start([CLI.scenario(), "--write", "new.yaml"]).status == 64)
        let again = try start([CLI.scenario(), "--target", "owner.leave@refuse=0.4", "--write", "new.yaml"])
        #expect(again.status == 74, "\(again.messages)")
        let set = try start([CLI.scenario(), "--set", "discount=0.5", "--write", "set.yaml"])
        #expect(set.status == 0)
        #expect(
            try folder.text("set.yaml").contains("# assumption; set by behaviour --set")
                || folder.text("set.yaml").contains("set by behaviour --set"))
    }

    @Test("Targets that cannot be met end with 1, and nothing is written")
    func infeasible() throws {
        let ended = try start([
            CLI.scenario(), "--target", "users.owner.leave@refuse=0.7", "--target", "users.owner.accept@refuse=0.7",
            "--write", "new.yaml",
        ])
        #expect(ended.status == 1 && ended.output.contains("INFEASIBLE") && !folder.contains("new.yaml"))
        #expect(ended.messages.contains("new.yaml is not written"))
    }

    @Test("A file of targets is read, and its faults are named by line")
    func file() throws {
        try folder.write(
            "t.txt", "# what we saw\nusers.owner.leave@refuse = 0.4  # a log\n\nusers.owner.accept@owner_route = 0.5\n")
        let ended = try start([CLI.scenario(), "--targets", "t.txt", "--json"])
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(try JSONValue(parsing: ended.output)["targets"]?.arrayValue?.count == 2)
        try folder.write("bad.txt", "users.owner.leave@refuse = 0.4\nusers.owner.leave@refuse = lots\n")
        let bad = try start([CLI.scenario(), "--targets", "bad.txt"])
        #expect(bad.status == 65 && bad.messages.contains("bad.txt:2: "), "\(bad.messages)")
    }

    @Test("Users with foresight are shown, and refuse targets aloud unless they are taken as myopic")
    func foresight() throws {
        let scenario = CLI.scenario("keeps-asking")
        #expect(try start([scenario]).status == 0)
        let target = ["--target", "users.thief.leave@refuse=0.3"]
        let refused = try start([scenario] + target)
        #expect(refused.status == 65 && refused.messages.contains("give --foresight myopic"), "\(refused.messages)")
        #expect(try start([scenario, "--foresight", "myopic"] + target).status == 0)
    }
}
