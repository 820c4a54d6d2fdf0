internal import GameModel

/// The working memory of one thread: a strip of episodes played side by side. Allocated once per block of episodes.
@safe
final class EpisodeBatchScratch {
    /// Episodes that are played at the same time: few enough for the first-level cache, many enough to hide latencies.
    /// A multiple of 4, since four episodes share the random words that open them.
    static let width = 512

    /// The episodes of the strip, in order.
    let episodes: UnsafeMutablePointer<BatchEpisode>
    /// Those that go on, in order; shortened as episodes end.
    let live: UnsafeMutablePointer<UnsafeMutablePointer<BatchEpisode>>
    /// [episodes, T] codes of the turns played; empty unless recording.
    let log: UnsafeMutableBufferPointer<TurnCode>

    init(horizon: Int, records: Bool) {
        // A cache line each.
        unsafe episodes = UnsafeMutableRawPointer.allocate(
            byteCount: Self.width * MemoryLayout<BatchEpisode>.stride, alignment: 64
        ).bindMemory(to: BatchEpisode.self, capacity: Self.width)
        unsafe live = .allocate(capacity: Self.width)
        unsafe log = .allocate(capacity: records ? Self.width * horizon : 0)
    }

    deinit {
        unsafe UnsafeMutableRawPointer(episodes).deallocate()
        unsafe live.deallocate()
        unsafe log.deallocate()
    }
}

/// One episode of a strip: 64 bytes, so that a turn touches one cache line of it.
struct BatchEpisode {
    /// Its place in the strip.
    var slot: UInt32
    /// [hidden, response] of this turn, as a row of the tables.
    var row: UInt32
    /// The last event; an outcome once the episode has ended.
    var event: PackedEvent
    /// The turn of that event; T + 1 for the timeout.
    var turn: UInt32
    /// The node of the controller's memory.
    var node: NodeRows
    /// G so far, in payoff units.
    var gain: Double
    /// The random words of two turns, those of the odd turn first.
    var words: (TurnWords, TurnWords)

    /// How many turns the episode had, once it has ended.
    @inline(__always)
    func length(horizon: Int) -> Int { min(Int(truncatingIfNeeded: turn), horizon) }
}

/// The random words of one turn.
struct TurnWords {
    var response: UInt64
    var reaction: UInt64
}

/// One turn as it was played, in codes.
struct TurnCode {
    /// Hidden state when the response was given.
    var hidden: UInt16
    /// The cue that the response answered.
    var cue: UInt16
    var response: UInt16
    var reaction: UInt16
}
