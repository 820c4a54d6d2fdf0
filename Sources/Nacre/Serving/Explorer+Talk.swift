internal import Conversations
internal import ExactEvaluation
internal import GameModel
internal import InputErrors
package import Output
package import Scenarios

/// A conversation that is asked for: which users and policy, and what was chosen so far.
package struct TalkRequest: Sendable, Equatable {
    package var changes: [ParameterChange] = []
    package var policy = "reference"
    package var seed: UInt64 = 1
    package var episode = 0
    /// Indices of the opening cue and of the user's type; nil for what is drawn.
    package var cue: Int?
    package var user: Int?
    package var moves: [GuidedMove] = []

    package init() {}
}

/// A turn of a request: indices of the response, of the reaction and of the cue after it; nil for what is the policy's or drawn.
package struct GuidedMove: Sendable, Equatable {
    package var response: Int?
    package var reaction: Int?
    package var cue: Int?

    package init(response: Int? = nil, reaction: Int? = nil, cue: Int? = nil) {
        (self.response, self.reaction, self.cue) = (response, reaction, cue)
    }
}

extension Explorer {
    /// Plays a conversation as far as it was led, and says what is known, what each answer is worth and what users would do.
    ///
    /// - Throws: `InputError` for indices that name nothing, and for what nobody does.
    /// - Complexity: compiling the game, its tables, and one backward pass.
    package func talk(_ request: TalkRequest) throws -> JSONValue {
        let changed = try scenario(with: request.changes)
        let policy = try policy(request.policy, in: changed)
        let game = changed.game
        try check(request, game)
        try ReactionTables.checkSize(game: game, memory: policy.policy.memory)
        let guide = ConversationGuide(
            game: game, texts: changed.wording, policy: policy.policy, seed: request.seed)
        let talk = try guide.conversation(
            episode: request.episode, cue: request.cue, user: request.user,
            moves: request.moves.map { .init(response: $0.response, reaction: $0.reaction, cue: $0.cue) })
        var members: [String: JSONValue] = [
            "policy": .string(policy.label), "episode": .integer(request.episode),
            "seed": .string("\(request.seed)"), "turn": .integer(talk.turn), "horizon": .integer(game.horizon),
            "opening": .array(talk.opening.map(Self.message)), "cue": .integer(talk.observations[0]),
            "turns": .array(talk.turns.enumerated().map { turn($1, at: $0, talk, game) }),
            "outcome": talk.outcome.map { .integer($0) } ?? .null, "payoff": .number(talk.payoff),
            "user": .integer(game.user(of: talk.hidden)), "state": .integer(talk.hidden % game.states.count),
            "posterior": .numbers(talk.beliefs[talk.beliefs.count - 1].probabilities),
            "text": .string(Self.transcript(talk)),
        ]
        if talk.outcome == nil {
            members["responses"] = .array(try responses(guide, talk, policy, changed))
            members["follows"] = .bool(talk.nodes != nil)
        }
        return .object(members)
    }

    /// - Throws: `InputError` for an index that names nothing.
    private func check(_ request: TalkRequest, _ game: Game) throws {
        func check(_ index: Int?, _ count: Int, _ what: String) throws {
            guard let index, !(0..<count).contains(index) else { return }
            throw InputError("there is no \(what) \(index); there are \(count), from 0")
        }
        guard (0...Int(Int32.max)).contains(request.episode) else {
            throw InputError("the episode is \(request.episode); it must be from 0 to \(Int32.max)")
        }
        guard request.moves.count <= game.horizon else {
            throw InputError("\(request.moves.count) turns were asked for; the game has \(game.horizon)")
        }
        try check(request.cue, game.cues.count, "cue")
        try check(request.user, game.users.count, "user type")
        for move in request.moves {
            try check(move.response, game.responses.count, "response")
            try check(move.reaction, game.reactions.count, "reaction")
            try check(move.cue, game.cues.count, "cue")
        }
    }

    private static func message(_ message: Message) -> JSONValue {
        .object(["role": .string(message.role.rawValue), "content": .string(Escaped.lines(message.content))])
    }

    private func turn(_ turn: GuidedConversation.Turn, at index: Int, _ talk: GuidedConversation, _ game: Game)
        -> JSONValue
    {
        .object([
            "response": .integer(turn.response), "chosen": .bool(turn.isChosen),
            "reaction": .integer(turn.reaction), "reaction_chosen": .bool(turn.isReactionChosen),
            "other_user": .bool(turn.isOtherUser), "answer": .string(Escaped.lines(turn.answer)),
            "reply": .string(Escaped.lines(turn.reply)), "user": .integer(game.user(of: turn.hidden)),
            "state": .integer(turn.hidden % game.states.count),
            "cue": talk.observations.count > index + 1
                ? .integer(game.observations.cue(of: talk.observations[index + 1])) : .null,
            "posterior": .numbers(talk.beliefs[index].probabilities),
        ])
    }

    /// The words alone, for who copies them.
    private static func transcript(_ talk: GuidedConversation) -> String {
        let opening = talk.opening.map { "\($0.role.rawValue): \(Escaped.lines($0.content))" }
        let turns = talk.turns.flatMap {
            ["assistant: \(Escaped.lines($0.answer))", "user: \(Escaped.lines($0.reply))"]
        }
        return (opening + turns).joined(separator: "\n\n") + "\n"
    }

    /// A response an element: how often the policy gives it here, what it is worth, and what users do then.
    private func responses(
        _ guide: ConversationGuide, _ talk: GuidedConversation, _ policy: PricedPolicy, _ changed: Scenario
    ) throws -> [JSONValue] {
        let game = changed.game
        let belief = talk.beliefs[talk.beliefs.count - 1]
        let strategy = talk.nodes?.strategy(of: policy.policy)
        let values = try talk.nodes.map {
            try policy.values(in: changed).expected(
                belief: belief, turn: talk.turn, nodes: $0, controller: policy.policy)
        }
        let group = talk.nodes?.only.map { policy.policy.memory.classes[$0] } ?? 0
        func reactions(_ hidden: Int, _ response: Int) -> ArraySlice<Double> {
            let row = guide.reactions.row(turn: talk.turn, hidden: hidden, response: response, group: group)
            return guide.reactions.reaction[row * game.reactions.count..<(row + 1) * game.reactions.count]
        }
        let today = changed.objective.reference.strategy(
            turn: talk.turn, cue: talk.observations.last.map { game.observations.cue(of: $0) } ?? 0,
            after: talk.turns.last?.response)
        return game.responses.indices.map { response in
            var expected = [Double](repeating: 0, count: game.reactions.count)
            for (hidden, mass) in belief.probabilities.enumerated() where mass > 0 {
                for (reaction, share) in reactions(hidden, response).enumerated() { expected[reaction] += mass * share }
            }
            return .object([
                "strategy": .number(ifPresent: strategy?[response]),
                "reference": .number(today[response]),
                "value": .number(ifPresent: values?[response]), "reactions": .numbers(expected),
                "user_reactions": .numbers(Array(reactions(talk.hidden, response))),
            ])
        }
    }
}
