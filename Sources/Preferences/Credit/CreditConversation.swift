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
    package let messages: [SpokenMessage]

    /// A conversation of which everything is known, as `simulate` keeps it.
    ///
    /// - Parameters:
    ///   - cues: of the messages that were answered: one a turn.
    ///   - responses: one a turn.
    ///   - reactions: one a turn, by index in the game.
    ///   - certain: what is known of messages and answers of which everything is known, made once for many conversations.
    package init(
        id: String, user: Int, cues: [Int], responses: [Int], reactions: [Int], outcome: Int, game: Game,
        certain: CertainEvidence? = nil
    ) {
        let certain = certain ?? CertainEvidence(game)
        self.id = id
        self.user = user
        prior = game.prior
        end = .outcome(outcome)
        opening = MessageEvidence(cue: certain.cues[cues[0]])
        said = responses.map { certain.responses[$0] }
        exchanges = responses.indices.map { turn in
            (
                certain.answers[responses[turn]],
                MessageEvidence(
                    cue: turn + 1 < cues.count ? certain.cues[cues[turn + 1]] : nil,
                    reaction: certain.reactions[reactions[turn]])
            )
        }
        messages = []
    }

    init(
        id: String, user: Int?, prior: [Double], opening: MessageEvidence,
        exchanges: [(answer: AnswerEvidence, message: MessageEvidence)], end: End, said: [[Double]],
        messages: [SpokenMessage]
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

    /// The same conversation of a user whose type is another, or not known.
    package func with(user: Int?) -> CreditConversation {
        CreditConversation(
            id: id, user: user, prior: prior, opening: opening, exchanges: exchanges, end: end, said: said,
            messages: messages)
    }

    /// The likeliest cue and reaction of the message before an answer; nil where nothing is known.
    ///
    /// - Parameter answers: the answers before the message: 0 for the opening.
    package func labels(before answers: Int) -> (cue: Int?, reaction: Int?) {
        let evidence = answers == 0 ? opening : exchanges[answers - 1].message
        func likeliest(_ shares: [Double]?) -> Int? {
            shares.flatMap { shares in shares.indices.max { shares[$0] < shares[$1] } }
        }
        return (likeliest(evidence.cue), likeliest(evidence.reaction))
    }

    /// What tells situations apart before each answer, where every label is certain; nil where one is not.
    ///
    /// The first number is of the opening, then a response and an observation a turn.
    func codes(_ game: Game, isPrior: Bool) -> [Int]? {
        guard isPrior, let cue = Self.only(opening.cue) else { return nil }
        var codes = [cue]
        for exchange in exchanges.dropLast() {
            guard exchange.answer.possibilities.count == 1, let answer = exchange.answer.possibilities.first,
                answer.share == 1, answer.draws == nil, let response = answer.response,
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

/// What is known of answers, cues and reactions of which everything is known: probabilities of zero and one.
package struct CertainEvidence: Sendable {
    /// [|A|][|A|], [|C|][|C|]
    let responses: [[Double]]
    let cues: [[Double]]
    /// [|M|][|M|] by reaction, as it looks.
    let reactions: [[Double]]
    /// [|A|]
    let answers: [AnswerEvidence]

    package init(_ game: Game) {
        func certain(_ count: Int) -> [[Double]] {
            (0..<count).map { one in (0..<count).map { $0 == one ? 1 : 0 } }
        }
        responses = certain(game.responses.count)
        cues = certain(game.cues.count)
        let asSeen = certain(game.reactions.count)
        reactions = game.reactions.indices.map { reaction in
            let rank = game.continuingRanks[reaction]
            return asSeen[rank < 0 ? reaction : game.shownReactions[rank]]
        }
        answers = game.responses.indices.map {
            AnswerEvidence(possibilities: [.init(share: 1, response: $0, draws: nil)])
        }
    }
}

/// A message with its place in the conversation.
package struct SpokenMessage: Sendable {
    package let message: Message
    /// The answers before it: of an answer its own number from 0.
    package let answers: Int
    /// Whether its label speaks for its turn: of messages in a row one does, the last that has a label.
    package let speaks: Bool
}
