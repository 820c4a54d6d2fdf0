internal import GameModel

/// Sums over the episodes of one block, by hidden state at the end.
///
/// G is summed relative to the first G of the same hidden state, so that payoffs far from 0 lose no digits to their squares
/// and a payoff that never varies has a variance of exactly 0.
struct BlockSums {
    private let game: Game
    /// [H, |Ω|] episodes.
    private var outcomes: [Int]
    /// [H]
    private var sums: [EndSums]

    init(game: Game) {
        self.game = game
        outcomes = [Int](repeating: 0, count: game.hiddenCount * game.outcomes.count)
        sums = [EndSums](repeating: EndSums(), count: game.hiddenCount)
    }

    /// Adds the ends of a strip's episodes, in the order of the episodes.
    mutating func add(count: Int, _ scratch: EpisodeBatchScratch) {
        Self.add(count, scratch, game: game, &outcomes, &sums)
    }

    private static func add(
        _ count: Int, _ scratch: EpisodeBatchScratch, game: Game, _ outcomes: inout [Int], _ sums: inout [EndSums]
    ) {
        let (episodes, outcomeCount, horizon) = unsafe (scratch.episodes, game.outcomes.count, game.horizon)
        var outcomes = outcomes.mutableSpan
        var sums = sums.mutableSpan
        for index in 0..<count {
            let (event, gain) = unsafe (episodes[index].event, episodes[index].gain)
            let turns = unsafe episodes[index].length(horizon: horizon)
            unsafe outcomes[unchecked: event.hidden &* outcomeCount &+ event.low] &+= 1
            if unsafe sums[unchecked: event.hidden].count == 0 { unsafe sums[unchecked: event.hidden].origin = gain }
            let value = unsafe gain - sums[unchecked: event.hidden].origin
            unsafe sums[unchecked: event.hidden].count &+= 1
            unsafe sums[unchecked: event.hidden].gain += SIMD2(value, value * value)
            unsafe sums[unchecked: event.hidden].turns &+= SIMD2(turns, turns &* turns)
        }
    }

    /// The block's tally by user type.
    var tally: Tally {
        var tally = Tally(userCount: game.users.count, outcomeCount: game.outcomes.count)
        for user in game.users.indices {
            let hidden = user * game.states.count..<(user + 1) * game.states.count
            for outcome in game.outcomes.indices {
                tally.users[user].outcomes[outcome] = hidden.reduce(0) {
                    $0 + outcomes[$1 * game.outcomes.count + outcome]
                }
            }
            for part in sums[hidden] {
                tally.users[user].payoff.merge(
                    Moments(count: part.count, sum: part.gain.x, sumOfSquares: part.gain.y, origin: part.origin))
            }
            let turns = sums[hidden].reduce(.zero) { $0 &+ $1.turns }
            tally.users[user].turns = Moments(
                count: sums[hidden].reduce(0) { $0 + $1.count }, sum: Double(turns.x), sumOfSquares: Double(turns.y))
        }
        return tally
    }
}

/// Sums over the episodes that ended in one hidden state.
private struct EndSums {
    var count = 0
    /// The first G.
    var origin = 0.0
    /// G − origin and its square.
    var gain = SIMD2<Double>.zero
    /// Turns and turns².
    var turns = SIMD2<Int>.zero
}
