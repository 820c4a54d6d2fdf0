import ExactEvaluation
import GameModel
import Output
import Preferences
import Scenarios
import Solver
import Testing

/// What rounding leaves between equal values is no label, in any form.
@Suite struct TieTests {
    /// Two responses whose costs are sums of the same numbers in another way, and a third one that is worth more or the same.
    private func dataset(
        _ format: DatasetFormat, labels: LabelMode = .hard, third: Double? = nil, scale: Double = 1,
        dropsTies: Bool = false,
        reference: String = "", testShare: Double = 0
    ) throws -> Dataset {
        let better = third.map { "  three: {texts: [\"Three.\"], cost: \($0)}\n" } ?? ""
        let text = """
            format: 1
            name: near
            horizon: 1
            opening: [{role: user, content: "Hello?"}]
            features: {f: f}
            responses:
              one: {texts: ["One."], cost: \(0.3 * scale)}
              two: {texts: ["Two."], cost: \(0.1 * scale), features: {f: 1}}
            \(better)outcomes:
              over: {safe: true, timeout: true}
            reactions:
              ask: {texts: ["And then?"]}
            users:
              anyone: {prior: 1, exposure: {f: \(-0.2 * scale)}, utility: {}}
            \(reference.isEmpty ? "" : "objective:\n  reference: \(reference)\n")
            """
        let scenario = try Scenario.parse(text, file: "near.yaml")
        let controller = try Policy.uniform(game: scenario.game)
        let game = scenario.game
        let source = try FormatsFixture.source(
            scenario, name: "near", controller: controller, temperature: 0.2 * scale)
        let selection = NodeSelection(count: 4)
        let reach = Evaluation(controller, game: game).reach
        let table = try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: 1, turnReach: (reach, reach))
        let settings = LabelSettings(
            mode: format.requiredLabels ?? labels, rowsPerPair: 4, beta: 0.5, testShare: testShare,
            dropsTies: dropsTies,
            leavesOutTies: !format.carriesProbability)
        return Dataset(
            source: source, pairs: try PreferencePairs(table, settings: settings, temperature: source.temperature),
            selection: selection,
            origin: .init(
                scenario: "near", title: "", gameHash: "game", fileHash: "file", policyLabel: "uniform",
                policyHash: "0123456789abcdef0123", solution: .null, commandLine: "", version: "0"))
    }

    private func rows(_ dataset: Dataset, _ format: DatasetFormat) throws -> [JSONValue] {
        let files = try FormatsFolder().write(dataset, format)
        return try formatRows(
            (files["data/train.jsonl"] ?? files["candidates.jsonl"] ?? "") + (files["data/test.jsonl"] ?? ""))
    }

    @Test(arguments: [1, 0x1p-30, 0x1p30, 0x1p300]) func valuesOfOneAndTwoDifferByRounding(scale: Double) throws {
        let data = try dataset(.dpo, labels: .soft, scale: scale)
        let completions = data.pairs.table.prompts[0].completions
        #expect(completions[0].value != completions[1].value)
        #expect((data.pairs.ties, data.pairs.nearTies) == (0, 1))
        let row = try #require(try rows(data, .dpo).first)
        #expect(row["p_chosen"] == .number(0.5))
        let dropped = try dataset(.dpo, labels: .soft, scale: scale, dropsTies: true)
        #expect(dropped.pairs.leftOut == 1)
    }

    static let forms: [(format: DatasetFormat, labels: LabelMode)] = [
        (.dpo, .hard), (.reward(marginColumn: true), .hard), (.twoAxis, .hard), (.sharegpt, .hard), (.openai, .hard),
        (.nemo(.rl), .hard), (.nemo(.aligner), .hard), (.kto, .hard), (.sharegpt, .soft), (.openai, .soft),
        (.nemo(.rl), .soft), (.nemo(.aligner), .soft),
    ]

    /// With nothing but ties there is nothing to train on, which is said before a folder is made.
    @Test(arguments: forms.indices) func onlyTiesAreRefused(index: Int) throws {
        let (format, labels) = Self.forms[index]
        let data = try dataset(format, labels: labels)
        #expect(throws: PreferenceError.self) { try data.check(format) }
        #expect(throws: PreferenceError.self) { try FormatsFolder().write(data, format) }
    }

    /// Of three answers two tie: no row compares them.
    @Test(arguments: forms.indices) func aTieHasNoRow(index: Int) throws {
        let (format, labels) = Self.forms[index]
        let data = try dataset(format, labels: labels, third: 0.1)
        let found = try rows(data, format)
        #expect(found.count == (format == .kto ? 3 : 2))
        guard format == .kto else { return }
        let labelled = found.map { ($0["response"]?.stringValue ?? "", $0["label"]?.boolValue ?? false) }
        #expect(labelled.map(\.1) == labelled.map { $0.0 == "three" })
    }

    /// Drawn and dealt labels take a tie as an even chance.
    @Test func quotaLabelsOfATieAreEven() throws {
        let data = try dataset(.dpo, labels: .quota)
        #expect(try rows(data, .dpo).count { $0["chosen_response"] == .string("one") } == 2)
    }

    @Test func aCostThatForbidsAResponseMakesNoTiesAmongTheOthers() throws {
        let data = try dataset(.dpo, labels: .hard, third: 1e12)
        #expect((data.pairs.ties, data.pairs.nearTies) == (0, 1))
        #expect(try rows(data, .dpo).count == 2)
    }

    /// A reference that always gives one answer compares it with itself.
    @Test func oneAnswerIsNoFeedback() throws {
        for format in [DatasetFormat.kto, .dpo, .nemo(.rl), .twoAxis] {
            let error = #expect(throws: PreferenceError.self) {
                try dataset(format, third: 0.1, reference: "{one: 1}").check(format)
            }
            #expect(error?.description.contains("objective.reference") == true)
        }
        try dataset(.candidates, third: 0.1, reference: "{one: 1}").check(.candidates)
        try dataset(.sft(SampleSettings()), third: 0.1, reference: "{one: 1}").check(.sft(SampleSettings()))
    }

    @Test func aSplitThatTakesEveryPromptIsRefused() throws {
        let error = #expect(throws: PreferenceError.self) {
            try dataset(.dpo, third: 0.1, testShare: 0.999_999).check(.dpo)
        }
        #expect(error?.description.contains("--test-share 0") == true)
    }
}
