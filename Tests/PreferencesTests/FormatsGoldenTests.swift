import Foundation
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// Every form as it is written, byte for byte, and the names and types that trainers need.
///
/// `NACRE_RECORD=1` writes the golden files anew, and that run fails.
@Suite struct FormatsGoldenTests {
    static let formats: [(name: String, format: DatasetFormat)] = [
        ("dpo", .dpo), ("kto", .kto), ("reward", .reward(marginColumn: false)),
        ("reward-margin", .reward(marginColumn: true)), ("sft", .sft(SampleSettings(rowsPerPrompt: 5))),
        ("sft-policy", .sft(SampleSettings(speaker: .policy, rowsPerPrompt: 5))), ("sharegpt", .sharegpt),
        ("openai", .openai), ("nemo", .nemo(.rl)), ("two-axis", .twoAxis), ("candidates", .candidates),
        ("nemo-aligner", .nemo(.aligner)),
    ]

    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("FormatsGolden")

    @Test(arguments: formats.indices) func folderIsAsRecorded(index: Int) throws {
        let (name, format) = Self.formats[index]
        let files = try FormatsFolder().write(FormatsFixture().dataset(format), format)
        let text = files.keys.sorted().map { "==> \($0)\n\(files[$0] ?? "")" }.joined(separator: "\n")
        let file = Self.golden.appendingPathComponent("\(name).txt")
        if ProcessInfo.processInfo.environment["NACRE_RECORD"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("\(name).txt was recorded; look at the difference and run without NACRE_RECORD")
            return
        }
        let recorded = try String(contentsOf: file, encoding: .utf8)
        #expect(text == recorded, "\(name) is not as recorded; NACRE_RECORD=1 records it")
    }

    /// What a column of a row looks like to a reader that guesses types.
    private static func type(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array(let values): "[" + Set(values.map(type)).sorted().joined(separator: "|") + "]"
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key):\(type($0.value))" }.joined(separator: ",") + "}"
        }
    }

    @Test(arguments: [
        (0, ["chosen:[{content:string,role:string}]", "p_chosen:number", "prompt:[{content:string,role:string}]"]),
        (1, ["completion:[{content:string,role:string}]", "label:bool", "prompt:[{content:string,role:string}]"]),
        (3, ["margin:number"]), (4, ["completion:[{content:string,role:string}]"]),
        (6, ["chosen:{from:string,value:string}", "conversations:[{from:string,value:string}]"]),
        (7, ["input:{messages:[{content:string,role:string}]},non_preferred_output:[{content:string,role:string}]"]),
        (
            8,
            [
                "completions:[{completion:[{content:string,role:string}],rank:integer,reward:number}]",
                "context:[{content:string,role:string}]",
            ]
        ),
        (11, ["chosen_response:string,chosen_reward:number", "prompt:string", "rejected_reward:number"]),
        (9, ["better_response_id:integer", "is_response_0_safe:bool", "safer_response_id:integer"]),
    ]) func rowsHaveOneSchema(index: Int, members: [String]) throws {
        let format = Self.formats[index].format
        let files = try FormatsFolder().write(FormatsFixture().dataset(format), format)
        let rows = try formatRows(files["data/train.jsonl"] ?? "")
        let types = Set(rows.map(Self.type))
        #expect(types.count == 1, "all rows must have one schema")
        for member in members { #expect(types.first?.contains(member) == true, "\(member) in \(types)") }
        if case .reward(marginColumn: true) = format { return }
        #expect(rows.first?["margin"] == nil)
    }

    @Test func noRowNamesAUserType() throws {
        let fixture = try FormatsFixture()
        for (_, format) in Self.formats {
            let files = try FormatsFolder().write(fixture.dataset(format), format)
            for (name, text) in files where name.hasSuffix(".jsonl") {
                for user in fixture.scenario.game.users { #expect(!text.contains("\"\(user)\"")) }
            }
        }
    }

    @Test func quotaIsStronglyConnectedAndHardIsNot() throws {
        let fixture = try FormatsFixture()
        let folder = try FormatsFolder()
        let quota = try folder.write(fixture.dataset(.dpo), .dpo, as: "quota")["README.md"] ?? ""
        let hard = try folder.write(fixture.dataset(.dpo, labels: .hard), .dpo, as: "hard")["README.md"] ?? ""
        #expect(quota.contains("| prompts whose win graph is not strongly connected | 0 |"))
        #expect(hard.contains("| prompts whose win graph is not strongly connected | 3 |"))
    }
}
