import Analysis
import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Output
import Preferences
import Scenarios
import Solver
import Testing

/// Reasons beside the rows: their numbers are the explanation's, and nothing else changes.
///
/// `NACRE_RECORD=1` writes the golden files anew, and that run fails.
@Suite struct RationaleTests {
    private let fixture: FormatsFixture
    private let inputs: GameInputs

    init() throws {
        fixture = try FormatsFixture()
        var objective = fixture.scenario.objective
        objective.constraints = []
        inputs = GameInputs(definition: fixture.scenario.definition, objective: objective)
    }

    /// The fixture's dataset with reasons.
    private func dataset(_ format: DatasetFormat, nodes: Int = 3) throws -> Dataset {
        let plain = try fixture.dataset(format, nodes: nodes)
        let source = fixture.source
        let anticipations = try DecisionAnticipations(source.controller, inputs: inputs, multipliers: [])
        let reach = Evaluation(source.controller, game: source.game).reach
        let table = try LongTable(
            source, nodes: plain.selection.nodes(of: source), selection: plain.selection, variants: 1,
            turnReach: (reach, reach)
        ) { node in
            let place = try #require(node.nodes.only)
            return anticipations(belief: node.belief, turn: node.turn, node: place).map {
                ResponseOutlook(risk: $0.risk, reactions: $0.reactions)
            }
        }
        let constraint = DatasetRationale.Constraint(user: 1, outcome: 0, atMost: 0.05, share: 0.05, price: 0.25)
        return Dataset(
            source: source,
            pairs: try PreferencePairs(table, settings: plain.pairs.settings, temperature: source.temperature),
            selection: plain.selection, origin: plain.origin,
            rationale: DatasetRationale(binding: [constraint]))
    }

    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("FormatsGolden")

    @Test(arguments: [("dpo-rationale", DatasetFormat.dpo), ("candidates-rationale", .candidates)])
    func folderIsAsRecorded(name: String, format: DatasetFormat) throws {
        let files = try FormatsFolder().write(dataset(format), format)
        let text = files.keys.sorted().map { "==> \($0)\n\(files[$0] ?? "")" }.joined(separator: "\n")
        let file = Self.golden.appendingPathComponent("\(name).txt")
        if ProcessInfo.processInfo.environment["NACRE_RECORD"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("\(name).txt was recorded; look at the difference and run without NACRE_RECORD")
            return
        }
        #expect(try text == String(contentsOf: file, encoding: .utf8), "\(name) is not as recorded")
    }

    static let taking = FormatsGoldenTests.formats.map(\.format).filter(\.takesRationale)

    @Test(arguments: taking.indices) func withoutItsColumnsRowsAreAsEver(index: Int) throws {
        let format = Self.taking[index]
        let plain = try FormatsFolder().write(fixture.dataset(format), format)
        let reasoned = try FormatsFolder().write(dataset(format), format)
        #expect(plain.keys.sorted() == reasoned.keys.sorted())
        var rows = 0
        for (name, text) in plain where name.hasSuffix(".jsonl") {
            let before = try formatRows(text)
            let after = try formatRows(reasoned[name] ?? "")
            #expect(after.map(Self.stripped) == before && after != before || before.isEmpty)
            rows += before.count
        }
        #expect(rows > 0)
    }

    /// A row, or a part of it, without its reasons.
    private static func stripped(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(stripped))
        case .object(let members):
            return .object(
                members.filter { $0.key != "rationale" && $0.key != "rationale_data" }.mapValues(stripped))
        default: return value
        }
    }

    @Test func numbersAreTheExplanations() throws {
        let dataset = try dataset(.candidates, nodes: 12)
        let game = fixture.source.game
        let nodes = try dataset.selection.nodes(of: fixture.source)
        let rows = try formatRows(FormatsFolder().write(dataset, .candidates)["candidates.jsonl"] ?? "")
        // No two histories of the starter have the same words, so rows stand in the order of the nodes.
        try #require(rows.count == nodes.count && dataset.pairs.table.mergedHistories == 0)
        for (row, node) in zip(rows, nodes) {
            let history = History(
                cue: node.opening,
                steps: node.exchanges.map { .init(response: $0.response, observation: $0.observation) })
            let explanation = try Explanation(
                fixture.source.controller, after: history, inputs: inputs, multipliers: [])
            let types = row["rationale_data"]?["types"]?.arrayValue ?? []
            try #require(types.count == game.users.count)
            for (type, known) in zip(types, explanation.posteriors.last?.users ?? []) {
                #expect(abs(try #require(type["probability"]?.doubleValue) - known) < 1e-12)
            }
            let completions = row["completions"]?.arrayValue ?? []
            try #require(completions.count == explanation.candidates.count)
            let best = explanation.candidates.map(\.value).max() ?? .nan
            for (completion, candidate) in zip(completions, explanation.candidates) {
                let data = try #require(completion["rationale_data"])
                func number(_ name: String) throws -> Double { try #require(data[name]?.doubleValue) }
                #expect(abs(try #require(completion["q"]?.doubleValue) - candidate.value) < 1e-12)
                #expect(abs(try number("behind_best") - (best - candidate.value)) < 1e-12)
                #expect(abs(try number("unsafe") - candidate.risk) < 1e-12)
                let reaction = try #require(game.reactions.firstIndex { $0.name == data["reaction"]?.stringValue })
                #expect(abs(try number("reaction_probability") - candidate.reactions[reaction]) < 1e-12)
                #expect(candidate.reactions.allSatisfy { $0 <= candidate.reactions[reaction] + 1e-12 })
            }
        }
    }

    @Test func unsafeEndsAreWhatSafeEndsLeave() throws {
        for prompt in try dataset(.dpo, nodes: 20).pairs.table.prompts {
            for completion in prompt.completions {
                let (outlook, safe) = (try #require(completion.outlook), try #require(completion.safe))
                #expect(abs(outlook.risk - (1 - safe)) < 1e-12)
                #expect(abs(outlook.reactions.reduce(0, +) - 1) < 1e-12)
            }
        }
    }

    @Test func mergedHistoriesAreAveragedByReach() throws {
        let source = try Fixture.source(wording: Fixture.wording(SampleGame.definition(), forgetsCues: true))
        var told: [(reach: Double, risk: Double)] = []
        let selection = NodeSelection(count: source.game.cues.count)
        let reach = Evaluation(source.controller, game: source.game).reach
        let table = try LongTable(
            source, nodes: selection.nodes(of: source).filter { $0.turn == 1 }, selection: selection, variants: 1,
            turnReach: (reach, reach)
        ) { node in
            let risk = told.isEmpty ? 0.25 : 0.75
            told.append((node.reach(referenceShare: 0.5), risk))
            return source.game.responses.map { _ in ResponseOutlook(risk: risk, reactions: [risk, 1 - risk]) }
        }
        try #require(table.prompts.count == 1 && told.count > 1)
        let total = told.reduce(0) { $0 + $1.reach }
        let mean = told.reduce(0) { $0 + $1.reach * $1.risk } / total
        for completion in table.prompts[0].completions {
            let outlook = try #require(completion.outlook)
            #expect(abs(outlook.risk - mean) < 1e-12 && abs(outlook.reactions[0] - mean) < 1e-12)
        }
    }

    @Test func checkFindsNoFaultInThem() throws {
        for format in Self.taking where format != .reward(marginColumn: true) {
            let files = try FormatsFolder().write(dataset(format), format)
            let manifest = ManifestAudit(name: "manifest.json", Array((files["manifest.json"] ?? "").utf8))
            func findings(_ texts: [String: String]) -> [String] {
                var audit = DatasetAudit(users: fixture.source.game.users, manifest: manifest)
                let names = texts.keys.filter { $0.hasSuffix("jsonl") }.sorted()
                for file in DataFile.files(names, in: "out", hasConfigs: false) {
                    audit.add(file: file, bytes: Array((texts[String(file.name.dropFirst(4))] ?? "").utf8))
                }
                return audit.findings.map { "\($0.line ?? 0) \($0.message)" }
            }
            let plain = try FormatsFolder().write(fixture.dataset(format), format)
            #expect(findings(files) == findings(plain), "\(format)")
        }
    }

    @Test func formsThatCannotCarryItRefuse() throws {
        for format in [DatasetFormat.kto, .sft(SampleSettings(rowsPerPrompt: 5)), .openai] {
            #expect(throws: PreferenceError.self) { try FormatsFolder().write(dataset(format), format) }
        }
    }

    @Test func anExportWithoutItIsAnother() throws {
        #expect(try dataset(.dpo).identity(.dpo) != fixture.dataset(.dpo).identity(.dpo))
    }
}
