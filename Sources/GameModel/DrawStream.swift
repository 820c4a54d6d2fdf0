/// Which numbered mapping from coordinates to random words a run uses.
///
/// The number is part of a run: the same seed plays other episodes under another stream. Numbers that were released never change
/// what they mean.
public enum DrawStream: Int, Sendable, Equatable, Codable, CaseIterable {
    /// Words of 64 bits by Philox4x64-10: ``RandomDraws``.
    case first = 1
    /// Words of 32 bits by Philox4x32-10: ``ShortDraws``. Rollouts play about 1.3 times as many turns a second.
    case second = 2
}

/// The random numbers of stream 2: each is a pure function of (seed, episode, turn, purpose), as in ``RandomDraws``, with 32
/// random bits.
///
/// Philox4x32-10 under the key (lower half of the seed, upper half). Block (e, e', p, "nac" · 0) holds response and reaction of
/// turns 2p + 1 and 2p + 2 of the episode with the lower half e and the upper half e'; block (q, q', 0, "nac" · 1) opens the four
/// episodes of quad q, and block (q, q', 0, "nac" · 2) draws their first nodes. The last word is the three letters in ASCII followed by
/// the number in one byte.
///
/// A word of 32 bits stands for the upper half of a 64-bit word whose lower half is 0, and is drawn with as such
/// (``AliasTable/draw(_:word:)``): the probability of an event in a table of n columns is off by at most 2^−32, which
/// simulations of fewer than 10¹⁷ draws cannot see.
public enum ShortDraws {
    @usableFromInline static let turnTag: UInt32 = 0x6E61_6300
    @usableFromInline static let openingTag: UInt32 = 0x6E61_6301
    @usableFromInline static let firstNodeTag: UInt32 = 0x6E61_6302

    /// The words that open episodes 4q … 4q+3, for the quad q.
    @inlinable @inline(__always)
    public static func openings(seed: UInt64, quad: UInt64) -> Philox4x32.Words {
        block(seed, quad, 0, openingTag)
    }

    /// The words that draw the first nodes of episodes 4q … 4q+3, for the quad q.
    @inlinable @inline(__always)
    public static func firstNodes(seed: UInt64, quad: UInt64) -> Philox4x32.Words {
        block(seed, quad, 0, firstNodeTag)
    }

    /// (response, reaction) of turn 2p + 1 and (response, reaction) of turn 2p + 2, for the pair p.
    @inlinable @inline(__always)
    public static func turns(seed: UInt64, episode: UInt64, pair: UInt32) -> Philox4x32.Words {
        block(seed, episode, pair, turnTag)
    }

    @inlinable @inline(__always)
    static func block(_ seed: UInt64, _ number: UInt64, _ index: UInt32, _ tag: UInt32) -> Philox4x32.Words {
        Philox4x32.block(
            counter: (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number &>> 32), index, tag),
            key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32)))
    }

    /// One word by its coordinates, as 64 bits: the definition that the fast paths agree with.
    ///
    /// - Parameters:
    ///   - turn: t, from 1; ignored for the opening and the first node.
    public static func word(seed: UInt64, episode: UInt64, turn: Int, purpose: DrawPurpose) -> UInt64 {
        let words: Philox4x32.Words
        let place: Int
        switch purpose {
        case .opening: (words, place) = (openings(seed: seed, quad: episode / 4), Int(episode % 4))
        case .firstNode: (words, place) = (firstNodes(seed: seed, quad: episode / 4), Int(episode % 4))
        case .response, .reaction:
            words = turns(seed: seed, episode: episode, pair: UInt32(turn - 1) / 2)
            place = (turn - 1) % 2 * 2 + (purpose == .reaction ? 1 : 0)
        }
        return UInt64([words.0, words.1, words.2, words.3][place]) << 32
    }
}
