import Foundation
import Output
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

    @Test("Solved anew on both sides of each planned switch, the policy opens as the boundary says")
    func agreesWithSolve() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8).replacingOccurrences(
            of: "    - {user: thief, outcome: misused, at_most: 0.05}", with: ""
        ).replacingOccurrences(of: "  constraints:\n", with: "")
        let json = try CLI.json("boundary", CLI.scenario(), "--vary", "users.thief.prior", "--without-constraints")
        let line = try #require(json["lines"]?.arrayValue?.first)
        let changes = try #require(line["switches"]?.arrayValue)
        #expect(changes.count == 2)
        for change in changes {
            let value = try #require(change["value"]?.doubleValue)
            for (prior, side) in [(value - 1e-4, "below"), (value + 1e-4, "above")] {
                try folder.write(
                    "free.yaml",
                    text.replacingOccurrences(of: "prior: 0.85 ", with: "prior: \(1 - prior) ")
                        .replacingOccurrences(of: "prior: 0.15 ", with: "prior: \(prior) "))
                let ended = try CLI.run("solve", "free.yaml", "--method", "belief", "--gap", "0", in: folder)
                #expect(ended.status == 0, "\(ended.messages)")
                // The table of openings: a cue's first line names the cue, the others begin with spaces.
                let rows = ended.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                let start = try #require(rows.firstIndex { $0.first == "opening" }) + 1
                let table = rows[start..<start + 3].map { $0.first == "plain" ? Array($0.dropFirst()) : $0 }
                let chosen = table.filter { $0[1] == "1.000" }.map { $0[0] }
                #expect(chosen == [change[side]?.stringValue], "at \(prior)")
            }
        }
    }

    @Test("A held policy's switches have bands where the scenario has an uncertainty, and say so where not")
    func bands() throws {
        let path = "users.thief.prior"
        let with = try CLI.json("boundary", CLI.scenario(), "--policy", "reference", "--vary", path, "--samples", "40")
        let bands = try #require(with["lines"]?.arrayValue).flatMap { $0["bands"]?.arrayValue ?? [] }
        #expect(bands.contains { $0["value"]?.doubleValue != nil })
        for band in bands {
            let (low, high) = (band["low"]?.doubleValue, band["high"]?.doubleValue)
            #expect(try #require(low) <= #require(high))
            #expect(try (0...1).contains(#require(band["share"]?.doubleValue)))
        }
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario("self-harm-question"), encoding: .utf8)
        let certain = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "uncertainty:" }
        try folder.write("certain.yaml", certain.joined(separator: "\n"))
        let ended = try CLI.run(
            "boundary", "certain.yaml", "--policy", "reference", "--vary", "discount=0.8..0.9", in: folder)
        #expect(ended.output.contains("the scenario has no uncertainty"), "\(ended.messages)")
    }

    @Test("A planned map of two numbers has the switches of the planned boundary on its side, and writes its tables")
    func plannedMap() throws {
        let paths = ["users.thief.payoff.misused=-5..0", "users.owner.payoff.helped=-2..4"]
        let shared = ["boundary", CLI.scenario(), "--without-constraints", "--after", "plain"]
        let folder = try TemporaryFolder()
        let ended = try CLI.start(
            shared + ["--vary", paths[0], "--vary", paths[1], "--json", "--out", "out"], in: folder
        ).ended()
        #expect(ended.status == 0, "\(ended.messages)")
        let map = try #require(try JSONValue(parsing: ended.output)["maps"]?.arrayValue?.first)
        #expect(map["gap"]?.doubleValue == 0 && map["resolved"] == .bool(true))
        let ends = try #require(map["curves"]?.arrayValue).flatMap { curve -> [[Double]] in
            let points = curve["points"]?.arrayValue?.compactMap { $0.arrayValue?.compactMap(\.doubleValue) } ?? []
            return [points.first ?? [], points.last ?? []]
        }
        // The left side of the map is the scenario itself, whose thief costs 5.
        let side = ends.filter { $0[0] == -5 }.map { $0[1] }.filter { $0 > -2 && $0 < 4 }.sorted()
        let line = try JSONValue(parsing: CLI.start(shared + ["--vary", paths[1], "--json"]).ended().output)
        let switches = try #require(line["lines"]?.arrayValue?.first?["switches"]?.arrayValue)
        let values = switches.compactMap { $0["value"]?.doubleValue }
        #expect(!values.isEmpty && side.count == values.count)
        for (a, b) in zip(side, values) { #expect(abs(a - b) < 1e-8) }
        let names = Set(try folder.contents(of: "out").keys)
        #expect(names.isSuperset(of: ["curves.csv", "corners.csv", "map-1.svg"]), "\(names)")
    }

    @Test(
        "What was stopped at once says so in text, JSON, tables and pictures",
        arguments: [
            ("starter", ["--vary", "users.thief.prior"], "lines", "segments.csv", "boundary.svg"),
            (
                "starter", ["--vary", "users.thief.payoff.misused", "--vary", "users.owner.payoff.helped"], "maps",
                "curves.csv", "map-1.svg"
            ),
            (
                "self-harm-question", ["--posterior", "benign,distressed,malicious", "--after", "neutral"],
                "partitions",
                "cells.csv", "posterior-1.svg"
            ),
        ])
    func unfinished(name: String, options: [String], key: String, table: String, picture: String) throws {
        let folder = try TemporaryFolder()
        let shared = ["boundary", CLI.scenario(name), "--without-constraints", "--time-limit", "0.000001"] + options
        let text = try CLI.start(shared, in: folder).ended()
        #expect(text.status == 1, "\(text.messages)")
        #expect(text.output.contains("not settled") && text.output.contains("not complete"), "\(text.output)")
        #expect(!text.output.contains("inf ") && !text.output.contains("± inf"))
        let ended = try CLI.start(shared + ["--out", "out", "--json"], in: folder).ended()
        let document = try JSONValue(parsing: ended.output)
        #expect(document["settled"] == .bool(false))
        let found = try #require(document[key]?.arrayValue?.first)
        #expect(found["open"]?.arrayValue?.isEmpty == false)
        let files = try folder.contents(of: "out")
        let csv = String(decoding: try #require(files[table]), as: UTF8.self)
        #expect(csv.hasPrefix("run_id,") && csv.contains("complete"))
        #expect(csv.contains("false") || csv.split(separator: "\r\n").count == 1)
        let open = String(decoding: try #require(files["open.csv"]), as: UTF8.self)
        #expect(open.split(separator: "\r\n").count > 1)
        let svg = String(decoding: try #require(files[picture]), as: UTF8.self)
        #expect(svg.contains("class=\"open\"") && svg.contains(">not settled<") && svg.contains("Not complete"))
    }

    @Test("What came to its end has no stripes, and no row that is not complete")
    func finished() throws {
        let folder = try TemporaryFolder()
        let ended = try CLI.run(
            "boundary", CLI.scenario(), "--without-constraints", "--vary", "users.thief.prior", "--out", "out",
            in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        let files = try folder.contents(of: "out")
        for (name, data) in files where name.hasSuffix(".csv") {
            #expect(!String(decoding: data, as: UTF8.self).contains("false"), "\(name)")
        }
        let svg = String(decoding: try #require(files["boundary.svg"]), as: UTF8.self)
        #expect(!svg.contains("open") && !svg.contains("settled"))
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
            (
                ["--vary", "discount", "--vary", "users.thief.prior", "--without-constraints"],
                "do not enter the optimal value linearly together"
            ),
        ])
    func badInput(arguments: [String], message: String) throws {
        let ended = try CLI.start(["boundary", CLI.scenario()] + arguments).ended()
        #expect(ended.status == 65)
        #expect(ended.messages.contains(message), "\(ended.messages)")
    }

    @Test(
        "Along a limit the best value, its prices and the responses that are drawn are told, and below it that nothing keeps it"
    )
    func limit() throws {
        let path = "objective.constraints.thief.misused.at_most"
        let json = try CLI.json("boundary", CLI.scenario(), "--vary", "\(path)=0.00176..0.2", "--after", "plain")
        #expect(json["settled"] == .bool(true))
        let pieces = try #require(json["limit"]?["pieces"]?.arrayValue)
        let prices = try pieces.map { try #require($0["price"]?.doubleValue) }
        #expect(prices == prices.sorted(by: >) && prices.last == 0 && (prices.first ?? 0) > 0)
        #expect(json["lines"]?.arrayValue?.first?["segments"]?.arrayValue?.first?["responses"]?.arrayValue != nil)
        let below = try CLI.run("boundary", CLI.scenario(), "--vary", "\(path)=0..0.001")
        #expect(below.status == 65 && below.messages.contains("no policy keeps the constraints anywhere"))
    }

    @Test("Foresight varies by path: held, and re-solved; a plan says what to do instead")
    func foresight() throws {
        let file = CLI.scenario("keeps-asking")
        let held = try CLI.json("boundary", file, "--policy", "reference", "--vary", "users.thief.foresight=0..1")
        #expect(held["follower"] == .string("foresighted") && held["settled"] == .bool(true))
        let anew = try CLI.json("boundary", file, "--vary", "users.thief.prior=0.1..0.9", "--sampled", "--checks", "4")
        #expect(anew["lines"]?.arrayValue?.first?["complete"]?.stringValue?.contains("local optima") == true)
        for (arguments, words) in [
            (["--vary", "users.thief.foresight"], "give --sampled"),
            (["--vary", "users.thief.prior"], "users have foresight"),
            (["--vary", "users.thief.foresight", "--follower", "myopic", "--policy", "uniform"], "leave it out"),
        ] {
            let ended = try CLI.start(["boundary", file] + arguments).ended()
            #expect(ended.status == 65 && ended.messages.contains(words), "\(ended.messages)")
        }
        for command in ["explain", "pearl", "sensitivity"] {
            let json = try CLI.json(command, file, "--policy", "always:recovery", "--follower", "myopic")
            #expect(json["follower"] == .string("myopic"))
        }
    }

    @Test("A held policy is named by what it is, not by the path of its file")
    func runIdentifiers() throws {
        let folder = try TemporaryFolder()
        var identifiers: [JSONValue?] = []
        for name in ["one.json", "two.json"] {
            let solved = try CLI.start(["solve", CLI.scenario(), "--starts", "1", "--out", name], in: folder).ended()
            #expect(solved.status == 0, "\(solved.messages)")
            let ended = try CLI.start(
                [
                    "boundary", CLI.scenario(), "--policy", name, "--vary", "users.thief.prior", "--samples", "0",
                    "--json",
                ],
                in: folder
            ).ended()
            identifiers.append(try JSONValue(parsing: ended.output)["run_id"])
        }
        #expect(identifiers[0] != nil && identifiers[0] == identifiers[1])
    }

    @Test("Sensitivity reads a file of covariances, and maps have a band of the uncertainty")
    func covariance() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let start = try #require(text.range(of: "uncertainty:\n")).lowerBound
        try folder.write("correlated.yaml", String(text[..<start]) + "uncertainty: {covariance: covariance.csv}\n")
        try folder.write(
            "covariance.csv",
            """
            parameter,users.owner.utility.accept.bias,users.owner.utility.accept.information
            users.owner.utility.accept.bias,0.09,-0.1
            users.owner.utility.accept.information,-0.1,0.25

            """)
        let ended = try CLI.start(
            [
                "sensitivity", "correlated.yaml", "--policy", "reference", "--parameters", "uncertain", "--points",
                "16",
                "--copies", "4", "--json",
            ], in: folder
        ).ended()
        #expect(ended.status == 0, "\(ended.messages)")
        let sobol = try #require(try JSONValue(parsing: ended.output)["sobol"])
        #expect(sobol["correlated"]?.arrayValue?.first?.arrayValue?.count == 2)
        // Nearly opposite: known alone each tells little, and what is its own matters more than that.
        let own = try #require(sobol["payoff"]?["total"]?.arrayValue?.first?["value"]?.doubleValue)
        let joint = try #require(sobol["payoff"]?["first"]?.arrayValue?.first?["value"]?.doubleValue)
        #expect(own != joint)
        let map = try CLI.json(
            "boundary", CLI.scenario(), "--policy", "reference", "--vary", "users.thief.prior", "--vary",
            "users.thief.payoff.misused", "--after", "plain", "--samples", "20")
        let share = try #require(map["maps"]?.arrayValue?.first?["band_share"]?.doubleValue)
        #expect(share > 0 && share < 1)
    }

    @Test("A number that does nothing is said to do nothing")
    func noEffect() throws {
        let ended = try CLI.run(
            "boundary", CLI.scenario(), "--policy", "uniform", "--vary", "objective.reference.refuse")
        #expect(ended.status == 0)
        #expect(ended.output.contains("no effect"))
    }
}
