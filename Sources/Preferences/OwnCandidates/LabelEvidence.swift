internal import ExactEvaluation
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
        return MessageEvidence(cue: label.cue, reaction: reaction, isAbstained: label.isAbstained)
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
        guard let amounts = label.features else {
            return AnswerEvidence(
                possibilities: (label.response ?? []).enumerated().filter { $0.element > 0 }.map {
                    .init(share: $0.element, response: $0.offset, draws: nil)
                })
        }
        let means = amounts.map(\.mean)
        let features =
            amounts.allSatisfy { $0.deviation == 0 } ? [means] : try draws.features(amounts, place: turn)
        func answers(cost: Double, meant response: Int) -> [FeaturedAnswer] {
            let meant = game.responses.indices.map { $0 == response ? 1.0 : 0 }
            return features.map { FeaturedAnswer(features: $0, cost: cost, meant: meant) }
        }
        guard let response = label.response else {
            let cost = ResponseCosts(game).cost(of: means)
            return AnswerEvidence(possibilities: [
                .init(
                    share: 1, response: nil, draws: answers(cost: cost, meant: game.nearestResponse(to: means)))
            ])
        }
        return AnswerEvidence(
            possibilities: response.enumerated().filter { $0.element > 0 }.map { index, share in
                .init(
                    share: share, response: index,
                    draws: answers(cost: game.responses[index].cost, meant: index))
            })
    }
}
