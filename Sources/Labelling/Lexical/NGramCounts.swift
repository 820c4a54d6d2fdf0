internal import Foundation

/// How often the pieces of a text occur in it: words, pairs of neighbouring words, and runs of three to five characters within words.
///
/// The pieces are those of scikit-learn's TfidfVectorizer with `ngram_range=(1, 2)` and with `analyzer="char_wb", ngram_range=(3, 5)`:
/// words are runs of at least two letters, digits or underscores; runs of characters lie within what white space separates, with one
/// space on either side. Before that a text is folded: compatibility characters are replaced (NFKC), letters made small, curly
/// quotation marks and apostrophes straightened. Pieces are known by 18 bits of a hash without a seed, words and characters apart: of
/// 20,000 different pieces of characters about one in 26 shares its bucket with another.
package struct NGramCounts: Sendable, Equatable {
    /// How many buckets there are for words, and as many again for characters.
    package static let buckets = 1 << 18

    /// Ascending; those of words are below ``buckets``, those of characters above.
    package let keys: [Int32]
    /// At least 1 each.
    package let counts: [Int32]

    /// - Complexity: O(n log n) for n characters.
    package init(_ text: String) {
        var all: [Int32] = []
        let scalars = Self.folded(text)
        all.reserveCapacity(3 * scalars.count)
        Self.addWords(scalars, to: &all)
        Self.addCharacters(scalars, to: &all)
        all.sort()
        var (keys, counts): ([Int32], [Int32]) = ([], [])
        keys.reserveCapacity(all.count)
        counts.reserveCapacity(all.count)
        for key in all {
            if key == keys.last {
                counts[counts.count - 1] += 1
            } else {
                keys.append(key)
                counts.append(1)
            }
        }
        (self.keys, self.counts) = (keys, counts)
    }

    /// The text as it is cut: folded, every kind of white space as a space.
    package static func folded(_ text: String) -> [Unicode.Scalar] {
        var text = text
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            var scalars: [Unicode.Scalar] = []
            scalars.reserveCapacity(text.utf8.count)
            for byte in text.utf8 {
                switch byte {
                case 0x41...0x5A: scalars.append(Unicode.Scalar(byte + 0x20))
                case 0x09...0x0D, 0x1C...0x1F: scalars.append(" ")
                default: scalars.append(Unicode.Scalar(byte))
                }
            }
            return scalars
        }
        text = text.precomposedStringWithCompatibilityMapping.lowercased()
        return text.unicodeScalars.map { scalar in
            switch scalar {
            case "\u{2018}", "\u{2019}", "\u{02BC}": "'"
            case "\u{201C}", "\u{201D}", "\u{201E}": "\""
            default: scalar.properties.isWhitespace ? " " : scalar
            }
        }
    }

    /// The bucket of a piece.
    package static func key(ofWords piece: some Sequence<Unicode.Scalar>) -> Int32 { key(state(wordSeed, piece)) }

    package static func key(ofCharacters piece: some Sequence<Unicode.Scalar>) -> Int32 {
        key(state(characterSeed, piece)) + Int32(buckets)
    }

    /// The parameters of FNV-1a with 64 bits, over scalars instead of bytes; the second start is the first after one more letter.
    private static let wordSeed: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let characterSeed: UInt64 = 0xAF63_DC4C_8601_EC8C
    private static let prime: UInt64 = 0x100_0000_01B3

    private static func state(_ start: UInt64, _ piece: some Sequence<Unicode.Scalar>) -> UInt64 {
        piece.reduce(start) { absorb($0, $1) }
    }

    @inline(__always)
    private static func absorb(_ state: UInt64, _ scalar: Unicode.Scalar) -> UInt64 {
        (state ^ UInt64(scalar.value)) &* prime
    }

    /// The last mixing of MurmurHash3, without which the low bits of FNV hang on the last letters only.
    @inline(__always)
    private static func key(_ state: UInt64) -> Int32 {
        var word = state
        word ^= word >> 33
        word = word &* 0xFF51_AFD7_ED55_8CCD
        word ^= word >> 33
        word = word &* 0xC4CE_B9FE_1A85_EC53
        word ^= word >> 33
        return Int32(truncatingIfNeeded: word & UInt64(buckets - 1))
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            return "a"..."z" ~= scalar || "0"..."9" ~= scalar || scalar == "_"
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
            return true
        default: return false
        }
    }

    private static func addWords(_ text: [Unicode.Scalar], to all: inout [Int32]) {
        var (last, position) = (UInt64?.none, 0)
        while position < text.count {
            guard isWord(text[position]) else {
                position += 1
                continue
            }
            var end = position
            while end < text.count, isWord(text[end]) { end += 1 }
            if end - position >= 2 {
                let word = text[position..<end]
                let own = state(wordSeed, word)
                all.append(key(own))
                if let last { all.append(key(state(absorb(last, " "), word))) }
                last = own
            }
            position = end
        }
    }

    private static func addCharacters(_ text: [Unicode.Scalar], to all: inout [Int32]) {
        let space: Unicode.Scalar = " "
        var start = 0
        while start < text.count {
            guard text[start] != space else {
                start += 1
                continue
            }
            var end = start
            while end < text.count, text[end] != space { end += 1 }
            // Positions from one before the word to one after it are the word with its spaces.
            for first in start - 1...end {
                var (hash, length) = (characterSeed, 0)
                var next = first
                while next <= end, length < 5 {
                    hash = absorb(hash, next < start || next == end ? space : text[next])
                    (next, length) = (next + 1, length + 1)
                    if length >= 3 { all.append(key(hash) + Int32(buckets)) }
                }
            }
            start = end
        }
    }
}
