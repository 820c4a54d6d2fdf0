package import GameModel
internal import Output

/// A conversation for people: words to the right, and in the margin what only the game knows.
package struct ConversationText {
    /// Columns of a line.
    package static let width = 80
    /// Columns of the margin.
    static let margin = 24

    let game: Game

    package init(_ game: Game) { self.game = game }

    /// The conversation with its user's type, states, responses and reactions, and how it ended; a line feed ends each line.
    ///
    /// What words hold that cannot be seen is shown as `\u{…}`; line feeds in them begin a new line.
    package func text(_ conversation: SpokenConversation) -> String {
        var text = "conversation \(conversation.episode): \(Escaped.line(game.users[conversation.user]))\n"
        let first = "\(game.states[conversation.openingState]), \(game.cues[conversation.openingCue])"
        for (index, message) in conversation.opening.enumerated() {
            text += entry(index == conversation.opening.count - 1 ? first : "", message)
        }
        for (index, turn) in conversation.turns.enumerated() {
            text += entry(name(of: turn.meaning), Message(role: .assistant, content: turn.answer))
            var margin = game.reactions[turn.reaction].name
            if index + 1 < conversation.turns.count {
                let next = conversation.turns[index + 1]
                margin += ": \(game.states[next.state]), \(game.cues[next.cue])"
            }
            text += entry(margin, Message(role: .user, content: turn.reply))
        }
        return text + "  \(ending(of: conversation))\n"
    }

    /// How a conversation ended, in a line.
    package func ending(of conversation: SpokenConversation) -> String {
        let turns = "\(conversation.turns.count) turn\(conversation.turns.count == 1 ? "" : "s")"
        switch conversation.end {
        case .outcome(let outcome):
            let item = game.outcomes[outcome]
            return "\(Escaped.line(item.name))\(item.isSafe ? "" : " (unsafe)") after \(turns); payoff "
                + Format.number(conversation.payoff, 4)
        case .unfinished(let missing): return "not finished after \(turns): \(Escaped.line(missing.reason))"
        }
    }

    /// Which response an answer is: its name where that is certain, the likeliest with its probability where it is not.
    package func name(of meaning: AnswerMeaning) -> String {
        let (name, share) = (game.responses[meaning.likeliest].name, meaning.response[meaning.likeliest])
        return share == 1 ? name : "\(name) \(Format.fixed(share, 2))\(meaning.isAbstained ? "?" : "")"
    }

    /// One message: who speaks, the words wrapped beside the margin, the margin wrapped too.
    private func entry(_ margin: String, _ message: Message) -> String {
        let speaker =
            switch message.role {
            case .system: "system"
            case .user: "user"
            case .assistant: "model"
            }
        let words = Self.wrapped(Escaped.lines(message.content), to: Self.width - Self.margin - 9)
        let notes = Self.wrapped(Escaped.line(margin), to: Self.margin - 4)
        return (0..<max(words.count, notes.count)).map { index in
            let note = index < notes.count ? "  \(notes[index])" : ""
            let lead = Self.padded(note, Self.margin) + Self.padded(index == 0 ? speaker : "", 9)
            let line = lead + (index < words.count ? words[index] : "")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Lines of at most so many characters, broken at spaces; a longer word is broken where it has to be.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            var (lines, line) = ([String](), "")
            for word in paragraph.split(separator: " ", omittingEmptySubsequences: true) {
                var word = word[...]
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                while word.count > width {
                    lines.append(String(word.prefix(width)))
                    word = word.dropFirst(width)
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
        }
    }
}
