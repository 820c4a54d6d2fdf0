internal import Foundation

/// SHA-256 in hexadecimal: how files, games, policies and texts are named by what they contain.
public enum ContentHash {
    /// All 64 digits.
    public static func sha256(_ bytes: [UInt8]) -> String { RunningHash.of(bytes).hexadecimal }

    /// All 64 digits of a text's UTF-8.
    public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }

    /// The digest of a text's UTF-8 in base 64, as content security policies name scripts and styles.
    ///
    /// Source: W3C Content Security Policy Level 3, 2.3.1 "hash-source".
    package static func base64(_ text: String) -> String {
        Data(RunningHash.of(Array(text.utf8)).digest).base64EncodedString()
    }

    /// The first 16 digits: a name that is short enough to read.
    public static func short(_ text: String) -> String { String(sha256(text).prefix(16)) }

    /// The first 128 bits, for sets of very many texts: two different ones of 10⁹ agree with a probability below 10⁻²⁰.
    public struct Fingerprint: Hashable, Sendable {
        let high: UInt64
        let low: UInt64
    }

    public static func fingerprint(_ bytes: [UInt8]) -> Fingerprint {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in RunningHash.of(bytes).digest.prefix(16).enumerated() {
            if index < 8 {
                words.high = words.high << 8 | UInt64(byte)
            } else {
                words.low = words.low << 8 | UInt64(byte)
            }
        }
        return Fingerprint(high: words.high, low: words.low)
    }
}
