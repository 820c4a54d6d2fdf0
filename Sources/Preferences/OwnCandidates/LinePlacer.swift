internal import GameModel
internal import Labelling

/// A line whose labels are known and whose place is found.
struct PlacedLine: Sendable {
    let line: OwnLine
    let id: String
    let placement: Placement
    let answers: [LabelledAnswer]
    /// Answers that were left out.
    let rejects: [(index: Int, kind: OwnCandidates.Reject.Kind, reason: String)]
    /// Who labelled the answers, one each; nil for the line itself.
    let labellers: [String?]
    let cue: Int?
    let isPriorGuessed: Bool
    let isUnknown: Bool
}

/// Why a line cannot be used, in kind and in words.
struct LineFault: Error {
    let kind: OwnCandidates.Reject.Kind
    let reason: String
}

/// Joins lines with their labels and finds their places.
struct LinePlacer: Sendable {
    let game: Game
    let scheme: LabelScheme
    let settings: OwnPromptSettings
    let labels: AnswerLabels?
    let scope: ScopeWords
    let filter: HistoryFilter
    let draws: LabelDraws

    private var evidence: LabelEvidence {
        LabelEvidence(game: game, scheme: scheme, draws: draws, usesAbstained: settings.usesAbstained)
    }

    /// - Throws: ``LineFault`` for a line that cannot be used; what is wrong with the label file.
    func place(_ line: OwnLine, id: String) throws -> PlacedLine {
        let entries = try labels?.entries(of: line.id) ?? [:]
        func found(_ kind: String, _ index: Int, _ content: String) throws -> TextLabel? {
            try labels?.label(entries[.init(kind: kind, index: index)], of: content)
        }
        let said = try line.said.map { said in
            SaidLabel(said: said, found: try found(said.kind.rawValue, said.index, said.content))
        }
        let conversation = LabelledConversation(said, beside: line.label, usesAbstained: settings.usesAbstained)
        try checkScope(line, conversation)
        let answers = try usable(line) { try found("answer", $0.index, $0.content) }
        let prior = line.prior ?? conversation.users
        let placement = try placement(conversation, prior: prior ?? game.prior)
        let cue = conversation.lastCue.flatMap { shares in
            shares.count { $0 > 0 } == 1 ? shares.firstIndex { $0 > 0 } : nil
        }
        return PlacedLine(
            line: line, id: id, placement: placement, answers: answers.answers, rejects: answers.rejects,
            labellers: answers.labellers, cue: cue, isPriorGuessed: prior == nil,
            isUnknown: prior == nil && placement.turn == 1 && conversation.lastCue == nil)
    }

    private func checkScope(_ line: OwnLine, _ conversation: LabelledConversation) throws {
        guard line.prior == nil else { return }
        if let scope = conversation.inScope {
            guard scope < settings.minimumScope else { return }
            throw LineFault(
                kind: .outOfScope,
                reason:
                    "out of scope: its label says that the prompt belongs to the scenario with probability \(scope), and "
                    + "\(settings.minimumScope) is needed (--min-scope); a prior beside the prompt would overrule it")
        }
        guard settings.minimumScope > 0, !conversation.isLabelled else { return }
        let words = line.said.filter { !$0.isAnswer }.map(\.content).joined(separator: "\n")
        guard scope.isUnlike(words) else { return }
        throw LineFault(
            kind: .outOfScope,
            reason:
                "out of scope: no word of the prompt stands in the scenario's texts, and nothing is said of it; if it "
                + "belongs here, give it a prior, a cue or a label, or take all with --min-scope 0")
    }

    private func placement(_ conversation: LabelledConversation, prior: [Double]) throws -> Placement {
        var exchanges: [(answer: AnswerEvidence, message: MessageEvidence)] = []
        for (index, exchange) in conversation.exchanges.enumerated() {
            exchanges.append(
                (try evidence.answer(exchange.answer, turn: index + 1), evidence.message(exchange.message)))
        }
        do throws(PreferenceError) {
            return try filter.placement(
                prior: prior, opening: evidence.message(conversation.opening), exchanges: exchanges)
        } catch {
            throw LineFault(kind: exchanges.isEmpty ? .prior : .history, reason: error.description)
        }
    }

    // MARK: Answers

    private func usable(_ line: OwnLine, _ found: (OwnLine.Answer) throws -> TextLabel?) throws -> (
        answers: [LabelledAnswer], rejects: [(index: Int, kind: OwnCandidates.Reject.Kind, reason: String)],
        labellers: [String?]
    ) {
        var rejects = line.faults.map {
            (index: $0.index, kind: OwnCandidates.Reject.Kind.unreadableAnswer, reason: $0.reason)
        }
        var (answers, labellers, texts): ([LabelledAnswer], [String?], [[UInt8]: Int]) = ([], [], [:])
        for answer in line.answers {
            func leaveOut(_ kind: OwnCandidates.Reject.Kind, _ reason: String) {
                rejects.append((answer.index, kind, reason))
            }
            let label = try answer.label ?? found(answer)
            guard let label, label.response != nil || label.features != nil else {
                leaveOut(.noLabel, "candidates[\(answer.index)]: an answer needs a label: response or features")
                continue
            }
            guard !label.isAbstained || settings.usesAbstained else {
                leaveOut(
                    .abstained,
                    "candidates[\(answer.index)]: its labeller abstained"
                        + (label.certainty.map { " (the likeliest response has probability \($0))" } ?? ""))
                continue
            }
            if let first = texts[Array(answer.content.utf8)] {
                leaveOut(.repeatedText, "candidates[\(first)] has the same text")
                continue
            }
            texts[Array(answer.content.utf8)] = answer.index
            labellers.append(answer.label == nil ? label.labeller : nil)
            answers.append(
                LabelledAnswer(
                    place: answer.index, content: answer.content, response: label.response, features: label.features,
                    cost: answer.cost, reference: line.reference?[answer.index] ?? 1))
        }
        guard answers.count >= 2 else { throw Self.tooFew(rejects) }
        return (answers, rejects.sorted { $0.index < $1.index }, labellers)
    }

    /// What is said of a line that has fewer than two answers left.
    static func tooFew(_ rejects: [(index: Int, kind: OwnCandidates.Reject.Kind, reason: String)]) -> LineFault {
        let kinds = Set(rejects.map(\.kind))
        let reasons = rejects.sorted { $0.index < $1.index }.map(\.reason).joined(separator: "; ")
        return LineFault(
            kind: kinds.count == 1 ? rejects[0].kind : .tooFewAnswers,
            reason: "fewer than 2 answers can be used: \(reasons)")
    }
}
