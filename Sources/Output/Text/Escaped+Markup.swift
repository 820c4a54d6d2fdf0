extension Escaped {
    /// Text or an attribute's value in XML and SVG, on one line.
    ///
    /// Source: Extensible Markup Language 1.0, 5th edition, productions 2 (Char) and 14, 10; what it forbids is shown as `\u{…}`.
    public static func xml(_ text: String) -> String {
        replaced(line(text), reference)
    }

    /// Text or a quoted attribute's value in HTML; line feeds stay.
    ///
    /// By scalar: a mark that combines with a quotation mark leaves it the end of an attribute to a browser, whatever Swift's
    /// characters make of the two.
    ///
    /// Source: HTML Living Standard, 13.1.2.3 and 13.3 "escaping a string".
    public static func html(_ text: String) -> String { replaced(lines(text), reference) }

    /// The character reference of a scalar that XML and HTML give a meaning; nil for all others.
    private static func reference(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        default: nil
        }
    }

    /// Running text in Markdown, on one line: a heading, a cell of a table, a paragraph. No character of it is markup, HTML, a link or a
    /// mention.
    ///
    /// Every mark of ASCII that CommonMark or GitHub's dialect give a meaning stands as a character reference or behind a backslash;
    /// marks that are common in prose and mean nothing inside a line (`.`, `,`, `-`, `'`, `(`, `?`) stay, so that titles stay readable.
    ///
    /// Source: CommonMark 0.31.2, 2.4 and 2.5; GitHub Flavored Markdown 0.29, 4.10 and 6.9.
    public static func markdown(_ text: String) -> String {
        let scalars = Array(line(text).unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "&#64;"
            case "\\", "`", "*", "{", "}", "[", "]", "|", "~", "$", "#", "^", "!": result += "\\\(scalar)"
            // Behind a bracket it looks like the beginning of an address, to those who read without CommonMark's escapes.
            case "(" where index > 0 && scalars[index - 1] == "]": result += "\\("
            // Between letters an underscore is one of a name.
            case "_": result += isBetweenLetters(scalars, index) ? "_" : "\\_"
            // An address is made a link without any mark: by "://" and by "www.".
            case ":" where index + 1 < scalars.count && scalars[index + 1] == "/": result += "&#58;"
            case ".": result += isAfterWWW(scalars, index) ? "&#46;" : "."
            // At the beginning of a cell or paragraph these begin a list.
            case "-" where index == 0, "+" where index == 0: result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isBetweenLetters(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        func isLetter(_ place: Int) -> Bool {
            guard scalars.indices.contains(place) else { return false }
            let properties = scalars[place].properties
            return properties.isAlphabetic || properties.numericType != nil
        }
        return isLetter(index - 1) && isLetter(index + 1)
    }

    private static func isAfterWWW(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        index >= 3 && scalars[index - 3..<index].allSatisfy { $0 == "w" || $0 == "W" }
    }

    /// A code span in Markdown that holds exactly the text, on one line; also inside a table.
    ///
    /// Source: CommonMark 0.31.2, 6.1; GitHub Flavored Markdown 0.29, 4.10 for `|`.
    public static func markdownCode(_ text: String) -> String {
        let inner = replaced(line(text)) { $0 == "|" ? "\\|" : nil }
        let fence = String(repeating: "`", count: longestRun(inner) + 1)
        let needsRoom = inner.isEmpty || inner.hasPrefix("`") || inner.hasSuffix("`")
        return needsRoom ? "\(fence) \(inner) \(fence)" : "\(fence)\(inner)\(fence)"
    }

    /// Lines as they are, in a fenced block that none of them closes; the last one is ended.
    ///
    /// Source: CommonMark 0.31.2, 4.5.
    public static func markdownBlock(_ text: String) -> String {
        let shown = lines(text)
        let fence = String(repeating: "`", count: max(3, longestRun(shown) + 1))
        return "\(fence)\n\(shown)\(fence)"
    }

    private static func longestRun(_ text: String) -> Int {
        var (longest, run) = (0, 0)
        for scalar in text.unicodeScalars {
            run = scalar == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    /// A double-quoted string of Graphviz's language that shows the text, on one line.
    ///
    /// Labels read backslashes and character references of HTML, so that both are kept from them.
    ///
    /// Source: graphviz.org/doc/info/lang.html and graphviz.org/docs/attr-types/escString.
    public static func dot(_ text: String) -> String { "\"\(dotLabel([text]))\"" }

    /// The inside of a label of several lines.
    public static func dotLabel(_ lines: [String]) -> String {
        lines.map { text in
            replaced(line(text)) { scalar in
                switch scalar {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: nil
                }
            }
        }.joined(separator: "\\n")
    }
}
