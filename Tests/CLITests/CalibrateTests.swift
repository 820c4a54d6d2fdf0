import Foundation
import Output
import Testing

@Suite("calibrate")
struct CalibrateTests {
    /// A mapping for ``rows``, with one model.
    static let mapping = """
        calibration: 1
        name: small
        source: small-study
        conversation: id
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {asked: ask, left: leave, insisted: insist}}
        models:
          r: {fit: reactions, terms: ["feature:firmness"], reference: ask, user: benign}
        """

    /// Ninety rows in thirty conversations, with every reaction after every response.
    static let rows: String =
        (["id,said,did"]
        + (0..<90).map { row in
            let said = row % 2 == 0 ? "no" : "ask"
            let number = (row * 7 + 3) % 11
            let did = number < 5 ? "asked" : number < 8 ? "insisted" : "left"
            return "\(row / 3),\(said),\(did)"
        }).joined(separator: "\n") + "\n"

    /// Sixty conversations of twelve turns of people whose mood lasts and shows in what they do.
    private static let moods: String = {
        var (lines, word) = (["id,said,did"], UInt64(1))
        func unit() -> Double {
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(word >> 11) * 0x1p-53
        }
        for conversation in 0..<60 {
            var isStrained = unit() < 0.4
            for _ in 0..<12 {
                let said = unit() < 0.5 ? "no" : "ask"
                let draw = unit() + (said == "no" ? 0.1 : 0)
                let did =
                    draw < (isStrained ? 0.15 : 0.75) ? "asked" : draw < (isStrained ? 0.3 : 0.95) ? "left" : "insisted"
                lines.append("\(conversation),\(said),\(did)")
                if unit() < 0.12 { isStrained.toggle() }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("map.yaml", Self.mapping)
        try folder.write("data.csv", Self.rows)
        return folder
    }

    @Test("A fit becomes a scenario that is valid, with the same bytes for any number of threads")
    func fits() throws {
        let folder = try folder()
        for threads in ["1", "2"] {
            let ended = try CLI.start(
                [
                    "calibrate", "data.csv", "--mapping", "map.yaml", "--into", CLI.scenario("self-harm-question"),
                    "--folds",
                    "3", "--bootstrap", "20", "--threads", threads, "--quiet", "--out", "fit\(threads)",
                ], in: folder
            ).ended()
            #expect(ended.status == 0, "\(ended.messages)")
            #expect(ended.output.contains("users.benign.utility.leave.firmness"))
        }
        #expect(try folder.contents(of: "fit1") == folder.contents(of: "fit2"))
        #expect(
            Set(try folder.contents(of: "fit1").keys) == [
                "report.md", "coefficients.csv", "counts.csv", "covariance.csv", "users.yaml", "scenario.yaml",
                "reliability-r.svg", "manifest.json",
            ])
        #expect(try CLI.run("validate", "fit1/scenario.yaml", in: folder).status == 0)
        #expect(try folder.text("fit1/scenario.yaml").contains("# source: small-study (se "))
    }

    @Test("JSON has every coefficient with its errors")
    func json() throws {
        let folder = try folder()
        let document = try CLI.json(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0", "--quiet", "--out", "fit", in: folder)
        let model = try #require(document["models"]?.arrayValue?.first)
        #expect(model["coefficients"]?.arrayValue?.count == 4)
        #expect(model["coefficients"]?.arrayValue?.first?["path"]?.stringValue == "users.benign.utility.leave.bias")
    }

    @Test("Labels without a name are bad input, and nothing is written")
    func unmapped() throws {
        let folder = try folder()
        try folder.write("data.csv", Self.rows + "40,no,sulked\n")
        let ended = try CLI.run("calibrate", "data.csv", "--mapping", "map.yaml", "--out", "fit", in: folder)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("did 'sulked': 1 rows"))
        #expect(!folder.contains("fit"))
    }

    @Test("Separated data are refused by name")
    func separated() throws {
        let folder = try folder()
        try folder.write(
            "data.csv", "id,said,did\n1,no,left\n2,no,left\n3,ask,asked\n4,ask,insisted\n5,no,insisted\n6,ask,asked\n")
        let ended = try CLI.run(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0", "--out", "fit", in: folder)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("users.benign.utility.leave.firmness → +∞"))
    }

    @Test("A hidden chain becomes a scenario's user, and --robust draws from its covariance")
    func hidden() throws {
        let folder = try folder()
        try folder.write("data.csv", Self.moods)
        try folder.write(
            "hidden.yaml",
            Self.mapping.replacingOccurrences(
                of: "r: {fit: reactions, terms: [\"feature:firmness\"], reference: ask, user: benign}",
                with: "h: {fit: hidden, states: [calm, strained], terms: [state, \"feature:firmness\"], "
                    + "move_terms: [\"feature:firmness\"], reference: ask, anchor: insist, l2: 0.5, user: benign}"))
        let ended = try CLI.run(
            "calibrate", "data.csv", "--mapping", "hidden.yaml", "--into", CLI.scenario("self-harm-question"),
            "--folds",
            "3", "--check", "20", "--out", "fit", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.output.contains("clustered se") && ended.output.contains("reaction before"))
        #expect(ended.output.contains("Whole conversations with the lengths that were observed"))
        let text = try folder.text("fit/scenario.yaml")
        let bare = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "uncertainty:" }
        try folder.write(
            "fit/drawn.yaml", bare.joined(separator: "\n") + "\nuncertainty: {covariance: covariance.csv}\n")
        let robust = try CLI.run(
            "evaluate", "fit/drawn.yaml", "--robust", "parameters:worst", "--samples", "5", "--policy", "uniform",
            in: folder)
        #expect(robust.status == 0 && robust.output.contains("over 5 games"), "\(robust.messages)")
    }

    @Test("Published effects are fitted without transitions")
    func effects() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "map.yaml",
            """
            calibration: 1
            name: styles
            effects: {outcome: what, style: how, estimate: b, interval: [lo, hi], against: full, correlation: 0.5}
            features: {full: {information: 1}, flat: {firmness: 1}, half: {information: 0.5}}
            models:
              back: {fit: effects, outcome: Return, user: benign, per_point: {leave: -1}}
            """)
        try folder.write("data.csv", "what,how,b,lo,hi\nReturn,flat,-3,-3.2,-2.8\nReturn,half,-1,-1.2,-0.8\n")
        let document = try CLI.json(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--into", CLI.scenario("self-harm-question"), "--out",
            "fit",
            in: folder)
        let model = try #require(document["effects"]?.arrayValue?.first)
        let estimate = try #require(model["coefficients"]?.arrayValue?.first?["estimate"]?.doubleValue)
        #expect(abs(estimate - 2) < 1e-12)
        #expect(try folder.text("fit/scenario.yaml").contains("information: -2.0"))
        #expect(try CLI.run("validate", "fit/scenario.yaml", in: folder).status == 0)
    }

    /// A mapping for ``talk(insisting:)``, with a user of the shipped `starter`.
    private static let owners = """
        calibration: 1
        name: owners
        conversation: id
        response: {column: said, labels: {no: refuse, owner: owner_route, steps: bypass}}
        features: {refuse: {firmness: 1}, owner_route: {warmth: 0.6, information: 0.7, firmness: 0.2}, bypass: {information: 1}}
        reaction: {column: did, labels: {asked: ask, thanked: accept, insisted: insist, left: leave}}
        ends: last
        models:
          r: {fit: reactions, terms: ["feature:firmness"], reference: ask, user: owner, l2: 0.01}
          hazard: {fit: ending, terms: []}
        """

    /// Sixty conversations of three turns.
    private static func talk(insisting share: Int) -> String {
        (["id,said,did"]
            + (0..<180).map { row in
                let number = (row * 37 + row / 7) % 20
                let did = number < share ? "insisted" : number < 12 ? "asked" : number < 16 ? "thanked" : "left"
                return "\(row / 3),\(["no", "owner", "steps"][(row * 11 + row / 3) % 3]),\(did)"
            }).joined(separator: "\n") + "\n"
    }

    @Test(
        "Two files are compared, and what a policy planned for the one loses with the other is exact; with itself nothing"
    )
    func compares() throws {
        let folder = try TemporaryFolder()
        try folder.write("map.yaml", Self.owners)
        try folder.write("people.csv", Self.talk(insisting: 2))
        try folder.write("models.csv", Self.talk(insisting: 9))
        func compare(_ one: String, _ other: String, _ out: String) throws -> JSONValue {
            try CLI.json(
                "calibrate", "--compare", one, other, "--mapping", "map.yaml", "--into", CLI.scenario("starter"),
                "--permutations", "19", "--out", out, in: folder)
        }
        let same = try compare("people.csv", "people.csv", "same")
        for cell in same["price"]?.arrayValue ?? [] { #expect(cell["loss_at_least"]?.doubleValue == 0) }
        #expect(same["price"]?.arrayValue?.count == 4)
        let other = try compare("people.csv", "models.csv", "other")
        let test = try #require(other["tests"]?.arrayValue?.first)
        #expect(try #require(test["p_permutation"]?.doubleValue) == 0.05)
        #expect(test["p_chi_square"] == .null)
        let files = try folder.contents(of: "other")
        #expect(
            Set(files.keys) == [
                "report.txt", "tests.csv", "coefficients.csv", "contrasts.csv", "price.csv", "datapackage.json",
                "scenario-first.yaml", "scenario-second.yaml", "policy-first.json", "policy-second.json",
            ])
        // The value of the first policy with the second users is what evaluate says of them.
        let cells = try #require(other["price"]?.arrayValue)
        let met = try #require(
            cells.first { $0["planned_for"]?.stringValue == "people.csv" && $0["met"]?.stringValue == "models.csv" })
        let evaluated = try CLI.json(
            "evaluate", "other/scenario-second.yaml", "--policy", "other/policy-first.json", in: folder)
        let payoff = try #require(evaluated["policies"]?.arrayValue?.first?["payoff"]?.doubleValue)
        #expect(abs(try #require(met["value"]?.doubleValue) - payoff) < 1e-12)
        #expect(try #require(met["loss_at_least"]?.doubleValue) >= 0)
    }

    @Test("A matrix of labels goes into every error, and one that is none is bad input")
    func confusion() throws {
        let folder = try folder()
        try folder.write(
            "confusion.csv", ",ask,leave,insist\nask,90,5,5\nleave,5,90,5\ninsist,5,5,90\n")
        let document = try CLI.json(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--confusion", "confusion.csv", "--folds", "0", "--out",
            "fit", in: folder)
        let model = try #require(document["hidden"]?.arrayValue?.first)
        #expect(model["converged"] == .bool(true))
        #expect(document["models"]?.arrayValue?.isEmpty == true)
        #expect(try folder.text("fit/users.yaml").contains("behind labels"))
        #expect(try folder.text("fit/manifest.json").contains("confusion_sha256"))
        try folder.write("confusion.csv", ",ask,leave,insist\nask,90,5,5\nleave,5,90,5\n")
        let refused = try CLI.run(
            "calibrate", "data.csv", "--mapping", "map.yaml", "--confusion", "confusion.csv", "--out", "other",
            in: folder)
        #expect(refused.status == 65 && refused.messages.contains("is not square"), "\(refused.messages)")
        #expect(!folder.contains("other"))
    }

    @Test("Options of a comparison need two files, and files need --compare")
    func comparisonUsage() throws {
        let folder = try folder()
        for arguments in [
            ["data.csv", "data.csv"], ["data.csv", "--compare"], ["data.csv", "--permutations", "19"],
            ["data.csv", "data.csv", "--compare", "--bootstrap", "20"],
        ] {
            let ended = try CLI.start(
                ["calibrate"] + arguments + ["--mapping", "map.yaml", "--out", "fit"], in: folder
            )
            .ended()
            #expect(ended.status == 64, "\(arguments): \(ended.messages)")
        }
    }

    @Test("The folder can be written again with --force, unless something was added")
    func replacing() throws {
        try Replacing.check(["calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0"], in: folder())
    }
}
