internal import Output

/// Which prompts say nearly the same: by 32 minima of hashed shingles, so that a prompt takes 32 bytes and a few table entries.
///
/// Two prompts are near if their sets of shingles (three words in a row) agree in about 80 %: the share of equal minima estimates
/// the share of equal shingles (Broder 1997, "On the resemblance and containment of documents"), with a standard error of
/// √(0.8 · 0.2 / 32) ≈ 0.07. Short prompts are left to the comparison of bare words: in a few words one word makes another question.
struct NearPrompts {
    /// Prompts of fewer words are not compared.
    static let fewestWords = 16
    /// Minima that must agree, of 32.
    static let agreeing = 26
    /// More prompts are not kept; later ones are still compared with those that are.
    static let capacity = 200_000
    /// Minima in a key: two prompts that are near share one of the eight keys with a probability above 0.98.
    private static let rows = 4

    private var minima: [SIMD32<UInt8>] = []
    private var split: [UInt32] = []
    private var buckets: [UInt64: UInt32] = [:]

    /// - Parameter words: the bare words of a prompt.
    /// - Returns: the split of an earlier prompt of another split that is near; nil if there is none.
    /// - Complexity: O(words · 32).
    mutating func add(_ words: [Substring], split own: UInt32) -> UInt32? {
        guard words.count >= Self.fewestWords else { return nil }
        let full = Self.minima(words)
        var signature = SIMD32<UInt8>()
        for index in 0..<32 { signature[index] = UInt8(truncatingIfNeeded: full[index]) }
        let keys = (0..<(32 / Self.rows)).map { band in
            full[(band * Self.rows)..<((band + 1) * Self.rows)].reduce(UInt64(band) &+ 1) { Self.mixed($0 ^ $1) }
        }
        var found: UInt32?
        for key in keys {
            guard let other = buckets[key], split[Int(other)] != own else { continue }
            let equal = minima[Int(other)] .== signature
            let count = (0..<32).count { equal[$0] }
            if count >= Self.agreeing { found = split[Int(other)] }
        }
        if minima.count < Self.capacity {
            for key in keys where buckets[key] == nil { buckets[key] = UInt32(minima.count) }
            minima.append(signature)
            split.append(own)
        }
        return found
    }

    private static func minima(_ words: [Substring]) -> [UInt64] {
        let hashes = words.map(hash)
        var minima = [UInt64](repeating: .max, count: 32)
        for start in 0...(hashes.count - 3) {
            let shingle = mixed(mixed(mixed(hashes[start]) ^ hashes[start + 1]) ^ hashes[start + 2])
            for index in 0..<32 {
                minima[index] = min(minima[index], mixed(shingle ^ (UInt64(index) &* 0x9E37_79B9_7F4A_7C15)))
            }
        }
        return minima
    }

    /// FNV-1a.
    private static func hash(_ word: Substring) -> UInt64 {
        word.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The finaliser of MurmurHash3.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return z ^ (z >> 33)
    }
}
