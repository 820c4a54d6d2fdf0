import Foundation
import Output
import Testing

/// Works in pieces: what merge writes is what the work in one writes.
@Suite("Pieces")
struct PieceTests {
    /// A work that can be divided.
    struct Divided: CustomTestStringConvertible, Sendable {
        let name: String
        /// Without a folder.
        let arguments: [String]
        /// The option that names the folder of the result, and the one in pieces.
        var folder = "--out"
        /// The exit code of the work in one.
        var status: Int32 = 0

        var testDescription: String { name }

        func whole(_ out: String) -> [String] { arguments + [folder, out] }
        func piece(_ index: Int, of count: Int, _ out: String) -> [String] {
            arguments + ["--out", out, "--shard", "\(index)/\(count)"]
        }
    }

    static let works = [
        Divided(
            name: "sweep",
            arguments: [
                "sweep", CLI.scenario(), "--over", "users.thief.prior=0.05:0.4:5", "--over", "discount=0.8,0.9",
                "--policy", "reference", "--policy", "always:refuse", "--measure", "safe",
            ]),
        // Limits that nobody can keep: results that are not complete are results too.
        Divided(
            name: "sweep, solved",
            arguments: [
                "sweep", CLI.scenario(), "--over", "objective.constraints.thief.misused.at_most=0,0.05,0.5", "--solve",
                "gradient", "--starts", "2", "--perturbations", "1",
            ], status: 1),
        Divided(
            name: "suite run",
            arguments: [
                "suite", "run", "constructive", "--case", "r1-*", "--policy", "reference", "--policy", "always:refuse",
                "--exact-limit", "1e4", "--episodes", "500",
            ]),
        Divided(
            name: "simulate",
            arguments: [
                "simulate", CLI.scenario(), "--policy", "reference", "--compare", "always:refuse", "--episodes",
                "150001",
                "--seed", "18446744073709551615",
            ], folder: "--csv"),
        Divided(
            name: "simulate, stream 2",
            arguments: [
                "simulate", CLI.scenario(), "--policy", "reference", "--episodes", "60001", "--stream", "2",
            ], folder: "--csv"),
        Divided(
            name: "sensitivity",
            arguments: [
                "sensitivity", CLI.scenario(), "--policy", "reference", "--points", "9", "--copies", "3", "--top", "4",
            ]),
        Divided(
            name: "frontier",
            arguments: [
                "frontier", CLI.scenario(), "--points", "7", "--starts", "1", "--policies", "--x", "risk", "--y",
                "helped|owner",
            ]),
        Divided(
            name: "boundary",
            arguments: [
                "boundary", CLI.scenario(), "--policy", "reference", "--vary", "users.thief.prior", "--samples", "23",
            ]),
        Divided(
            name: "boundary, a map",
            arguments: [
                "boundary", CLI.scenario(), "--policy", "reference", "--vary", "users.thief.prior", "--vary",
                "discount", "--samples", "20", "--resolution", "5",
            ]),
        Divided(
            name: "calibrate",
            arguments: ["calibrate", "data.csv", "--mapping", "map.yaml", "--bootstrap", "13", "--folds", "3"]),
        Divided(
            name: "calibrate --compare",
            arguments: [
                "calibrate", "data.csv", "other.csv", "--compare", "--mapping", "map.yaml", "--permutations", "23",
            ]),
        Divided(
            name: "noise",
            arguments: [
                "noise", CLI.scenario(), "--episodes", "9", "--replications", "3", "--rollouts", "3,10", "--window",
                "2,all",
            ], folder: "--csv"),
        Divided(
            name: "label",
            arguments: [
                "label", "texts.jsonl", "--scenario", CLI.scenario("self-harm-question"), "--abstain-below", "0.6",
            ]),
        Divided(
            name: "export",
            arguments: [
                "export", "dpo", CLI.scenario("self-harm-question"), "--policy", "reference", "--tau", "0.2",
                "--candidates",
                "mine.jsonl", "--min-scope", "0", "--keep-over-limit", "--test-share", "0.3",
            ]),
    ]

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("data.csv", CalibrateTests.rows)
        try folder.write(
            "other.csv", CalibrateTests.rows.replacingOccurrences(of: "ask,asked", with: "ask,left"))
        let second = "\n  s: {fit: reactions, terms: [], reference: ask, user: malicious}"
        try folder.write("map.yaml", CalibrateTests.mapping + second)
        try folder.write("texts.jsonl", Self.texts)
        try folder.write("mine.jsonl", Self.prompts)
    }

    /// More than three blocks, with lines that cannot be read, blank lines, and ids that come again in another block.
    private static var texts: String {
        (0..<3300).map { number in
            switch number % 700 {
            case 13: "{\"id\": \"broken\(number)"
            case 14: ""
            case 15: #"{"id": "again", "content": "Which pills?"}"#
            default:
                #"{"id": "t\#(number)", "prompt": "Are \#(number) pills too many?", "candidates": [{"content": "No \#(number)."}]}"#
            }
        }.joined(separator: "\n")
    }

    /// More than three blocks; some prompts come twice, some cannot be placed, some answers are uncertain.
    private static var prompts: String {
        (0..<1700).map { number in
            let answers =
                #""candidates": [{"content": "No.", "response": "refuse"}, {"content": "Who is it about?", "response": "#
                + #"{"ask_gently": 0.9, "support": 0.1}}, {"content": "A poison centre knows.", "response": "#
                + (number % 5 == 0 ? #""nothing"}]"# : #""safety_information"}]"#)
            return number % 400 == 7
                ? "{" : #"{"id": "p\#(number)", "prompt": "Are \#(number % 1500) pills too many?", \#(answers)}"#
        }.joined(separator: "\n")
    }

    private func pieces(_ work: Divided, _ count: Int) throws -> [String] {
        try (0..<count).map { index in
            let name = "piece-\(count)-\(index)"
            let ended = try CLI.start(work.piece(index, of: count, name), in: folder).ended(within: 120)
            #expect(ended.status == 0, "\(ended.messages)")
            return name
        }
    }

    /// What was printed, without how long it took.
    private func timeless(_ text: String) -> String {
        text.replacing(/"seconds": [0-9.e-]+/, with: "\"seconds\": 0").replacing(#/ in [0-9.]+ s/#, with: " in 0 s")
    }

    @Test(
        "Merged pieces are the work in one, byte for byte, in any order and given repeatedly", arguments: works,
        [1, 2, 3, 7, 19])
    func merged(work: Divided, count: Int) throws {
        let whole = try CLI.start(work.whole("result"), in: folder).ended(within: 120)
        #expect(whole.status == work.status, "\(whole.messages)")
        let expected = try folder.contents(of: "result")
        try #require(!expected.isEmpty)
        let names = try pieces(work, count)
        let given = names.reversed() + names.prefix(2)
        try FileManager.default.removeItem(atPath: folder.file("result"))
        let merged = try CLI.start(["merge"] + given + ["--out", "result", "--threads", "3"], in: folder).ended(
            within: 120)
        #expect(merged.status == work.status, "\(merged.messages)")
        #expect(timeless(merged.output) == timeless(whole.output))
        let found = try folder.contents(of: "result")
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, data) in expected { #expect(found[name] == data, "\(name)") }
    }

    @Test("The JSON of merged pieces is that of the work in one", arguments: works)
    func json(work: Divided) throws {
        let whole = try CLI.start(work.whole("result") + ["--json"], in: folder).ended(within: 120)
        let names = try pieces(work, 2)
        try FileManager.default.removeItem(atPath: folder.file("result"))
        let merged = try CLI.start(["merge"] + names + ["--json", "--out", "result"], in: folder).ended(within: 120)
        #expect(timeless(merged.output) == timeless(whole.output))
    }

    @Test("A piece that is there is not computed again; the same piece has the same bytes anywhere")
    func repeated() throws {
        let work = Self.works[0]
        let first = try CLI.start(work.piece(1, of: 3, "one") + ["--threads", "1"], in: folder).ended()
        #expect(first.output.contains("piece 1 of 3"))
        let bytes = try folder.contents(of: "one")
        let again = try CLI.start(work.piece(1, of: 3, "one"), in: folder).ended()
        #expect(again.status == 0 && again.output.contains("already complete"))
        #expect(try folder.contents(of: "one") == bytes)
        _ = try CLI.start(work.piece(1, of: 3, "other") + ["--threads", "2", "--quiet"], in: folder).ended()
        #expect(try folder.contents(of: "other") == bytes)
        // Another piece does not take its place, and nothing else's is taken.
        let wrong = try CLI.start(work.piece(2, of: 3, "one"), in: folder).ended()
        #expect(wrong.status == 74 && wrong.messages.contains("exists already"))
        try folder.write("mine.txt", "mine")
        #expect(try CLI.start(work.piece(2, of: 3, "mine.txt"), in: folder).ended().status == 74)
        #expect(try folder.text("mine.txt") == "mine")
    }

    @Test("Holes, overlaps, pieces of other works and changed inputs are listed, and nothing is written")
    func refused() throws {
        let work = Self.works[0]
        let names = try pieces(work, 3)
        func refusal(_ folders: [String]) throws -> String {
            let ended = try CLI.start(["merge"] + folders + ["--out", "result"], in: folder).ended()
            #expect(ended.status == 65 && !folder.contains("result"), "\(ended.messages)")
            return ended.messages
        }
        #expect(try refusal([names[0], names[2]]).contains("missing: piece 1 of 3"))
        #expect(try refusal([names[0], "nowhere"]).contains("nowhere is no piece"))
        _ = try CLI.start(work.piece(0, of: 2, "half"), in: folder).ended()
        #expect(try refusal(names + ["half"]).contains("half is piece 0/2"))
        _ = try CLI.start(work.piece(0, of: 3, "seeded") + ["--seed", "2"], in: folder).ended()
        let both = try refusal([names[0], names[1], "seeded"])
        #expect(both.contains("seeded is of another command") && both.contains("missing: piece 2 of 3"))
        // A unit that was changed: not what the piece was finished with, and not the same piece twice.
        try FileManager.default.copyItem(atPath: folder.file(names[1]), toPath: folder.file("changed"))
        let points = try folder.text("changed/points.jsonl").replacingOccurrences(of: "\"turns\":", with: "\"turns\" :")
        try folder.write("changed/points.jsonl", points)
        #expect(try refusal([names[0], "changed", names[2]]).contains("is not what the piece was finished with"))
        let manifest = try folder.text("changed/manifest.json")
        let hash = ContentHash.sha256(points)
        let old = ContentHash.sha256(try folder.text("\(names[1])/points.jsonl"))
        try folder.write("changed/manifest.json", manifest.replacingOccurrences(of: old, with: hash))
        #expect(try refusal(names + ["changed"]).contains("are both piece 1/3 and differ"))
        // Another version.
        try folder.write(
            "changed/manifest.json", manifest.replacingOccurrences(of: "\"version\": \"", with: "\"version\": \"9"))
        #expect(try refusal([names[0], "changed", names[2]]).contains("manifest.json was changed"))
    }

    @Test("--partial says what is missing")
    func partial() throws {
        let names = try pieces(Self.works[0], 7)
        let part = try CLI.start(["merge", "--partial"] + [names[1], names[6]], in: folder).ended()
        #expect(part.status == 1 && part.output.contains("missing: piece 0, 2–5 of 7"))
        let all = try CLI.start(["merge", "--partial", "--json"] + names, in: folder).ended()
        #expect(all.status == 0)
        #expect(try JSONValue(parsing: all.output)["missing"] == .array([]))
    }

    @Test("Pieces of a scenario that changed meanwhile are not merged, and are computed again")
    func changedInput() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try folder.write("s.yaml", text)
        let work = Divided(
            name: "", arguments: ["sweep", "s.yaml", "--over", "discount=0.8,0.9", "--policy", "reference"])
        let names = try pieces(work, 2)
        try folder.write("s.yaml", text + "# more\n")
        let ended = try CLI.start(["merge"] + names + ["--out", "result"], in: folder).ended()
        #expect(ended.status == 65 && ended.messages.contains("s.yaml is not what it was"))
        let again = try CLI.start(work.piece(0, of: 2, names[0]), in: folder).ended()
        #expect(again.status == 74, "a piece of other inputs is only replaced where that is asked for")
        #expect(try CLI.start(work.piece(0, of: 2, names[0]) + ["--force"], in: folder).ended().status == 0)
    }

    @Test(
        "A piece that is stopped or killed leaves nothing that passes for one, and the same command finishes it",
        arguments: [SIGTERM, SIGINT, SIGKILL])
    func stopped(signal: Int32) throws {
        let work = Divided(
            name: "",
            arguments: [
                "sweep", CLI.scenario("self-harm-question"), "--over", "users.malicious.prior=0.01:0.3:40", "--solve",
                "gradient", "--starts", "6", "--controller", "last",
            ])
        _ = try CLI.start(work.piece(1, of: 2, "whole") + ["--threads", "2"], in: folder).ended(within: 600)
        let child = try CLI.start(work.piece(1, of: 2, "piece") + ["--threads", "1"], in: folder)
        // The folder beside the place is there once the first units are about to be computed.
        let hasBegun = try child.wait(seconds: 120) {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.hasPrefix(".piece.partial") }
        }
        child.send(signal)
        let ended = try child.ended(within: 120)
        if hasBegun, ended.status != 0 {
            #expect(!folder.contains("piece"))
            #expect(ended.status == (signal == SIGKILL ? nil : 130), "\(ended.messages)")
        }
        let again = try CLI.start(work.piece(1, of: 2, "piece"), in: folder).ended(within: 600)
        #expect(again.status == 0, "\(again.messages)")
        #expect(try folder.contents(of: "piece") == folder.contents(of: "whole"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(".piece") }
        #expect(left.isEmpty)
    }

    @Test("What cannot be divided is refused before anything is computed")
    func notDivided() throws {
        for arguments in [
            ["export", "dpo", CLI.scenario(), "--policy", "reference", "--out", "o", "--shard", "0/2"],
            ["calibrate", "data.csv", "--mapping", "map.yaml", "--out", "o", "--shard", "0/2"],
            [
                "calibrate", "data.csv", "other.csv", "--compare", "--permutations", "0", "--mapping", "map.yaml",
                "--out", "o", "--shard", "0/2",
            ],
            ["noise", CLI.scenario(), "--out", "o"],
            ["boundary", CLI.scenario(), "--vary", "discount", "--out", "o", "--shard", "0/2"],
            [
                "boundary", CLI.scenario(), "--policy", "reference", "--vary", "discount", "--vary",
                "users.thief.prior", "--out", "o", "--shard", "0/2",
            ],
            ["sweep", CLI.scenario(), "--over", "discount=0.8,0.9", "--policy", "reference", "--shard", "0/2"],
            Self.works[0].piece(0, of: 2, "o") + ["--store", "s.sqlite"], Self.works[0].piece(2, of: 2, "o"),
            ["simulate", CLI.scenario(), "--policy", "reference", "--out", "o"],
            [
                "label", "texts.jsonl", "--scenario", CLI.scenario(), "--judge", "http://127.0.0.1:9", "--out", "o",
                "--shard", "0/2",
            ],
        ] {
            let ended = try CLI.start(arguments, in: folder).ended()
            #expect(ended.status == 64, "\(arguments): \(ended.messages)")
            #expect(!folder.contains("o") && !folder.contains("s.sqlite"))
        }
    }

    @Test("A plan measures a few units, names every piece and writes nothing", arguments: works)
    func plan(work: Divided) throws {
        let before = try folder.contents().keys.sorted()
        let json = try CLI.json(
            "plan", "--pieces", "3", "--sample", "2", "--out", "parts", "--json", "--", "sim-cli", in: folder,
            status: 64)
        #expect(json["errors"] != nil)
        let ended = try CLI.start(
            ["plan", "--pieces", "3", "--sample", "2", "--out", "parts", "--json", "--"]
                + work.whole("result").map {
                    $0 == "--csv" ? "--out" : $0
                }, in: folder
        ).ended(within: 120)
        #expect(ended.status == 0, "\(ended.messages)")
        let plan = try JSONValue(parsing: ended.output)
        let pieces = try #require(plan["pieces"]?.arrayValue)
        #expect(pieces.count == 3)
        let phases = try #require(plan["phases"]?.arrayValue)
        let units = phases.compactMap { $0["units"]?.integerValue }.reduce(0, +)
        #expect(units > 0 && pieces.compactMap { $0["units"]?.integerValue }.reduce(0, +) == units)
        #expect(phases.allSatisfy { (1...2).contains($0["sample_seconds"]?.arrayValue?.count ?? 0) })
        #expect(try folder.contents().keys.sorted() == before)
        // The command lines that it names are ones that work, and merge as the work in one.
        guard work.name == "sweep" else { return }
        for piece in pieces {
            let arguments = try #require(piece["arguments"]?.arrayValue).compactMap(\.stringValue)
            #expect(try CLI.start(arguments, in: folder).ended().status == 0)
        }
        let merge = try #require(plan["merge"]?.arrayValue).compactMap(\.stringValue)
        #expect(try CLI.start(merge, in: folder).ended().status == 0)
    }
}
