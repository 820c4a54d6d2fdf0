public import GameModel
public import Scenarios

/// Somebody who plays a case and is no policy of the game, such as a language model.
///
/// Told what a model does in a case, ``ItemRunner`` scores it like a simulated policy: by its conversations.
public protocol CasePlayer: Sendable {
    /// Plays a case.
    ///
    /// - Parameter shouldStop: polled; conversations that have ended by then are returned.
    /// - Returns: the conversations that ended.
    /// - Throws: what keeps the player from playing at all.
    func play(
        _ scenario: Scenario, seed: UInt64, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> [PlayedEpisode]
}

/// One conversation that somebody played in a case.
public struct PlayedEpisode: Sendable, Equatable {
    public let user: Int
    public let outcome: Int
    /// G, in payoff units.
    public let payoff: Double
    /// Per turn the features that the user reacted to: [turns][K].
    public let features: [[Double]]

    public init(user: Int, outcome: Int, payoff: Double, features: [[Double]]) {
        self.user = user
        self.outcome = outcome
        self.payoff = payoff
        self.features = features
    }
}

extension CaseScorer {
    /// Scores conversations that were played: satisfaction by the features of each answer.
    ///
    /// - Complexity: O(turns).
    public func played(_ episodes: [PlayedEpisode]) -> CaseScores {
        var sums = groups.map { _ in EpisodeSums() }
        for episode in episodes {
            var content = 0.0
            if !scenario.satisfaction.isEmpty {
                for features in episode.features { content += scenario.satisfaction[episode.user].value(features: features) }
            }
            let values = components(
                outcome: episode.outcome, turns: episode.features.count, payoff: episode.payoff, content: content)
            for (index, group) in groups.enumerated() where group.members[episode.user] { sums[index].add(values) }
        }
        return scores(of: sums)
    }
}
