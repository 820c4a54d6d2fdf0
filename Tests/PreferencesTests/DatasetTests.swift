import Foundation
import GameFixtures
import GameModel
import Output
import Preferences
import Testing

@Suite("Dataset folders")
struct DatasetTests {
    /// A written dataset folder, removed with the last reference.
    private final class Written {
        let path = NSTemporaryDirectory() + "nacre-dataset-" + UUID().uuidString
        var statistics: DatasetStatistics?

        init(_ dataset: Dataset, candidates: Bool = false) throws {
            let folder = try OutputFolder(path: path, replaces: false)
            if candidates {
                try dataset.writeCandidates(to: folder)
            } else {
                statistics = try dataset.writeDPO(to: folder)
            }
            try folder.commit()
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

        /// Rows of a JSON-lines file, each checked to be canonical.
        func rows(_ name: String) throws -> [(text: String, json: JSONValue)] {
            try text(name).split(separator: "\n").map { line in
                let json = try JSONValue(parsing: String(line))
                #expect(try json.text() == line)
                return (String(line), json)
            }
        }

        func manifest() throws -> JSONValue { try JSONValue(parsing: text("manifest.json")) }
    }

    private func dataset(
        _ settings: LabelSettings, temperature: Double = 1, count: Int = 50, variants: Int = 1
    ) throws -> Dataset {
        let definition = SampleGame.definition()
        let source = try Fixture.source(
            definition, wording: Fixture.wording(definition, paraphrases: variants), temperature: temperature)
        let selection = NodeSelection(count: count)
        let table = try Fixture.table(source, selection, variants: variants)
        return Dataset(
            source: source, pairs: try PreferencePairs(table, settings: settings, temperature: temperature),
            selection: selection,
            origin: Dataset.Origin(
                scenario: "sample", title: "Sample", gameHash: "9a3e", fileHash: "5ce7", policyLabel: "policy.json",
                policyHash: String(repeating: "0f", count: 32), solution: .object(["value": .number(1)]),
                commandLine: "sim-cli export dpo", version: "0.1.0"))
    }

    @Test("Rows have exactly the documented keys, one assistant message a side, reals with a decimal point")
    func rows() throws {
        for mode in LabelMode.allCases {
            let written = try Written(
                dataset(LabelSettings(mode: mode, rowsPerPair: 4, beta: 1, seed: .max, testShare: 0.3)))
            var count = (train: 0, test: 0)
            for split in ["train", "test"] {
                for (line, row) in try written.rows("data/\(split).jsonl") {
                    #expect(
                        row.objectValue?.keys.sorted() == [
                            "beta", "chosen", "chosen_response", "label_mode", "p_chosen", "pair_id", "policy",
                            "prompt",
                            "prompt_id", "rejected", "rejected_response", "row_id", "scenario", "score_chosen",
                            "score_rejected",
                            "seed", "split", "tau",
                        ])
                    #expect(line.contains(#"{"beta":1.0,"#))
                    #expect(line.hasSuffix(#""tau":1.0}"#))
                    for key in ["beta", "p_chosen", "score_chosen", "score_rejected", "tau"] {
                        guard case .number = row[key] else {
                            Issue.record("\(key) is not a real number in \(line)")
                            continue
                        }
                    }
                    #expect(row["seed"] == .string("18446744073709551615"))
                    #expect(row["split"] == .string(split))
                    #expect(row["label_mode"] == .string(mode.rawValue))
                    let messages = (row["prompt"]?.arrayValue ?? []) + (row["chosen"]?.arrayValue ?? [])
                    for message in messages { #expect(message.objectValue?.keys.sorted() == ["content", "role"]) }
                    #expect(row["prompt"]?.arrayValue?.last?["role"] == .string("user"))
                    for side in ["chosen", "rejected"] {
                        #expect(row[side]?.arrayValue?.map { $0["role"] } == [.string("assistant")])
                    }
                    #expect(row["chosen"] != row["rejected"])
                    if split == "train" { count.train += 1 } else { count.test += 1 }
                }
            }
            #expect(count.train > 0 && count.test > 0)
            #expect(written.statistics?.rows.train == count.train)
            #expect(written.statistics?.rows.test == count.test)
        }
    }

    @Test("The manifest has the hash, size and rows of every file, and what the labels are right for")
    func manifest() throws {
        let written = try Written(dataset(LabelSettings(mode: .soft, seed: 3, testShare: 0.2)))
        let manifest = try written.manifest()
        let files = try #require(manifest["files"]?.arrayValue)
        #expect(files.map { $0["path"]?.stringValue } == ["data/train.jsonl", "data/test.jsonl", "README.md"])
        for file in files {
            let name = try #require(file["path"]?.stringValue)
            let text = try written.text(name)
            #expect(file["sha256"] == .string(ContentHash.sha256(text)))
            #expect(file["bytes"] == .integer(text.utf8.count))
            if name.hasSuffix(".jsonl") { #expect(file["rows"] == .integer(try written.rows(name).count)) }
        }
        let present = try FileManager.default.subpathsOfDirectory(atPath: written.path).filter { $0.contains(".") }
        #expect(Set(present) == ["data/train.jsonl", "data/test.jsonl", "README.md", "manifest.json"])
        let row = try #require(try written.rows("data/train.jsonl").first).json
        #expect(manifest["beta"] == row["beta"])
        #expect(manifest["tau"] == .number(1))
        #expect(manifest["seed"] == .string("3"))
        #expect(manifest["solution"] == .object(["value": .number(1)]))
        #expect(manifest["nodes"]?["coverage_by_turn"]?.arrayValue?.count == 3)
    }

    @Test("The card's header counts the rows, and a split without rows is not announced")
    func card() throws {
        for (share, hasTest) in [(0.3, true), (0.0, false)] {
            let written = try Written(dataset(LabelSettings(mode: .soft, testShare: share)))
            let card = try written.text("README.md")
            #expect(card.hasPrefix("---\nlicense: "))
            let rows = try written.rows("data/train.jsonl").count
            let bytes = try written.text("data/train.jsonl").utf8.count
            #expect(card.contains("  - name: train\n    num_bytes: \(bytes)\n    num_examples: \(rows)\n"))
            #expect(card.contains("  - split: test\n") == hasTest)
            #expect(card.contains("  - name: test\n") == hasTest)
            #expect(card.contains("synthetic"))
        }
    }

    @Test("Candidates are all completions of every prompt, with values and both policies")
    func candidates() throws {
        let dataset = try dataset(LabelSettings(mode: .hard, testShare: 0.3), variants: 2)
        let written = try Written(dataset, candidates: true)
        let rows = try written.rows("candidates.jsonl")
        let prompts = dataset.pairs.table.prompts
        #expect(rows.count == prompts.count)
        for ((_, row), prompt) in zip(rows, prompts) {
            #expect(row["prompt_id"] == .string(prompt.id))
            #expect(row["turn"] == .integer(prompt.turn))
            #expect(row["reach"] == .number(prompt.reach))
            #expect(
                row["completions"]
                    == .array(
                        prompt.completions.map { completion in
                            .object([
                                "content": .string(completion.content),
                                "response": .string(dataset.source.game.responses[completion.response].name),
                                "q": .number(completion.value), "pi_ref": .number(completion.reference),
                                "pi_star": .number(completion.target),
                            ])
                        }))
        }
        #expect(try written.manifest()["dataset"] == .string("candidates"))
    }

    @Test("The same dataset gives the same bytes")
    func sameBytes() throws {
        let settings = LabelSettings(mode: .sampled, testShare: 0.3)
        let folders = try (0..<2).map { _ in try Written(dataset(settings, variants: 2)) }
        for name in ["data/train.jsonl", "data/test.jsonl", "README.md", "manifest.json"] {
            #expect(try folders[0].text(name) == folders[1].text(name))
        }
    }
}
