/// How much room a text takes in a drawing, as an estimate that errs on the large side: pictures are laid out without knowing the font
/// that a viewer will choose.
///
/// Widths are those of DejaVu Sans, the widest of the common sans-serif fonts, rounded up.
enum TextExtent {
    /// Height of a line over its font size.
    static let lineHeight = 1.2
    /// How far the box of a text reaches below its baseline, over the font size.
    static let descent = 0.27

    /// The width of a line of text as it is shown, in pixels.
    ///
    /// - Parameter isBold: bold letters are wider.
    /// - Complexity: O(length).
    static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
        let units = Escaped.line(text).unicodeScalars.reduce(0) { $0 + Self.units($1) }
        return units * size * (isBold ? 1.1 : 1)
    }

    /// As much of a name as fits, with an ellipsis in its middle: names differ at their ends as often as at their beginnings.
    static func shortened(_ text: String, into width: Double, size: Double) -> String {
        guard Self.width(text, size: size) > width else { return text }
        let characters = Array(Escaped.line(text))
        var (front, back) = (0, 0)
        var used = units("…") * size
        while front + back < characters.count {
            let isFront = front <= back
            let next = isFront ? characters[front] : characters[characters.count - 1 - back]
            used += next.unicodeScalars.reduce(0) { $0 + units($1) } * size
            guard used <= width else { break }
            if isFront { front += 1 } else { back += 1 }
        }
        guard front > 0 else { return "" }
        return String(characters.prefix(front)) + "…" + String(characters.suffix(back))
    }

    /// The longest beginning of a text that fits, with an ellipsis where something is left out; empty where nothing fits.
    static func fitted(_ text: String, into width: Double, size: Double, isBold: Bool = false) -> String {
        guard Self.width(text, size: size, isBold: isBold) > width else { return text }
        var shown = ""
        let scale = size * (isBold ? 1.1 : 1)
        var used = units("…") * scale
        for character in Escaped.line(text) {
            used += character.unicodeScalars.reduce(0) { $0 + units($1) } * scale
            guard used <= width else { break }
            shown.append(character)
        }
        return shown.isEmpty ? "" : shown + "…"
    }

    /// A text in lines that fit, broken at spaces; the last of at most three ends with an ellipsis where more is left.
    static func wrapped(_ text: String, into width: Double, size: Double, isBold: Bool = false) -> [String] {
        let most = 3
        var lines: [String] = []
        var rest = Escaped.line(text)[...]
        while !rest.isEmpty {
            if lines.count == most - 1 || Self.width(String(rest), size: size, isBold: isBold) <= width {
                return lines + [fitted(String(rest), into: width, size: size, isBold: isBold)]
            }
            var (end, at) = (String.Index?.none, rest.startIndex)
            var used = 0.0
            while at < rest.endIndex {
                used += Self.width(String(rest[at]), size: size, isBold: isBold)
                if used > width { break }
                if rest[at] == " " { end = at }
                at = rest.index(after: at)
            }
            // A word longer than a line is broken where the line ends.
            let cut = end ?? (at > rest.startIndex ? at : rest.index(after: rest.startIndex))
            lines.append(String(rest[..<cut]))
            rest = rest[cut...].drop { $0 == " " }
        }
        return lines.isEmpty ? [""] : lines
    }

    /// The advance of a scalar over the font size.
    private static func units(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", "|", "'", ".", ",", ":", ";", " ", "!": 0.36
        case "f", "t", "r", "(", ")", "[", "]", "/", "\\", "-", "\"": 0.43
        case "m", "w", "M", "W", "@", "%", "…": 1.02
        case "A"..."Z": 0.74
        case "\u{0}"..."\u{7E}": 0.66
        case "\u{A0}"..."\u{2E7F}": scalar.properties.generalCategory == .nonspacingMark ? 0 : 0.8
        default: 1.1
        }
    }
}
