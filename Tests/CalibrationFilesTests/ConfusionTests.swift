import Calibration
import CalibrationFiles
import Foundation
import GameModel
import Testing

@Suite("Confusion matrices from files")
struct ConfusionTests {
    private static let mapping = """
        calibration: 1
        name: moods
        conversation: id
        states: [calm, strained]
        before: previous
        after: {column: mood, labels: {calm: calm, tense: strained, angry: strained, left: null}}
        response: {column: said, labels: {no: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {asked: ask, left: leave}}
        models:
          m: {fit: moves, terms: ["feature:firmness"], user: benign}
          r: {fit: reactions, terms: ["feature:firmness"], reference: ask, user: benign}

        """

    /// Forty conversations of eight turns, in which moods last.
    private static let data: String = {
        var (lines, word) = (["id,mood,said,did"], UInt64(5))
        func unit() -> Double {
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(word >> 11) * 0x1p-53
        }
        for conversation in 0..<40 {
            var isTense = unit() < 0.4
            for _ in 0..<8 {
                if unit() < 0.3 { isTense.toggle() }
                let mood = unit() < 0.15 ? !isTense : isTense
                lines.append(
                    "\(conversation),\(mood ? "tense" : "calm"),\(unit() < 0.5 ? "no" : "ask"),\(unit() < 0.3 ? "left" : "asked")"
                )
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private static func confusion(_ text: String) throws -> ConfusionFile {
        try ConfusionFile(Support.table(text, file: "confusion.csv"))
    }

    private static func fit(_ confusion: [String], mapping: String = mapping) throws -> CalibrationResult {
        try CalibrationResult.fit(
            Support.table(data), Support.mapping(mapping),
            FitRequest(
                folds: 0, bootstraps: 0, seed: 1, threads: 1, confusion: try confusion.map(Self.confusion)))
    }

    private static func files(_ result: CalibrationResult) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: result.files(try Support.mapping(mapping), try Support.table(data)))
    }

    @Test("Names that are never mistaken change no byte")
    func identity() throws {
        let plain = try Self.files(Self.fit([]))
        let states =
            "truth,given,count,member\ncalm,calm,40,state\ncalm,strained,0,state\nstrained,calm,0,state\nstrained,strained,31,state\n"
        let square = ",ask,leave\nask,1,0\nleave,0,1\n"
        var with = try Self.files(Self.fit([states, square]))
        // That the shares of the second have no counts is said, and nothing else is.
        with["report.md"] = with["report.md"]?.replacing(
            "Not used as they stand:\n\n- confusion.csv: has no counts, so its shares are taken for certain\n\n",
            with: "")
        #expect(with == plain)
    }

    @Test("Moves behind labels have more inertia than labels, and wider errors; reactions stay as they are")
    func moves() throws {
        let states =
            "truth,given,count,member\ncalm,calm,85,state\ncalm,tense,10,state\ncalm,angry,5,state\n"
            + "tense,calm,9,state\ntense,tense,51,state\ntense,angry,0,state\nangry,calm,6,state\nangry,tense,4,state\nangry,angry,30,state\n"
        let (plain, behind) = (try Self.fit([]), try Self.fit([states]))
        #expect(behind.fitted.map(\.name) == ["r"])
        let hidden = try #require(behind.hidden.first)
        let matrix = try #require(hidden.misread?.misreading.states)
        // Two labels of one name are counted together.
        #expect(matrix.shares == [[0.85, 0.15], [0.15, 0.85]] && matrix.texts == [100, 100])
        let naive = try #require(plain.fitted.first)
        let index = try #require(hidden.fit.names.firstIndex(of: "users.benign.move.inertia"))
        #expect(hidden.fit.estimates[index] > naive.fit.coefficients[2] + naive.fit.clusterErrors[2])
        #expect(hidden.misread?.naive["users.benign.move.inertia"] == naive.fit.coefficients[2])
        let errors = try #require(hidden.fit.clusterErrors)
        #expect(errors[index] > naive.fit.clusterErrors[2])
        // What reads the labels goes into no scenario: no first states, and the moves where they were.
        #expect(Set(behind.coefficients.map(\.path)) == Set(plain.coefficients.map(\.path)))
        let rows = CalibrationTables.covariance([hidden.block(source: "s")])
        #expect(
            rows?.hasPrefix(",users.benign.move.bias,users.benign.move.firmness,users.benign.move.inertia\n") == true)
        #expect(behind.report.contains("## m: moves behind labels"))
        #expect(behind.report.contains("calm 0.850, strained 0.850 (of 100, 100 texts)"))
    }

    @Test("Reactions and responses that may be misread are fitted behind their labels")
    func reactions() throws {
        let text =
            "truth,given,count,member\nask,ask,90,reaction\nask,leave,10,reaction\nleave,ask,5,reaction\nleave,leave,95,reaction\n"
            + "refuse,refuse,80,response\nrefuse,ask,20,response\nask,refuse,20,response\nask,ask,80,response\n"
        let result = try Self.fit([text])
        let reactions = try #require(result.hidden.first { $0.name == "r" })
        #expect(reactions.fit.isConverged)
        #expect(reactions.fit.names.contains("users.benign.response.ask"))
        // P(leave) of labels is 0.1 + 0.85 P(leave), so of true names it is smaller, and its logit lower.
        let bias = try #require(reactions.fit.names.firstIndex(of: "users.benign.utility.leave.bias"))
        #expect(reactions.fit.estimates[bias] < reactions.misread?.naive["users.benign.utility.leave.bias"] ?? -9)
        let moves = try #require(result.hidden.first { $0.name == "m" })
        #expect(moves.misread?.misreading.responses != nil && moves.misread?.misreading.states == nil)
        #expect(result.references == ["benign": "ask"])
    }

    @Test(
        "What is no matrix, or not of these names, is refused with its place",
        arguments: [
            (",calm,strained\ncalm,9,1\n", "is not square"),
            (
                "truth,given,count,member\ncalm,calm,9,state\ncalm,strained,1,state\nstrained,calm,1,state\n",
                "is not square"
            ),
            (
                "truth,given,count,member\ncalm,calm,9,state\ncalm,strained,1,state\n",
                "has no row whose truth is 'strained'"
            ),
            (",calm,strained\ncalm,0.9,0.2\nstrained,0.1,0.9\n", "sums to 1.1"),
            (
                ",calm,strained\ncalm,9,-1\nstrained,1,9\n",
                "confusion.csv:2:8: error: strained is -1; it must be at least 0"
            ),
            (",calm,strained\ncalm,5,5\nstrained,3,3\n", "is singular"),
            (
                ",calm,strained\ncalm,much,1\nstrained,1,9\n",
                "confusion.csv:2:6: error: calm is 'much'; it must be a number"
            ),
            (
                ",calm,cross\ncalm,9,1\ncross,1,9\n",
                "neither states, responses nor reactions of the mapping have its names"
            ),
            (
                "truth,given,count,member\ncalm,calm,9,state\ncalm,cross,1,state\ncross,calm,1,state\ncross,cross,8,state\n",
                "lacks strained and has cross"
            ),
            (
                "truth,given,count,member\ncalm,calm,9,mood\n",
                "is 'mood'; it must be one of response, cue, state, reaction"
            ),
            ("truth,given,count,member\ncalm,calm,9,state\ncalm,calm,9,state\n", "a second time"),
        ])
    func refused(_ text: String, _ reason: String) throws {
        let error = #expect(throws: DataError.self) { _ = try Self.fit([text]) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("confusion.csv") == true)
    }

    @Test("Models that need labels as they are refuse a matrix that matters to them")
    func models() throws {
        let states = ",calm,strained\ncalm,90,10\nstrained,10,90\n"
        for (model, reason) in [
            ("{fit: next_state, terms: [state]}", "takes labels as they are"),
            ("{fit: hidden, types: [anyone], terms: [state], reference: ask}", "which --confusion says may be misread"),
            ("{fit: moves, terms: [\"factor:was\"]}", "depend on the column 'mood' as it stands"),
        ] {
            let text =
                Self.mapping.components(separatedBy: "models:")[0]
                + "factors: {was: {column: mood, lag: 1, labels: {calm: calm, tense: tense, angry: tense, left: tense, none: none}}}\n"
                + "models:\n  x: \(model)\n"
            let error = #expect(throws: CalibrationError.self) { _ = try Self.fit([states], mapping: text) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }
}
