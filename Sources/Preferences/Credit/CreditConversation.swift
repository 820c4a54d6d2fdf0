package import GameModel
internal import Labelling

/// A conversation as its labels tell it: what credit is given for.
package struct CreditConversation: Sendable {
    /// How it ended, as far as is known.
    package enum End: Sendable, Equatable {
        case outcome(Int)
        /// It goes on, or nothing says how it ended.
        case open
    }

    package let id: String
    /// The type of the user, where somebody knows it.
    package let user: Int?
    /// [|Θ|] who may have written it.
    let prior: [Double]
    let opening: MessageEvidence
    /// The answers, each with what is known of the message after it; the last message may be missing.
    let exchanges: [(answer: AnswerEvidence, message: MessageEvidence)]
    package let end: End
    /// Which response an answer is, as far as its label says: [turns][|A|].
    package let said: [[Double]]
    /// The words with their roles; empty where there are none.
    package let messages: [Message]

    /// A conversation of which everything is known, as `simulate` keeps it.
    ///
    /// - Parameters:
    ///   - cues: of the messages that were answered: one a turn.
    ///   - responses: one a turn.
    ///   - reactions: one a turn, by index in the game.
    package init(
        id: String, user: Int, cues: [Int], responses: [Int], reactions: [Int], outcome: Int, game: Game,
        messages: [Message] = []
    ) {
        func certain(_ index: Int, _ count: Int) -> [Double] { (0..<count).map { $0 == index ? 1 : 0 } }
        self.id = id
        self.user = user
        prior = game.prior
        end = .outcome(outcome)
        opening = MessageEvidence(cue: certain(cues[0], game.cues.count))
        said = responses.map { certain($0, game.responses.count) }
        exchanges = responses.indices.map { turn in
            let rank = game.continuingRanks[reactions[turn]]
            let seen = rank < 0 ? reactions[turn] : game.shownReactions[rank]
            return (
                AnswerEvidence(possibilities: [.init(share: 1, response: responses[turn], features: nil)]),
                MessageEvidence(
                    cue: turn + 1 < cues.count ? certain(cues[turn + 1], game.cues.count) : nil,
                    reaction: certain(seen, game.reactions.count))
            )
        }
        self.messages = messages
    }

    init(
        id: String, user: Int?, prior: [Double], opening: MessageEvidence,
        exchanges: [(answer: AnswerEvidence, message: MessageEvidence)], end: End, said: [[Double]],
        messages: [Message]
    ) {
        (self.id, self.user, self.prior, self.opening) = (id, user, prior, opening)
        (self.exchanges, self.end, self.said, self.messages) = (exchanges, end, said, messages)
    }

    /// The same conversation with other beliefs about who may have written it.
    ///
    /// - Parameter prior: [|Θ|] on the simplex.
    package func with(prior: [Double]) -> CreditConversation {
        CreditConversation(
            id: id, user: user, prior: prior, opening: opening, exchanges: exchanges, end: end, said: said,
            messages: messages)
    }

    /// What tells situations apart before each answer, where every label is certain; nil where one is not.
    ///
    /// The first number is of the opening, then a response and an observation a turn.
    func codes(_ game: Game, isPrior: Bool) -> [Int]? {
        guard isPrior, let cue = Self.only(opening.cue) else { return nil }
        var codes = [cue]
        for exchange in exchanges.dropLast() {
            guard exchange.answer.possibilities.count == 1, let answer = exchange.answer.possibilities.first,
                answer.share == 1, answer.features == nil, let response = answer.response,
                let reaction = Self.only(exchange.message.reaction), let next = Self.only(exchange.message.cue),
                game.continuingRanks[reaction] >= 0
            else { return nil }
            codes += [response, game.continuingRanks[reaction] * game.cues.count + next]
        }
        return codes
    }

    private static func only(_ shares: [Double]?) -> Int? {
        guard let shares, let index = shares.firstIndex(of: 1) else { return nil }
        return shares.allSatisfy { $0 == 0 || $0 == 1 } ? index : nil
    }
}
