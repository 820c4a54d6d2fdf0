/// What a random number decides.
public enum DrawPurpose: Sendable, Equatable, CaseIterable {
    /// The user type, the first state and the opening cue, jointly. Once per episode.
    case opening
    /// The node that a mixture of policies starts at. Once per episode; other policies draw none.
    case firstNode
    /// The model's response. Once per turn.
    case response
    /// The user's side of a turn, jointly: the reaction, the next state and the next cue. Once per turn.
    case reaction
}

/// The random numbers of a run, in stream 1 (``DrawStream``): each is a pure function of (seed, episode, turn, purpose).
///
/// Nothing depends on the order in which episodes are played, so results are the same for any number of threads, a run can
/// be resumed at any episode, and two policies can be played against the same users (common random numbers).
///
/// One Philox4x64-10 block has four words. Block (e/4, 0, 1, 0) opens the four episodes from 4·⌊e/4⌋ on; block
/// (e, ⌊(t−1)/2⌋, 0, 0) holds response and reaction of two turns; block (e/4, 0, 2, 0) draws the first nodes of those four
/// episodes where a policy is a mixture, so that a mixture too meets the same users as any other policy. The key is (seed, "nacre").
public enum RandomDraws {
    /// The second half of every key, "nacre" in ASCII: keeps these streams apart from others under the same seed.
    @usableFromInline static let stream: UInt64 = 0x6E_6163_7265

    /// The words that open episodes 4q … 4q+3, for the quad q.
    @inlinable @inline(__always)
    public static func openings(seed: UInt64, quad: UInt64) -> Philox4x64.Words {
        Philox4x64.block(counter: (quad, 0, 1, 0), key: (seed, stream))
    }

    /// The words that draw the first nodes of episodes 4q … 4q+3, for the quad q.
    @inlinable @inline(__always)
    public static func firstNodes(seed: UInt64, quad: UInt64) -> Philox4x64.Words {
        Philox4x64.block(counter: (quad, 0, 2, 0), key: (seed, stream))
    }

    /// (response, reaction) of turn 2p + 1 and (response, reaction) of turn 2p + 2, for the pair p.
    @inlinable @inline(__always)
    public static func turns(seed: UInt64, episode: UInt64, pair: UInt64) -> Philox4x64.Words {
        Philox4x64.block(counter: (episode, pair, 0, 0), key: (seed, stream))
    }

    /// One word by its coordinates: the definition that the fast paths agree with.
    ///
    /// - Parameters:
    ///   - turn: t, from 1; ignored for the opening and the first node.
    ///   - stream: this one, or ``ShortDraws``.
    public static func word(
        seed: UInt64, episode: UInt64, turn: Int, purpose: DrawPurpose, stream: DrawStream = .first
    ) -> UInt64 {
        if stream == .second { return ShortDraws.word(seed: seed, episode: episode, turn: turn, purpose: purpose) }
        switch purpose {
        case .opening, .firstNode:
            let words =
                purpose == .opening
                ? openings(seed: seed, quad: episode / 4) : firstNodes(seed: seed, quad: episode / 4)
            return [words.0, words.1, words.2, words.3][Int(episode % 4)]
        case .response, .reaction:
            let words = turns(seed: seed, episode: episode, pair: UInt64(turn - 1) / 2)
            let first = turn % 2 == 1
            return purpose == .response ? (first ? words.0 : words.2) : (first ? words.1 : words.3)
        }
    }
}
