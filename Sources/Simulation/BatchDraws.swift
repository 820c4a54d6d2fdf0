internal import GameModel

/// A stream of random words as the hot loop takes them: for a batch of episodes at a time.
protocol BatchDraws {
    /// What one draw takes.
    associatedtype Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable

    /// Puts the opening word of each episode where the response's word of turn 1 will stand.
    ///
    /// - Parameters:
    ///   - first: the first quad of episodes.
    ///   - count: quads.
    static func drawOpenings(seed: UInt64, first: UInt64, count: Int, _ scratch: EpisodeBatchScratch<Word>)
    static func firstNodes(seed: UInt64, quad: UInt64) -> (Word, Word, Word, Word)

    /// Gives the first `count` live episodes their words of turns 2p + 1 and 2p + 2.
    ///
    /// - Parameter first: the number of the episode in slot 0.
    static func drawTurns(
        seed: UInt64, first: UInt64, pair: Int, live count: Int, _ scratch: EpisodeBatchScratch<Word>)
}

/// Stream 1, one episode after the other.
enum FirstBatchDraws: BatchDraws {
    @inline(never)
    static func drawOpenings(seed: UInt64, first: UInt64, count: Int, _ scratch: EpisodeBatchScratch<UInt64>) {
        let episodes = unsafe scratch.episodes
        for quad in 0..<count {
            let words = RandomDraws.openings(seed: seed, quad: first &+ UInt64(truncatingIfNeeded: quad))
            unsafe episodes[quad &* 4].words.0.response = words.0
            unsafe episodes[quad &* 4 &+ 1].words.0.response = words.1
            unsafe episodes[quad &* 4 &+ 2].words.0.response = words.2
            unsafe episodes[quad &* 4 &+ 3].words.0.response = words.3
        }
    }

    @inline(__always)
    static func firstNodes(seed: UInt64, quad: UInt64) -> Philox4x64.Words {
        RandomDraws.firstNodes(seed: seed, quad: quad)
    }

    @inline(never)
    static func drawTurns(
        seed: UInt64, first: UInt64, pair: Int, live count: Int, _ scratch: EpisodeBatchScratch<UInt64>
    ) {
        let (live, episodes) = unsafe (scratch.live, scratch.episodes)
        for index in 0..<count {
            let slot = unsafe live[index]
            let block = RandomDraws.turns(
                seed: seed, episode: first &+ UInt64(slot), pair: UInt64(truncatingIfNeeded: pair))
            unsafe episodes[Int(slot)].words = (
                TurnWords(response: block.0, reaction: block.1), TurnWords(response: block.2, reaction: block.3)
            )
        }
    }
}

/// Stream 2, several episodes at once in the vector unit.
enum SecondBatchDraws: BatchDraws {
    @inline(never)
    static func drawOpenings(seed: UInt64, first: UInt64, count: Int, _ scratch: EpisodeBatchScratch<UInt32>) {
        let (episodes, odd, even) = unsafe (scratch.episodes, scratch.odd, scratch.even)
        // Two loops, as below.
        for quad in 0..<count {
            let words = ShortDraws.openings(seed: seed, quad: first &+ UInt64(truncatingIfNeeded: quad))
            unsafe odd[quad] = UInt64(words.0) | UInt64(words.1) &<< 32
            unsafe even[quad] = UInt64(words.2) | UInt64(words.3) &<< 32
        }
        for quad in 0..<count {
            let (first, second) = unsafe (odd[quad], even[quad])
            unsafe episodes[quad &* 4].words.0.response = UInt32(truncatingIfNeeded: first)
            unsafe episodes[quad &* 4 &+ 1].words.0.response = UInt32(truncatingIfNeeded: first &>> 32)
            unsafe episodes[quad &* 4 &+ 2].words.0.response = UInt32(truncatingIfNeeded: second)
            unsafe episodes[quad &* 4 &+ 3].words.0.response = UInt32(truncatingIfNeeded: second &>> 32)
        }
    }

    @inline(__always)
    static func firstNodes(seed: UInt64, quad: UInt64) -> Philox4x32.Words {
        ShortDraws.firstNodes(seed: seed, quad: quad)
    }

    @inline(never)
    static func drawTurns(
        seed: UInt64, first: UInt64, pair: Int, live count: Int, _ scratch: EpisodeBatchScratch<UInt32>
    ) {
        let (live, episodes, odd, even) = unsafe (scratch.live, scratch.episodes, scratch.odd, scratch.even)
        let pair = UInt32(truncatingIfNeeded: pair)
        // A batch lies within a block, and a block within numbers of one upper half: only lower halves differ, which saves the
        // vector unit a carry and a product.
        let (low, high) = (UInt32(truncatingIfNeeded: first), first &>> 32)
        // Two loops: this one reads and writes what lies side by side, which is what the compiler needs to use vectors.
        for index in 0..<count {
            let number = unsafe UInt64(low &+ live[index]) | high &<< 32
            let block = ShortDraws.turns(seed: seed, episode: number, pair: pair)
            unsafe odd[index] = UInt64(block.0) | UInt64(block.1) &<< 32
            unsafe even[index] = UInt64(block.2) | UInt64(block.3) &<< 32
        }
        for index in 0..<count {
            let words = unsafe (TurnWords(packed: odd[index]), TurnWords(packed: even[index]))
            unsafe episodes[Int(live[index])].words = words
        }
    }
}

extension TurnWords<UInt32> {
    /// The response's word in the lower half, the user's in the upper.
    @inline(__always)
    fileprivate init(packed: UInt64) {
        self.init(
            response: UInt32(truncatingIfNeeded: packed), reaction: UInt32(truncatingIfNeeded: packed &>> 32))
    }
}
