internal import InputErrors

/// What people may say of runs.
package enum RunLabels {
    /// The longest tag, in characters.
    package static let longestTag = 64
    /// The longest note, in characters.
    package static let longestNote = 10_000

    /// A tag is one word, so that lists of tags can be told apart wherever they are printed.
    ///
    /// - Throws: ``InputError`` for what is no tag.
    package static func tag(_ text: String) throws -> String {
        guard !text.isEmpty, text.count <= longestTag,
            !text.contains(where: { $0.isWhitespace || $0 == "," }), !hasControls(text)
        else {
            throw InputError(
                "the tag '\(text)' is not one word: it must have 1 to \(longestTag) characters, no spaces and no commas"
            )
        }
        return text
    }

    /// - Returns: nil for an empty text, which takes a note away.
    /// - Throws: ``InputError`` for a note that is too long or no text.
    package static func note(_ text: String) throws -> String? {
        guard text.count <= longestNote, !text.unicodeScalars.contains("\0") else {
            throw InputError("the note has \(text.count) characters; it must be a text of at most \(longestNote)")
        }
        return text.isEmpty ? nil : text
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
