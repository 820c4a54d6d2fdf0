import Foundation
import Output
import Testing

@Suite("The JSON that scripts rely on")
struct JSONShapeTests {
    private func document(_ arguments: String..., status: Int32 = 0) throws -> JSONValue {
        let ended = try CLI.start(arguments + ["--json"]).ended()
        #expect(ended.status == status, "\(ended.messages)")
        #expect(ended.messages.isEmpty)
        return try Shape.canonical(ended.output)
    }

    private let estimate = Shape.object([
        "mean": .number, "se": .number, "n": .integer, "ci_low": .number, "ci_high": .number,
    ])

    @Test("evaluate")
    func evaluate() throws {
        let json = try document("evaluate", "starter.yaml", "--policy", "always:refuse", "--policy", "reference")
        try Shape.check(
            json,
            [
                "format": .integer, "scenario": .string, "game_hash": .string, "how": .string,
                "policies": .list(
                    .object([
                        "policy": .string, "payoff": .number, "safe": .number, "turns": .number,
                        "satisfies_constraints": .bool, "violation": .number, "divergence": .orNull(.number),
                        "outcomes": .members(.members(.number)),
                    ])),
            ])
        #expect(json["format"] == .integer(1))
        #expect(json["scenario"] == .string("starter"))
        let policies = try #require(json["policies"]?.arrayValue)
        #expect(policies.map { $0["policy"]?.stringValue } == ["always:refuse", "reference"])
        for policy in policies {
            let users = try #require(policy["outcomes"]?.objectValue)
            #expect(users.keys.sorted() == ["owner", "thief"])
            for outcomes in users.values {
                let shares = try #require(outcomes.objectValue).values.compactMap(\.doubleValue)
                #expect(shares.count == 5)
                #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
            }
        }
    }

    @Test("simulate, alone and compared")
    func simulate() throws {
        let members: [String: Shape] = [
            "policy": .string, "payoff": estimate, "safe": estimate, "turns": estimate,
            "outcomes": .members(
                .members(
                    .object(["p": .number, "se": .number, "n": .integer, "ci_low": .number, "ci_high": .number]))),
        ]
        let json = try document(
            "simulate", "starter.yaml", "--policy", "reference", "--compare", "uniform", "--episodes", "20000",
            "--seed", "18446744073709551615")
        try Shape.check(
            json,
            members.merging([
                "format": .integer, "scenario": .string, "episodes": .integer, "requested_episodes": .integer,
                "seed": .string, "how": .string,
                "compared": .list(
                    .object(members.merging(["difference": .members(estimate)]) { first, _ in first })),
            ]) { first, _ in first })
        #expect(json["seed"] == .string("18446744073709551615"))
        #expect(json["episodes"] == .integer(20000))
        #expect(json["compared"]?.arrayValue?.count == 1)
    }

    @Test("A simulation agrees with the exact evaluation, and its seed matters")
    func simulationAgrees() throws {
        let exact = try CLI.json("evaluate", "starter.yaml", "--policy", "reference")["policies"]?.arrayValue?.first
        let payoff = try #require(exact?["payoff"]?.doubleValue)
        let means = try ["1", "2"].map { seed in
            let json = try CLI.json(
                "simulate", "starter.yaml", "--policy", "reference", "--episodes", "200000", "--seed", seed)
            let mean = try #require(json["payoff"]?["mean"]?.doubleValue)
            let error = try #require(json["payoff"]?["se"]?.doubleValue)
            #expect(abs(mean - payoff) < 5 * error)
            return mean
        }
        #expect(means[0] != means[1])
    }

    @Test("solve")
    func solve() throws {
        let json = try document("solve", "starter.yaml", "--starts", "2", "--perturbations", "1")
        try Shape.check(
            json,
            [
                "format": .integer, "scenario": .string, "method": .string, "status": .string, "payoff": .number,
                "safe": .number, "lower": .number, "upper": .number, "gap": .number, "iterations": .integer,
                "seconds": .number, "seed": .string,
                "openings": .members(
                    .object([
                        "probability": .number, "posterior": .members(.number), "value": .number,
                        "priced_value": .number, "q": .members(.number),
                        "strategy": .members(.number), "response": .orNull(.string),
                    ])),
                "multipliers": .list(.object(["user": .string, "outcome": .string, "value": .number])),
            ])
        #expect(json["status"] == .string("converged"))
        let (lower, upper) = (json["lower"]?.doubleValue ?? .nan, json["upper"]?.doubleValue ?? .nan)
        #expect(lower <= upper)
        #expect(json["gap"]?.doubleValue == upper - lower)
        #expect(json["openings"]?.objectValue?.keys.sorted() == ["plain", "urgent"])
        #expect(json["multipliers"]?.arrayValue?.count == 1)
    }

    @Test("solve by belief under constraints, and what takes its policy")
    func solveBelief() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("tight.yaml", text.replacingOccurrences(of: "at_most: 0.05}", with: "at_most: 0.0015}"))
        let json = try CLI.json(
            "solve", "tight.yaml", "--method", "belief", "--out", "policy.json", in: folder, status: 0)
        try Shape.check(
            json,
            [
                "status": .string, "value": .number, "lower": .number, "upper": .number, "gap": .number,
                "violation": .number, "iterations": .integer, "policies": .integer, "weights": .list(.number),
                "multipliers": .list(.object(["user": .string, "outcome": .string, "value": .number])),
            ])
        let weights = json["weights"]?.arrayValue?.compactMap(\.doubleValue) ?? []
        #expect(weights.count == 2)
        #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
        #expect(try #require(json["multipliers"]?.arrayValue?[0]["value"]?.doubleValue) > 0)
        #expect(try #require(json["gap"]?.doubleValue) <= 1e-4)
        let evaluated = try CLI.json("evaluate", "tight.yaml", "--policy", "policy.json", in: folder, status: 0)
        #expect(try evaluated.text().contains(try #require(json["payoff"]).text()))
        let played = try CLI.run(
            "simulate", "tight.yaml", "--policy", "policy.json", "--episodes", "2000", in: folder)
        #expect(played.status == 0)
        let exported = try CLI.run(
            "export", "dpo", "tight.yaml", "--policy", "policy.json", "--labels", "hard", "--out", "data", in: folder)
        #expect(exported.status == 0, "\(exported.messages)")
    }

    @Test("validate, good and bad files in one document")
    func validate() throws {
        let json = try document("validate", "starter.yaml", "invalid/sums.yaml", status: 65)
        try Shape.check(
            json,
            [
                "format": .integer, "files": .list(.object(["file": .string, "valid": .bool])),
                "errors": .list(
                    .object([
                        "file": .string, "line": .integer, "column": .integer, "path": .string, "message": .string,
                    ])),
            ])
        #expect(json["files"]?.arrayValue?.map { $0["valid"] } == [.bool(true), .bool(false)])
        #expect(
            json["errors"]?.arrayValue?.first?.objectValue?.filter { $0.key != "severity" } == [
                "file": .string("invalid/sums.yaml"), "line": .integer(44), "column": .integer(14),
                "path": .string("users.benign.initial"), "message": .string("sums to 0.97; it must sum to 1"),
            ])
    }

    @Test("doctor, and what the store commands print")
    func others() throws {
        try Shape.check(
            try document("doctor"),
            ["format": .integer, "facts": .members(.string), "problems": .list(.string)])
        let folder = try TemporaryFolder()
        for seed in ["1", "2"] {
            _ = try CLI.json(
                "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "500", "--trajectories", "--store",
                "r.sqlite", "--seed", seed, in: folder)
        }
        let store = folder.file("r.sqlite")
        let list = try document("runs", "list", "--store", store)
        try Shape.check(
            list,
            [
                "format": .integer,
                "runs": .list(
                    .object([
                        "run": .integer, "kind": .string, "status": .string, "scenario": .string, "policy": .string,
                        "seed": .string, "episodes": .integer, "requested_episodes": .integer,
                        "turns_recorded": .integer, "started_at": .string, "finished_at": .orNull(.string),
                    ])),
            ])
        #expect(list["runs"]?.arrayValue?.map { $0["status"] } == [.string("complete"), .string("complete")])
        let shown = try document("runs", "show", "1", "--store", store)
        try Shape.check(
            shown,
            [
                "run": .integer, "command_line": .string,
                "metrics": .list(.object(["name": .string, "value": .number, "how": .string, "n": .integer])),
                "outcomes": .list(.object(["user": .string, "outcome": .string, "probability": .number])),
            ])
        let differences = try document("runs", "compare", "1", "2", "--store", store)
        let fields = differences["differences"]?.arrayValue?.compactMap { $0["field"]?.stringValue } ?? []
        #expect(fields.contains("seed"))
        #expect(!fields.contains("scenario"))
    }

    @Test("Warnings go to standard error, and only --quiet silences them")
    func warnings() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        // Nobody ever moves on any more.
        let changed = text.replacing(#/move_on: \{bias[^}]*\}/#, with: "move_on: null")
            .replacing(#/\nuncertainty:(\n +.*)+/#, with: "")
        #expect(changed != text)
        try folder.write("quiet.yaml", changed)
        let loud = try CLI.run("validate", "quiet.yaml", "--json", in: folder)
        #expect(loud.status == 0)
        #expect(loud.messages.contains("warning"))
        #expect(loud.messages.contains("move_on"))
        let json = try Shape.canonical(loud.output)
        #expect(json["files"]?.arrayValue?.first?["warnings"]?.arrayValue?.isEmpty == false)
        let quiet = try CLI.run("validate", "quiet.yaml", "--json", "--quiet", in: folder)
        #expect(quiet.messages.isEmpty)
        #expect(quiet.output == loud.output)
    }

    @Test(
        "Nothing is drawn and nothing is coloured where nobody looks",
        arguments: [[:], ["NO_COLOR": "1"], ["TERM": "xterm"]])
    func nothingAnimated(environment: [String: String]) throws {
        for arguments in [
            ["simulate", "starter.yaml", "--policy", "reference", "--episodes", "3000000"],
            ["solve", "starter.yaml", "--starts", "2", "--perturbations", "1"],
            ["evaluate", "starter.yaml", "--policy", "reference"], ["evaluate", "invalid/sums.yaml", "--policy", "x"],
        ] {
            let ended = try CLI.start(arguments, environment: environment).ended()
            for text in [ended.output, ended.messages] {
                #expect(!text.contains("\u{1B}"))
                #expect(!text.unicodeScalars.contains("\r"))
            }
        }
    }
}
