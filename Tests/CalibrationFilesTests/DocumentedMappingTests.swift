import Calibration
import CalibrationFiles
import Documents
import Foundation
import Scenarios
import Testing

/// The mapping files on the page, run as they stand there.
@Suite("docs/calibration.md")
struct DocumentedMappingTests {
    private static var blocks: [String] {
        get throws {
            let page = try String(contentsOfFile: "\(Support.root)/docs/calibration.md", encoding: .utf8)
            return page.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        }
    }

    /// Forty conversations of ten turns with every label that the example maps.
    private static let observed: String = {
        var (word, lines) = (UInt64(11), ["id,t,n,who,was,then,said,did,q"])
        func pick(_ names: [String]) -> String {
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return names[Int(word >> 33) % names.count]
        }
        let moods = ["fine", "tense", "acute"]
        for conversation in 0..<40 {
            let who = pick(["a", "b", "unsure"])
            var mood = pick(moods)
            for turn in 1...10 {
                let position = moods.firstIndex(of: mood) ?? 0
                let next = moods[min(2, max(0, position + (Int(pick(["-1", "0", "1"])) ?? 0)))]
                lines.append(
                    "k\(conversation),\(turn),\(pick(["1", "2"])),\(who),\(mood),\(turn == 10 ? "ended" : next),"
                        + "\(pick(["refused", "asked", "helped"])),\(pick(["told", "pushed", "went_on"])),\(pick(["h", "l"]))"
                )
                mood = next
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    @Test("The example of a mapping file reads, and fits what it says")
    func example() throws {
        let text = try #require(Self.blocks.first)
        #expect(text.hasPrefix("calibration: 1\n"))
        let result = try CalibrationResult.fit(
            Support.table(Self.observed), Support.mapping(text),
            FitRequest(folds: 4, bootstraps: 0, seed: 1, threads: 2))
        #expect(result.fitted.map(\.name) == ["reactions", "moves"])
        #expect(result.fitted.allSatisfy { $0.remarks.isEmpty && !$0.heldOut.isEmpty })
        #expect(result.coefficients.contains { $0.path == "users.distressed.move.inertia" })
    }

    @Test("The example of published effects reads, and fits what it says")
    func effects() throws {
        let text = try #require(Self.blocks.dropFirst().first)
        let data = """
            perception,strategy,coef,lo,hi
            Return,refusal,-1.2,-1.6,-0.8
            Return,partial,-0.4,-0.7,-0.1
            """
        let result = try CalibrationResult.fit(
            Support.table(data), Support.mapping("calibration: 1\nname: effects\n" + text),
            FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
        #expect(result.effects.first?.fit.features == ["information", "firmness"])
    }

    /// Five conversations of four turns by two models.
    private static let said =
        "id,t,said,read,model\n"
        + (0..<20).map { row in
            "c\(row / 4),\(row % 4 + 1),\(row % 3 == 0 ? "refused" : "helped"),\(row % 2 == 0 ? "plain" : "upset"),"
                + "\(row < 12 ? "mine" : "other")\n"
        }.joined()

    @Test("The example of a model's own policy reads as it stands, and fits the model that it names")
    func policy() throws {
        let text = try #require(Self.blocks.dropFirst(2).first)
        let result = try CalibrationResult.fit(
            Support.table(Self.said), Support.mapping(text), FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
        #expect(result.policies.map(\.name) == ["today"])
        #expect(result.policies.first?.table.overall.weight == 12)
    }

    @Test(
        "Models whose names make no file, factors that there are not and terms given twice are refused at their place",
        arguments: [
            ("today:", "\"to day/x\":", "has the name 'to day/x', which becomes the name of a file"),
            ("today:", "\"\":", "has the name '', which becomes the name of a file"),
            ("today:", "..:", "has the name '..', which becomes the name of a file"),
            ("{model: [mine]}", "{modle: [mine]}", "is no factor; there are 'cue' and 'model'"),
            ("[phase, \"factor:cue\", after]", "[after, after]", "has 'after' twice"),
        ])
    func refused(_ old: String, _ new: String, _ message: String) throws {
        let text = try #require(Self.blocks.dropFirst(2).first)
        #expect(text.contains(old))
        let error = #expect(throws: DocumentError.self) { try Support.mapping(text.replacing(old, with: new)) }
        let description = error?.description ?? ""
        #expect(description.contains(message) && description.contains("map.yaml:"), "\(description)")
    }

    @Test("The example over labels of conversations reads a label file")
    func labels() throws {
        let block = try #require(try Self.blocks.first { $0.contains("name: my-log") })
        let hash = String(repeating: "0", count: 64)
        let lines = [
            #"{"id":"c","kind":"opening","index":0,"cue":{"neutral":1}"#,
            #"{"id":"c","kind":"answer","index":0,"response":{"refuse":1}"#,
            #"{"id":"c","kind":"message","index":0,"reaction":{"insist":0.6,"leave":0.4}"#,
            #"{"id":"c","kind":"answer","index":1,"response":{"support":1}"#,
        ].map { "\($0),\"sha256\":\"\(hash)\",\"labeller\":\"test\"}" }
        let read = try Support.read(lines.joined(separator: "\n"), block, file: "labels.jsonl").data
        #expect(read.transitions.map(\.response) == [0, 2])
        #expect(read.transitions.map(\.reaction) == [1, nil])
        #expect(read.transitions.map(\.ends) == [false, true])
    }
}
