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

    /// Adds the ends of a batch's episodes, in the order of the episodes.
    mutating func add<Word>(count: Int, _ scratch: EpisodeBatchScratch<Word>) {
        Self.add(count, scratch, game: game, &outcomes, &sums)
    }

    private static func add<Word>(
        _ count: Int, _ scratch: EpisodeBatchScratch<Word>, game: Game, _ outcomes: inout [Int], _ sums: inout [EndSums]
    ) {
        let (episodes, outcomeCount, horizon) = unsafe (scratch.episodes, game.outcomes.count, game.horizon)
        var outcomes = outcomes.mutableSpan
        var sums = sums.mutableSpan
        for index in 0..<count {
            let (event, gain) = unsafe (episodes[index].event, episodes[index].gain)
            let turns = unsafe episodes[index].length(horizon: horizon)
            unsafe outcomes[unchecked: event.hidden &* outcomeCount &+ event.low] &+= 1
            var origin = unsafe sums[unchecked: event.hidden].origin
            if origin.isNaN {
                origin = gain
                unsafe sums[unchecked: event.hidden].origin = gain
            }
            let value = gain - origin
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
            for (index, part) in zip(hidden, sums[hidden]) {
                let count = outcomes[index * game.outcomes.count..<(index + 1) * game.outcomes.count].reduce(0, +)
                tally.users[user].payoff.merge(
                    Moments(count: count, sum: part.gain.x, sumOfSquares: part.gain.y, origin: part.origin))
            }
            let turns = sums[hidden].reduce(.zero) { $0 &+ $1.turns }
            tally.users[user].turns = Moments(
                count: tally.users[user].outcomes.reduce(0, +), sum: Double(turns.x), sumOfSquares: Double(turns.y))
        }
        return tally
    }
}

/// Sums over the episodes that ended in one hidden state.
private struct EndSums {
    /// The first G; not a number while there is none.
    var origin = Double.nan
    /// G − origin and its square.
    var gain = SIMD2<Double>.zero
    /// Turns and turns².
    var turns = SIMD2<Int>.zero
}
