internal import GameModel
internal import InputErrors
internal import Labelling
internal import Output
internal import Preferences
internal import RunStore
public import Scenarios

/// Recorded conversations that are to be given credit, turn by turn.
///
/// ```swift
/// var request = AnnotateRequest(.file("conversations.jsonl"))
/// request.policy = "policy.json"
/// let report = try request.annotate(scenario, to: "annotated")
/// ```
public struct AnnotateRequest: Sendable {
    /// Where conversations come from.
    public enum Source: Sendable, Equatable {
        /// JSON lines with `messages` or ShareGPT's `conversations`, or an evaluation log of Inspect.
        case file(String)
        /// A run of a store that kept its conversations.
        case run(Int64, store: String)
    }

    /// What `turn_rewards` holds.
    public enum Rewards: String, Sendable, CaseIterable {
        /// The answer's own part: γ^{t−1} (Q − V).
        case advantage
        /// The same with what users then did: they sum to payoff − V₀, less what the opening said.
        case shaped
    }

    public var source: Source
    /// Who goes on after each answer, and whose value the advantage is counted from.
    public var policy = "reference"
    /// A file of labels, beside those of the lines.
    public var labels: String?
    /// Whether labels are taken whose labeller abstained.
    public var usesAbstained = false
    public var rewards = Rewards.advantage
    /// Which conversation the page shows; nil for that with the dearest answer.
    public var shown: String?
    /// Whether tables of all situations are written, with what every response was worth there.
    public var writesSituations = false
    public var replaces = false

    public init(_ source: Source) { self.source = source }

    /// Conversations that are worked on at once.
    private static let batch = 2048

    /// Writes `annotated.jsonl`, `turns.csv` and `datapackage.json`, if asked for `situations.csv` and `answers.csv`, and `rejects.jsonl`
    /// where a conversation has no place in the game, into a folder that appears whole.
    ///
    /// - Throws: `InputError` if no conversation can be read; `FileError`; `StoreError`; `InterruptedError` where the control asks to stop.
    /// - Complexity: a backward pass a measure, then O(turns); memory for three batches of conversations, of a log for all of it.
    @discardableResult
    public func annotate(
        _ scenario: Scenario, to out: String, _ control: RunControl = RunControl()
    ) throws -> AnnotateReport {
        try OutputFolder.check(path: out, replaces: replaces)
        let named = try NamedPolicy(policy, scenario: scenario, note: control.note)
        let tracer = try CreditTracer(named.controller, game: scenario.game, definition: scenario.definition)
        var report = AnnotateReport(scenario: scenario, request: self, policy: named.label, tracer: tracer, out: out)
        try OutputFolder.write(path: out, replaces: replaces, note: control.note) { folder in
            try write(to: folder) { files in
                var writer = try CreditWriter(report, to: files, threads: control.threads ?? 1)
                try conversations(scenario, control, &writer)
                try writer.finish()
                report = writer.report
            }
            try finish(report, folder)
        }
        return report
    }

    /// Writes the files of lines that were asked for.
    private func write(to folder: OutputFolder, _ body: (CreditWriter.Files) throws -> Void) throws {
        try folder.writeRows("annotated.jsonl") { lines in
            try folder.writeRows("turns.csv") { turns in
                var files = CreditWriter.Files(lines: lines, turns: turns)
                guard writesSituations else { return try body(files) }
                try folder.writeRows("situations.csv") { situations in
                    try folder.writeRows("answers.csv") { answers in
                        (files.situations, files.answers) = (situations, answers)
                        try body(files)
                    }
                }
            }
        }
    }

    private func finish(_ report: AnnotateReport, _ folder: OutputFolder) throws {
        let rejects = report.rejects
        if !rejects.isEmpty {
            try folder.writeLines("rejects.jsonl") { line in
                for reject in rejects { try line(try reject.json.bytes()) }
            }
        }
        if let shown, report.shown == nil {
            throw InputError(
                "there is no conversation \(shown) with a place in the game, to be shown; ids are those of the lines")
        }
        guard report.conversations > 0 else {
            throw InputError(
                rejects.first.map { "no conversation has a place in the game; line \($0.line): \($0.reason)" }
                    ?? "there are no conversations")
        }
        try CreditWriter.describe(report, in: folder)
    }

    private func conversations(
        _ scenario: Scenario, _ control: RunControl, _ writer: inout CreditWriter
    ) throws {
        func took(_ writer: CreditWriter) throws {
            control.progress(RunProgress(steps: writer.report.conversations))
            if control.shouldStop() { throw InterruptedError() }
        }
        switch source {
        case .run(let number, let path):
            let stored = try StoredConversations(number, store: path, scenario: scenario, note: control.note)
            try stored.visit(batch: Self.batch) { episodes in
                try writer.take(episodes.count) { index in
                    (Int(episodes[index].episode.episode) + 1, .success(stored.conversation(episodes[index])))
                }
                try took(writer)
            }
        case .file(let path):
            let scheme = scenario.labelScheme
            let labels = try labels.map { try AnswerLabels(path: $0, scheme: scheme) }
            let reader = try CreditReader(
                game: scenario.game, scheme: scheme, labels: labels, usesAbstained: usesAbstained)
            var waiting: [TextLine] = []
            func flush() throws {
                let lines = waiting
                waiting = []
                try writer.take(lines.count) { index in
                    (lines[index].number, Result { try reader.conversation(lines[index]) })
                }
                try took(writer)
            }
            try ConversationLines.read(path: path) { number, bytes in
                waiting.append(TextLine(number: number, bytes: bytes))
                if waiting.count == Self.batch { try flush() }
            }
            try flush()
        }
    }
}

/// The conversations that a run of a store kept.
private struct StoredConversations: Sendable {
    typealias Played = (episode: EpisodeRow, turns: ArraySlice<TurnRow>)

    private let store: Store
    private let run: RunID
    private let scenario: Scenario
    private let certain: CertainEvidence

    /// - Throws: `InputError` for a run of another game, or one that kept no conversations.
    init(_ number: Int64, store path: String, scenario: Scenario, note: (String) -> Void) throws {
        store = try Store(path: path, access: .read)
        if let text = store.note { note("note: \(text)") }
        run = RunID(number)
        self.scenario = scenario
        certain = CertainEvidence(scenario.game)
        let details = try store.run(run)
        guard details.gameHash == scenario.gameHash else {
            throw InputError(
                "run \(number) of \(path) is of another game (\(details.gameHash.prefix(12))…) than this scenario "
                    + "(\(scenario.gameHash.prefix(12))…); give the scenario that it was run with")
        }
        guard details.summary.turns > 0 else {
            throw InputError(
                "run \(number) of \(path) kept no conversations; simulate --store with --trajectories keeps them")
        }
    }

    /// Reads episodes with their turns, some at a time. Their numbers may have gaps: of `play`, where a conversation was not finished.
    func visit(batch: Int, _ body: ([Played]) throws -> Void) throws {
        var next: Int64 = 0
        while true {
            let episodes = try store.episodes(of: run, from: next, atMost: batch)
            guard let last = episodes.last else { return }
            let turns = try store.turns(of: run, in: next..<last.episode + 1)
            next = last.episode + 1
            var position = 0
            try body(
                try episodes.map { episode in
                    let own = turns[position..<min(turns.count, position + episode.turns)]
                    guard own.count == episode.turns, own.allSatisfy({ $0.episode == episode.episode }) else {
                        throw InputError("run \(run) lacks turns of episode \(episode.episode)")
                    }
                    position += episode.turns
                    return (episode, own)
                })
        }
    }

    func conversation(_ played: Played) -> CreditConversation {
        CreditConversation(
            id: "run-\(run)-e\(played.episode.episode)", user: played.episode.user, cues: played.turns.map(\.cue),
            responses: played.turns.map(\.response), reactions: played.turns.map(\.reaction),
            outcome: played.episode.outcome, game: scenario.game, certain: certain)
    }
}
