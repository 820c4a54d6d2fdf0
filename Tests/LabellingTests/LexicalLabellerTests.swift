import ExampleScenarios
import GameModel
import Labelling
import Output
import Scenarios
import Testing

@Suite("The lexical labeller")
struct LexicalLabellerTests {
    static func material(_ examples: [LabelledText] = [], abstainBelow: Double = 0.5) throws -> LabelMaterial {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }).text
        let scenario = try Scenario.parse(text, file: "s.yaml")
        return LabelMaterial(
            scheme: LabelScheme(scenario: scenario.name, game: scenario.game),
            features: scenario.game.responses.map(\.features), texts: scenario.wording, examples: examples,
            abstainBelow: abstainBelow)
    }

    /// Answers to thirty prompts in words of their own, and messages.
    private static func examples(_ scheme: LabelScheme) -> [LabelledText] {
        let phrases = [
            "I must decline", "kindly ring a helpline", "what led you here", "stay with me", "the leaflet warns",
            "here are steps", "[all of it]",
        ]
        let answers = (0..<42).map { number -> LabelledText in
            let name = number % 7
            let text = UnlabelledText(
                id: "p\(number / 2)", kind: .answer, index: number % 2, content: "\(phrases[name]), number \(number)",
                before: [Message(role: .user, content: "prompt \(number / 2)")])
            let label = TextLabel(
                response: scheme.responses.indices.map { $0 == name ? 1 : 0 },
                features: scheme.features.map { _ in .init(mean: Double(name) / 7, deviation: 0) }, labeller: "given")
            return LabelledText(text, label)
        }
        return answers
    }

    private static let texts =
        ["I can't discuss this.", "What has happened today?", "Please ring someone near you.", ""].enumerated().map {
            UnlabelledText(id: "t\($0)", kind: .answer, index: 0, content: $1 + "x")
        } + [
            UnlabelledText(id: "m", kind: .message, index: 0, content: "You didn't answer my question."),
            UnlabelledText(id: "o", kind: .opening, index: 0, content: "What is the capital of France?"),
            UnlabelledText(id: "q", kind: .opening, index: 0, content: "Is a whole packet of painkillers dangerous?"),
        ]

    private func lines(_ labeller: any TextLabeller, threads: Int) throws -> [String] {
        try labeller.labels(Self.texts, RunControl(threads: threads)).enumerated().map {
            try LabelRecord(Self.texts[$0], $1).json(labeller.scheme).text()
        }
    }

    @Test("The order of the examples and the number of threads change no byte")
    func order() throws {
        let examples = Self.examples(try Self.material().scheme)
        let first = try LexicalMaker().labeller(try Self.material(examples), RunControl(threads: 1))
        let second = try LexicalMaker().labeller(try Self.material(examples.reversed()), RunControl(threads: 2))
        #expect(try lines(first, threads: 1) == lines(second, threads: 2))
        #expect(try first.account.text() == second.account.text())
    }

    @Test("Distributions sum to 1, and the kinds get what applies to them")
    func kinds() throws {
        let labeller = try LexicalMaker().labeller(try Self.material(), RunControl(threads: 2))
        let labels = try labeller.labels(Self.texts, RunControl(threads: 2))
        for (text, label) in zip(Self.texts, labels) {
            #expect((label.response != nil) == (text.kind == .answer))
            #expect((label.features != nil) == (text.kind == .answer))
            #expect((label.reaction != nil) == (text.kind == .message))
            #expect((label.inScope != nil) == (text.kind == .opening))
            for shares in [label.response, label.cue, label.reaction].compactMap(\.self) {
                #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
            }
            for amount in label.features ?? [] { #expect((0...1).contains(amount.mean) && amount.deviation >= 0) }
            #expect(label.isAbstained == ((label.certainty ?? 0) < 0.5))
        }
        #expect(labels[0].response.map(NominalFigures.likeliest) == 0)
    }

    @Test("A question about France is out of scope, one about the scenario's subject is in it")
    func scope() throws {
        let labels = try LexicalMaker().labeller(try Self.material(), RunControl(threads: 2))
            .labels(Self.texts, RunControl(threads: 2))
        #expect(try #require(labels[5].inScope) < 0.5)
        #expect(try #require(labels[6].inScope) > 0.5)
    }

    @Test("Without words in common nothing is claimed: the labeller abstains where it is asked to be sure")
    func abstaining() throws {
        let labeller = try LexicalMaker().labeller(try Self.material(abstainBelow: 0.99), RunControl())
        #expect(try labeller.labels(Self.texts, RunControl()).allSatisfy(\.isAbstained))
    }

    @Test("Examples are held out by their prompt, and the figures say so")
    func heldOut() throws {
        let texts = TrainingText.answers(try Self.material(Self.examples(try Self.material().scheme)))
        let folds = HeldOutFolds(texts)
        #expect(folds.isOfExamples && folds.count == 5)
        for (text, fold) in zip(texts, folds.folds) { #expect((fold != nil) == text.isExample) }
        let groups = Dictionary(grouping: texts.indices.filter { texts[$0].isExample }, by: { texts[$0].group })
        #expect(groups.count == 21)
        for group in groups.values { #expect(Set(group.map { folds.folds[$0] }).count == 1) }
    }

    /// One number a text: 1 for answers that ask.
    private struct Marks: TextEmbedder {
        let name = "marks"

        func embeddings(_ texts: [String], _ control: RunControl) throws -> [[Double]] {
            texts.map { $0.contains("?") ? [1, 0] : [0, 1] }
        }
    }

    @Test("An embedding beside the words changes what is said, and is named")
    func embedding() throws {
        let plain = try LexicalMaker().labeller(try Self.material(), RunControl())
        let dense = try LexicalMaker(embedder: Marks()).labeller(try Self.material(), RunControl())
        let asking = scheme(plain, "ask_gently")
        let text = [UnlabelledText(id: "a", kind: .answer, index: 0, content: "zzz?")]
        let first = try #require(try plain.labels(text, RunControl())[0].response?[asking])
        let second = try #require(try dense.labels(text, RunControl())[0].response?[asking])
        #expect(second > first)
        #expect(dense.name.contains("marks"))
    }

    private func scheme(_ labeller: any TextLabeller, _ name: String) -> Int {
        labeller.scheme.responses.firstIndex { $0.name == name } ?? 0
    }
}

@Suite("Names of the scenario count the same, however many paraphrases they have")
struct BalanceTests {
    private static func text(_ content: String, _ shares: [Double], isExample: Bool = false) -> TrainingText {
        TrainingText(
            content: content, group: content, isExample: isExample, label: TextLabel(response: shares, labeller: "test")
        )
    }

    @Test("Weights are scikit-learn's class_weight='balanced': of the scenario's texts, or with few examples")
    func weights() {
        // n / (K n_k) with n = 6 and K = 2: 6 / (2 · 4) and 6 / (2 · 2).
        let texts =
            (0..<4).map { Self.text("a\($0)", [1, 0, 0]) } + (0..<2).map { Self.text("b\($0)", [0, 1, 0]) }
            + [Self.text("c", [0, 0, 1], isExample: true)]
        let targets = texts.compactMap(\.label.response)
        let weights = DistributionHead.balance(texts, targets: targets, examplesToo: false)
        #expect(weights == [0.75, 0.75, 0.75, 0.75, 1.5, 1.5, 1])
        // All seven, K = 3: 7 / (3 · 4), 7 / (3 · 2), 7 / (3 · 1).
        let all = DistributionHead.balance(texts, targets: targets, examplesToo: true)
        for (weight, expected) in zip(all, [7.0 / 12, 7.0 / 12, 7.0 / 12, 7.0 / 12, 7.0 / 6, 7.0 / 6, 7.0 / 3]) {
            #expect(abs(weight - expected) < 1e-14)
        }
    }

    @Test(
        "Four paraphrases of one name beside one of another: a text like neither is not four to one the first"
    )
    func evenly() throws {
        let own = try LexicalLabellerTests.material()
        let cues = own.scheme.cues.count
        var texts = own.texts
        texts.responses = own.scheme.responses.indices.map { index in
            let paraphrases = index == 0 ? ["alpha", "beta", "gamma", "delta"] : index == 1 ? ["omega"] : []
            return (0..<cues).map { _ in paraphrases }
        }
        let material = LabelMaterial(scheme: own.scheme, features: own.features, texts: texts)
        let labels = try LexicalMaker().labeller(material, RunControl())
            .labels([UnlabelledText(id: "x", kind: .answer, index: 0, content: "zzz")], RunControl())
        let shares = try #require(labels[0].response)
        // Counts alone would say 0.8 and 0.2.
        #expect(abs(shares[0] - shares[1]) < 0.6 - 0.1)
    }

    @Test("Held-out paraphrases of one author choose no penalty: the strongest is taken")
    func penalty() throws {
        let account = try LexicalMaker().labeller(try LexicalLabellerTests.material(), RunControl()).account
        let heads = try #require(account.objectValue?["heads"]?.objectValue)
        for name in ["response", "cue", "reaction"] {
            #expect(heads[name]?.objectValue?["penalty"]?.doubleValue == 1)
        }
    }
}
