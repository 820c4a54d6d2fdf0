import Calibration
import CalibrationFiles
import Foundation
import Scenarios
import Testing

/// What stands beside a fit does not refuse it: baselines, folds, bootstraps that cannot be had are said to be missing.
@Suite("Fits go on without what cannot be had")
struct GoingOnTests {
    private static func mapping(_ model: String) -> String {
        """
        calibration: 1
        name: on
        source: study
        conversation: id
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {a: a, b: b, c: c}}
        models:
          m: \(model)
        """
    }

    private static func rows(_ conversations: Int, turns: Int, _ did: (Int, Int) -> String) -> String {
        var lines = ["id,said,did"]
        for conversation in 0..<conversations {
            for turn in 0..<turns {
                lines.append(
                    "\(conversation),\((conversation + turn) % 2 == 0 ? "no" : "ask"),\(did(conversation, turn))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every reaction after every response within any ten turns.
    private static func mixed(_ conversation: Int, _ turn: Int) -> String {
        ["a", "b", "c", "a", "b"][(conversation * 31 + turn / 2) % 5]
    }

    private static func fit(_ data: String, _ model: String, folds: Int, bootstraps: Int = 0) throws
        -> CalibrationResult
    {
        try CalibrationResult.fit(
            Support.table(data), Support.mapping(mapping(model)),
            FitRequest(folds: folds, bootstraps: bootstraps, seed: 1, threads: 2))
    }

    private static let reactions = "{fit: reactions, terms: [response], reference: a}"
    private static let types = "{fit: hidden, types: [one, two], terms: ['factor:type'], reference: a}"

    @Test("One conversation cannot be divided, and its fit has no clustered errors")
    func one() throws {
        let result = try Self.fit(Self.rows(1, turns: 60, Self.mixed), Self.reactions, folds: 10, bootstraps: 20)
        let model = try #require(result.fitted.first)
        #expect(model.heldOut.isEmpty && model.bootstrap == nil)
        #expect(result.notes.contains("one conversation cannot be divided into folds, so there is no held-out loss"))
        #expect(result.report.contains("No bootstrap: one conversation"))
        #expect(!result.report.contains("nan"))
        #expect(model.block(source: "").rows.allSatisfy { $0.clusteredError == nil && $0.standardError != nil })
        let files = try result.files(
            Support.mapping(Self.mapping(Self.reactions)), Support.table(Self.rows(1, turns: 60, Self.mixed)))
        // As a word: SVG has an attribute with these letters.
        #expect(files.allSatisfy { !$0.1.contains(/\bnan\b/.ignoresCase()) })
    }

    @Test("Fewer conversations than folds: as many folds as there are, said aloud")
    func few() throws {
        let result = try Self.fit(Self.rows(6, turns: 20, Self.mixed), Self.reactions, folds: 10)
        #expect(result.notes.contains("10 folds were asked for, and there are 6 conversations: each is a fold"))
        #expect(result.fitted.first?.heldOut.map(\.name) == ["shares", "response"])
        #expect(result.report.contains("6 folds"))
    }

    @Test("A fold without a reaction leaves the fit as it is, and the loss out")
    func fold() throws {
        // All of c is in one conversation: without it nothing says how likely c is.
        let data = Self.rows(8, turns: 12) { $0 == 3 ? Self.mixed($0, $1) : $1 % 3 == 0 ? "b" : "a" }
        let result = try Self.fit(data, Self.reactions, folds: 8)
        let model = try #require(result.fitted.first)
        #expect(model.heldOut.isEmpty && model.remarks.count == 2)
        #expect(model.remarks.allSatisfy { $0.contains("of 8:") && $0.contains("separated") })
        #expect(result.report.contains("No held-out loss of 'response'"))
        #expect(model.fit.coefficients.count == 4)
    }

    @Test("A baseline that the data separate does not refuse a hidden model")
    func baseline() throws {
        // One turn each: there is no reaction before, so that baseline has columns that never vary.
        let data = Self.rows(60, turns: 1, Self.mixed)
        let model = try #require(try Self.fit(data, Self.types, folds: 5).hidden.first)
        #expect(model.heldOut.map(\.name) == ["shares", "m"])
        #expect(model.remarks.count == 1 && model.remarks[0].hasPrefix("No held-out loss of 'reaction before'"))
    }

    @Test("A hidden model whose types or states explain everything is separated, not a number")
    func separated() throws {
        func failure(_ data: String, _ model: String) -> String {
            #expect(throws: CalibrationError.self) { try Self.fit(data, model, folds: 5) }?.description ?? ""
        }
        let disjoint = Self.rows(40, turns: 5) { $0 % 2 == 0 ? "c" : ($0 + $1 * $1) % 3 == 0 ? "b" : "a" }
        let text = failure(disjoint, Self.types)
        #expect(text.contains("models.m: the model cannot be estimated") && text.contains("utility.c.type=two →"))
        #expect(failure(Self.rows(40, turns: 5) { _, _ in "a" }, Self.types).contains("utility.b.bias → −∞"))
        let states = "{fit: hidden, states: [good, bad], terms: [state], reference: a, anchor: c}"
        #expect(failure(disjoint, states).contains("separated"))
        // With a prior it is finite, and stays a fit.
        let held = try Self.fit(
            disjoint, "{fit: hidden, types: [one, two], terms: ['factor:type'], reference: a, l2: 0.5}", folds: 0)
        #expect(held.hidden.first?.fit.estimates.allSatisfy { abs($0) < 20 } ?? false)
    }

    @Test("A bootstrap without samples that could be fitted has no errors, and no crash")
    func bootstrap() throws {
        let data = Self.rows(2, turns: 6) { conversation, turn in conversation == 0 ? ["a", "b", "c"][turn % 3] : "a" }
        let result = try Self.fit(data, "{fit: reactions, terms: [], reference: a}", folds: 0, bootstraps: 4)
        let model = try #require(result.fitted.first)
        #expect((model.bootstrap?.failures ?? 0) + (model.bootstrap?.estimates.count ?? 0) == 4)
        #expect(model.block(source: "").rows.count == 2)
    }

    @Test("Coefficients in small units keep their digits in reports and scenarios")
    func smallUnits() throws {
        let data = Self.rows(30, turns: 6, Self.mixed).split(separator: "\n").enumerated().map { line, text in
            line == 0 ? "\(text),when" : "\(text),\(1_700_000_000 + line * line * 977 % 900_000)"
        }.joined(separator: "\n")
        let mapping = Self.mapping("{fit: reactions, terms: ['turn', 'response'], reference: a, user: someone}")
            .replacingOccurrences(of: "conversation: id", with: "conversation: id\nturn: when")
        let result = try CalibrationResult.fit(
            Support.table(data), Support.mapping(mapping), FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
        let fit = try #require(result.fitted.first).fit
        let index = try #require(fit.parameters.firstIndex(of: "users.someone.utility.b.turn"))
        let written = try #require(result.coefficients.first { $0.path == "users.someone.utility.b.turn" })
        #expect(fit.coefficients[index] != 0 && abs(fit.coefficients[index]) < 1e-4)
        #expect(abs(written.value / fit.coefficients[index] - 1) < 1e-2)
        #expect(result.report.contains("e-0") && !written.comment.contains("se 0.000"))
    }
}
