/// The working memory of one thread: a batch of episodes played side by side. Allocated once per block of episodes.
@safe
final class EpisodeBatchScratch<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    /// The episodes of the batch, in order.
    let episodes: UnsafeMutablePointer<BatchEpisode<Word>>
    /// The slots of those that go on, in order; shortened as episodes end.
    let live: UnsafeMutablePointer<UInt32>
    /// Random words of two turns by place in ``live``, while they are made.
    let odd: UnsafeMutablePointer<UInt64>
    let even: UnsafeMutablePointer<UInt64>
    /// [episodes, T] codes of the turns played; empty unless recording.
    let log: UnsafeMutableBufferPointer<TurnCode>

    /// - Parameter width: episodes, a multiple of 4, since four share the random words that open them.
    init(width: Int, horizon: Int, records: Bool) {
        // From a cache line's start, so that an episode lies in as few of them as it can.
        unsafe episodes = UnsafeMutableRawPointer.allocate(
            byteCount: width * MemoryLayout<BatchEpisode<Word>>.stride, alignment: 64
        ).bindMemory(to: BatchEpisode<Word>.self, capacity: width)
        unsafe live = .allocate(capacity: width)
        unsafe odd = .allocate(capacity: width)
        unsafe even = .allocate(capacity: width)
        unsafe log = .allocate(capacity: records ? width * horizon : 0)
    }

    deinit {
        unsafe UnsafeMutableRawPointer(episodes).deallocate()
        unsafe live.deallocate()
        unsafe odd.deallocate()
        unsafe even.deallocate()
        unsafe log.deallocate()
    }
}

/// One episode of a batch: 64 bytes with words of 64 bits, 48 with words of 32.
struct BatchEpisode<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    // What is wide stands first, so that nothing lies across two cache lines.

    /// G so far, in payoff units.
    var gain: Double
    /// The node of the controller's memory.
    var node: NodeRows
    /// The random words of two turns, those of the odd turn first.
    var words: (TurnWords<Word>, TurnWords<Word>)
    /// [hidden, response] of this turn, as a row of the tables.
    var row: UInt32
    /// The last event; an outcome once the episode has ended.
    var event: PackedEvent
    /// The turn of that event; T + 1 for the timeout.
    var turn: UInt32

    /// How many turns the episode had, once it has ended.
    @inline(__always)
    func length(horizon: Int) -> Int { min(Int(truncatingIfNeeded: turn), horizon) }
}

/// The random words of one turn.
struct TurnWords<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    var response: Word
    var reaction: Word
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
