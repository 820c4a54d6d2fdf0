import Conversations
import GameFixtures
import GameModel
import Labelling
import LanguageModels
import Synchronization
import Testing

@Suite("Users in a model's words, and people at the table")
struct VoiceTests {
    private let definition = RandomGame { $0.horizon = 4 }.definition(seed: 31)

    @Test("A paraphrase is taken only if it still reads as the reaction with its cue")
    func voice() throws {
        let game = try Game(definition)
        let policy = try Policy.uniform(game: game)
        let cues = game.cues
        // Episodes by their remainder: the same name and cue; another name; none; the same name with another cue.
        let model = StubModel { request in
            let lines = (request.messages.last?.content ?? "").split(separator: "\n")
            let words = (lines.dropLast().last ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }
            switch request.sample % 4 {
            case 0: return .success("  \(words[0]), \(words[1]), as I put it\n")
            case 1: return .success("nonsense")
            case 2: return .failure(ChatFailure(.unavailable, "no connection"))
            default:
                let other = cues.first { $0 != words[1] } ?? ""
                return .success("\(words[0]), \(other), as I put it")
            }
        }
        let source = PolicyAnswers(policy, name: "uniform", game: game, texts: .plain(game), seed: 2)
        let plain = try played(source, definition, episodes: 200, seed: 2, expected: policy)
        let voiced = try played(
            source, definition, episodes: 200, seed: 2, expected: policy,
            voice: Voice(model: model, labeller: StubLabeller.plain(game)))
        var counts: [SpokenConversation.Paraphrase: Int] = [:]
        for (without, with) in zip(plain, voiced) {
            #expect(without.end == with.end && without.payoff == with.payoff)
            for (said, other) in zip(without.turns, with.turns) {
                let fate = try #require(other.paraphrase)
                counts[fate, default: 0] += 1
                #expect(said.paraphrase == nil)
                if fate == .taken {
                    #expect(other.reply.hasSuffix(", as I put it"))
                } else {
                    #expect(other.reply == said.reply)
                }
                switch with.episode % 4 {
                case 0: #expect(fate == .taken)
                case 1: #expect(fate == .misread)
                case 2: #expect(fate == .failed)
                // A message that ends the conversation has no cue to be misread.
                default: #expect(fate == (other == with.turns.last && with.outcome != game.timeout ? .taken : .misread))
                }
            }
        }
        #expect(counts.count == 3)
    }

    @Test("A person chooses by number or name, or types; q ends, and what was played is kept")
    func hand() throws {
        let game = try Game(definition)
        let names = game.responses.map(\.name)
        func play(_ lines: [String]) throws -> [SpokenConversation] {
            let input = Lines(lines)
            return try played(
                HandAnswers(
                    game: game, texts: .plain(game), seed: 2, labeller: StubLabeller.plain(game),
                    ask: { _ in input.next() }), definition, episodes: 3, seed: 2)
        }
        let always = try played(
            PolicyAnswers(try .always(1, game: game), name: "always", game: game, texts: .plain(game), seed: 2),
            definition, episodes: 3, seed: 2)
        // Numbers beyond the list and empty lines are asked for again.
        let many = Array(repeating: ["2", names[1], "", "99", "\(names[1]), typed"], count: 10).flatMap(\.self)
        let conversations = try play(many)
        #expect(conversations.map(\.end) == always.map(\.end))
        #expect(conversations.map(\.payoff) == always.map(\.payoff))
        let ended = try play(Array(repeating: "2", count: always[0].turns.count) + ["q", "2"])
        #expect(ended.map(\.end) == [always[0].end, .unfinished(.stopped)])
        #expect(ended[0] == always[0])
    }

    @Test("Answers of a model to the prompts that were visited: each prompt once, its answers different")
    func samples() throws {
        let game = try Game(definition)
        let (names, cues) = (game.responses.map(\.name), game.cues)
        let model = StubModel { request in
            .success("\(names[request.sample % names.count]), \(cues[0]), sample \(request.sample % 5)")
        }
        let conversations = try played(
            ModelAnswers(model, labeller: StubLabeller.plain(game), game: game, seed: 6), definition, episodes: 12,
            seed: 6)
        let samples = try AnswerSamples(
            of: model, in: conversations, system: nil, count: 4, requested: 12, RunControl())
        let prompts = samples.prompts.map { conversations[$0.conversation].messages(before: $0.turn) }
        let visited = conversations.flatMap { conversation in
            conversation.turns.indices.map { conversation.messages(before: $0) }
        }
        #expect(Set(prompts).count == prompts.count)
        #expect(Set(prompts).union([]).isSubset(of: Set(visited)))
        #expect(samples.prompts.count + samples.uniform == Set(visited).count)
        #expect(samples.notAsked == 0)
        for prompt in samples.prompts {
            #expect((2...4).contains(prompt.answers.count) && Set(prompt.answers).count == prompt.answers.count)
        }
        // An answer that was given in a conversation is one of them.
        let first = try #require(samples.prompts.first)
        #expect(first.answers.contains(conversations[first.conversation].turns[first.turn].answer))
    }
}

/// Lines that are typed one after the other.
private final class Lines: Sendable {
    private let left: Mutex<[String]>

    init(_ lines: [String]) { left = Mutex(lines) }

    func next() -> String? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
