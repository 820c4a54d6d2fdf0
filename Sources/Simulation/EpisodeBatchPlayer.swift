internal import GameModel

/// Plays a batch of episodes turn by turn, all episodes of a turn before the next turn.
///
/// This is the hot loop of the library. It follows the loop of the simulation standard; only the order differs (turn-outer
/// rather than episode-outer), which the counter-based draws make invisible. Episodes that end leave the list of live ones
/// without a branch, so the processor works on many independent episodes at once.
///
/// - Complexity: per turn and live episode, two table look-ups and half a Philox block; no allocation.
struct EpisodeBatchPlayer<Draws: BatchDraws> {
    typealias Scratch = EpisodeBatchScratch<Draws.Word>

    let tables: RolloutTables
    let seed: UInt64
    let cueCount: Int

    /// Plays `count` episodes from `first` on, and leaves their ends in the scratch memory.
    ///
    /// - Parameter first: the first episode's number, a multiple of 4.
    func play(first: UInt64, count: Int, scratch: Scratch, records: Bool) {
        open(first: first, count: count, scratch)
        if tables.firstNodeCount > 0 { drawFirstNodes(first: first, count: count, scratch) }
        var (live, turn) = (count, 1)
        while live > 0, turn <= tables.horizon {
            if turn % 2 == 1 {
                Draws.drawTurns(seed: seed, first: first, pair: (turn - 1) / 2, live: live, scratch)
            }
            // Two copies of the loop, so that a memory of observations does not ask what was said.
            if tables.branchStride == 0 {
                respond(turn, live: live, scratch, branches: false)
            } else {
                respond(turn, live: live, scratch, branches: true)
            }
            // A copy of the loop for each case, so that a turn that is not recorded does not ask whether it is, and users
            // who do not look ahead are not asked where they are going.
            live =
                switch (records, tables.groupFactor > 0) {
                case (true, true): react(turn, live: live, scratch, records: true, looksAhead: true)
                case (true, false): react(turn, live: live, scratch, records: true, looksAhead: false)
                case (false, true): react(turn, live: live, scratch, records: false, looksAhead: true)
                case (false, false): react(turn, live: live, scratch, records: false, looksAhead: false)
                }
            turn += 1
        }
        timeOut(live, scratch)
        settle(count, scratch)
    }

    /// θ ~ prior; x₁ ~ initial_θ; c₀ ~ cue_θ(· | x₁).
    ///
    /// Opens whole quads of episodes; those beyond `count` are not played.
    private func open(first: UInt64, count: Int, _ scratch: Scratch) {
        let (episodes, live) = unsafe (scratch.episodes, scratch.live)
        let (opening, initial) = (tables.opening.span, tables.initial.span)
        let columnCount = opening.count
        let quads = (count + 3) / 4
        Draws.drawOpenings(seed: seed, first: first / 4, count: quads, scratch)
        for slot in 0..<quads &* 4 {
            let episode = unsafe episodes + slot
            let event = unsafe Self.draw(opening, row: 0, count: columnCount, word: episode.pointee.words.0.response)
            unsafe episode.pointee.event = event
            unsafe episode.pointee.node = initial[unchecked: event.low]
            unsafe episode.pointee.gain = 0
            unsafe live[slot] = UInt32(truncatingIfNeeded: slot)
        }
    }

    /// n₁ ~ the first nodes of the cue, for policies that draw one.
    private func drawFirstNodes(first: UInt64, count: Int, _ scratch: Scratch) {
        let (draws, nodes, width) = (tables.firstNodeDraws.span, tables.firstNodes, tables.firstNodeCount)
        for start in stride(from: 0, to: count, by: 4) {
            let words = Draws.firstNodes(seed: seed, quad: (first &+ UInt64(truncatingIfNeeded: start)) / 4)
            for (offset, word) in [words.0, words.1, words.2, words.3].enumerated() {
                let episode = unsafe scratch.episodes + (start &+ offset)
                let row = unsafe episode.pointee.event.low * width
                let drawn = unsafe Self.draw(draws, row: row, count: width, word: word)
                unsafe episode.pointee.node = nodes[Int(truncatingIfNeeded: drawn.bits)]
            }
        }
    }

    // A turn is two loops rather than one: with half the look-ups that wait for each other in each, the processor gets
    // further ahead. Tables and sizes are copied to locals since the compiler cannot know that stores leave them alone.

    /// a_t ~ π; G += γ^{t−1} r_θ(a_t).
    @inline(__always)
    private func respond(_ turn: Int, live count: Int, _ scratch: Scratch, branches: Bool) {
        let (live, episodes) = unsafe (scratch.live, scratch.episodes)
        let (responses, stagePayoff) = (tables.responses.span, tables.stagePayoff.span)
        let (responseCount, discount, odd) = (tables.responseCount, tables.discounts[turn - 1], turn % 2 == 1)
        for index in 0..<count {
            let slot = unsafe live[index]
            let episode = unsafe episodes + Int(slot)
            let word = unsafe odd ? episode.pointee.words.0.response : episode.pointee.words.1.response
            let node = unsafe episode.pointee.node
            let response = unsafe Self.draw(
                responses, row: Int(truncatingIfNeeded: node.responses), count: responseCount, word: word)
            let hidden = unsafe episode.pointee.event.hidden
            let row = hidden &* responseCount &+ Int(truncatingIfNeeded: response.bits)
            unsafe episode.pointee.row = UInt32(truncatingIfNeeded: row)
            if branches {
                let branch = Int(truncatingIfNeeded: response.bits) &* tables.branchStride
                unsafe episode.pointee.node.successors = node.successors &+ UInt32(truncatingIfNeeded: branch)
            }
            unsafe episode.pointee.gain += discount * stagePayoff[unchecked: row]
        }
    }

    /// m_t, x_{t+1}, c_t jointly.
    ///
    /// - Returns: how many episodes go on.
    @inline(__always)
    private func react(
        _ turn: Int, live count: Int, _ scratch: Scratch, records: Bool, looksAhead: Bool
    ) -> Int {
        let (live, episodes) = unsafe (scratch.live, scratch.episodes)
        let (reactions, successors) = (tables.reactions.span, tables.successors.span)
        let (eventCount, turnStart, odd) = (tables.eventCount, (turn - 1) * tables.turnStride, turn % 2 == 1)
        let groupFactor = tables.groupFactor
        var kept = 0
        for index in 0..<count {
            let slot = unsafe live[index]
            let episode = unsafe episodes + Int(slot)
            let word = unsafe odd ? episode.pointee.words.0.reaction : episode.pointee.words.1.reaction
            let row = unsafe Int(truncatingIfNeeded: episode.pointee.row)
            var first = turnStart &+ row &* eventCount
            if looksAhead {
                first = unsafe first &+ Int(truncatingIfNeeded: episode.pointee.node.successors) &* groupFactor
            }
            let event = unsafe Self.draw(reactions, row: first, count: eventCount, word: word)
            if records { unsafe record(turn, of: episode, in: Int(slot), then: event, scratch.log) }
            let node = unsafe episode.pointee.node
            unsafe episode.pointee.event = event
            unsafe episode.pointee.turn = UInt32(truncatingIfNeeded: turn)
            unsafe episode.pointee.node = successors[unchecked: Int(truncatingIfNeeded: node.successors) &+ event.low]
            // The list is written either way; it only grows by an episode that goes on.
            unsafe live[kept] = slot
            kept &+= 1 &- event.ended
        }
        return kept
    }

    /// Logs a turn before its event becomes the episode's last one.
    @unsafe
    private func record(
        _ turn: Int, of episode: UnsafePointer<BatchEpisode<Draws.Word>>, in slot: Int, then event: PackedEvent,
        _ log: UnsafeMutableBufferPointer<TurnCode>
    ) {
        let (last, row) = unsafe (episode.pointee.event, Int(episode.pointee.row))
        unsafe log[slot * tables.horizon + turn - 1] = TurnCode(
            hidden: UInt16(truncatingIfNeeded: last.hidden), cue: UInt16(truncatingIfNeeded: last.low % cueCount),
            response: UInt16(truncatingIfNeeded: row % tables.responseCount),
            reaction: UInt16(truncatingIfNeeded: event.reaction))
    }

    /// ``AliasTable/draw(_:word:)`` from the row of `count` columns at `row`, without a bounds check: a word of fewer than 64
    /// bits is the upper part of one whose other bits are 0.
    @inline(__always)
    @unsafe
    private static func draw(_ columns: Span<AliasColumn>, row: Int, count: Int, word: Draws.Word) -> PackedEvent {
        let place = word.multipliedFullWidth(by: Draws.Word(truncatingIfNeeded: count))
        let column = unsafe columns[unchecked: Int(truncatingIfNeeded: place.high) &+ row]
        let share = UInt64(truncatingIfNeeded: place.low) &<< UInt64(64 - Draws.Word.bitWidth)
        return PackedEvent(bits: share < column.threshold ? column.event : column.alias)
    }

    /// The episodes that still go on end in the timeout.
    private func timeOut(_ count: Int, _ scratch: Scratch) {
        for index in 0..<count {
            let episode = unsafe scratch.episodes + Int(scratch.live[index])
            let last = unsafe episode.pointee.event
            unsafe episode.pointee.event = PackedEvent(
                low: tables.timeout, hidden: last.hidden, reaction: last.reaction, ended: true)
            unsafe episode.pointee.turn = UInt32(tables.horizon + 1)
        }
    }

    /// G += γ^{t−1} w_θ(ω), or γ^T w_θ(timeout).
    private func settle(_ count: Int, _ scratch: Scratch) {
        let (payoffs, discounts, outcomeCount) = (tables.outcomePayoff.span, tables.discounts.span, tables.outcomeCount)
        for index in 0..<count {
            let episode = unsafe scratch.episodes + index
            let (event, turn) = unsafe (episode.pointee.event, Int(truncatingIfNeeded: episode.pointee.turn))
            unsafe episode.pointee.gain +=
                discounts[unchecked: turn &- 1] * payoffs[unchecked: event.hidden &* outcomeCount &+ event.low]
        }
    }
}
