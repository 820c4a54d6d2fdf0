internal import GameModel

/// What one block of episodes came to.
struct PlayedBlock: Sendable {
    var tallies: [Tally]
    var differences: [PairedTally]
    var recorded = RecordedBlock()
}

/// Plays the batches of one block under every policy and adds them up.
struct BlockPlayer<Draws: BatchDraws> {
    typealias Scratch = EpisodeBatchScratch<Draws.Word>

    private let game: Game
    private let players: [EpisodeBatchPlayer<Draws>]
    private let records: Bool
    /// Sums of the block per policy.
    private var sums: [BlockSums]
    private var differenceSums: [DifferenceSums]
    private var recorded = RecordedBlock()
    /// The first policy's batch, kept while others play the same episodes.
    private var firstGain: [Double] = []
    private var firstSafe: [Bool] = []

    init(game: Game, tables: [RolloutTables], seed: UInt64, records: Bool) {
        self.game = game
        self.records = records
        players = tables.map { EpisodeBatchPlayer(tables: $0, seed: seed, cueCount: game.cues.count) }
        sums = Array(repeating: BlockSums(game: game), count: tables.count)
        differenceSums = Array(repeating: DifferenceSums(), count: tables.count - 1)
    }

    mutating func play(first: Int, count: Int, scratch: Scratch) {
        for (policy, player) in players.enumerated() {
            player.play(first: UInt64(first), count: count, scratch: scratch, records: records && policy == 0)
            sums[policy].add(count: count, scratch)
            if policy == 0, records { record(first: first, count: count, scratch) }
            if players.count > 1 { compare(policy: policy, count: count, scratch) }
        }
    }

    var played: PlayedBlock {
        PlayedBlock(
            tallies: sums.map(\.tally),
            differences: differenceSums.map(\.tally),
            recorded: recorded)
    }

    private mutating func compare(policy: Int, count: Int, _ scratch: Scratch) {
        if policy == 0 {
            firstGain = (0..<count).map { unsafe scratch.episodes[$0].gain }
            firstSafe = (0..<count).map { isSafe($0, scratch) }
            return
        }
        for slot in 0..<count {
            let safe = isSafe(slot, scratch)
            unsafe differenceSums[policy - 1].add(
                gain: scratch.episodes[slot].gain - firstGain[slot],
                safe: (safe ? 1 : 0) - (firstSafe[slot] ? 1 : 0))
        }
    }

    private func isSafe(_ slot: Int, _ scratch: Scratch) -> Bool {
        unsafe game.outcomes[scratch.episodes[slot].event.low].isSafe
    }

    private mutating func record(first: Int, count: Int, _ scratch: Scratch) {
        for slot in 0..<count {
            let (event, gain) = unsafe (scratch.episodes[slot].event, scratch.episodes[slot].gain)
            let turns = unsafe scratch.episodes[slot].length(horizon: game.horizon)
            recorded.episodes.append(
                RecordedBlock.Episode(
                    episode: first + slot, user: event.hidden / game.states.count, outcome: event.low, turns: turns,
                    payoff: gain))
            for turn in 1...turns {
                let code = unsafe scratch.log[slot * game.horizon + turn - 1]
                recorded.turns.append(
                    RecordedBlock.Turn(
                        episode: first + slot, turn: turn, state: Int(code.hidden) % game.states.count,
                        cue: Int(code.cue), response: Int(code.response), reaction: Int(code.reaction)))
            }
        }
    }
}

/// Plain sums of one block's paired differences.
private struct DifferenceSums {
    var count = 0
    var gain = 0.0
    var squaredGain = 0.0
    var safe = 0
    var squaredSafe = 0

    mutating func add(gain: Double, safe: Int) {
        count += 1
        self.gain += gain
        squaredGain += gain * gain
        self.safe += safe
        squaredSafe += safe * safe
    }

    var tally: PairedTally {
        var tally = PairedTally()
        tally.payoffMoments = Moments(count: count, sum: gain, sumOfSquares: squaredGain)
        tally.safeMoments = Moments(count: count, sum: Double(safe), sumOfSquares: Double(squaredSafe))
        return tally
    }
}
