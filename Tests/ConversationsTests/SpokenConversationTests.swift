import Conversations
import GameModel
import Testing

@Suite("Conversations with their words")
struct SpokenConversationTests {
    @Test("The words are the opening, then answers and replies in turn; the last reply may be missing")
    func messages() {
        func turn(_ answer: String, _ reply: String?) -> SpokenConversation.Turn {
            .init(state: 0, cue: 0, response: [1], features: [0], reaction: 0, answer: answer, reply: reply)
        }
        let conversation = SpokenConversation(
            episode: 0, user: 0, opening: [Message(role: .user, content: "a")],
            turns: [turn("b", "c"), turn("d", nil)], outcome: 0, payoff: 0)
        #expect(conversation.messages.map(\.content) == ["a", "b", "c", "d"])
        #expect(conversation.messages.map(\.role) == [.user, .assistant, .user, .assistant])
    }
}
