package import Conversations
package import GameModel
internal import Output

/// What a person at the table is shown before an answer: the user's message, and at the first turn the responses to choose from.
package enum HandPrompt {
    package static func text(_ conversation: OpenConversation, game: Game) -> String {
        var text = ""
        if conversation.turn == 1 {
            text += "\nconversation \(conversation.episode)\n"
            for (index, response) in game.responses.enumerated() {
                text += "  \(index + 1)  \(Escaped.line(response.name))\n"
            }
            text += "Answer by number or name, or type your own words; q ends.\n"
        }
        for message in conversation.turn == 1 ? conversation.messages[...] : conversation.messages.suffix(1) {
            text += "\n\(message.role.rawValue): \(Escaped.lines(message.content))\n"
        }
        return text + "> "
    }
}
