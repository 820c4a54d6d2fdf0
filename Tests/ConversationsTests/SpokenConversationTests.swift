import Conversations
import GameFixtures
import GameModel
import Testing

@Suite("Conversations with their words")
struct SpokenConversationTests {
    private func turn(_ cue: Int, _ reaction: Int, _ answer: String, _ reply: String) -> SpokenConversation.Turn {
        .init(
            state: 1, cue: cue, meaning: AnswerMeaning(response: [0, 1], features: [1, 0.5]), reaction: reaction,
            answer: answer, reply: reply)
    }

    private var conversation: SpokenConversation {
        SpokenConversation(
            episode: 0, user: 1, openingState: 0, openingCue: 1, opening: [Message(role: .user, content: "a")],
            turns: [
                turn(1, SampleGame.ReactionIndex.feign, "b", "c"), turn(0, SampleGame.ReactionIndex.ask, "d", "e"),
                turn(1, SampleGame.ReactionIndex.misuse, "f", "g"),
            ], end: .outcome(1), payoff: 0)
    }

    @Test("The words are the opening, then answers and replies in turn")
    func messages() {
        #expect(conversation.messages.map(\.content) == ["a", "b", "c", "d", "e", "f", "g"])
        #expect(conversation.messages.map(\.role) == [.user, .assistant, .user, .assistant, .user, .assistant, .user])
        #expect(conversation.messages(before: 1).map(\.content) == ["a", "b", "c"])
    }

    @Test("What the model saw is the opening's cue, then reactions as they look with their cues")
    func observations() throws {
        let game = try Game(SampleGame.definition())
        #expect(
            (0..<3).map { game.name(ofObservation: conversation.observation(at: $0, in: game)) }
                == ["distress", "disclose/neutral", "ask/distress"])
        #expect(conversation.hidden(at: 0, in: game) == 3)
    }

    @Test("An answer is a response of the scenario only with certainty and exactly its features")
    func exact() throws {
        let game = try Game(SampleGame.definition())
        #expect(AnswerMeaning(1, in: game).exact(in: game) == 1)
        #expect(AnswerMeaning(response: [0, 1], features: [1, 0.25]).exact(in: game) == nil)
        #expect(AnswerMeaning(response: [0.5, 0.5], features: [0, 0]).exact(in: game) == nil)
        #expect(AnswerMeaning(response: [0.5, 0.5], features: [0, 0]).cost(in: game) == 0.375)
        // Features alone cost what the responses nearby cost, and are a response where they cost what it does.
        let (first, second) = (game.responses[0], game.responses[1])
        func alone(_ features: [Double]) -> AnswerMeaning {
            AnswerMeaning(response: [1, 0], features: features, isNamed: false)
        }
        #expect(alone(first.features).exact(in: game) == 0)
        let near = first.features.map { $0 == 0 ? 1e-155 : $0 }
        #expect(alone(near).cost(in: game) == first.cost)
        let middle = zip(first.features, second.features).map { ($0 + $1) / 2 }
        #expect(abs(alone(middle).cost(in: game) - (first.cost + second.cost) / 2) < 1e-15)
    }
}
