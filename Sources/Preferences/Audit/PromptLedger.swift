internal import Output

/// Which prompts were met in which split, to find what a test has seen and what repeats.
///
/// Texts are not kept: 20 bytes stay for each different prompt, and as much for each that differs in spelling.
struct PromptLedger {
    /// What an earlier prompt has to do with one.
    enum Relation: Equatable {
        /// The same in another split, named by its index.
        case leak(UInt32)
        /// The same words in another split, spelt or spaced in another way.
        case spelling(UInt32)
        /// Nearly the same words in another split.
        case near(UInt32)
        /// The same words in the same split, spelt or spaced in another way.
        case variant
    }

    private var exact: [ContentHash.Fingerprint: UInt32] = [:]
    private var bare: [ContentHash.Fingerprint: UInt32] = [:]
    private var near = NearPrompts()

    /// Adds a prompt.
    ///
    /// - Parameter comparesNear: whether prompts that are nearly the same are looked for.
    mutating func add(_ text: String, split: UInt32, comparesNear: Bool) -> Relation? {
        let id = ContentHash.fingerprint(Array(text.utf8))
        if let other = exact[id] { return other == split ? nil : .leak(other) }
        exact[id] = split
        let words = TextShape.bare(text)
        guard !words.isEmpty else { return nil }
        let key = ContentHash.fingerprint(Array(words.utf8))
        if let other = bare[key] { return other == split ? .variant : .spelling(other) }
        bare[key] = split
        guard comparesNear else { return nil }
        return near.add(words.split(separator: " "), split: split).map { .near($0) }
    }
}
