package import GameModel
package import Output

extension SpokenConversation {
    /// The conversation as `play --json` has it.
    package func json(_ game: Game) -> JSONValue {
        .object(
            members(game).merging([
                "messages": .array(messages.map { .object($0.members) })
            ]) { $1 })
    }

    /// The conversation as a line of `conversations.jsonl`: trainers read `messages` and leave out what they do not know; labels stand
    /// beside the words that they are about.
    package func line(_ game: Game, id: String) -> JSONValue {
        .object(
            members(game).merging([
                "id": .string(id), "messages": .array(labelledMessages(before: turns.count, game)),
            ]) { $1 })
    }

    /// The words up to the answer of a turn (from 0) with their labels, as label files name them.
    package func labelledMessages(before turn: Int, _ game: Game) -> [JSONValue] {
        var list = opening.map(\.members)
        if let last = list.indices.last { list[last]["cue"] = .string(game.cues[openingCue]) }
        for (index, item) in turns[..<turn].enumerated() {
            var answer = Message(role: .assistant, content: item.answer).members
            // Features alone stay features alone: who reads them finds the cost and the users that they had here.
            if item.meaning.isNamed { answer["response"] = item.meaning.shares(game) }
            answer["features"] = item.meaning.amounts(game)
            var reply = Message(role: .user, content: item.reply).members
            let rank = game.continuingRanks[item.reaction]
            reply["reaction"] = .string(
                game.reactions[rank < 0 ? item.reaction : game.shownReactions[rank]].name)
            if index + 1 < turns.count { reply["cue"] = .string(game.cues[turns[index + 1].cue]) }
            list += [answer, reply]
        }
        return list.map { .object($0) }
    }

    private func members(_ game: Game) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "episode": .integer(episode), "user": .string(game.users[user]), "payoff": .number(payoff),
            "outcome": outcome.map { .string(game.outcomes[$0].name) } ?? .null,
            "turns": .array(turns.map { $0.json(game) }),
        ]
        if case .unfinished(let missing) = end { members["not_finished"] = .string(missing.reason) }
        return members
    }
}

extension SpokenConversation.Turn {
    fileprivate func json(_ game: Game) -> JSONValue {
        var members: [String: JSONValue] = [
            "state": .string(game.states[state]), "cue": .string(game.cues[cue]),
            "reaction": .string(game.reactions[reaction].name), "response": meaning.shares(game),
            "features": meaning.amounts(game), "abstained": .bool(meaning.isAbstained),
        ]
        members["paraphrase"] = paraphrase.map { .string($0.rawValue) }
        let rank = game.continuingRanks[reaction]
        if rank >= 0, game.shownReactions[rank] != reaction {
            members["shown"] = .string(game.reactions[game.shownReactions[rank]].name)
        }
        return .object(members)
    }
}

extension AnswerMeaning {
    /// The probabilities of responses by name, those above 0.
    fileprivate func shares(_ game: Game) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: zip(game.responses, response).filter { $1 > 0 }.map { ($0.name, .number($1)) }))
    }

    /// The features by name.
    fileprivate func amounts(_ game: Game) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(game.features, features).map { ($0, .number($1)) }))
    }
}

extension Message {
    fileprivate var members: [String: JSONValue] {
        ["role": .string(role.rawValue), "content": .string(content)]
    }
}

extension AnswerSamples.Prompt {
    /// The prompt as a line of a candidates file: its history labelled, its answers not yet.
    package func line(_ conversations: [SpokenConversation], _ game: Game, id: String) -> JSONValue {
        let conversation = conversations[conversation]
        return .object([
            "id": .string(id), "cue": .string(game.cues[conversation.turns[turn].cue]),
            "prompt": .array(conversation.labelledMessages(before: turn, game)),
            "candidates": .array(answers.map { .object(["content": .string($0)]) }),
        ])
    }
}
