internal import Conversations
internal import GameModel
package import Output
internal import Scenarios

extension SessionHost {
    /// What a client needs to know before it opens a session.
    package var description: JSONValue {
        .object([
            "protocol": .integer(1), "program": .string(Release.version), "scenario": .string(scenario.name),
            "horizon": .integer(game.horizon), "discount": .number(game.discount),
            "responses": .strings(game.responses.map(\.name)), "features": .strings(game.features),
            "cues": .strings(game.cues),
            "reactions": .strings(game.shownReactions.map { game.reactions[$0].name }),
            "outcomes": .array(
                game.outcomes.map { .object(["name": .string($0.name), "safe": .bool($0.isSafe)]) }),
            "users": .strings(game.users), "states": .strings(game.states), "reward": .string(request.reward.rawValue),
            "policy": .string(policy), "value": .number(environment.value), "reveals": .bool(request.reveals),
            "believes": .bool(request.believes),
            "labels": .bool(environment.labeller != nil),
        ])
    }

    /// A turn, or an opening.
    func reply(_ step: SessionStep, named name: String) -> [String: JSONValue] {
        let session = step.session
        var members = standing(session, named: name)
        members["reward"] = .number(step.reward)
        guard let meaning = step.meaning else {
            members["episode"] = .integer(session.conversation.episode)
            members["seed"] = .string("\(session.conversation.seed)")
            members["messages"] = messages(session)
            return members
        }
        members["response"] = .string(game.responses[meaning.likeliest].name)
        if meaning.exact(in: game) == nil {
            members["label"] = .object([
                "response": shares(meaning.response, game.responses.map(\.name)),
                "features": shares(meaning.features, game.features), "abstained": .bool(meaning.isAbstained),
            ])
        }
        if request.reveals, let reaction = step.reaction, case .object(var hidden)? = members["hidden"] {
            hidden["reaction"] = .string(game.reactions[reaction].name)
            members["hidden"] = .object(hidden)
        }
        return members
    }

    /// Where a session stands.
    func state(_ session: Session, named name: String) -> [String: JSONValue] {
        var members = standing(session, named: name)
        members["return"] = .number(session.total)
        members["episode"] = .integer(session.conversation.episode)
        members["seed"] = .string("\(session.conversation.seed)")
        members["messages"] = messages(session)
        return members
    }

    private func standing(_ session: Session, named name: String) -> [String: JSONValue] {
        let (conversation, isOver) = (session.conversation, session.outcome != nil)
        var members: [String: JSONValue] = [
            "session": .string(name), "done": .bool(isOver),
            "turn": .integer(isOver ? conversation.turns.count : conversation.turn),
            "message": session.message.map { .string($0.content) } ?? .null,
            "cue": isOver ? .null : .string(game.cues[conversation.cue]),
            "observation": isOver ? .null : .integer(conversation.observation),
            "reaction": reaction(conversation),
        ]
        if let outcome = session.outcome {
            members["outcome"] = .string(game.outcomes[outcome].name)
            members["safe"] = .bool(game.outcomes[outcome].isSafe)
            members["payoff"] = .number(session.payoff)
        }
        if request.believes, let belief = session.belief { members["belief"] = self.belief(belief.probabilities) }
        if request.reveals {
            members["hidden"] = .object([
                "user": .string(game.users[game.user(of: conversation.hidden)]),
                "state": .string(game.states[conversation.hidden % game.states.count]),
            ])
        }
        return members
    }

    /// The last reaction as it looks; null at an opening, and where it ended the conversation.
    private func reaction(_ conversation: OpenConversation) -> JSONValue {
        guard let last = conversation.turns.last else { return .null }
        let rank = game.continuingRanks[last.reaction]
        return rank < 0 ? .null : .string(game.reactions[game.shownReactions[rank]].name)
    }

    private func belief(_ joint: [Double]) -> JSONValue {
        func sum(_ count: Int, _ place: (Int) -> Int) -> [Double] {
            var sums = [Double](repeating: 0, count: count)
            for (hidden, share) in joint.enumerated() { sums[place(hidden)] += share }
            return sums
        }
        return .object([
            "users": shares(sum(game.users.count) { game.user(of: $0) }, game.users),
            "states": shares(sum(game.states.count) { $0 % game.states.count }, game.states),
            "joint": .numbers(joint),
        ])
    }

    private func messages(_ session: Session) -> JSONValue {
        .array(
            session.conversation.messages.map {
                .object(["role": .string($0.role.rawValue), "content": .string($0.content)])
            })
    }

    /// Numbers by name.
    private func shares(_ values: [Double], _ names: [String]) -> JSONValue {
        .object(Dictionary(zip(names, values.map { .number($0) }), uniquingKeysWith: { first, _ in first }))
    }
}
