internal import Documents

/// Texts: a list of paraphrases, or one such list per cue.
struct TextsSection {
    let cues: NameTable

    /// Texts per cue.
    ///
    /// - Parameter reason: why the texts must be one list, if they must.
    /// - Returns: one list of paraphrases per cue, or nil after reporting.
    func read(_ reader: NodeReader, onlyList reason: String? = nil) -> [[String]]? {
        guard reader.isMapping else {
            guard let texts = paraphrases(reader) else { return nil }
            return Array(repeating: texts, count: cues.count)
        }
        if let reason {
            reader.error("is a mapping; \(reason)")
            return nil
        }
        if cues.isImplicit {
            reader.error("is a mapping, but the scenario has no cues; it must be a list of texts")
            return nil
        }
        return perCue(reader, of: "lists of texts", read: paraphrases)
    }

    /// A mapping that must have an entry for every cue.
    func perCue<Value>(
        _ reader: NodeReader, of what: String, read: (NodeReader) -> [Value]?
    ) -> [[Value]]? {
        guard let fields = reader.mapping(of: "cues to \(what)") else { return nil }
        var values = [[Value]?](repeating: nil, count: cues.count)
        let isWhole = fields.hasAll(of: cues)
        for entry in fields.entries {
            let index = cues.resolve(key: entry)
            let value = read(entry.value)
            if let index, value != nil { values[index] = value }
        }
        let found = values.compactMap(\.self)
        return isWhole && found.count == cues.count ? found : nil
    }

    private func paraphrases(_ reader: NodeReader) -> [String]? {
        guard let entries = reader.list(of: "texts") else { return nil }
        guard !entries.isEmpty else {
            reader.error("is empty; it must have at least one text")
            return nil
        }
        let texts = entries.compactMap { $0.text() }
        return texts.count == entries.count ? texts : nil
    }
}
