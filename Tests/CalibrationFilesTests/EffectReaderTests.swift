import Calibration
import CalibrationFiles
import Documents
import Foundation
import Scenarios
import Testing

@Suite("Published effects of styles")
struct EffectReaderTests {
    static let mapping = """
        calibration: 1
        name: styles
        source: study
        effects: {outcome: what, style: how, estimate: b, interval: [lo, hi], against: full, correlation: 0.5}
        features: {full: {information: 1}, flat: {firmness: 1}, half: {information: 0.5}}
        models:
          back: {fit: effects, outcome: Return, user: benign, per_point: {leave: -1, migrate: -2}, satisfaction: 0.5}
        """
    static let rows = "what,how,b,lo,hi\nReturn,flat,-3,-3.2,-2.8\nReturn,half,-1,-1.2,-0.8\nJoy,flat,1,0.9,1.1\n"

    private func fit(_ csv: String, _ mapping: String = mapping) throws -> CalibrationResult {
        try CalibrationResult.fit(
            Support.table(csv), Support.mapping(mapping), FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
    }

    @Test("Effects become coefficients of every reaction, with one covariance, and what no model uses is told")
    func effects() throws {
        let result = try fit(Self.rows)
        let values = Dictionary(result.coefficients.map { ($0.path, $0.value) }) { first, _ in first }
        #expect(values["users.benign.utility.leave.information"] == -2)
        #expect(values["users.benign.utility.leave.firmness"] == 1)
        #expect(values["users.benign.utility.migrate.information"] == -4)
        #expect(values["users.benign.satisfaction.information"] == 1)
        #expect(result.notes == ["what 'Joy': 1 rows, used by no model"])
        let files = Dictionary(result.files(try Support.mapping(Self.mapping), try Support.table(Self.rows))) { a, _ in
            a
        }
        let lines = try #require(files["covariance.csv"]).split(separator: "\n").map { $0.split(separator: ",") }
        let names = try #require(lines.first).map(String.init)
        #expect(names.count == 4 && !names.contains { $0.contains("satisfaction") })
        let se = 0.4 / (2 * 1.959_963_984_540_054)
        let variance = try #require(Double(lines[1][1]))
        #expect(abs(variance - 4 * se * se) < 1e-12)
        // Both reactions follow from the same rating: their coefficients move together.
        let both = try #require(Double(lines[1][3]))
        #expect(abs(both - 2 * variance) < 1e-12)
        #expect(
            files["users.yaml"]?.contains("# source: study (se 0.204, Return x -1.0 a point, an assumption)") ?? false)
    }

    @Test(
        "Errors name line and column",
        arguments: [
            (
                "Return,flat,-3,-3.2,-2.8\nReturn,flat,-3,-3.2,-2.8\n",
                "data.csv:3:8: error: how is 'flat' a second time for Return"
            ),
            ("Return,flat,x,-3.2,-2.8\n", "data.csv:2:13: error: b is 'x'; it must be a number"),
            (
                "Return,flat,-3,-2.8,-3.2\n",
                "data.csv:2:16: error: lo to hi is -2.8 to -3.2, which has not -3.0 in its middle"
            ),
            ("Return,\"full\",-3,-3.2,-2.8\n", "data.csv:2:8: error: how is 'full', which all are compared with"),
            ("Return,shout,-3,-3.2,-2.8\n", "has styles that map.yaml gives no features:\n  how 'shout': 1 rows"),
        ])
    func positions(_ example: (String, String)) throws {
        let error = #expect(throws: DataError.self) { try fit("what,how,b,lo,hi\n" + example.0) }
        #expect(error?.description.contains(example.1) ?? false, "\(error?.description ?? "")")
    }

    @Test("Effects and transitions do not mix, and correlation is asked for")
    func mapping() throws {
        let mixed = Self.mapping.replacingOccurrences(of: "fit: effects", with: "fit: reactions")
        let error = #expect(throws: DocumentError.self) { try Support.mapping(mixed) }
        #expect(error?.diagnostics.first?.summary.contains("it must be 'effects'") ?? false)
        let silent = Self.mapping.replacingOccurrences(of: ", correlation: 0.5", with: "")
        let missing = #expect(throws: DocumentError.self) { try Support.mapping(silent) }
        #expect(missing?.diagnostics.contains { $0.summary.contains("correlation") } ?? false)
    }
}
