import Conversations
import GameFixtures
import GameModel
import Labelling
import LanguageModels
import Synchronization

extension Texts {
    /// Every text says what it is: a paraphrase of a name, with the cue.
    static func plain(_ game: Game) -> Texts {
        func words(_ name: String) -> [[String]] {
            game.cues.map { cue in (1...2).map { "\(name), \(cue), paraphrase \($0)" } }
        }
        let shown = game.reactions.map { reaction in
            if case .continuesShowing(let other) = reaction.effect { game.reactions[other].name } else { reaction.name }
        }
        return Texts(
            openings: game.cues.map { [Message(role: .user, content: "opening, \($0)")] },
            responses: game.responses.map { words($0.name) }, reactions: shown.map(words))
    }
}

/// A model that answers by a rule, and counts.
final class StubModel: ChatModel {
    let name = "stub"
    private let rule: @Sendable (ChatRequest) -> Result<String, ChatFailure>
    private let batches = Mutex<[Int]>([])

    init(_ rule: @escaping @Sendable (ChatRequest) -> Result<String, ChatFailure>) { self.rule = rule }

    /// How many requests each call had.
    var calls: [Int] { batches.withLock { $0 } }

    func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer] {
        batches.withLock { $0.append(requests.count) }
        return requests.map { ChatAnswer(result: rule($0), promptTokens: 1, answerTokens: 1) }
    }
}

/// A labeller that goes by a rule.
struct StubLabeller: TextLabeller {
    let name = "stub/1"
    let scheme: LabelScheme
    let rule: @Sendable (UnlabelledText) -> TextLabel

    init(_ game: Game, _ rule: @escaping @Sendable (UnlabelledText) -> TextLabel) {
        scheme = LabelScheme(scenario: game.name, game: game)
        self.rule = rule
    }

    func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel] { texts.map(rule) }

    /// Knows the texts of ``Texts/plain(_:)``: the first word is the name.
    static func plain(_ game: Game) -> StubLabeller {
        let responses = game.responses.map(\.name)
        let scheme = LabelScheme(scenario: game.name, game: game)
        let cues = game.cues
        return StubLabeller(game) { text in
            let words = text.content.split(separator: ",").map { $0.drop { $0 == " " } }
            func certain(_ names: [String], _ word: Int) -> [Double]? {
                guard words.indices.contains(word), names.contains(String(words[word])) else { return nil }
                return names.map { $0 == words[word] ? 1 : 0 }
            }
            return TextLabel(
                response: text.kind == .answer ? certain(responses, 0) : nil, cue: certain(cues, 1),
                reaction: text.kind == .message ? certain(scheme.reactions.map(\.name), 0) : nil, labeller: "stub/1")
        }
    }
}

/// Plays and collects, in the order of episodes.
func played(
    _ source: some AnswerSource, _ definition: GameDefinition, game: Game? = nil, episodes: Int, seed: UInt64 = 1,
    expected: Policy? = nil, voice: Voice? = nil, _ control: RunControl = RunControl()
) throws -> [SpokenConversation] {
    let game = try game ?? Game(definition)
    var conversations: [SpokenConversation] = []
    try ConversationTable(
        game: game, definition: definition, texts: .plain(game), seed: seed, source: source,
        expected: try expected ?? .uniform(game: game), voice: voice
    ).play(0..<episodes, control) { conversations.append($0) }
    return conversations.sorted { $0.episode < $1.episode }
}

/// Mean and standard error.
func mean(_ values: [Double]) -> (value: Double, error: Double) {
    let sample = Sample(values)
    return (sample.mean, sample.squaredError.squareRoot())
}
