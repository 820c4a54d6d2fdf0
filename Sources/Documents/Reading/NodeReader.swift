package import Yams

/// A node of the YAML tree with its place in the scenario: what every section reads from.
///
/// Its functions return nil, after reporting, where the node is not what was asked for, so that a section reports all its
/// problems and goes on.
package struct NodeReader {
    package let node: Node
    /// The place in the scenario, such as `users.benign.initial`; empty for the whole document.
    package let path: String
    /// The key whose value this is.
    package let keyNode: Node?
    package let context: ReadingContext

    package init(node: Node, path: String, keyNode: Node?, context: ReadingContext) {
        self.node = node
        self.path = path
        self.keyNode = keyNode
        self.context = context
    }

    /// Where the key stands whose value this is.
    package var key: SourceSpan? {
        guard let keyNode, let mark = keyNode.mark else { return nil }
        let position = SourcePosition(line: mark.line, column: mark.column)
        return SourceSpan(
            position: position, length: context.sink.source.valueLength(at: position, node: keyNode) ?? 1)
    }

    /// Where to point at: the node, or its key where the node spreads over lines or is empty.
    package var span: SourceSpan? {
        guard let mark = node.mark else { return key }
        let position = SourcePosition(line: mark.line, column: mark.column)
        if let length = context.sink.source.valueLength(at: position, node: node) {
            return SourceSpan(position: position, length: length)
        }
        return key ?? SourceSpan(position: position, length: 1)
    }

    /// Reports an error about the node; `message` follows the path.
    package func error(_ message: String, suggestion: String? = nil) {
        context.sink.error(message, at: span, path: path, suggestion: suggestion)
    }

    /// Reports an error about the whole that the node stands for, at its key.
    package func errorAtKey(_ message: String, suggestion: String? = nil) {
        context.sink.error(message, at: key ?? span, path: path, suggestion: suggestion)
    }

    /// What the node means, if it is a scalar.
    package var scalar: ScalarValue? {
        guard case .scalar(let scalar) = node else { return nil }
        return ScalarValue(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any)
    }

    package var isNull: Bool { scalar == .null }
    package var isMapping: Bool { node.mapping != nil }
    package var isSequence: Bool { node.sequence != nil }

    /// What was found, in words: `is empty`, `is a list`, `is 'abc'`.
    package var found: String {
        switch node {
        case .sequence: return "is a list"
        case .mapping: return "is a mapping"
        case .alias: return "is an alias"
        case .scalar(let scalar):
            if isNull { return scalar.string.isEmpty ? "is empty" : "is null" }
            let text = Self.excerpt(scalar.string)
            switch self.scalar {
            case .text where scalar.style == .doubleQuoted: return "is \"\(text)\""
            case .text: return "is '\(text)'"
            default: return "is \(text)"
            }
        }
    }

    /// A text cut to a length that fits into a message, in one line.
    package static func excerpt(_ text: String, _ limit: Int = 40) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) { output.append(SnippetExcerpt.visible(scalar)) }
        return String(output) + (text.unicodeScalars.count > limit ? "…" : "")
    }

    /// The entries of a list.
    package func list(of what: String) -> [NodeReader]? {
        guard case .sequence(let sequence) = node else {
            error(
                "\(found); it must be a list of \(what)",
                suggestion: isNull || isMapping ? nil : "write [\(found.dropFirst(3))]")
            return nil
        }
        return sequence.enumerated().map { index, entry in
            NodeReader(node: entry, path: "\(path)[\(index)]", keyNode: nil, context: context)
        }
    }

    /// The entries of a mapping, in the file's order.
    package func mapping(of what: String) -> Fields? {
        guard isMapping else {
            error("\(found); it must be a mapping of \(what)")
            return nil
        }
        return context.fields(of: self)
    }
}

/// What all nodes of a document share while it is read.
package final class ReadingContext {
    package let sink: DiagnosticSink
    private let duplicates: [SourcePosition: Int]
    private var reported: Set<SourcePosition> = []
    /// Steps of comparing names that are left; a file with thousands of wrong names has suggestions for the first.
    private var comparisons = 5_000_000
    /// The keys of the mappings that were read. Nothing here may hold a reader: readers hold this context.
    private var read: [SourcePosition: MappingKeys] = [:]

    package init(sink: DiagnosticSink, duplicates: [SourcePosition: Int]) {
        self.sink = sink
        self.duplicates = duplicates
    }

    /// The entries of a mapping. Its keys are read once, so that problems with them are reported once.
    package func fields(of reader: NodeReader) -> Fields? {
        guard case .mapping(let mapping) = reader.node else { return nil }
        let position = mapping.mark.map { SourcePosition(line: $0.line, column: $0.column) }
        if let position, let keys = read[position] { return Fields(keys, of: reader) }
        let keys = MappingKeys(mapping, of: reader)
        if let position { read[position] = keys }
        return Fields(keys, of: reader)
    }

    /// A nearby name as a phrase.
    package func suggestion(for name: String, among candidates: [String]) -> String? {
        nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
    }

    package func nearest(to name: String, among candidates: [String]) -> String? {
        comparisons -= name.utf8.count * candidates.reduce(0) { $0 + $1.utf8.count }
        guard comparisons > 0 else { return nil }
        return Suggestion.nearest(to: name, among: candidates)
    }

    /// The line of the first key of the same name, if the key at a position is a repetition; it counts as reported then.
    package func firstLine(ofDuplicateAt position: SourcePosition) -> Int? {
        guard let line = duplicates[position] else { return nil }
        reported.insert(position)
        return line
    }

    /// Reports the repeated keys in parts of the document that no section read.
    package func reportOtherDuplicates() {
        for (position, line) in duplicates where !reported.contains(position) {
            sink.error(ComposedDocument.duplicate(firstLine: line), at: SourceSpan(position: position, length: 1))
        }
    }
}
