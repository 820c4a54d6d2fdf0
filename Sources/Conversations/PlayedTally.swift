package import GameModel
package import Simulation

extension Tally {
    /// What finished conversations came to, as a simulation counts them; those that are not finished are left out.
    package init(_ conversations: some Sequence<SpokenConversation>, game: Game) {
        self.init(userCount: game.users.count, outcomeCount: game.outcomes.count)
        for conversation in conversations {
            guard let outcome = conversation.outcome else { continue }
            users[conversation.user].outcomes[outcome] += 1
            users[conversation.user].payoff.merge(Moments(conversation.payoff))
            users[conversation.user].turns.merge(Moments(Double(conversation.turns.count)))
        }
    }
}

extension Moments {
    /// The moments of one value.
    package init(_ value: Double) { self.init(count: 1, sum: 0, sumOfSquares: 0, origin: value) }
}

/// Another policy against the users of played conversations, drawn the same: episode by episode.
package struct PlayedComparison: Sendable {
    package let tally: Tally
    /// Played minus the policy, over the finished conversations.
    package let difference: PairedTally

    /// - Parameters:
    ///   - conversations: in the order of their episodes.
    ///   - game: that of the users who were played.
    /// - Complexity: plays all episodes up to the last one.
    package init(
        _ conversations: [SpokenConversation], against policy: Policy, game: Game, seed: UInt64
    ) throws {
        let last = conversations.map(\.episode).max() ?? -1
        var records: [RecordedBlock.Episode] = []
        var difference = PairedTally()
        var (safe, squaredSafe, count) = (0, 0, 0)
        _ = try Rollouts(game: game, policies: [policy], settings: .init(episodes: last + 1, seed: seed)).run(
            record: { block, _ in records += block.episodes })
        var tally = Tally(userCount: game.users.count, outcomeCount: game.outcomes.count)
        for conversation in conversations {
            guard let outcome = conversation.outcome else { continue }
            let other = records[conversation.episode]
            tally.users[other.user].outcomes[other.outcome] += 1
            tally.users[other.user].payoff.merge(Moments(other.payoff))
            tally.users[other.user].turns.merge(Moments(Double(other.turns)))
            difference.payoffMoments.merge(Moments(conversation.payoff - other.payoff))
            let step = (game.outcomes[outcome].isSafe ? 1 : 0) - (game.outcomes[other.outcome].isSafe ? 1 : 0)
            (safe, squaredSafe, count) = (safe + step, squaredSafe + step * step, count + 1)
        }
        difference.safeMoments = Moments(count: count, sum: Double(safe), sumOfSquares: Double(squaredSafe))
        self.tally = tally
        self.difference = difference
    }
}
