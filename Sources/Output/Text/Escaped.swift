/// Texts from elsewhere as another reader may safely be given them: a terminal, Markdown, XML, Graphviz, a shell.
///
/// A scenario, a policy file, a table of observations and the names of files may come from anybody. Whatever they call things must not
/// move a cursor, turn a line round, begin a line or an element of its own, or run. There is one function per target language, and
/// ``line(_:)`` is behind all of them: what cannot be seen is shown as `\u{…}`. JSON is written by its own rules, elsewhere.
///
/// The result is for readers, not for reading back: a text that already holds the letters `\u{1B}` looks the same.
public enum Escaped {
    /// A text on one line, with everything that cannot be seen shown as `\u{…}`, line feeds and tabs too.
    ///
    /// - Complexity: O(length); the text itself is returned where there is nothing to show.
    public static func line(_ text: String) -> String { shown(text) { isHidden($0) } }

    /// A text of several lines: as ``line(_:)``, but line feeds stay.
    public static func lines(_ text: String) -> String { shown(text) { $0 != "\n" && isHidden($0) } }

    /// A field of a table that a program reads: as ``line(_:)``, but line ends and tabs stay, which such fields may hold.
    public static func field(_ text: String) -> String {
        shown(text) { $0 != "\n" && $0 != "\r" && $0 != "\t" && isHidden($0) }
    }

    /// Whether a scalar acts on a reader instead of being seen: controls (C0, DEL, C1), marks of direction and others of the category
    /// "format", line and paragraph separators, what is ignored by default, and what is no character at all.
    ///
    /// Variation selectors are left alone; they choose between two forms of one picture.
    public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value >= 0x20 && scalar.value < 0x7F { return false }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: break
        }
        if properties.isNoncharacterCodePoint { return true }
        return properties.isDefaultIgnorableCodePoint && !properties.isVariationSelector
    }

    /// A scalar by its number, such as `\u{202E}`.
    static func code(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    private static func shown(_ text: String, where isShown: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isShown) else { return text }
        return replaced(text) { isShown($0) ? code($0) : nil }
    }

    /// A text with some of its scalars replaced; by scalar, since a mark that combines with a quotation mark does not hide it from any
    /// reader of another language.
    static func replaced(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                result.append(contentsOf: other.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
