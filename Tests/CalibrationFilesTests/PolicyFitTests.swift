import Calibration
import CalibrationFiles
import Foundation
import GameModel
import Output
import Scenarios
import Testing

/// `fit: policy`: shares by situation, with errors that are written out here, and tables that come back.
@Suite("A model's own policy, fitted")
struct PolicyFitTests {
    private static let mapping = """
        calibration: 1
        name: today
        source: my-log
        conversation: talk
        turn: t
        response: {column: said, labels: {no: refuse, yes: help}}
        factors: {cue: {column: read, labels: {calm: calm, upset: upset}}}
        phases: [3]
        models:
          whole: {fit: policy, terms: [phase, "factor:cue", after]}
          plain: {fit: policy}

        """

    /// Three conversations of four turns.
    private static let data = """
        talk,t,read,said
        a,1,calm,no
        a,2,calm,no
        a,3,upset,yes
        a,4,upset,yes
        b,1,calm,yes
        b,2,calm,no
        b,3,upset,no
        b,4,calm,yes
        c,1,upset,yes
        c,2,calm,yes
        c,3,calm,no
        c,4,upset,no

        """

    private static func fit(_ data: String, _ mapping: String) throws -> CalibrationResult {
        try CalibrationResult.fit(
            Support.table(data), Support.mapping(mapping),
            FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
    }

    @Test("Shares, standard errors and clustered errors are those of the formula")
    func shares() throws {
        let table = try Self.fit(Self.data, Self.mapping).policies[1].table
        // 6 of 12 turns refused: of four each, 2, 2 and 2.
        #expect(
            table.overall.shares == [0.5, 0.5] && table.overall.weight == 12
                && table.overall.conversations == 3)
        #expect(abs(table.overall.standardErrors[0] - (0.25 / 12).squareRoot()) <= 1e-15)
        // Every conversation refused as often as all did.
        #expect(table.overall.clusteredErrors == [0, 0])
        #expect(table.cells.count == 1 && table.cells[0].shares == [0.5, 0.5])
    }

    @Test("Cells are situations: bands, cues and the last response, first turns after the others")
    func cells() throws {
        let table = try Self.fit(Self.data, Self.mapping).policies[0].table
        // Turn 2, calm, after a refusal: a refused; after help: b refused, c helped.
        let first = table.cells.filter { $0.band == 0 && $0.cue == 0 }
        #expect(first.map(\.after) == [0, 1, nil] && first.map(\.weight) == [1, 2, 2])
        #expect(first[1].shares == [0.5, 0.5] && first[0].shares == [1, 0])
        // ± 0.5 in two conversations: √(2 · (0.25 + 0.25)) / 2.
        #expect(abs(try #require(first[1].clusteredErrors)[0] - 0.5) <= 1e-15)
        #expect(first[0].clusteredErrors == nil)
        #expect(table.cells.reduce(0) { $0 + $1.weight } == 12 && table.leftOut == 0)
    }

    @Test("The block that is written is a reference that scenarios read")
    func written() throws {
        let result = try Self.fit(Self.data, Self.mapping)
        let files = result.files(try Support.mapping(Self.mapping), try Support.table(Self.data))
        let yaml = try #require(files.first { $0.0 == "reference-whole.yaml" }).1
        let scenario = """
            format: 1
            name: today
            horizon: 4
            opening: {calm: [{role: user, content: "A?"}], upset: [{role: user, content: "B?"}]}
            responses: {refuse: {texts: ["No."]}, help: {texts: ["Yes."]}}
            outcomes: {over: {safe: true, timeout: true}, gone: {safe: true}}
            cues: [calm, upset]
            reactions: {ask: {texts: {calm: ["A."], upset: ["B."]}}, leave: {ends: gone, texts: ["Bye."]}}
            users: {u: {prior: 1, cues: {calm: 0.5, upset: 0.5}, utility: {leave: {bias: -1}}}}

            """
        let reference = try Scenario.parse(scenario + yaml, file: "s.yaml").objective.reference
        #expect(!reference.isConstant && reference.otherwise == [0.5, 0.5])
        #expect(reference.strategy(turn: 2, cue: 0, after: 0) == [1, 0])
        #expect(reference.strategy(turn: 2, cue: 0, after: 1) == [0.5, 0.5])
        #expect(reference.strategy(turn: 1, cue: 1, after: nil) == [0, 1])
    }

    @Test("What cannot be a policy is refused with its place")
    func refused() throws {
        let wrong = Self.mapping.replacing("{fit: policy}", with: "{fit: policy, terms: [state]}")
        do {
            _ = try Self.fit(Self.data, wrong)
            Issue.record("it was fitted")
        } catch let error as CalibrationError {
            #expect(error.place == "models.plain.terms" && error.problem.contains("'state'"), "\(error)")
        }
        let silent = Self.data.replacing(",no\n", with: ",\n").replacing(",yes\n", with: ",\n")
        #expect(throws: CalibrationError.self) { try Self.fit(silent, Self.mapping) }
    }

    /// The 32 cells of a published table, rebuilt as logs: one model at a time, everything else as `other`.
    @Test(
        "Shares by band of turns of four models come back to ± .005",
        .enabled(if: Self.published != nil, "set NACRE_DATA to the folder of observations"))
    func spiral() throws {
        let text = try String(contentsOfFile: try #require(Self.published), encoding: .utf8)
        let rows = text.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
        let bands = ["1-5", "6-10", "11-15", "16-19"]
        var compared = 0
        for model in Set(rows.map { $0[2] }).sorted() {
            var log = "t,said,n\n"
            for (band, first) in zip(bands, [1, 6, 11, 16]) {
                let own = rows.filter { $0[2] == model && $0[1] == band }
                var rest = Int(own.first?[4] ?? "") ?? 0
                for cell in own {
                    let (share, n) = (try #require(Double(cell[3])), try #require(Double(cell[4])))
                    let count = Int((share * n).rounded())
                    log += "\(first),\(cell[0]),\(count)\n"
                    rest -= count
                }
                log += "\(first),other,\(rest)\n"
            }
            let mapping = """
                calibration: 1
                name: spiral
                turn: t
                weight: n
                response: {column: said, names: [delusion_reinforcement, pushback, other]}
                phases: [6, 11, 16]
                models: {today: {fit: policy, terms: [phase]}}

                """
            let table = try Self.fit(log, mapping).policies[0].table
            #expect(table.cells.count == 4)
            for cell in rows where cell[2] == model {
                let band = try #require(bands.firstIndex(of: cell[1]))
                let response = cell[0] == "pushback" ? 1 : 0
                #expect(
                    abs(table.cells[band].shares[response] - (Double(cell[3]) ?? 0)) <= 0.005, "\(cell)")
                compared += 1
            }
        }
        #expect(compared == 32)
    }

    private static let published = ProcessInfo.processInfo.environment["NACRE_DATA"].flatMap { folder in
        FileManager.default.fileExists(atPath: "\(folder)/leader_drift_spiral.csv")
            ? "\(folder)/leader_drift_spiral.csv" : nil
    }
}
