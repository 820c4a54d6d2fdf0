internal import GameModel
internal import Labelling

/// What labels say of a conversation, as the filter takes it.
struct LabelEvidence: Sendable {
    let game: Game
    let scheme: LabelScheme
    let draws: LabelDraws
    /// Whether labels are taken whose labeller abstained.
    let usesAbstained: Bool

    func message(_ label: MessageLabel) -> MessageEvidence {
        let reaction = label.reaction.map { shares in
            var all = game.reactions.map { _ in 0.0 }
            for (share, reaction) in zip(shares, scheme.reactionIndices) { all[reaction] = share }
            return all
        }
        return MessageEvidence(cue: label.cue, reaction: reaction)
    }

    func answer(_ label: TextLabel?, turn: Int) throws -> AnswerEvidence {
        guard let label, label.response != nil || label.features != nil else {
            throw LineFault(
                kind: .history,
                reason:
                    "answer \(turn) of the history has no label: response or features are needed, in the line or among "
                    + "the labels")
        }
        guard !label.isAbstained || usesAbstained else {
            throw LineFault(
                kind: .history,
                reason: "the labeller of answer \(turn) of the history abstained (--use-abstained takes it)")
        }
        let features = try label.features.map { amounts in
            amounts.allSatisfy { $0.deviation == 0 }
                ? [amounts.map(\.mean)] : try draws.features(amounts, place: turn)
        }
        guard let response = label.response else {
            return AnswerEvidence(possibilities: [.init(share: 1, response: nil, features: features)])
        }
        return AnswerEvidence(
            possibilities: response.enumerated().filter { $0.element > 0 }.map {
                .init(share: $0.element, response: $0.offset, features: features)
            })
    }
}
