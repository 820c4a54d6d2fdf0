import GameModel
import LanguageModels
import Testing

@Suite("Requests to models")
struct ChatRequestTests {
    @Test("Another sample of the same messages is another request")
    func samples() {
        let messages = [Message(role: .user, content: "a")]
        #expect(ChatRequest(messages: messages) != ChatRequest(messages: messages, sample: 1))
    }
}
