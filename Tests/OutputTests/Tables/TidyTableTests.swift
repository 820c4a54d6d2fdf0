import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Nacre
import Output
import Simulation
import Solver
import Testing

@Suite("Tables for notebooks")
struct TidyTableTests {
    private typealias Thing = (name: String?, count: Int?, size: Double?, isRound: Bool?)

    private static var things: Columns<Thing> {
        [
            .string("name", "what it is called") { $0.name }, .integer("count", "how many") { $0.count },
            .number("size", "metres") { $0.size }, .boolean("round", "whether it rolls") { $0.isRound },
        ]
    }

    @Test(
        "Any text survives a reader that follows RFC 4180",
        arguments: [
            "plain", "", " spaces ", "a,b", "\"", "\"\"", "say \"no\"", "line\nfeed", "carriage\rreturn", "both\r\n",
            ",",
            "\"\u{301}combined", "é€😀", "NA", "null", "a\"\u{301},\r\n\"",
        ])
    func quoting(text: String) throws {
        let columns: Columns<(text: String, number: Int?)> = [
            .string("first", "a text") { $0.text }, .integer("last", "a number") { $0.number },
        ]
        let rows: [(text: String, number: Int?)] = [(text, 1), ("next", nil)]
        let table = columns.table("t", title: "T", rows: rows)
        let records = try CSVReader.records(table.csv)
        #expect(
            records.map { $0.map { Array($0.unicodeScalars) } }
                == [["first", "last"], [text, "1"], ["next", ""]].map { $0.map { Array($0.unicodeScalars) } })
    }

    @Test("Controls in fields are shown, and what a spreadsheet would take for a formula stays a name")
    func hostile() throws {
        let columns: Columns<String> = [.string("a", "a text") { $0 }]
        let table = columns.table("t", title: "T", rows: ["\u{1B}[0m\u{202E}x\u{0}", "=1+1"])
        #expect(table.csv == "a\r\n\\u{1B}[0m\\u{202E}x\\u{0}\r\n=1+1\r\n")
    }

    @Test("Header, CRLF, quotes only where needed, no byte order mark, nothing where missing")
    func format() {
        let rows: [Thing] = [("ball", -2, 1, true), ("a \"b\", c", nil, nil, nil), (nil, nil, 1e-5, false)]
        let table = Self.things.table("things", title: "Things", rows: rows)
        #expect(
            table.csv
                == "name,count,size,round\r\nball,-2,1.0,true\r\n\"a \"\"b\"\", c\",,,\r\n,,1e-05,false\r\n")
    }

    @Test("The data dictionary describes every column of every file, with its bytes and hash")
    func dataPackage() throws {
        let game = try Game(SampleGame.definition())
        let tables = ResultTables(game: game, scenario: "sample", runID: "0123456789ab")
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let evaluation = Evaluation(controller, game: game)
        let path = NSTemporaryDirectory() + "nacre-reporting-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try OutputFolder(path: path, replaces: false)
        let package = DataPackage(
            name: "sample", title: "Sample",
            tables: [
                tables.outcomes(evaluation, policy: "p"), tables.metrics(evaluation, policy: "p"),
                tables.strategies(controller, policy: "p"),
            ])
        try package.write(to: folder)
        try folder.commit()

        let json = try JSONValue(parsing: String(contentsOfFile: path + "/datapackage.json", encoding: .utf8))
        #expect(json["$schema"] == .string("https://datapackage.org/profiles/2.0/datapackage.json"))
        let resources = try #require(json["resources"]?.arrayValue)
        #expect(resources.map { $0["path"]?.stringValue } == ["outcomes.csv", "metrics.csv", "strategies.csv"])
        for (resource, table) in zip(resources, package.tables) {
            let name = try #require(resource["path"]?.stringValue)
            let data = try #require(FileManager.default.contents(atPath: path + "/" + name))
            #expect(resource["bytes"] == .integer(data.count))
            #expect(resource["hash"] == .string("sha256:" + ContentHash.sha256(Array(data))))
            #expect(data.first != 0xEF)
            let records = try CSVReader.records(String(decoding: data, as: UTF8.self))
            let fields = try #require(resource["schema"]?["fields"]?.arrayValue)
            #expect(records.first == fields.compactMap { $0["name"]?.stringValue })
            #expect(records.count == table.rows.count + 1)
            #expect(resource["schema"]?["missingValues"] == .strings([""]))
            for field in fields { #expect(field["description"]?.stringValue?.isEmpty == false) }
            for record in records.dropFirst() {
                for (value, field) in zip(record, fields) where !value.isEmpty {
                    switch field["type"]?.stringValue {
                    case "number": #expect(Double(value) != nil && value.contains { ".e".contains($0) })
                    case "integer": #expect(Int(value) != nil)
                    case "boolean": #expect(["true", "false"].contains(value))
                    default: #expect(field["type"] == .string("string"))
                    }
                }
                #expect(record[0] == "0123456789ab")
            }
        }
    }

    @Test("Exact rows hold what was computed, and nothing where an estimate would have an error")
    func exactRows() throws {
        let game = try Game(SampleGame.definition())
        let tables = ResultTables(game: game, scenario: "sample", runID: "r")
        let evaluation = Evaluation(try .uniform(game: game), game: game)
        let records = try CSVReader.records(tables.outcomes(evaluation, policy: "uniform").csv)
        #expect(
            records[0] == [
                "run_id", "scenario", "policy", "user", "outcome", "safe", "probability", "standard_error", "ci_low",
                "ci_high", "n", "how",
            ])
        #expect(records.count == 7)
        for (index, record) in records.dropFirst().enumerated() {
            #expect(record[3] == game.users[index / 3])
            #expect(record[4] == game.outcomes[index % 3].name)
            #expect(Double(record[6]) == evaluation.outcomes[index / 3][index % 3])
            #expect(record[7...] == ["", "", "", "", "exact"])
        }
        let metrics = try CSVReader.records(tables.metrics(evaluation, policy: "uniform").csv)
        #expect(metrics.dropFirst().map { $0[3] } == ["payoff", "safe", "turns"])
        #expect(metrics.dropFirst().map { Double($0[4]) } == [evaluation.payoff, evaluation.safe, evaluation.turns])
    }

    @Test("Simulated rows hold the estimate with its error, interval and size")
    func simulatedRows() throws {
        let game = try Game(SampleGame.definition())
        let tables = ResultTables(game: game, scenario: "sample", runID: "r")
        let result = try Rollouts(
            game: game, policies: [.uniform(game: game)], settings: .init(episodes: 1000, seed: 3, threads: 1)
        ).run()
        let tally = result.tallies[0]
        for record in try CSVReader.records(tables.outcomes(tally, policy: "uniform").csv).dropFirst() {
            let user = try #require(game.users.firstIndex(of: record[3]))
            let outcome = try #require(game.outcomes.firstIndex { $0.name == record[4] })
            let estimate = tally.outcome(outcome, user: user)
            #expect(Double(record[6]) == estimate?.value)
            #expect(Double(record[7]) == estimate?.standardError)
            #expect(Double(record[8]) == estimate?.interval?.lowerBound)
            #expect(Double(record[9]) == estimate?.interval?.upperBound)
            #expect(Int(record[10]) == estimate?.count)
            #expect(record[11] == "simulated")
        }
    }
}
