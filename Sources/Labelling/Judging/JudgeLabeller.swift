public import GameModel
internal import InputErrors
public import LanguageModels
public import Output
internal import Synchronization

/// Labels texts by asking a language model, by a rubric that is made from the scenario's names and meanings.
///
/// A text without a usable answer gets a label that says nothing and abstains; how many there are, and why, stands in the account.
public struct JudgeLabeller: TextLabeller {
    public let name: String
    public let scheme: LabelScheme
    /// How many answers about each text, at least 1.
    public let samples: Int
    private let rubric: JudgeRubric
    private let model: any ChatModel
    private let abstainBelow: Double
    private let tally = JudgeTally()

    /// Texts that are asked about at once: as many as one call of the model takes.
    private static let together = 2048

    public init(_ model: any ChatModel, scheme: LabelScheme, samples: Int = 1, abstainBelow: Double = 0.5) {
        self.model = model
        self.scheme = scheme
        self.samples = samples
        self.abstainBelow = abstainBelow
        rubric = JudgeRubric(scheme)
        name = "judge/1 \(model.name) rubric \(rubric.version) samples \(samples)"
    }

    public var isRemembered: Bool { true }

    public var account: JSONValue {
        let counts = tally.counts
        return .object([
            "labeller": .string(name), "judge": model.settings, "samples": .integer(samples),
            "rubric": .string(rubric.version), "texts_without_answer": .integer(counts.unlabelled),
            "answers_without_use": .integer(counts.unusable + counts.unavailable + counts.notAsked),
        ])
    }

    public var accountText: String {
        let (counts, count) = (tally.counts, Format.count)
        var text = model.accountText
        let failed = counts.unusable + counts.unavailable + counts.notAsked
        guard failed > 0 else { return text }
        text +=
            "no usable answer: \(count(failed)) of \(count(counts.answers)) (\(count(counts.unusable)) cannot be used, "
        text += "\(count(counts.unavailable)) did not come, \(count(counts.notAsked)) were not asked for); "
        text += "\(count(counts.unlabelled)) texts have none and are not labelled\n"
        if let first = counts.firstFailure { text += "the first: \(Escaped.line(first))\n" }
        return text
    }

    public func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel] {
        var labels: [TextLabel] = []
        let part = max(1, Self.together / samples)
        for start in stride(from: 0, to: texts.count, by: part) {
            let some = Array(texts[start..<min(start + part, texts.count)])
            let requests = some.flatMap { text in (0..<samples).map { rubric.request(text, sample: $0) } }
            let answers = try model.answers(requests, control)
            let whole = answers.count / samples
            for index in 0..<whole {
                labels.append(label(some[index], answers[index * samples..<(index + 1) * samples]))
            }
            if whole < some.count { break }
        }
        return labels
    }

    private func label(_ text: UnlabelledText, _ answers: ArraySlice<ChatAnswer>) -> TextLabel {
        var verdicts: [JudgeVerdict] = []
        for answer in answers {
            switch answer.result {
            case .success(let content):
                do throws(InputError) {
                    verdicts.append(try JudgeVerdict(content, text.kind, rubric))
                    tally.note(nil)
                } catch {
                    tally.note(ChatFailure(.unusable, "\(text.id): \(error.description)"))
                }
            case .failure(let failure): tally.note(ChatFailure(failure.kind, "\(text.id): \(failure.description)"))
            }
        }
        guard !verdicts.isEmpty else {
            tally.noteUnlabelled()
            return TextLabel(isAbstained: true, labeller: name)
        }
        return JudgeVerdict.label(verdicts, abstainBelow: abstainBelow, labeller: name)
    }
}

/// What came of a judge's answers.
final class JudgeTally: Sendable {
    struct Counts {
        var answers = 0
        var unusable = 0
        var unavailable = 0
        var notAsked = 0
        /// Texts without any usable answer.
        var unlabelled = 0
        var firstFailure: String?
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func note(_ failure: ChatFailure?) {
        state.withLock { state in
            state.answers += 1
            switch failure?.kind {
            case nil: break
            case .unusable: state.unusable += 1
            case .unavailable: state.unavailable += 1
            case .notAsked: state.notAsked += 1
            }
            if state.firstFailure == nil { state.firstFailure = failure?.description }
        }
    }

    func noteUnlabelled() { state.withLock { $0.unlabelled += 1 } }
}
