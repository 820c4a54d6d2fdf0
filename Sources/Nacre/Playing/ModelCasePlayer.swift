internal import Conversations
internal import ExactEvaluation
internal import GameModel
internal import Labelling
public import LanguageModels
public import Scenarios
public import Suites

/// A language model that plays the cases of a suite: its conversations are scored beside policies.
public struct ModelCasePlayer: CasePlayer {
    public let model: any ChatModel
    /// How answers are labelled, anew in the words of each case.
    public var labels = LabelRequest()
    /// Conversations a case.
    public var episodes = 20
    /// How many of them are under way at once.
    public var width = 32

    public init(_ model: any ChatModel) { self.model = model }

    /// What is said wherever a model was judged by simulated users.
    public static let caution = PlayReport.caution

    public func play(
        _ scenario: Scenario, seed: UInt64, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> [PlayedEpisode] {
        let (control, game) = (RunControl(stop: shouldStop), scenario.game)
        let labeller = try labels.way.labeller(try labels.material(scenario), control)
        let source = ModelAnswers(model, labeller: labeller, game: game, seed: seed, width: width)
        let table = ConversationTable(
            game: game, definition: scenario.definition, texts: scenario.wording, seed: seed, source: source,
            expected: try .reference(scenario.objective.reference, game: game))
        var played: [(episode: Int, result: PlayedEpisode)] = []
        try table.play(0..<episodes, control) { conversation in
            guard let outcome = conversation.outcome else { return }
            played.append(
                (
                    conversation.episode,
                    PlayedEpisode(
                        user: conversation.user, outcome: outcome, payoff: conversation.payoff,
                        features: conversation.turns.map(\.meaning.features))
                ))
        }
        return played.sorted { $0.episode < $1.episode }.map(\.result)
    }

    /// About how many requests a case takes, and tokens at four characters each: conversations as long as the reference's, in texts as long as
    /// the scenario's.
    public func cost(of scenario: Scenario) throws -> (requests: Double, tokens: Double) {
        let (game, texts) = (scenario.game, scenario.wording)
        let turns = Evaluation(try .reference(scenario.objective.reference, game: game), game: game).turns
        let all = (texts.responses + texts.reactions).flatMap { $0.flatMap { $0.map(\.utf8.count) } }
        let length = all.isEmpty ? 0 : Double(all.reduce(0, +)) / Double(all.count) / 4
        let requests = Double(episodes) * turns
        // The t-th request has 2t − 1 messages and brings one.
        return (requests, requests * (turns + 1) * length)
    }
}
