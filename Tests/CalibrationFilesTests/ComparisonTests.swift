import Calibration
import CalibrationFiles
import Foundation
import GameModel
import Testing

@Suite("Two files of conversations compared")
struct ComparisonTests {
    private static let mapping = """
        calibration: 1
        name: two
        conversation: conversation
        turn: turn
        response: {column: response, labels: {refuse: refuse, ask: ask}}
        reaction: {column: reaction, labels: {go_on: go_on, insist: insist}}
        ends: {column: ends, labels: {goes_on: goes_on, ends: ends}}
        models:
          r: {fit: reactions, terms: [response], user: benign}
          e: {fit: ending, terms: []}

        """

    /// Labels of conversations as `label` writes them: an opening, answers, and messages but for the last answer.
    private static func labels(_ conversations: Int, insisting share: Int) -> String {
        func line(_ id: Int, _ kind: String, _ index: Int, _ rest: String, abstained: Bool = false) -> String {
            "{\"id\":\"c\(id)\",\"kind\":\"\(kind)\",\"index\":\(index),\"sha256\":\"\(String(repeating: "0", count: 64))\","
                + "\(rest),\"abstained\":\(abstained),\"labeller\":\"test\"}"
        }
        var lines: [String] = []
        for id in 0..<conversations {
            lines.append(line(id, "opening", 0, "\"cue\":{\"neutral\":1}"))
            for turn in 0..<4 {
                let response = (id + turn) % 2 == 0 ? "{\"refuse\":0.7,\"ask\":0.3}" : "{\"refuse\":0.2,\"ask\":0.8}"
                lines.append(line(id, "answer", turn, "\"response\":\(response)", abstained: id == 1 && turn == 0))
                guard turn < 3 || id % 3 == 0 else { continue }
                let reaction = (id * 7 + turn * 3) % 10 < share ? "insist" : "go_on"
                lines.append(line(id, "message", turn, "\"cue\":{\"neutral\":1},\"reaction\":{\"\(reaction)\":1}"))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func compare(_ one: String, _ other: String, permutations: Int = 19) throws -> CalibrationComparison
    {
        try CalibrationComparison(
            [Support.table(one, file: "people.jsonl"), Support.table(other, file: "models.jsonl")],
            Support.mapping(mapping), FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1),
            permutations: permutations)
    }

    @Test("Labels of conversations become turns: what was answered, what the user did next, and whether anything came")
    func table() throws {
        let table = try Support.table(Self.labels(4, insisting: 3), file: "labels.jsonl")
        #expect(table.columns == ["conversation", "turn", "cue", "response", "reaction", "cue_after", "ends"])
        #expect(table.rows.count == 16)
        #expect(table.rows[0].fields == ["c0", "1", "neutral", "refuse", "insist", "neutral", "goes_on"])
        #expect(table.rows[7].fields == ["c1", "4", "neutral", "refuse", "", "", "ends"])
        // The labeller abstained.
        #expect(table.rows[4].fields == ["c1", "1", "neutral", "", "go_on", "neutral", "goes_on"])
        #expect(table.rows[4].line == 11)
        #expect(table.notes == ["1 texts that the labeller abstained on count as not observed"])
    }

    @Test("A planted difference is found, a file and itself differ in nothing")
    func compares() throws {
        let (few, many) = (Self.labels(40, insisting: 3), Self.labels(40, insisting: 6))
        let found = try Self.compare(few, many)
        #expect(found.models.map(\.name) == ["r", "e"])
        #expect(try #require(found.models[0].comparison.chiSquareTail) < 1e-4)
        #expect(try #require(found.models[0].comparison.permutations).tail == 0.05)
        let insist = try #require(found.contrasts.first { $0.situation == "refuse" && $0.what == "insist" })
        #expect(try #require(insist.z) > 3)
        // Both end alike.
        #expect(abs(found.models[1].comparison.likelihoodRatio) < 1e-9)
        #expect(found.contrasts.first { $0.kind == .ending }?.difference == 0)
        let same = try Self.compare(few, few)
        #expect(same.models.allSatisfy { abs($0.comparison.likelihoodRatio) < 1e-9 })
        #expect(same.contrasts.allSatisfy { $0.difference == 0 })
    }

    @Test("Sources with nothing in common are refused, with what each has")
    func nothingInCommon() throws {
        let one = "conversation,turn,response,reaction,ends\na,1,refuse,go_on,goes_on\na,2,refuse,insist,ends\n"
        let other = "conversation,turn,response,reaction,ends\nb,1,ask,go_on,goes_on\nb,2,ask,insist,ends\n"
        let error = #expect(throws: DataError.self) {
            _ = try CalibrationComparison(
                [Support.table(one, file: "one.csv"), Support.table(other, file: "other.csv")],
                Support.mapping(Self.mapping), FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1),
                permutations: 0)
        }
        #expect(
            error?.description.hasPrefix(
                "other.csv: error: has no response in common with one.csv: there refuse, here ask.") == true,
            "\(error?.description ?? "")")
    }

    @Test(
        "Conversations without labels say how to get them",
        arguments: [
            "{\"id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n",
            "{\"id\":\"a\",\"conversations\":[{\"from\":\"human\",\"value\":\"x\"}]}\n",
            "{\n  \"version\": 2,\n  \"samples\": [{\"id\": 1, \"messages\": []}]\n}\n",
        ])
    func unlabelled(_ text: String) throws {
        let error = #expect(throws: DataError.self) { _ = try Support.read(text, Self.mapping, file: "log.json") }
        #expect(
            error?.description.contains("label them (sim-cli label FILE --scenario S --out DIR)") == true,
            "\(error?.description ?? "")")
    }

    @Test("Answers to one prompt are no conversation")
    func candidates() throws {
        let hash = String(repeating: "0", count: 64)
        let lines = (0..<2).map {
            "{\"id\":\"p\",\"kind\":\"answer\",\"index\":\($0),\"sha256\":\"\(hash)\",\"response\":{\"ask\":1},\"labeller\":\"t\"}"
        }
        let error = #expect(throws: DataError.self) {
            _ = try Support.table(lines.joined(separator: "\n"), file: "labels.jsonl")
        }
        #expect(error?.description.contains("answers to one prompt are no conversation") == true)
    }

    @Test("A model that one source cannot fit is left out with the reason, and the others stand")
    func leftOut() throws {
        let calm = Self.labels(20, insisting: 0)
        let result = try Self.compare(calm, Self.labels(20, insisting: 4))
        #expect(result.models.map(\.name) == ["e"])
        #expect(
            result.notes.contains {
                $0.hasPrefix("models.r: not compared, since it cannot be fitted to both: models.r: people.jsonl")
            })
    }
}
