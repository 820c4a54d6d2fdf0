import Foundation
import Output
import Testing

@Suite("Exit codes and messages")
struct ExitCodeTests {
    /// A command line that fails, the code it must fail with, and words that its message must have.
    struct Case: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        let words: [String]

        init(_ status: Int32, _ line: String, _ words: String...) {
            self.status = status
            arguments = line.split(separator: " ").map(String.init)
            self.words = words
        }

        var testDescription: String { "\(status): \(arguments.joined(separator: " "))" }
    }

    static let usage = [
        Case(64, "evaluate starter.yaml --policy uniform --polcy x", "--polcy", "--policy"),
        Case(64, "evaluate starter.yaml", "--policy"), Case(64, "frobnicate", "frobnicate"),
        Case(64, "simulate starter.yaml --policy uniform --episodes 0", "--episodes", "at least 1 and at most"),
        Case(64, "simulate starter.yaml --policy uniform --episodes many", "many"),
        Case(64, "simulate starter.yaml --policy uniform --threads 0", "--threads", "at least 1 and at most 4096"),
        Case(64, "simulate starter.yaml --policy uniform --seed=-1", "-1"),
        Case(64, "simulate starter.yaml --policy uniform --trajectories", "--store"),
        Case(64, "simulate starter.yaml --policy uniform --compare reference --store x.sqlite", "--compare"),
        Case(64, "evaluate starter.yaml --policy uniform --fail-if safe=1", "safe=1"),
        Case(64, "evaluate starter.yaml --policy uniform --fail-if joy<1", "joy<1"),
        Case(64, "solve starter.yaml --controller last-0", "last-0"),
        Case(64, "solve starter.yaml --out starter.yaml", "exists already", "--force"),
        Case(64, "export dpo starter.yaml --policy uniform --out x --variants 0", "--variants"),
        Case(64, "export dpo starter.yaml --policy uniform --out x --tau -1", "--tau"),
        Case(64, "export dpo starter.yaml --policy uniform --out x --labels loud", "loud", "quota"),
        Case(64, "export dpo starter.yaml --policy uniform --out x --tau 0.2 --beta 0", "--beta", "above 0"),
        Case(64, "export dpo starter.yaml --policy uniform --out x --tau 0.2 --count 0", "--count", "at least 1"),
        Case(64, "solve starter.yaml --starts 0", "--starts", "at least 1"),
        Case(64, "export openai starter.yaml --policy uniform --out x --rationale", "--rationale"),
    ]

    static let input = [
        Case(65, "evaluate nowhere.yaml --policy uniform", "nowhere.yaml", "no such file"),
        Case(65, "evaluate invalid/sums.yaml --policy uniform", "invalid/sums.yaml:44:14", "0.97", "must sum to 1"),
        Case(65, "validate starter.yaml invalid/sums.yaml", "invalid/sums.yaml:44:14"),
        Case(65, "evaluate starter.yaml --policy always:refus", "refus", "did you mean refuse?"),
        Case(65, "evaluate starter.yaml --policy always:zzzz", "the responses are refuse, owner_route, bypass"),
        Case(65, "evaluate starter.yaml --policy nowhere.json", "nowhere.json", "no such"),
        Case(65, "evaluate starter.yaml --policy starter.yaml", "starter.yaml", "not JSON"),
        Case(65, "evaluate starter.yaml --policy invalid/index.json", "must be a policy file written by solve"),
        Case(65, "init --example startr", "startr", "did you mean starter?"),
        Case(65, "export dpo starter.yaml --policy uniform --out x", "temperature", "--tau"),
    ]

    static let trouble = [
        Case(74, "runs list --store nowhere.sqlite", "nowhere.sqlite", "does not exist"),
        Case(74, "simulate starter.yaml --policy uniform --store starter.yaml", "not a SQLite database"),
        Case(74, "simulate starter.yaml --policy uniform --store /nowhere/x.sqlite", "/nowhere"),
        Case(74, "export csv starter.yaml --policy uniform --out invalid", "exists already", "--force"),
        Case(74, "export csv starter.yaml --policy uniform --out invalid --force", "not written by an export"),
        Case(74, "export csv starter.yaml --policy uniform --out starter.yaml --force", "starter.yaml"),
        Case(74, "simulate starter.yaml --policy uniform --episodes 1000000000000 --csv invalid", "exists already"),
        Case(74, "solve starter.yaml --starts 1 --perturbations 0 --out /proc/nowhere/p.json", "/proc/nowhere/p.json"),
        Case(74, "init /proc/nowhere", "cannot be written"),
    ]

    @Test(
        "What is wrong is said on standard error, and standard output stays empty", arguments: usage + input + trouble)
    func failure(_ item: Case) throws {
        let ended = try CLI.start(item.arguments).ended()
        #expect(ended.status == item.status, "\(ended.messages)")
        for word in item.words { #expect(ended.messages.contains(word)) }
        if item.arguments.first != "validate" { #expect(ended.output.isEmpty) }
    }

    @Test(
        "A store that cannot be written is found before the work, and nothing else is written",
        arguments: [
            ["export", "dpo", "--policy", "uniform", "--tau", "0.2", "--out", "data"],
            ["evaluate", "--policy", "uniform", "--csv", "data"], ["solve", "--out", "data"],
            ["simulate", "--policy", "uniform", "--episodes", "1000000000000", "--csv", "data"],
        ])
    func storeFirst(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.write("foreign", "not a database")
        let ended = try CLI.start(arguments + [CLI.scenario(), "--store", "foreign"], in: folder).ended()
        #expect(ended.status == 74)
        #expect(ended.messages.contains("foreign is not a SQLite database"))
        #expect(ended.output.isEmpty)
        #expect(try folder.contents() == ["foreign": Data("not a database".utf8)])
    }

    @Test("Standard output on a full disk is trouble, and a reader who has seen enough is not")
    func standardOutput() throws {
        let command = "'\(CLI.program)' evaluate starter.yaml --policy uniform"
        func shell(_ script: String) throws -> ChildProcess.Ended {
            try ChildProcess("/bin/sh", ["-c", script], in: "\(CLI.root)/scenarios").ended()
        }
        if FileManager.default.fileExists(atPath: "/dev/full") {
            for option in ["", "--json"] {
                let full = try shell("\(command) \(option) > /dev/full")
                #expect(full.status == 74)
                #expect(full.messages.contains("standard output cannot be written"))
            }
        }
        let closed = try shell("trap '' PIPE; { \(command); echo \"ended with $?\" >&2; } | true")
        #expect(closed.messages == "ended with 0\n")
    }

    @Test("With --json the errors are data on standard output, with the same code", arguments: input + trouble)
    func failureAsJSON(_ item: Case) throws {
        let ended = try CLI.start(item.arguments + ["--json"]).ended()
        #expect(ended.status == item.status)
        #expect(!ended.messages.contains("error:"))
        let json = try Shape.canonical(ended.output)
        #expect(json["format"] == .integer(1))
        let errors = try #require(json["errors"]?.arrayValue)
        #expect(!errors.isEmpty)
        for error in errors {
            try Shape.check(
                error,
                [
                    "file": .orNull(.string), "line": .orNull(.integer), "column": .orNull(.integer),
                    "path": .orNull(.string), "message": .string,
                ])
        }
    }

    @Test(
        "A gate that holds fails the command after it has done its work",
        arguments: [
            ("safe<0.99", 1), ("safe<0.5", 0), ("payoff<=-0.01", 1), ("payoff>0", 0), ("turns>=1", 1), ("turns<1", 0),
            ("violation>0", 1), ("violation>1", 0),
        ] as [(String, Int32)])
    func gates(gate: String, status: Int32) throws {
        for command in [["evaluate"], ["simulate", "--episodes", "20000"]] {
            let arguments = command + ["starter.yaml", "--policy", "uniform", "--fail-if", gate]
            let ended = try CLI.start(arguments).ended()
            #expect(ended.status == status)
            #expect(ended.messages.contains("gate failed: uniform: \(gate)") == (status == 1))
            #expect(ended.output.contains("uniform"))
        }
    }

    @Test("A solver that did not converge, or found nothing feasible, exits with 1 and still shows its best")
    func notConverged() throws {
        let limited = try CLI.json(
            "solve", "starter.yaml", "--controller", "last", "--starts", "1", "--max-iterations", "1", status: 1)
        #expect(["limit_reached", "infeasible"].contains(limited["status"]?.stringValue))
        #expect(limited["payoff"]?.doubleValue != nil)
        let infeasible = try infeasibleScenario()
        let ended = try CLI.json("solve", "strict.yaml", "--starts", "2", in: infeasible, status: 1)
        #expect(ended["status"] == .string("infeasible"))
        #expect(try #require(ended["violation"]?.doubleValue) > 0)
        let proven = try CLI.json("solve", "strict.yaml", "--method", "belief", in: infeasible, status: 1)
        #expect(proven["status"] == .string("infeasible"))
        #expect(try #require(proven["violation"]?.doubleValue) > 0.01)
        let shown = try CLI.run("solve", "strict.yaml", "--method", "belief", in: infeasible)
        #expect(shown.output.contains("infeasible: no policy satisfies the constraints"))
        #expect(!shown.output.contains("converged") && !shown.output.contains("optimal:"))
    }

    /// The starter with a limit that no policy can keep.
    private func infeasibleScenario() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let constraint = "{user: thief, outcome: misused, at_most: 0.05}"
        #expect(text.contains(constraint))
        try folder.write(
            "strict.yaml",
            text.replacingOccurrences(of: constraint, with: "{user: owner, outcome: gave_up, at_most: 0.0}"))
        return folder
    }

    @Test("A policy that was solved for another scenario is refused where it does not fit, with what differs")
    func foreignPolicy() throws {
        let folder = try TemporaryFolder()
        let solved = try CLI.run(
            "solve", CLI.scenario(), "--starts", "1", "--perturbations", "0", "--out", "policy.json", in: folder)
        #expect(solved.status == 0)
        let ended = try CLI.run("evaluate", CLI.scenario("benign-but-scary"), "--policy", "policy.json", in: folder)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("solved for another game, ") && ended.messages.contains(" (starter)"))
        #expect(ended.messages.contains("does not fit this one: it names the response"), "\(ended.messages)")
    }
}
