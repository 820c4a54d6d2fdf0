package import GameModel
internal import Output

/// Which answers stand for a text and are none: no training text.
///
/// White space at the ends aside, an answer is a placeholder if
/// - it is one passage in square brackets, from the first character to the last, and no JSON array; or
/// - it holds a passage in square brackets that has a word of ``withholding`` or that the scenario's own answers have, and the
///   passage is no link, whose closing bracket an opening parenthesis follows.
///
/// Limits: other brackets and unmarked stand-ins are not recognised; a real answer that is wholly in square brackets, or that quotes
/// such a passage, is taken for a placeholder.
package struct PlaceholderRule: Sendable {
    /// Words that say that something was left out.
    package static let withholding: Set<String> = [
        "censored", "omitted", "placeholder", "redacted", "removed", "withheld",
    ]

    /// Passages in brackets of the scenario's own answers, in small letters.
    private let marked: Set<String>

    /// - Parameter texts: the scenario's, whose passages in brackets stand for an answer; nil where none is known.
    package init(_ texts: Texts? = nil) {
        let answers = (texts?.responses ?? []).joined().joined()
        marked = Set(answers.flatMap { Self.passages($0).map { Self.plain($0.text) } })
    }

    /// - Complexity: O(length).
    package func isPlaceholder(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return false }
        let trimmed = Array(text.utf8)
            .drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        let whole = String(decoding: trimmed, as: UTF8.self)
        let passages = Self.passages(whole)
        if let only = passages.first, only.length == whole.utf8.count {
            return (try? JSONValue(parsing: whole)) == nil
        }
        return passages.contains { passage in
            !passage.isLink && (Self.withholds(passage.text) || marked.contains(Self.plain(passage.text)))
        }
    }

    /// Whether a passage has a word that says that something was left out.
    private static func withholds(_ passage: String) -> Bool {
        passage.lowercased().split { !$0.isLetter }.contains { withholding.contains(String($0)) }
    }

    private static func plain(_ passage: String) -> String { TextShape.collapsed(passage).lowercased() }

    /// A passage in brackets, without them.
    private struct Passage {
        let text: String
        /// In bytes, with the brackets.
        let length: Int
        /// Whether an opening parenthesis follows.
        let isLink: Bool
    }

    /// The outermost passages in square brackets that are closed.
    private static func passages(_ text: String) -> [Passage] {
        let bytes = Array(text.utf8)
        var (found, open): ([Passage], [Int]) = ([], [])
        for (position, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "[") { open.append(position) }
            guard byte == UInt8(ascii: "]"), let start = open.popLast(), open.isEmpty else { continue }
            found.append(
                Passage(
                    text: String(decoding: bytes[(start + 1)..<position], as: UTF8.self), length: position - start + 1,
                    isLink: position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "(")))
        }
        return found
    }
}
