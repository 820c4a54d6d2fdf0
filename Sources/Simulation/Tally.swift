public import GameModel
public import NumericalMethods

/// What the episodes played so far came to, per user type: everything that estimates are made from.
///
/// Tallies of consecutive blocks are merged in order, so the same episodes give the same bits however they were spread
/// over threads, and a saved tally can be continued as if the run had never stopped.
public struct Tally: Sendable, Equatable, Codable {
    /// One user type's share of a tally.
    public struct UserTally: Sendable, Equatable, Codable {
        /// Episodes per outcome.
        public var outcomes: [Int]
        /// G, in payoff units.
        public var payoff = Moments()
        public var turns = Moments()

        /// Episodes of this type.
        public var episodes: Int { payoff.count }
    }

    public var users: [UserTally]

    public init(userCount: Int, outcomeCount: Int) {
        users = Array(
            repeating: UserTally(outcomes: [Int](repeating: 0, count: outcomeCount)), count: userCount)
    }

    /// Whether the numbers can be those of episodes: see ``SimulationResult``.
    var isSound: Bool {
        let counts = users.map { user in
            user.payoff.isSound && user.turns.isSound && user.payoff.count == user.turns.count
                && Moments.sum(user.outcomes) == user.payoff.count
        }
        return !counts.contains(false) && Moments.sum(users.map(\.episodes)) != nil
    }

    /// Adds the tally of the block that follows.
    public mutating func merge(_ other: Tally) {
        for user in users.indices {
            for outcome in users[user].outcomes.indices {
                users[user].outcomes[outcome] += other.users[user].outcomes[outcome]
            }
            users[user].payoff.merge(other.users[user].payoff)
            users[user].turns.merge(other.users[user].turns)
        }
    }

    /// All episodes.
    public var episodes: Int { users.reduce(0) { $0 + $1.episodes } }

    /// E[G], in payoff units; nil, as all estimates here, where nothing was played.
    public var payoff: Estimate? { merged(\.payoff).estimate }
    /// Expected turns.
    public var turns: Estimate? { merged(\.turns).estimate }

    /// P(ω safe).
    public func safe(_ game: Game) -> Estimate? {
        let safe = users.reduce(0) { sum, user in
            sum + zip(user.outcomes, game.outcomes).reduce(0) { $1.1.isSafe ? $0 + $1.0 : $0 }
        }
        return Estimate(successes: safe, of: episodes)
    }

    /// P(ω | θ), estimated from the episodes of that type.
    public func outcome(_ outcome: Int, user: Int) -> Estimate? {
        Estimate(successes: users[user].outcomes[outcome], of: users[user].episodes)
    }

    private func merged(_ part: KeyPath<UserTally, Moments>) -> Moments {
        users.reduce(into: Moments()) { $0.merge($1[keyPath: part]) }
    }
}

/// How one policy differs from the first on the same users: paired differences on common random numbers.
public struct PairedTally: Sendable, Equatable, Codable {
    /// Differences of G, in payoff units.
    public var payoffMoments = Moments()
    /// Differences of the safe indicator.
    public var safeMoments = Moments()

    public init() {}

    public mutating func merge(_ other: PairedTally) {
        payoffMoments.merge(other.payoffMoments)
        safeMoments.merge(other.safeMoments)
    }

    public var payoff: Estimate? { payoffMoments.estimate }
    public var safe: Estimate? { safeMoments.estimate }
}
