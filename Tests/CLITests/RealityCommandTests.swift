import Foundation
import Output
import Testing

/// `reality` and `objectives`: exit codes, shapes and files.
@Suite("Published figures and objectives on the command line")
struct RealityCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func start(_ arguments: [String]) throws -> ChildProcess.Ended {
        try CLI.start(arguments, in: folder).ended(within: 60)
    }

    @Test("reality prints the figures that are built in, with the keys that scripts read, and tidy tables")
    func reality() throws {
        let json = try CLI.json(
            "reality", CLI.scenario("dual-use-technical"), "--csv", "tables", in: folder)
        #expect(json["format"] == .integer(1))
        let figures = try #require(json["figures"]?.arrayValue)
        let line = try #require(figures.first { $0["key"] == .string("warning-trial-control") })
        #expect(line["verdict"] == .string("differs") && abs((line["published"]?.doubleValue ?? 0) - 0.27) < 1e-12)
        for key in ["low", "high", "scenario"] { #expect(line[key]?.doubleValue != nil, "\(key)") }
        let change = try #require(line["smallest_change"]?.arrayValue?.first)
        #expect(change["path"]?.stringValue?.hasPrefix("users.malicious_l1.") == true)
        #expect(change["logits"]?.doubleValue != nil)
        let silent = try #require(figures.first { $0["key"] == .string("helpline-notice") })
        #expect(silent["verdict"] == .string("silent") && silent["scenario"] == .null)
        #expect(try folder.text("tables/figures.csv").contains("warning-trial-control"))
        #expect(try folder.text("tables/changes.csv").contains("users.malicious_l1.utility."))
    }

    @Test("A share under another policy is shown too, and a file of figures takes the place of the shipped ones")
    func files() throws {
        try folder.write(
            "mine.yaml",
            """
            reality: 1
            figures:
              - key: mine
                population: my users
                act: any
                behaviour: give up
                statistic: share
                value: 0.3
                n: 50
                read: original
                source: my log
                place: today
                speaks_of: [{user: owner, outcomes: [gave_up], policy: "always:refuse", population: same}]

            """)
        let ended = try start(["reality", CLI.scenario(), "--figures", "mine.yaml", "--policy", "uniform"])
        #expect(ended.status == 0 && ended.output.contains("owner: gave_up | uniform"), "\(ended.messages)")
        #expect(ended.output.contains("1 figures, of which 0 were not read in the original"))
    }

    @Test("What cannot be read ends with 65 and says where")
    func refused() throws {
        try folder.write("bad.yaml", "reality: 1\nfigures:\n  - {key: a}\n")
        let bad = try start(["reality", CLI.scenario(), "--figures", "bad.yaml"])
        #expect(bad.status == 65 && bad.messages.contains("bad.yaml:3:"), "\(bad.messages)")
        let missing = try start(["reality", CLI.scenario(), "--figures", "none.yaml"])
        #expect(missing.status == 65 && missing.messages.contains("there is no such file of figures"))
        #expect(
            try start(["reality", CLI.scenario(), "--parameters", "users.owner.utility.nothing.bias"]).status == 65)
    }

    @Test("objectives prints a regret matrix, and refuses users with foresight aloud")
    func objectives() throws {
        let json = try CLI.json("objectives", CLI.scenario(), "--risk", "0.1", in: folder)
        #expect(json["converged"] == .bool(true) && json["objectives"]?.arrayValue?.count == 4)
        let regret = try #require(json["regret"]?.arrayValue)
        #expect(regret.count == 16)
        for cell in regret {
            guard let low = cell["regret_low"]?.doubleValue, let high = cell["regret_high"]?.doubleValue else {
                continue
            }
            #expect(low <= high + 1e-9)
        }
        #expect(json["partings"]?.arrayValue?.count == 6)
        let refused = try start(["objectives", CLI.scenario("keeps-asking")])
        #expect(refused.status == 65 && refused.messages.contains("--foresight myopic"), "\(refused.messages)")
        let unsafe = try start(["objectives", CLI.scenario(), "--risk", "0"])
        #expect(unsafe.status == 1 && unsafe.output.contains("INFEASIBLE"), "\(unsafe.output)")
    }

    @Test("A reference with rows is read, evaluated and solved against; what cannot take it says which option can")
    func drifting() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let constant = "reference: {refuse: 0.5, owner_route: 0.2, bypass: 0.3}"
        #expect(text.contains(constant))
        let table = """
            reference:
                rows:
                  - {turns: [1, 1], is: {refuse: 0.8, owner_route: 0.1, bypass: 0.1}}
                  - {cue: urgent, after: refuse, is: {refuse: 0.2, owner_route: 0.2, bypass: 0.6}}
                otherwise: {refuse: 0.5, owner_route: 0.2, bypass: 0.3}
            """
        try folder.write("drift.yaml", text.replacing(constant, with: table))
        try folder.write(
            "same.yaml",
            text.replacing(
                constant,
                with: "reference: {rows: [], otherwise: {refuse: 0.5, owner_route: 0.2, bypass: 0.3}}"))
        let plain = try start(["evaluate", CLI.scenario(), "--policy", "reference"])
        #expect(try start(["evaluate", "same.yaml", "--policy", "reference"]).output == plain.output)
        let drifting = try start(["evaluate", "drift.yaml", "--policy", "reference"])
        #expect(drifting.status == 0 && drifting.output != plain.output, "\(drifting.messages)")
        let soft = try start(["solve", "drift.yaml", "--method", "soft", "--tau", "0.2"])
        #expect(soft.status == 65 && soft.messages.contains("--method gradient"), "\(soft.messages)")
        let set = ["--set", "objective.reference.rows.0.is.refuse=0.5"]
        #expect(try start(["evaluate", "drift.yaml", "--policy", "reference"] + set).status == 0)
        let wrong = try start([
            "evaluate", "drift.yaml", "--policy", "reference", "--set", "objective.reference.refuse=0.5",
        ])
        #expect(wrong.status == 65)
    }

    @Test("Under a KL weight against a reference that drifts, every command values the policies that it is given")
    func driftingWeight() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8).replacing(
            "kl_weight: 0.0", with: "kl_weight: 0.1")
        for row in ["turns: [1, 1]", "after: refuse"] {
            try folder.write(
                "drift.yaml",
                text.replacing(
                    "reference: {refuse: 0.5, owner_route: 0.2, bypass: 0.3}",
                    with: "reference: {rows: [{\(row), is: {refuse: 0.5, owner_route: 0.2, bypass: 0.3}}], "
                        + "otherwise: {refuse: 0.4, owner_route: 0.3, bypass: 0.3}}"))
            for command in [
                ["explain", "drift.yaml", "--policy", "always:refuse", "--after", "plain"],
                ["sensitivity", "drift.yaml", "--policy", "always:refuse"],
                ["pearl", "drift.yaml", "--policy", "always:refuse"],
                ["boundary", "drift.yaml", "--vary", "users.thief.prior", "--policy", "always:refuse"],
                ["export", "dpo", "drift.yaml", "--policy", "always:refuse", "--out", "dpo", "--force"],
                ["reality", "drift.yaml"],
            ] {
                let ended = try start(command)
                #expect(ended.status == 0, "\(command): \(ended.messages)")
            }
            let page = try start(["report", "drift.yaml", "--policy", "always:refuse", "--out", "page.html", "--force"])
            #expect(page.status == 0 && !page.messages.contains("drifts by what"), "\(page.messages)")
            for method in ["soft", "belief"] {
                let refused = try start(["solve", "drift.yaml", "--method", method])
                #expect(refused.status == 65 && !refused.messages.contains("--method soft"), "\(refused.messages)")
            }
        }
    }

    @Test(
        "objectives closes a gap of 0, says what it leaves out, shows nothing of policies that break a limit, and fits 80 columns"
    )
    func objectivesText() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("soft.yaml", text.replacing("kl_weight: 0.0", with: "kl_weight: 0.1"))
        let exact = try start(["objectives", "soft.yaml", "--gap", "0"])
        #expect(exact.status == 0, "\(exact.output)")
        #expect(exact.output.contains("KL weight, 0.1") && !exact.output.contains("e-1"))
        #expect(exact.output.contains("owner_route 0.") && exact.output.contains(" + "))
        let unsafe = try start(["objectives", "soft.yaml", "--risk", "0"])
        let row = try #require(unsafe.output.split(separator: "\n").first { $0.hasPrefix("S under R ≤ 0 ") })
        #expect(row.split(separator: " ").suffix(5) == ["-", "-", "-", "-", "-"])
        for line in (exact.output + unsafe.output).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("Limits that are missed by a hair are infeasible by the KL method too, with an excess that is shown")
    func missedLimit() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("hair.yaml", text.replacing("at_most: 0.05}", with: "at_most: 0.00122}"))
        let soft = try start(["solve", "hair.yaml", "--method", "soft", "--tau", "0.2"])
        #expect(soft.status == 1 && soft.output.contains("status: infeasible"), "\(soft.output)")
        #expect(soft.output.contains("above the limit 0.00122") && !soft.output.contains("at least 0.000000"))
        for robust in ["all-priors", "prior:0.2"] {
            let worst = try start(["solve", "hair.yaml", "--method", "belief", "--robust", robust])
            #expect(worst.status == 1 && worst.output.contains("(proven)"), "\(worst.output)")
        }
    }
}
