package import Conversations
internal import ExactEvaluation
package import GameModel
internal import NumericalMethods
package import Output
package import Scenarios
package import Simulation

/// What conversations at the table came to.
public struct PlayReport: Report {
    package let request: PlayRequest
    package let scenario: Scenario
    package let cast: PlayCast
    /// In the order of their episodes.
    package let conversations: [SpokenConversation]
    package let samples: AnswerSamples?
    /// Of those that ended.
    package let tally: Tally
    package let compared: [(policy: NamedPolicy, result: PlayedComparison)]
    /// The model's policy as its labels say; nil where a policy played, or nothing ended.
    package let fitted: Policy?
    package let means: ControlledMeans?
    package let labelling: LabellingError?
    package let regret: RegretTable?

    /// - Complexity: plays the compared policies, fits the model's policy and values every answer.
    init(
        request: PlayRequest, scenario: Scenario, cast: PlayCast, conversations: [SpokenConversation],
        samples: AnswerSamples?
    ) throws {
        self.request = request
        self.scenario = scenario
        self.cast = cast
        self.conversations = conversations
        self.samples = samples
        let ended = conversations.filter { $0.outcome != nil }
        tally = Tally(ended, game: scenario.game)
        compared = try cast.compared.map {
            ($0, try PlayedComparison(ended, against: $0.controller, game: cast.game, seed: request.seed))
        }
        if cast.policy == nil, !ended.isEmpty {
            fitted = try FittedPolicy.fit(ended, game: scenario.game)
            means = try ControlledMeans.measured(ended, game: cast.game, definition: scenario.definition)
            labelling = try LabellingError.measured(ended, game: cast.game, seed: request.seed)
        } else {
            (fitted, means, labelling) = (nil, nil, nil)
        }
        regret = try cast.solved.map { solved in
            try RegretTable(
                ended, game: scenario.game, definition: scenario.definition,
                solved: .init(
                    policy: solved.controller, objective: solved.objective(scenario.objective),
                    multipliers: solved.prices(in: scenario)),
                expected: cast.expected.controller)
        }
    }

    /// Who played, short enough for the head of a column; ``cast`` has the whole name.
    package var shortName: String {
        if case .model = request.player { "model" } else { cast.source.name }
    }

    /// Conversations without an end.
    package var unfinished: [(episode: Int, missing: MissingAnswer)] {
        conversations.compactMap {
            if case .unfinished(let missing) = $0.end { ($0.episode, missing) } else { nil }
        }
    }

    /// Whether the work was stopped before everything that was asked for had been played.
    public var isStopped: Bool {
        conversations.count < request.episodes || unfinished.contains { $0.missing == .stopped }
    }

    /// Whether conversations lack answers that may come when the command is given again.
    public var mayPass: Bool { unfinished.contains { $0.missing.mayPass } }

    /// Conversations that ended.
    public var episodes: Int { tally.episodes }

    /// How often users' messages were taken in other words, by what came of it.
    var paraphrases: [SpokenConversation.Paraphrase: Int] {
        var counts: [SpokenConversation.Paraphrase: Int] = [:]
        for conversation in conversations {
            for turn in conversation.turns { if let fate = turn.paraphrase { counts[fate, default: 0] += 1 } }
        }
        return counts
    }

    /// Answers, and those whose labeller would rather have said nothing.
    var answers: (all: Int, abstained: Int) {
        let turns = conversations.flatMap(\.turns)
        return (turns.count, turns.count { $0.meaning.isAbstained })
    }
}
