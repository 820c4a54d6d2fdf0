internal import Conversations
internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// Conversations in words, with what only the game knows in the margin.
extension PageBuilder {
    /// Conversations of each policy.
    var conversationsEach: Int { max(1, request.conversations / subject.entries.count) }

    func conversationsPart() throws -> Made? {
        guard request.conversations > 0 else { return nil }
        let control = partControl
        var (talks, isCut): ([PageValue], Bool) = ([], false)
        for (index, entry) in subject.entries.enumerated() {
            let policy = entry.policy.controller
            let table = ConversationTable(
                game: game, definition: scenario.definition, texts: scenario.wording, seed: request.seed,
                source: PolicyAnswers(
                    policy, name: entry.policy.label, game: game, texts: scenario.wording, seed: request.seed),
                expected: policy)
            var played: [SpokenConversation] = []
            try table.play(0..<conversationsEach, control) { played.append($0) }
            // They end in another order than they begin.
            played.sort { $0.episode < $1.episode }
            isCut = isCut || played.count < conversationsEach || played.contains { $0.outcome == nil }
            talks += played.map { talk($0, policy: index) }
        }
        let several = subject.entries.count > 1
        let about =
            "\(Format.count(talks.count)) conversations, drawn with seed \(request.seed)\(several ? "; every policy meets the same users" : ""). "
            + "Words are the scenario's; the user's type and state, which the assistant does not see, stand in the margin."
        return Made(
            value: [
                "about": .text(isCut ? about + " " + stopped("before all were played") : about),
                "count": .text("\(Format.count(talks.count)) conversations"),
                "policyFilter": several ? ["options": options(subject.entries.map(\.name))] : nil,
                "userFilter": options(game.users), "outcomeFilter": options(game.outcomes.map(\.name)),
                "responseFilter": options(game.responses.map(\.name)), "talks": .list(talks),
            ], isUnfinished: isCut)
    }

    private func options(_ names: [String]) -> PageValue {
        .list(names.enumerated().map { ["number": "\($0)", "optionName": .text($1)] })
    }

    private func talk(_ conversation: SpokenConversation, policy: Int) -> PageValue {
        let responses = Set(conversation.turns.map(\.meaning.likeliest)).sorted()
        let (outcome, turns) = (conversation.outcome, conversation.turns.count)
        return [
            "p": "\(policy)", "u": "\(conversation.user)", "o": .text(outcome.map { "\($0)" } ?? ""),
            "r": .text(responses.map { "\($0)" }.joined(separator: " ")),
            "number": "\(subject.entries.count > 1 ? subject.entries[policy].letter : "")\(conversation.episode + 1)",
            "userName": .text(game.users[conversation.user]),
            "kind": .text(outcome.map { subject.style(ofOutcome: $0) } ?? "open"),
            "ending": .text(
                outcome.map { game.outcomes[$0].name + (game.outcomes[$0].isSafe ? "" : " (unsafe)") } ?? "not finished"
            ),
            "length": "\(turns) turn\(turns == 1 ? "" : "s"), payoff \(subject.payoff(conversation.payoff))",
            "messages": .list(messages(conversation)),
        ]
    }

    private func messages(_ conversation: SpokenConversation) -> [PageValue] {
        func said(_ message: Message, _ margin: String) -> PageValue {
            let who =
                switch message.role {
                case .system: "System"
                case .user: "User"
                case .assistant: "Assistant"
                }
            return [
                "speaker": .text(message.role.rawValue), "who": .text(who), "margin": .text(margin),
                "text": .text(message.content),
            ]
        }
        let last = conversation.opening.count - 1
        var list = conversation.opening.enumerated().map { index, message in
            said(message, index == last ? inside(conversation.openingState, conversation.openingCue) : "")
        }
        for (index, turn) in conversation.turns.enumerated() {
            list.append(
                said(Message(role: .assistant, content: turn.answer), game.responses[turn.meaning.likeliest].name))
            var margin = game.reactions[turn.reaction].name
            if index + 1 < conversation.turns.count {
                let next = conversation.turns[index + 1]
                margin += ": " + inside(next.state, next.cue)
            }
            list.append(said(Message(role: .user, content: turn.reply), margin))
        }
        return list
    }

    /// State and cue, where the scenario has them.
    private func inside(_ state: Int, _ cue: Int) -> String {
        ((game.states.count > 1 ? [game.states[state]] : []) + (game.cues.count > 1 ? [game.cues[cue]] : []))
            .joined(separator: ", ")
    }
}
