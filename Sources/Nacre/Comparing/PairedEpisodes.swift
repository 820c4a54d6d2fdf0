internal import NumericalMethods
internal import RunStore
internal import Simulation

/// The differences between two runs that met the same users, episode by episode.
///
/// With one seed, episode i of both runs begins with the same draws, so that most of the noise is in both and leaves their difference:
/// the standard error is that of the mean of the differences of single episodes.
///
/// Source: common random numbers, Glasserman 2003, Monte Carlo Methods in Financial Engineering, §7.1.
struct PairedEpisodes {
    let payoff: Estimate
    let turns: Estimate
    /// Nil where it is not known which outcomes are safe.
    let safe: Estimate?
    /// [users][outcomes] differences of P(outcome | user); nil where the runs do not have the same users in their episodes.
    let outcomes: [[Estimate?]]?

    /// How many episodes of each run are held at once.
    private static let batch: Int64 = 100_000

    /// - Returns: nil unless both runs are complete, of one seed, one stream and one size, and keep every episode.
    /// - Throws: `StoreError` if an episode is damaged.
    /// - Complexity: O(episodes) time.
    init?(_ other: ComparedRun, minus first: ComparedRun, in store: Store) throws {
        let (a, b) = (first.details, other.details)
        guard a.summary.kind == .simulate, b.summary.kind == .simulate, a.summary.status == .complete,
            b.summary.status == .complete, a.summary.seed == b.summary.seed, first.stream == other.stream,
            a.summary.episodes == b.summary.episodes, a.summary.episodes > 1
        else { return nil }
        var sums = Sums(users: a.names.users.count, outcomes: a.names.outcomes.count)
        sums.hasUsers = a.names.users == b.names.users && a.names.outcomes == b.names.outcomes
        let safety = (Self.safety(first), Self.safety(other))
        for start in stride(from: 0, to: Int64(a.summary.episodes), by: Int(Self.batch)) {
            let range = start..<min(start + Self.batch, Int64(a.summary.episodes))
            let rows = (
                try store.episodes(of: a.summary.id, in: range), try store.episodes(of: b.summary.id, in: range)
            )
            guard rows.0.count == range.count, rows.1.count == range.count else { return nil }
            for (left, right) in zip(rows.0, rows.1) {
                guard left.episode == right.episode else { return nil }
                sums.add(right, minus: left, safety)
            }
        }
        payoff = sums.payoff.estimate
        turns = sums.turns.estimate
        safe = safety.0 != nil && safety.1 != nil ? sums.safe.estimate : nil
        outcomes = sums.hasUsers ? sums.outcomes.map { $0.map(\.estimate) } : nil
    }

    /// Per code of an outcome, whether it is safe; nil where the scenario cannot be read.
    private static func safety(_ run: ComparedRun) -> [Bool]? {
        guard let game = run.scenario?.game, game.outcomes.map(\.name) == run.details.names.outcomes else { return nil }
        return game.outcomes.map(\.isSafe)
    }
}

extension PairedEpisodes {
    /// What is added up over the episodes.
    private struct Sums {
        var payoff = Moments()
        var turns = Moments()
        var safe = Changes()
        var outcomes: [[Changes]]
        /// Whether both runs have had the same user type in every episode so far.
        var hasUsers = true

        init(users: Int, outcomes: Int) {
            self.outcomes = Array(repeating: Array(repeating: Changes(), count: outcomes), count: users)
        }

        mutating func add(_ right: EpisodeRow, minus left: EpisodeRow, _ safety: ([Bool]?, [Bool]?)) {
            payoff.add(right.payoff - left.payoff)
            turns.add(Double(right.turns - left.turns))
            if let before = safety.0?[left.outcome], let after = safety.1?[right.outcome] {
                safe.add(before: before, after: after)
            }
            hasUsers = hasUsers && left.user == right.user
            guard hasUsers else { return }
            for outcome in outcomes[left.user].indices {
                outcomes[left.user][outcome].add(before: left.outcome == outcome, after: right.outcome == outcome)
            }
        }
    }

    /// Differences of 0 and ±1, counted, so that their moments are exact.
    private struct Changes {
        private var count = 0
        private var gained = 0
        private var lost = 0

        mutating func add(before: Bool, after: Bool) {
            count += 1
            if after, !before { gained += 1 }
            if before, !after { lost += 1 }
        }

        /// Nil where there is no episode.
        var estimate: Estimate? {
            guard count > 0 else { return nil }
            let mean = Double(gained - lost) / Double(count)
            let squares = Double(gained + lost) - Double(count) * mean * mean
            let error = count > 1 ? (max(0, squares) / Double(count - 1) / Double(count)).squareRoot() : nil
            return Estimate(mean: mean, standardError: error, count: count)
        }
    }
}

extension Moments {
    fileprivate mutating func add(_ value: Double) {
        merge(Moments(count: 1, sum: 0, sumOfSquares: 0, origin: value))
    }

    fileprivate var estimate: Estimate { Estimate(mean: mean, standardError: standardError, count: count) }
}
