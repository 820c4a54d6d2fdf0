internal import Documents
internal import Yams

/// The text of a scenario in which numbers are changed where they stand; everything else, comments included, stays as it is.
///
/// A number that the text leaves out is put into the mapping that it belongs to, or with a mapping of its own into the one above. The
/// text is composed again after every change, so that places are always those of the text as it is.
struct NumbersInText {
    private(set) var text: String
    /// The mappings and the number that a path leads through, as deep as they are there.
    private struct Place {
        /// The deepest mapping on the way, and what of the path is below it.
        let mapping: Node.Mapping
        let missing: [String]
        /// The number, where it is there.
        let scalar: Node.Scalar?
    }

    /// Why a number cannot be changed in place, as a clause that follows its path.
    struct Problem: Error {
        let text: String
    }

    init(_ text: String) { self.text = text }

    /// Sets a number.
    ///
    /// - Parameters:
    ///   - path: as parameters name it.
    ///   - note: what the number's line says of it, after what it says already; empty for nothing.
    /// - Throws: ``Problem`` where the text has no place for it.
    /// - Complexity: composes the text.
    mutating func set(_ path: String, to value: Double, note: String) throws(Problem) {
        let place = try place(of: path.split(separator: ".").map(String.init))
        if let scalar = place.scalar {
            try replace(scalar, with: "\(value)", note: note)
        } else {
            try insert(place, value, note: note)
        }
    }

    // MARK: Finding

    private func place(of path: [String]) throws(Problem) -> Place {
        let root: Node?
        do { root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() } catch {
            throw Problem(text: "stands in a text that cannot be read: \(error)")
        }
        guard case .mapping(var mapping)? = root else { throw Problem(text: "stands in a text that is no mapping") }
        var rest = path[...]
        while let key = rest.first {
            guard let child = mapping[Node(key)] else {
                return Place(mapping: mapping, missing: Array(rest), scalar: nil)
            }
            rest = rest.dropFirst()
            switch child {
            case .mapping(let inner): mapping = inner
            case .sequence(let list):
                // Rows of the reference are named by their place.
                if let index = rest.first.flatMap(Int.init), index < list.count, index >= 0,
                    case .mapping(let inner) = list[index]
                {
                    (mapping, rest) = (inner, rest.dropFirst())
                    continue
                }
                // Constraints are named by whom and what they are about.
                guard rest.count == 3, let item = Self.constraint(list, rest) else {
                    throw Problem(text: "is in a list, where it cannot be told apart")
                }
                (mapping, rest) = (item, rest.suffix(1))
            case .scalar(let scalar):
                guard rest.isEmpty else { throw Problem(text: "has no mapping to stand in") }
                return Place(mapping: mapping, missing: [], scalar: scalar)
            case .alias: throw Problem(text: "is an alias")
            }
        }
        throw Problem(text: "is a mapping and no number")
    }

    private static func constraint(_ list: Node.Sequence, _ names: ArraySlice<String>) -> Node.Mapping? {
        let names = Array(names)
        for item in list {
            guard case .mapping(let mapping) = item, mapping["user"]?.scalar?.string == names[0],
                mapping["outcome"]?.scalar?.string == names[1]
            else { continue }
            return mapping
        }
        return nil
    }

    // MARK: Editing

    /// The characters of the text with where each line begins, as the parser counts lines.
    private struct Lines {
        var scalars: [Unicode.Scalar]
        private(set) var starts: [Int] = [0]

        init(_ text: String) {
            scalars = Array(text.unicodeScalars)
            var index = 0
            while index < scalars.count {
                let length = Self.breakLength(scalars, index)
                index += max(1, length)
                if length > 0 { starts.append(index) }
            }
        }

        static func breakLength(_ scalars: [Unicode.Scalar], _ index: Int) -> Int {
            switch scalars[index] {
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": 1
            case "\r": index + 1 < scalars.count && scalars[index + 1] == "\n" ? 2 : 1
            default: 0
            }
        }

        /// The place of a mark, which counts lines and columns from 1; nil outside the text.
        func index(of mark: Mark?) -> Int? {
            guard let mark, starts.indices.contains(mark.line - 1) else { return nil }
            let index = starts[mark.line - 1] + mark.column - 1
            return index <= scalars.count ? index : nil
        }

        /// How the line that ends at a place is broken.
        func ending(ofLineAt end: Int) -> String {
            guard end < scalars.count else { return "\n" }
            return NumbersInText.string(Array(scalars[end..<end + Self.breakLength(scalars, end)]))
        }

        /// Where the line of a place begins, and where it ends before its break.
        func line(around index: Int) -> Range<Int> {
            let start = starts.last { $0 <= index } ?? 0
            var end = max(start, index)
            while end < scalars.count, Self.breakLength(scalars, end) == 0 { end += 1 }
            return start..<end
        }
    }

    private mutating func replace(_ scalar: Node.Scalar, with number: String, note: String) throws(Problem) {
        var lines = Lines(text)
        let old = Array(scalar.string.unicodeScalars)
        guard let start = lines.index(of: scalar.mark), start + old.count <= lines.scalars.count,
            Array(lines.scalars[start..<start + old.count]) == old
        else { throw Problem(text: "is not written as a plain number") }
        lines.scalars.replaceSubrange(start..<start + old.count, with: Array(number.unicodeScalars))
        Self.annotate(&lines.scalars, Lines(Self.string(lines.scalars)).line(around: start), note)
        text = Self.string(lines.scalars)
    }

    /// Puts a number, with the mappings that it lacks, at the beginning of the mapping that is there.
    private mutating func insert(_ place: Place, _ value: Double, note: String) throws(Problem) {
        var lines = Lines(text)
        guard let key = place.missing.first else { throw Problem(text: "has no name") }
        let inner = place.missing.dropFirst().reversed().reduce("\(value)") {
            "{\(Self.quoted($1, like: place.mapping)): \($0)}"
        }
        let start: Int
        // The parser says of no mapping how it is written; one in braces begins with one.
        if let open = lines.index(of: place.mapping.mark), open < lines.scalars.count, lines.scalars[open] == "{" {
            let entry = "\(Self.quoted(key, like: place.mapping)): \(inner)\(place.mapping.isEmpty ? "" : ", ")"
            start = open + 1
            lines.scalars.insert(contentsOf: Array(entry.unicodeScalars), at: start)
        } else {
            guard let first = place.mapping.first?.key, let index = lines.index(of: first.mark) else {
                throw Problem(text: "belongs into a mapping that was not found")
            }
            let line = lines.line(around: index)
            let indent = lines.scalars[line.lowerBound..<index]
            guard indent.allSatisfy({ $0 == " " }) else { throw Problem(text: "belongs into a list's item") }
            start = line.lowerBound
            let ending = lines.ending(ofLineAt: line.upperBound)
            let entry = Self.string(Array(indent)) + "\(key): \(inner)\(ending)"
            lines.scalars.insert(contentsOf: Array(entry.unicodeScalars), at: start)
        }
        Self.annotate(&lines.scalars, Lines(Self.string(lines.scalars)).line(around: start), note)
        text = Self.string(lines.scalars)
    }

    /// A key as the mapping's others are written: JSON has its keys in quotes.
    private static func quoted(_ key: String, like mapping: Node.Mapping) -> String {
        mapping.first?.key.scalar?.style == .doubleQuoted ? "\"\(key)\"" : key
    }

    /// Says at the end of a line where its number comes from.
    private static func annotate(_ scalars: inout [Unicode.Scalar], _ line: Range<Int>, _ note: String) {
        guard !note.isEmpty else { return }
        let written = string(Array(scalars[line]))
        var end = line.upperBound
        while end > line.lowerBound, scalars[end - 1] == " " { end -= 1 }
        let text: String
        if let comment = SourceAnnotations.comment(of: written) {
            guard !comment.contains(note) else { return }
            // Where a source is given for the line, this number of it is an assumption now.
            text = (comment.contains("assumption") ? "; " : "; assumption: ") + note
        } else {
            text = "  # assumption: \(note)"
        }
        scalars.replaceSubrange(end..<line.upperBound, with: Array(text.unicodeScalars))
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
