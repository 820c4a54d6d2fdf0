import Calibration
import CalibrationFiles
import Documents
import Foundation
import Scenarios
import Testing

@Suite("Reading observations")
struct ReadingTests {
    static let mapping = """
        calibration: 1
        name: small
        conversation: id
        states: [calm, crisis]
        before: {column: was, labels: {fine: calm, bad: crisis}}
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {went on: go_on, left: leave, unclear: null}}
        models:
          r: {fit: reactions, terms: [features], reference: go_on, user: anyone}
        """

    @Test("Labels, features, turns by the order of rows, and what was left out")
    func small() throws {
        let csv = "id,was,said,did\r\na,fine,no,went on\r\nb,bad,ask,left\r\na,bad,ask,unclear\r\na,,no,left\r\n"
        let read = try Support.read(csv, Self.mapping)
        #expect(read.data.conversations == ["a", "b"])
        #expect(read.data.transitions.map(\.turn) == [1, 2, 3, 1])
        #expect(read.data.transitions.map(\.before) == [0, 1, nil, 1])
        #expect(read.data.transitions.map(\.reaction) == [0, nil, 1, 1])
        #expect(read.data.transitions.map(\.features) == [[1, 0], [0, 1], [1, 0], [0, 1]])
        #expect(read.notes == ["did 'unclear': 1 rows, mapped to null", "was: 1 rows empty, not observed"])
    }

    @Test("JSON lines say the same as CSV")
    func jsonLines() throws {
        let csv = try Support.read("did,id,said,was\nleft,1,ask,bad\n\"went on\",1,no,fine\n", Self.mapping)
        let lines = try Support.read(
            "{\"id\": 1, \"was\": \"bad\", \"said\": \"ask\", \"did\": \"left\"}\n"
                + "{\"id\": 1, \"was\": \"fine\", \"said\": \"no\", \"did\": \"went on\"}\n", Self.mapping,
            file: "data.jsonl")
        #expect(csv.data == lines.data)
    }

    @Test("Labels without a name are all listed with their counts")
    func unmapped() throws {
        let csv = "id,was,said,did\na,fine,no,sulked\na,fine,shout,sulked\na,fine,no,wept\n"
        let error = #expect(throws: DataError.self) { try Support.read(csv, Self.mapping) }
        let text = error?.description ?? ""
        #expect(text.hasSuffix("  did 'sulked': 2 rows\n  did 'wept': 1 rows\n  said 'shout': 1 rows"))
    }

    @Test(
        "Errors name line and column",
        arguments: [
            ("id,was,said,did\na,fine,no\n", "data.csv:2:1: error: has 3 fields; it must have 4, as the header has"),
            (
                "id,was,said,did\na,fine,no,left,2,5\n",
                "data.csv:2:1: error: has 6 fields; it must have 4, as the header has. A field that holds the separator, a "
                    + "decimal comma for instance, needs quotes"
            ),
            ("id,was,said,did\na,\"fine,no,left\n", "data.csv:2:3: error: begins a quoted field that never ends"),
            (
                "id,was,said,did\na,\"fine\"x,no,left\n",
                "data.csv:2:9: error: has text after a quoted field; a comma or a line end was needed"
            ),
            ("id,id,said,did\n", "data.csv:1:1: error: has the column 'id' twice; names must be unique"),
        ])
    func positions(_ example: (String, String)) throws {
        let error = #expect(throws: DataError.self) { try Support.read(example.0, Self.mapping) }
        #expect(error?.description == example.1)
    }

    @Test("A column that does not exist is named, with the nearest one")
    func column() throws {
        let error = #expect(throws: DataError.self) { try Support.read("id,was,sayd,did\n", Self.mapping) }
        #expect(error?.description.contains("has no column 'said'") ?? false)
        #expect(error?.description.contains("did you mean 'sayd'?") ?? false)
    }

    @Test("A number that is none is found at its place")
    func number() throws {
        let mapping = "weight: n\n" + Self.mapping
        let error = #expect(throws: DataError.self) {
            try Support.read("id,was,said,did,n\na,fine,no,left,2\nb,fine,no,left,many\n", mapping)
        }
        #expect(error?.description == "data.csv:3:16: error: n is 'many'; it must be a number")
    }

    @Test("Wide tables, cuts, lags and the state before taken from the turn before")
    func forms() throws {
        let wide = """
            calibration: 1
            name: wide
            wide: {columns: {easy: level1, hard: level2}, field: level, percent: [through, stopped]}
            response: {column: level, labels: {level1: level1, level2: level2}}
            models: {m: {fit: reactions, terms: [response]}}
            """
        let read = try Support.read("easy,hard\n10,50\n0,100\n", wide)
        #expect(read.data.transitions.map(\.weight) == [10, 90, 50, 50, 100, 100])
        #expect(read.data.transitions.map(\.reaction) == [0, 1, 0, 1, 1, 0])
        let chain = """
            calibration: 1
            name: chain
            conversation: id
            turn: t
            states: [good, middling, bad]
            before: previous
            after: {column: v, cuts: [0.5, -0.5]}
            factors: {sign: {column: s, lag: 1, names: [none, p, m]}}
            models: {m: {fit: moves}}
            """
        let moves = try Support.read("id,t,v,s\na,2,0,m\na,1,0.9,p\na,3,-2,m\n", chain)
        #expect(moves.data.transitions.map(\.after) == [0, 1, 2])
        #expect(moves.data.transitions.map(\.before) == [nil, 0, 1])
        #expect(moves.data.transitions.map(\.levels) == [[0], [1], [2]])
    }

    @Test("Mapping files report their problems where they stand")
    func mappingErrors() throws {
        let text =
            "calibration: 1\nname: x\nresponse: {column: a, cuts: [1, 2], names: [b]}\nmodels: {m: {fit: guess, trems: []}}\n"
        let error = #expect(throws: DocumentError.self) { try Support.mapping(text) }
        let lines = error?.diagnostics.map(\.summary) ?? []
        #expect(lines.contains { $0.hasPrefix("map.yaml:3:23: error: response.cuts has 2 cuts for 1 names") })
        #expect(
            lines.contains {
                $0.hasPrefix("map.yaml:4:19: error: models.m.fit is 'guess'; it must be reactions, moves")
            })
        #expect(lines.contains { $0.contains("models.m.trems is not a key of the format") })
    }
}
