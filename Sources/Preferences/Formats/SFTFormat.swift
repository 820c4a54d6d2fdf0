internal import GameModel
internal import Output

/// Whose answers are sampled, and how many.
public struct SampleSettings: Sendable, Equatable {
    /// Whose answers.
    public enum Speaker: String, Sendable, Equatable, CaseIterable {
        /// What the model does today, π_ref.
        case reference
        /// The target π*.
        case policy
    }

    public var speaker: Speaker
    /// Rows a prompt.
    public var rowsPerPrompt: Int

    public init(speaker: Speaker = .reference, rowsPerPrompt: Int = 24) {
        self.speaker = speaker
        self.rowsPerPrompt = rowsPerPrompt
    }
}

/// Prompt and completion, as often as the reference or the policy would give it: what a model is fine-tuned on before DPO.
///
/// Of n rows a prompt, ⌊n·p⌋ or one more are a completion of probability p; the remaining rows are dealt by systematic
/// sampling with one seeded draw a prompt, so that the expected count is n·p exactly.
struct SFTFormat: RowFormat {
    let settings: SampleSettings
    var name: String { "sft" }
    let requiredLabels: LabelMode? = .hard
    let isPaired = false
    let takesRationale = false

    func expectedRows(_ pairs: PreferencePairs) -> Int { pairs.table.prompts.count * settings.rowsPerPrompt }

    var columns: [Column] {
        (.origin + [
            .messages("completion"), .messages("prompt"), Column("response", .string), Column("row_id", .string),
            Column("sample_of", .string),
        ]).sorted()
    }

    func note(_ dataset: Dataset) -> String {
        let whose = settings.speaker == .reference ? "the reference π_ref" : "the target π*(a) ∝ π_ref(a)·exp(Q(a)/τ)"
        return
            "Each prompt stands in \(settings.rowsPerPrompt) rows, its completions in proportion to \(whose), rounded up or "
            + "down by one seeded draw a prompt without bias. Answers that may not be called good are no samples."
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        guard settings.rowsPerPrompt >= 1 else {
            throw PreferenceError("\(settings.rowsPerPrompt) rows a prompt are too few; at least 1 is needed")
        }
        for prompt in dataset.pairs.table.prompts where dataset.pairs.isTest(prompt) == test {
            for (index, count) in counts(prompt, dataset.pairs.rules).enumerated() where count > 0 {
                let completion = prompt.completions[index]
                for sample in 0..<count {
                    try body(
                        FormatRow(prompt: prompt, parts: [(index, .preferred)]) {
                            var members = dataset.originMembers(prompt)
                            members["completion"] = .answer(completion.content)
                            members["prompt"] = .messages(prompt.messages)
                            members["response"] = .string(dataset.responses[completion.response])
                            members["row_id"] = .string(prompt.rowID(index, sample))
                            members["sample_of"] = .string(settings.speaker.rawValue)
                            return members
                        })
                }
            }
        }
    }

    private func share(of completion: PromptRecord.Completion) -> Double {
        settings.speaker == .reference ? completion.reference : completion.target
    }

    func answersLeftOut(_ dataset: Dataset) -> AnswersLeftOut {
        var left = AnswersLeftOut()
        for completion in dataset.pairs.table.prompts.lazy.flatMap(\.completions)
        where share(of: completion) > 0 && !dataset.pairs.rules.mayBeGood(completion) {
            left.add(completion, dataset.pairs.settings)
        }
        return left
    }

    /// How many rows each completion gets, of those that may be called good: systematic sampling, ⌊u + n·F(a)⌋ − ⌊u + n·F(a−1)⌋ with F the running share.
    private func counts(_ prompt: PromptRecord, _ rules: PairRules) -> [Int] {
        let weights = prompt.completions.map { rules.mayBeGood($0) ? share(of: $0) : 0 }
        let total = weights.reduce(0, +)
        guard total > 0, let last = weights.lastIndex(where: { $0 > 0 }) else { return weights.map { _ in 0 } }
        let start = SeededUnit.value("sft \(rules.settings.seed) \(prompt.id)")
        var (running, before) = (0.0, 0)
        return weights.indices.map { index in
            running += weights[index] / total
            let exact = Double(settings.rowsPerPrompt) * (index >= last ? 1 : running)
            let upTo = Int((start + exact).rounded(.down))
            defer { before = upTo }
            return upTo - before
        }
    }
}
