internal import Documents
internal import Yams

/// What a scenario says on a number's line about where the number comes from.
public enum SourceAnnotation: Sendable, Equatable {
    /// `# assumption`
    case assumption
    /// `# source: KEY …`: the keys and what follows them.
    case source(String)
    /// A source for some numbers of the line and an assumption for the others; which is which is for people to read.
    case mixed(String)
    /// Nothing.
    case none
}

/// The marks of a scenario's numbers, by path.
public struct SourceAnnotations: Sendable {
    private var marks: [String: SourceAnnotation]

    /// The mark on the line of a number, or, for a number that the file leaves out, on the line of what it belongs to.
    ///
    /// - Parameter path: as in messages: `users.benign.utility.accept.bias`.
    public subscript(path: String) -> SourceAnnotation {
        var parts = path.split(separator: ".")
        while !parts.isEmpty {
            if let mark = marks[parts.joined(separator: ".")] { return mark }
            parts.removeLast()
        }
        return .none
    }

    /// Reads the places of all values of a scenario's text.
    init(_ sourceText: String, file: String) {
        let text = SourceText(file: file, bytes: Array(sourceText.utf8))
        var lines: [String: Int] = [:]
        if let parser = try? Parser(yaml: sourceText, resolver: .basic, encoding: .utf8),
            let root = try? parser.singleRoot()
        {
            Self.collect(root, path: "", into: &lines)
        }
        marks = lines.mapValues { Self.mark(in: text.line($0)) }
    }

    /// Notes that a number is no longer the one that its line's mark is about.
    mutating func assume(_ path: String) { marks[path] = .assumption }

    private static func collect(_ node: Node, path: String, into lines: inout [String: Int]) {
        if let mark = node.mark, !path.isEmpty { lines[path] = mark.line }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.scalar?.string else { continue }
                collect(value, path: path.isEmpty ? name : "\(path).\(name)", into: &lines)
                // A block stands on the lines after its key; its own mark is what the key's line says.
                if let line = key.mark?.line, value.scalar == nil {
                    lines[path.isEmpty ? name : "\(path).\(name)"] = line
                }
            }
        case .sequence(let sequence):
            for (index, item) in sequence.enumerated() {
                // Constraints are named by whom and what they are about.
                let name = item.mapping.flatMap { mapping -> String? in
                    guard let user = mapping["user"]?.scalar?.string,
                        let outcome = mapping["outcome"]?.scalar?.string
                    else { return nil }
                    return "\(user).\(outcome)"
                }
                collect(item, path: "\(path).\(name ?? "\(index)")", into: &lines)
            }
        default: break
        }
    }

    /// The comment at the end of a line, without its `#`; nil where there is none.
    static func comment(of line: String) -> Substring? {
        var quote: Character?
        var before: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "#", before == " " || before == "\t" {
                return line[line.index(after: index)...]
            } else if (character == "\"" || character == "'") && !before.isLetter {
                quote = character
            }
            before = character
        }
        return nil
    }

    /// The mark in the comment at the end of a line.
    private static func mark(in line: String) -> SourceAnnotation {
        guard let comment = comment(of: line) else { return .none }
        guard let source = comment.firstRange(of: "source:") else {
            return comment.contains("assumption") ? .assumption : .none
        }
        let keys = String(comment[source.upperBound...].drop { $0 == " " })
        return keys.contains("assumption") ? .mixed(keys) : .source(keys)
    }
}

extension Scenario {
    /// Where the scenario's numbers come from, as its comments say; those that were set are assumptions.
    ///
    /// - Complexity: parses the text again.
    public var marks: SourceAnnotations {
        var marks = SourceAnnotations(sourceText, file: file)
        for change in changes { marks.assume(change.path) }
        return marks
    }
}
