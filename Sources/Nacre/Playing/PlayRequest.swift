public import Conversations
public import GameModel
internal import InputErrors
public import Labelling
public import LanguageModels
public import Output
public import Scenarios

/// Conversations to be played, and what is asked of them.
///
/// ```swift
/// var request = PlayRequest(.policy("reference"))
/// request.episodes = 20
/// let played = try request.run(scenario)
/// print(try played.text())
/// ```
public struct PlayRequest: Sendable {
    /// Who answers.
    public enum Player: Sendable {
        /// A policy by its name, or from a file.
        case policy(String)
        /// A language model, whose answers a labeller reads.
        case model(any ChatModel, any TextLabeller)
        /// A person: the closure shows a conversation and gives what was typed; what is no response's number or name is labelled.
        case hand(any TextLabeller, @Sendable (OpenConversation) -> String?)
    }

    public var player: Player
    public var episodes = 10
    public var seed: UInt64 = 1
    /// The type that every user has; nil for types by the prior.
    public var user: String?
    /// What stands before every conversation with a model.
    public var system: String?
    public var reading = AnswerReading.mean
    /// How many conversations with a model are under way at once.
    public var width = 256
    /// Gives users' messages other words, labelled again by the labeller.
    public var voice: Voice?
    /// Policies that meet the same users.
    public var compare: [String] = []
    /// The file of a solved policy, against which regret is counted; nil for none.
    public var solved: String?
    /// Whom users with foresight expect where no policy plays.
    public var expected = "reference"
    /// Answers a visited prompt, for a candidates file; 0 for none.
    public var samples = 0
    /// What decides the model's answers, for manifests.
    public var modelSettings = JSONValue.null
    /// The store that keeps the conversations; nil for none.
    public var store: String?
    /// How many conversations the report shows.
    public var shown = 10

    public init(_ player: Player) { self.player = player }

    /// Plays, and says what came of it.
    ///
    /// - Parameter control: where it stops the work, conversations that have ended are kept.
    /// - Throws: `InputError` for names that lead nowhere; what keeps a model from answering at all; `StoreError`.
    public func run(_ scenario: Scenario, _ control: RunControl = RunControl()) throws -> PlayReport {
        try run(scenario, control, NoteConsole(note: control.note))
    }

    package func run(_ scenario: Scenario, _ control: RunControl, _ console: any Console) throws -> PlayReport {
        let cast = try PlayCast(self, scenario: scenario, note: console.note)
        let table = ConversationTable(
            game: cast.game, definition: scenario.definition, texts: scenario.wording, seed: seed,
            source: cast.source, expected: cast.expected.controller, voice: voice)
        var conversations: [SpokenConversation] = []
        let recorder = try store.map { try PlayRecorder(path: $0, request: self, cast: cast, console: console) }
        do {
            try table.play(0..<episodes, control) { conversation in
                conversations.append(conversation)
                try recorder?.add(conversation)
            }
        } catch {
            recorder?.abandon()
            throw error
        }
        conversations.sort { $0.episode < $1.episode }
        let report = try PlayReport(
            request: self, scenario: scenario, cast: cast, conversations: conversations,
            samples: try samples(of: conversations, control))
        try recorder?.finish(report)
        return report
    }

    private func samples(
        of conversations: [SpokenConversation], _ control: RunControl
    ) throws -> AnswerSamples? {
        guard samples > 1, case .model(let model, _) = player else { return nil }
        return try AnswerSamples(
            of: model, in: conversations, system: system, count: samples, requested: episodes, control)
    }
}

/// Who sits at the table, ready to play: names resolved.
package struct PlayCast {
    package let scenario: Scenario
    /// The scenario's game with the users who come.
    package let game: Game
    package let source: any AnswerSource
    /// The policy that plays; nil where none does.
    package let policy: NamedPolicy?
    package let compared: [NamedPolicy]
    package let solved: NamedPolicy?
    package let expected: NamedPolicy
    package let labeller: (any TextLabeller)?

    init(_ request: PlayRequest, scenario: Scenario, note: (String) -> Void) throws {
        func policy(_ name: String) throws -> NamedPolicy { try NamedPolicy(name, scenario: scenario, note: note) }
        let game = try Self.game(scenario, user: request.user)
        self.scenario = scenario
        self.game = game
        let solved = try request.solved.map(policy)
        self.solved = solved
        compared = try request.compare.map(policy) + (solved.map { [$0] } ?? [])
        switch request.player {
        case .policy(let name):
            let named = try policy(name)
            self.policy = named
            expected = named
            labeller = nil
            source = PolicyAnswers(
                named.controller, name: named.label, game: game, texts: scenario.wording, seed: request.seed)
        case .model(let model, let labeller):
            self.policy = nil
            expected = try policy(request.expected)
            self.labeller = labeller
            source = ModelAnswers(
                model, labeller: labeller, game: game, seed: request.seed, system: request.system,
                reading: request.reading, width: request.width)
        case .hand(let labeller, let ask):
            self.policy = nil
            expected = try policy(request.expected)
            self.labeller = labeller
            source = HandAnswers(
                game: game, texts: scenario.wording, seed: request.seed, labeller: labeller, ask: ask)
        }
    }

    private static func game(_ scenario: Scenario, user: String?) throws -> Game {
        guard let user else { return scenario.game }
        guard let index = scenario.game.users.firstIndex(of: user) else {
            let hint = Scenario.suggestion(for: user, among: scenario.game.users).map { "did you mean \($0)?" }
            throw InputError(
                "there is no user type '\(user)'; "
                    + (hint ?? "there are \(scenario.game.users.joined(separator: ", "))"))
        }
        return try Game(scenario.game, prior: scenario.game.users.indices.map { $0 == index ? 1 : 0 })
    }
}
