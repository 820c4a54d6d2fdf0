internal import ExactEvaluation
public import GameModel
internal import Output

/// Prompts and answers from elsewhere, placed in a game: every answer has its exact action value, and what cannot be placed
/// is listed with the reason.
///
/// A prompt is placed at the first turn, with the belief prior × initial states, updated by the cue of its last message where
/// that is given and averaged over the cues where it is not. Texts are not touched.
public struct OwnCandidates: Sendable {
    /// What could not be placed.
    public struct Reject: Sendable, Equatable {
        /// From 1.
        public let line: Int
        /// The index of the answer, or nil where the whole line is meant.
        public let candidate: Int?
        public let reason: String
        /// The line as it was found.
        public let text: String

        var json: JSONValue {
            .object([
                "line": .integer(line), "candidate": candidate.map { .integer($0) } ?? .null, "reason": .string(reason),
                "row": .string(text),
            ])
        }
    }

    /// The name that rows give to an answer which stands for no response of the scenario.
    static let featuresName = "features"

    public let table: LongTable
    public let rejects: [Reject]
    /// What the labels rest on.
    public let basis: LabelBasis

    /// Places the lines of a candidates file.
    ///
    /// - Parameters:
    ///   - text: the file's bytes.
    ///   - definition: the definition of the source's game.
    ///   - objective: what the policy was solved for.
    ///   - multipliers: μ per constraint of the objective.
    /// - Throws: ``PreferenceError`` if no line can be placed, ``LineError`` for bytes that are no JSON lines in UTF-8.
    public init(
        _ text: [UInt8], source: PreferenceSource, definition: GameDefinition, objective: Objective,
        multipliers: [Double]
    ) throws {
        let values = ExactValues(objective: objective, multipliers: multipliers)
        var rejects: [Reject] = []
        var lines: [(number: Int, bytes: [UInt8], line: CandidateLine)] = []
        for line in try LineReader.jsonLines(of: text) {
            do throws(PreferenceError) {
                lines.append((line.number, line.bytes, try CandidateLine(line.bytes, game: source.game)))
            } catch {
                rejects.append(Reject(line.number, nil, error.description, line.bytes))
            }
        }
        let computed = try CandidateValues(
            lines.flatMap { $0.line.candidates.map(\.meaning) }, source: source, definition: definition, values: values)
        var basis = LabelBasis()
        var (prompts, firstLines, identical): ([PromptRecord], [String: Int], Int) = ([], [:], 0)
        for (number, bytes, line) in lines {
            do {
                let id = ContentHash.short(try JSONValue.messages(line.messages).text())
                if let first = firstLines[id] { throw PreferenceError("line \(first) has the same prompt") }
                let placed = try Self.place(line, id: id, source: source, values: computed)
                for dropped in placed.dropped {
                    rejects.append(Reject(number, dropped.index, dropped.reason, bytes))
                }
                identical += placed.dropped.count
                basis.prompts += 1
                if !line.tellsUser { basis.guessedPriors += 1 }
                for _ in placed.prompt.completions { basis.add(LabelBasis.line) }
                prompts.append(placed.prompt)
                firstLines[id] = number
            } catch let error as PreferenceError {
                rejects.append(Reject(number, nil, error.description, bytes))
            }
        }
        guard !prompts.isEmpty else {
            throw PreferenceError(
                "no line of the candidates file can be placed in the game"
                    + (rejects.first.map { "; line \($0.line): \($0.reason)" } ?? ": it has no lines"))
        }
        self.basis = basis
        table = LongTable(prompts: prompts, identicalTexts: identical, temperature: source.temperature)
        self.rejects = rejects.sorted { ($0.line, $0.candidate ?? -1) < ($1.line, $1.candidate ?? -1) }
    }

    private static func place(
        _ line: CandidateLine, id: String, source: PreferenceSource, values: CandidateValues
    ) throws(PreferenceError) -> (prompt: PromptRecord, dropped: [(index: Int, reason: String)]) {
        let openings = try openings(of: line, game: source.game)
        var completions: [PromptRecord.Completion] = []
        var dropped: [(index: Int, reason: String)] = []
        var texts: [[UInt8]: Int] = [:]
        for (index, candidate) in line.candidates.enumerated() {
            if let first = texts[Array(candidate.content.utf8)] {
                dropped.append((index, "candidates[\(first)] has the same text"))
                continue
            }
            guard let value = values.value(of: candidate.meaning, openings: openings) else {
                throw PreferenceError("candidates[\(index)]: \(values.faults[candidate.meaning] ?? "it has no value")")
            }
            texts[Array(candidate.content.utf8)] = index
            let response: Int
            switch candidate.meaning {
            case .response(let named): response = named
            case .features: response = source.game.responses.count
            }
            completions.append(
                PromptRecord.Completion(
                    response: response, content: candidate.content, value: value.goal,
                    reference: line.reference?[index] ?? 1, target: 0, safe: value.safe))
        }
        guard completions.count >= 2 else { throw PreferenceError("fewer than 2 answers have different texts") }
        // Where the author's model is not known, the answers count as equally likely. Answers with the same text as another
        // one are gone; what is left is π_ref given that one of them is said.
        let total = completions.reduce(0) { $0 + $1.reference }
        completions = completions.map {
            .init(
                response: $0.response, content: $0.content, value: $0.value, reference: $0.reference / total,
                target: $0.reference / total, safe: $0.safe)
        }
        var users = source.game.users.map { _ in 0.0 }
        for opening in openings {
            for (user, posterior) in opening.belief.users(in: source.game).enumerated() {
                users[user] += opening.share * posterior
            }
        }
        return (
            PromptRecord(
                id: id, messages: line.messages, turn: 1, reach: 1, cue: line.cue, users: users,
                completions: completions, valueUnit: source.valueUnit), dropped
        )
    }

    /// The cues that may have been shown, each with its belief and its probability.
    private static func openings(
        of line: CandidateLine, game: Game
    ) throws(PreferenceError) -> [(cue: Int, belief: Belief, share: Double)] {
        let cues = line.cue.map { [$0] } ?? Array(game.cues.indices)
        var openings: [(cue: Int, belief: Belief, share: Double)] = []
        for cue in cues {
            guard let opened = try? Belief.opening(cue, game: game, prior: line.prior) else { continue }
            openings.append((cue, opened.belief, line.cue == nil ? opened.likelihood : 1))
        }
        guard !openings.isEmpty else {
            throw PreferenceError(
                "no user type of the prior can open with the cue \(line.cue.map { game.cues[$0] } ?? "")")
        }
        return openings
    }
}

extension OwnCandidates.Reject {
    fileprivate init(_ line: Int, _ candidate: Int?, _ reason: String, _ bytes: [UInt8]) {
        self.init(line: line, candidate: candidate, reason: reason, text: String(decoding: bytes, as: UTF8.self))
    }
}
