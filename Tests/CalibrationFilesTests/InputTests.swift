import Calibration
import CalibrationFiles
import Foundation
import Testing

@Suite("Input that says more, or less, than it should")
struct InputTests {
    private static let base = """
        calibration: 1
        name: input
        conversation: id
        weight: n
        type: {column: who, labels: {good: benign, bad: malicious, unsure: null}}
        ends: last
        states: [calm, crisis]
        after: {column: then, labels: {fine: calm, bad: crisis, gone: null}}
        feature_columns: {firmness: firm}
        reaction: {column: did, labels: {on: go_on, off: leave}}
        factors: {earlier: {column: then, lag: 1, labels: {fine: fine, bad: bad, gone: none, none: none}}}
        numbers: {mood: {column: then, mean_so_far: {fine: -1, bad: 1}}}
        models: {m: {fit: reactions, terms: ["feature:firmness"], reference: go_on}}
        """
    private static let header = "id,n,who,then,firm,did\n"

    @Test("Types, features of their own, ends, echoes and weights, each with an account of what was not used")
    func everything() throws {
        let read = try Support.read(
            Self.header + "a,1,,fine,0.5,on\na,2,good,bad,,off\na,1,,gone,1,\nb,0,bad,fine,1,on\nb,1,unsure,bad,0,on\n",
            Self.base)
        let data = read.data
        #expect(data.types == ["benign", "malicious"] && data.conversationTypes == [0, 1])
        #expect(data.factors.map(\.name) == ["earlier", "type"])
        #expect(data.transitions.map { $0.levels.last } == [0, 0, 0, 1])
        #expect(data.transitions.map(\.ends) == [false, true, nil, true])
        #expect(data.transitions[0].features == [0.5] && data.transitions[1].features[0].isNaN)
        #expect(data.transitions.map(\.weight) == [1, 2, 1, 1])
        #expect(data.echoes == [0: .some(.init(lag: 1, levels: [0, 1], none: 2, earliest: 1))])
        #expect(data.runningScores == [0: .some([-1, 1])])
        for note in [
            "who 'unsure': 1 rows, mapped to null", "n: 1 rows of weight 0, left out",
            "firm: 1 rows empty, not observed",
        ] {
            #expect(read.notes.contains(note))
        }
    }

    @Test(
        "What cannot be is found at its place",
        arguments: [
            (
                "a,1,good,fine,1,on\na,1,bad,fine,1,on\n",
                "data.csv:3:5: error: who is malicious, and benign before in the same"
            ),
            ("a,1,,fine,1.5,on\n", "data.csv:2:11: error: firm is 1.5; features are from 0 to 1"),
            ("a,-1,,fine,1,on\n", "data.csv:2:3: error: n is below 0"),
            (",1,,fine,1,on\n", "data.csv:2:1: error: id is empty; every row must say which conversation"),
            ("\"a\"\"b\",x,,fine,1,on\n", "data.csv:2:8: error: n is 'x'; it must be a number"),
            ("a,nan,,fine,1,on\n", "data.csv:2:3: error: n is 'nan'; it must be a number"),
        ])
    func places(_ example: (String, String)) throws {
        let error = #expect(throws: DataError.self) { try Support.read(Self.header + example.0, Self.base) }
        #expect(error?.description.hasPrefix(example.1) ?? false, "\(error?.description ?? "")")
    }

    @Test("JSON lines: errors stand at the member, broken lines at their place")
    func jsonLines() throws {
        func problem(_ text: String) -> String {
            let error = #expect(throws: DataError.self) { try Support.read(text, Self.base, file: "d.jsonl") }
            return error?.description ?? ""
        }
        let line = "{\"id\": \"a\", \"n\": 1, \"who\": null, \"then\": \"fine\", \"firm\": 1, \"did\": \"on\"}\n"
        #expect(
            problem(line + line.replacingOccurrences(of: "\"n\": 1", with: "\"n\": -2")).hasPrefix(
                "d.jsonl:2:13: error: n is"))
        #expect(
            problem(line + line.replacingOccurrences(of: "\"on\"", with: "[1]")).hasPrefix(
                "d.jsonl:2:61: error: has a member 'did'"))
        #expect(problem(line + "{\"id\": \n").hasPrefix("d.jsonl:2:8: error: "))
        #expect(problem(line + "[1]\n").hasPrefix("d.jsonl:2:1: error: is not an object"))
    }

    @Test("A label that a running mean has no score for is listed, not taken for 0")
    func scores() throws {
        let mapping = Self.base.replacingOccurrences(
            of: "mean_so_far: {fine: -1, bad: 1}", with: "mean_so_far: {fine: -1}")
        let error = #expect(throws: DataError.self) {
            try Support.read(Self.header + "a,1,,bad,1,on\na,1,,bad,1,on\na,1,,fine,1,on\n", mapping)
        }
        #expect(error?.description.hasSuffix("then in numbers.mood 'bad': 2 rows") ?? false)
    }
}
