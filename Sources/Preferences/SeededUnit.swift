internal import Output

/// Numbers in [0, 1) that depend on a text alone: draws for rows, whatever order they are made in.
enum SeededUnit {
    /// The first 53 bits of the text's hash, as a fraction.
    static func value(_ text: String) -> Double {
        Double((UInt64(ContentHash.short(text), radix: 16) ?? 0) >> 11) * 0x1p-53
    }
}
