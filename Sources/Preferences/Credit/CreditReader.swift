internal import ExactEvaluation
package import GameModel
package import Labelling
package import Output

/// Reads conversations with their labels: those of the line, and those of a label file.
///
/// Beside `messages` a line may say `user` (the type, where it is known) and `outcome` (how it ended); labels stand in the messages, as
/// `play` writes them, or in a file of `label`.
package struct CreditReader: Sendable {
    private let game: Game
    private let scheme: LabelScheme
    private let labels: AnswerLabels?
    private let evidence: LabelEvidence

    /// A label says that a message ended the conversation where reactions that end have more than this together.
    private static let endingShare = 0.5

    /// - Parameters:
    ///   - labels: a file of labels, beside those of the lines.
    ///   - usesAbstained: whether labels are taken whose labeller abstained.
    ///   - draws: of features that are uncertain.
    /// - Throws: `GSLError` for more features than there are sequences for.
    package init(
        game: Game, scheme: LabelScheme, labels: AnswerLabels?, usesAbstained: Bool = false, draws: Int = 64
    ) throws {
        (self.game, self.scheme, self.labels) = (game, scheme, labels)
        evidence = LabelEvidence(
            game: game, scheme: scheme, draws: try LabelDraws(count: draws, features: game.features.count),
            usesAbstained: usesAbstained)
    }

    /// - Throws: `LineError` for a line that is no conversation, ``PreferenceError`` for one that has no place in the game, or lacks
    ///   labels; what is wrong with the label file.
    package func conversation(_ line: TextLine) throws -> CreditConversation {
        let read = try LabelLine(line, scheme: scheme)
        guard case .object(let members) = try JSONValue(strictly: line.bytes),
            members["messages"] != nil || members["conversations"] != nil
        else { throw PreferenceError("has no messages: one conversation a line is needed") }
        let entries = try labels?.entries(of: read.id) ?? [:]
        let said = try read.entries.map { entry in
            let (kind, content) = (entry.text.kind.rawValue, entry.text.content)
            return SaidLabel(
                said: OwnLine.Said(
                    kind: entry.text.kind, index: entry.text.index, content: content, label: entry.given),
                found: try labels?.label(entries[.init(kind: kind, index: entry.text.index)], of: content))
        }
        let labelled = LabelledConversation(said, beside: nil, usesAbstained: evidence.usesAbstained)
        guard !labelled.exchanges.isEmpty else { throw PreferenceError("has no answer of the assistant") }
        let user = try index(members["user"], game.users, "user")
        var exchanges: [(answer: AnswerEvidence, message: MessageEvidence)] = []
        for (turn, exchange) in labelled.exchanges.enumerated() {
            do {
                let answer = named(try evidence.answer(exchange.answer, turn: turn + 1))
                exchanges.append((answer, evidence.message(exchange.message)))
            } catch let fault as LineFault { throw PreferenceError(fault.reason) }
        }
        let outcome = try index(members["outcome"], game.outcomes.map(\.name), "outcome")
        return CreditConversation(
            id: read.id, user: user, prior: labelled.users ?? game.prior,
            opening: evidence.message(labelled.opening), exchanges: exchanges,
            end: outcome.map { .outcome($0) } ?? end(of: exchanges),
            said: labelled.exchanges.map { shares($0.answer) }, messages: Self.messages(said))
    }

    /// An answer that has exactly the features of the response that it may be is that response.
    private func named(_ answer: AnswerEvidence) -> AnswerEvidence {
        AnswerEvidence(
            possibilities: answer.possibilities.map { item in
                guard let response = item.response,
                    item.draws?.map(\.features) == [game.responses[response].features]
                else { return item }
                return .init(share: item.share, response: response, draws: nil)
            })
    }

    /// Which response an answer is; one that has features alone is the response with the nearest.
    private func shares(_ label: TextLabel?) -> [Double] {
        if let response = label?.response { return response }
        let nearest = game.nearestResponse(to: label?.features?.map(\.mean) ?? [])
        return game.responses.indices.map { $0 == nearest ? 1 : 0 }
    }

    /// How the last message ended it, if it did: in the outcome that its label gives most, over all reactions that lead there. After the
    /// last turn reactions that go on lead to the timeout.
    private func end(
        of exchanges: [(answer: AnswerEvidence, message: MessageEvidence)]
    ) -> CreditConversation.End {
        guard let reaction = exchanges.last?.message.reaction else { return .open }
        let isLast = exchanges.count == game.horizon
        var outcomes = game.outcomes.map { _ in 0.0 }
        for (index, item) in game.reactions.enumerated() {
            if case .ends(let outcome) = item.effect {
                outcomes[outcome] += reaction[index]
            } else if isLast {
                outcomes[game.timeout] += reaction[index]
            }
        }
        guard isLast || outcomes.reduce(0, +) > Self.endingShare else { return .open }
        return .outcome(CreditSituation.best(outcomes))
    }

    /// The messages with their turns, as ``LabelledConversation`` takes them together.
    private static func messages(_ said: [SaidLabel]) -> [SpokenMessage] {
        var (list, answers) = ([SpokenMessage](), 0)
        var start = 0
        while start < said.count {
            let isAnswer = said[start].said.isAnswer
            let end = said[start...].firstIndex { $0.said.isAnswer != isAnswer } ?? said.count
            let speaker = (start..<end).last { said[$0].said.label != nil || said[$0].found != nil } ?? end - 1
            for index in start..<end {
                list.append(
                    SpokenMessage(
                        message: Message(role: isAnswer ? .assistant : .user, content: said[index].said.content),
                        answers: answers, speaks: index == speaker))
            }
            if isAnswer { answers += 1 }
            start = end
        }
        return list
    }

    private func index(_ value: JSONValue?, _ names: [String], _ member: String) throws -> Int? {
        guard let value, value != .null else { return nil }
        guard let name = value.stringValue, let index = names.firstIndex(of: name) else {
            throw PreferenceError("\(member) must be one of \(names.joined(separator: ", "))")
        }
        return index
    }
}
