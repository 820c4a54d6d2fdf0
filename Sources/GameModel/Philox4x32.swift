/// Philox4x32-10: the counter-based generator of ``Philox4x64`` on words of 32 bits.
///
/// A product of two of its words fits in 64 bits, so that vector units of every processor compute several blocks at once; a
/// block has half the bits of ``Philox4x64``.
///
/// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11
/// (doi:10.1145/2063384.2063405). Checked against the known-answer vectors published with Random123.
public enum Philox4x32 {
    /// Four 32-bit words.
    public typealias Words = (UInt32, UInt32, UInt32, UInt32)

    @usableFromInline static let multiplier0: UInt64 = 0xD251_1F53
    @usableFromInline static let multiplier1: UInt64 = 0xCD9E_8D57
    @usableFromInline static let weyl0: UInt32 = 0x9E37_79B9
    @usableFromInline static let weyl1: UInt32 = 0xBB67_AE85

    /// The block for a counter under a key.
    ///
    /// Words are kept in the lower halves of 64 bits and what stands above them is ignored: in that form a compiler
    /// multiplies two blocks with one instruction, without moving words about.
    ///
    /// - Complexity: 20 multiplications.
    @inlinable @inline(__always)
    public static func block(counter: Words, key: (UInt32, UInt32)) -> Words {
        var (c0, c1, c2, c3) = (UInt64(counter.0), UInt64(counter.1), UInt64(counter.2), UInt64(counter.3))
        var (k0, k1) = key
        for round in 0..<10 {
            if round > 0 {
                k0 &+= weyl0
                k1 &+= weyl1
            }
            let p0 = multiplier0 &* (c0 & 0xFFFF_FFFF)
            let p1 = multiplier1 &* (c2 & 0xFFFF_FFFF)
            (c0, c1, c2, c3) = ((p1 &>> 32) ^ c1 ^ UInt64(k0), p1, (p0 &>> 32) ^ c3 ^ UInt64(k1), p0)
        }
        return (
            UInt32(truncatingIfNeeded: c0), UInt32(truncatingIfNeeded: c1), UInt32(truncatingIfNeeded: c2),
            UInt32(truncatingIfNeeded: c3)
        )
    }
}
