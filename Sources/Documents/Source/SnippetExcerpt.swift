/// The part of a source line that a diagnostic shows, with the line of carets below it.
///
/// Long lines are cut around the problem, and every character that a terminal might act on is shown as `·`, so that both
/// lines keep their columns.
package struct SnippetExcerpt {
    package let text: String
    package let underline: String

    private static let width = 120
    private static let before = 60

    package init(line: String, column: Int, length: Int) {
        let scalars = Array(line.unicodeScalars)
        let start = min(max(0, column - 1), scalars.count)
        var first = 0
        var last = scalars.count
        if scalars.count > Self.width {
            first = max(0, min(start - Self.before, scalars.count - Self.width))
            last = min(scalars.count, first + Self.width)
        }
        let lead = first > 0 ? "…" : ""
        let tail = last < scalars.count ? "…" : ""
        var shown = String.UnicodeScalarView()
        for scalar in scalars[first..<last] { shown.append(Self.visible(scalar)) }
        text = lead + String(shown) + tail
        let carets = max(1, min(length, last - start))
        underline =
            String(repeating: " ", count: lead.count + start - first) + "^" + String(repeating: "~", count: carets - 1)
    }

    /// The scalar itself, or a stand-in of the same width where it is a control or changes the direction of text.
    package static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\t" { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return "·"
        default: return scalar
        }
    }
}
