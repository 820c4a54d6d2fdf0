public import GameModel
internal import NumericalMethods

/// Plays many episodes of a game under one or more policies, and tallies how they end.
///
/// ```swift
/// let simulation = Rollouts(game: game, policies: [controller], settings: .init(episodes: 100_000))
/// let result = try simulation.run()
/// print(result.tallies[0].payoff)
/// ```
///
/// Episodes are played in blocks of ``blockSize`` and merged in order, so the result is the same bits for any number of
/// threads. With several policies each episode is played once per policy on the same random numbers, and differences from
/// the first policy are tallied pairwise.
public struct Rollouts: Sendable {
    /// How many episodes, from which seed, on how many threads.
    public struct Settings: Sendable, Equatable {
        public var episodes: Int
        public var seed: UInt64
        /// Never changes the result.
        public var threads: Int
        /// Which random words the seed stands for: part of what is played.
        public var stream: DrawStream

        public init(episodes: Int, seed: UInt64 = 1, threads: Int = 1, stream: DrawStream = .first) {
            self.episodes = episodes
            self.seed = seed
            self.threads = threads
            self.stream = stream
        }
    }

    /// Episodes per block: the unit of merging, of recording and of resuming.
    public static let blockSize = 16_384

    public let game: Game
    public let settings: Settings
    private let tables: [RolloutTables]
    /// Episodes that are played side by side: few enough for the first-level cache, many enough to hide latencies. A multiple of 4.
    /// Never changes the result.
    package var batchWidth = 256

    /// - Parameter policies: at least one; differences are taken from the first.
    /// - Complexity: O(size of the game's and the controllers' tables).
    public init(game: Game, policies: [Policy], settings: Settings) {
        precondition(!policies.isEmpty, "a simulation needs a policy")
        precondition(settings.episodes >= 0, "a simulation plays no negative number of episodes")
        self.game = game
        self.settings = settings
        tables = policies.map { RolloutTables(game: game, controller: $0) }
    }

    /// Plays all episodes that are still to be played.
    ///
    /// - Parameters:
    ///   - start: where to go on; by default nothing has been played.
    ///   - shouldStop: polled between batches of blocks; once true, what is finished is returned.
    ///   - record: if given, receives every finished block's episodes under the first policy, in order, together with the
    ///     result up to and including the block.
    ///   - progress: called after each batch of blocks with the result so far: for progress lines and checkpoints.
    ///   - pieces: which blocks are played here, where it is not all of them; then nothing is recorded and there is no `start`.
    /// - Returns: the result so far; complete unless stopped.
    /// - Throws: ``GameError`` if `start` is not the beginning of this run: it ends inside a block that this run plays
    ///   further, or belongs to another game or other policies. And what `record` or `progress` throws; the blocks before
    ///   it are then recorded.
    /// - Complexity: O(episodes · turns) time, O(threads) blocks of memory.
    public func run(
        from start: SimulationResult? = nil,
        shouldStop: () -> Bool = { false },
        record: ((RecordedBlock, SimulationResult) throws -> Void)? = nil,
        pieces: RunControl? = nil,
        progress: (SimulationResult) throws -> Void = { _ in }
    ) throws -> SimulationResult {
        if let pieces { return try run(pieces, progress) }
        var result = SimulationResult(game: game, policyCount: tables.count)
        if let start {
            try check(start)
            result = start
        }
        let blockCount = blockCount
        // At the end of a batch threads wait for the last block: long batches, unless their recordings have to be kept.
        let batch = max(1, settings.threads) * (record == nil ? 64 : 2)
        while result.blocks < blockCount, !shouldStop() {
            let first = result.blocks
            let records = record != nil
            let blocks = concurrentMap(count: min(batch, blockCount - first), threads: settings.threads) { index in
                playBlock(first + index, records: records)
            }
            for block in blocks {
                result.merge(block)
                if let record { try record(block.recorded, result) }
            }
            try progress(result)
        }
        return result
    }

    private var blockCount: Int {
        settings.episodes / Self.blockSize + (settings.episodes % Self.blockSize > 0 ? 1 : 0)
    }

    /// Plays the blocks of a piece, or puts together those of all pieces, in order.
    private func run(
        _ control: RunControl, _ progress: (SimulationResult) throws -> Void
    ) throws -> SimulationResult {
        var result = SimulationResult(game: game, policyCount: tables.count)
        let batch = max(1, settings.threads) * 16
        try control.units(
            of: "blocks", count: blockCount, batch: batch, threads: settings.threads,
            { index in
                let block = playBlock(index, records: false)
                return BlockUnit(tallies: block.tallies, differences: block.differences)
            },
            take: { _, blocks in
                for block in blocks {
                    result.merge(PlayedBlock(tallies: block.tallies, differences: block.differences))
                }
                try progress(result)
            })
        return result
    }

    /// A block as a unit of the work.
    private struct BlockUnit: Codable, Sendable {
        let tallies: [Tally]
        let differences: [PairedTally]
    }

    /// Checks that a result, which may have been read from a file, can be gone on from: it stands between two blocks of this
    /// run, or is complete.
    public func check(_ start: SimulationResult) throws(GameError) {
        let place = "the result to resume from"
        let empty = SimulationResult(game: game, policyCount: tables.count)
        guard start.isSound else { throw GameError(place, "has counts or moments that no episodes have") }
        func shape(_ result: SimulationResult) -> [[Int]] {
            result.tallies.map { $0.users.map(\.outcomes.count) } + [[result.differences.count]]
        }
        guard shape(start) == shape(empty) else {
            throw GameError(place, "has other policies, users or outcomes than this run; they must be the same")
        }
        // Divided rather than multiplied: a saved number may be anything.
        let whole = start.blocks >= 0 && start.blocks <= settings.episodes / Self.blockSize
        let needed = whole ? start.blocks * Self.blockSize : settings.episodes
        guard start.blocks >= 0, start.tallies.allSatisfy({ $0.episodes == needed }) else {
            throw GameError(
                place, "has \(start.episodes) episodes in \(start.blocks) blocks; this run has \(needed) there")
        }
    }

    private func playBlock(_ block: Int, records: Bool) -> PlayedBlock {
        switch settings.stream {
        case .first: playBlock(block, records: records, FirstBatchDraws.self)
        case .second: playBlock(block, records: records, SecondBatchDraws.self)
        }
    }

    private func playBlock<Draws: BatchDraws>(_ block: Int, records: Bool, _ draws: Draws.Type) -> PlayedBlock {
        let first = block * Self.blockSize
        let end = min(first + Self.blockSize, settings.episodes)
        let scratch = EpisodeBatchScratch<Draws.Word>(width: batchWidth, horizon: game.horizon, records: records)
        var player = BlockPlayer<Draws>(game: game, tables: tables, seed: settings.seed, records: records)
        for start in stride(from: first, to: end, by: batchWidth) {
            player.play(first: start, count: min(batchWidth, end - start), scratch: scratch)
        }
        return player.played
    }
}

/// What a simulation came to.
public struct SimulationResult: Sendable, Equatable, Codable {
    /// One tally per policy.
    public private(set) var tallies: [Tally]
    /// Per policy after the first, its paired differences from the first.
    public private(set) var differences: [PairedTally]
    /// Blocks merged so far: where a resumed run goes on.
    public private(set) var blocks = 0

    init(game: Game, policyCount: Int) {
        tallies = Array(
            repeating: Tally(userCount: game.users.count, outcomeCount: game.outcomes.count), count: policyCount)
        differences = Array(repeating: PairedTally(), count: policyCount - 1)
    }

    /// Episodes played so far.
    public var episodes: Int { tallies.first?.episodes ?? 0 }

    /// Whether the numbers can be those of episodes, whatever the game: counts that fit each other, and finite moments.
    var isSound: Bool {
        blocks >= 0 && tallies.allSatisfy(\.isSound)
            && differences.allSatisfy { $0.payoffMoments.isSound && $0.safeMoments.isSound }
    }

    mutating func merge(_ block: PlayedBlock) {
        for index in tallies.indices { tallies[index].merge(block.tallies[index]) }
        for index in differences.indices { differences[index].merge(block.differences[index]) }
        blocks += 1
    }
}

/// The episodes of one block as they were played, in order.
public struct RecordedBlock: Sendable {
    public struct Episode: Sendable, Equatable {
        /// The episode's number in the run, from 0.
        public let episode: Int
        public let user: Int
        public let outcome: Int
        public let turns: Int
        /// G, in payoff units.
        public let payoff: Double
    }

    public struct Turn: Sendable, Equatable {
        public let episode: Int
        /// From 1.
        public let turn: Int
        /// The hidden state in which the response was received.
        public let state: Int
        /// The cue that the response answered.
        public let cue: Int
        public let response: Int
        public let reaction: Int
    }

    public internal(set) var episodes: [Episode] = []
    /// By episode, then turn.
    public internal(set) var turns: [Turn] = []
}
