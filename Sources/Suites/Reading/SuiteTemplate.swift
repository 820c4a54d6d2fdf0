internal import Documents

/// A scenario file with placeholders: `${axis}`, `${axis.variable}`, `${case}` and `${suite}`, which may stand inside one another.
///
/// Placeholders are replaced before the text is read as YAML, and never span lines, so that line numbers of a case are those
/// of the template. `$${` stands for `${`.
struct SuiteTemplate: Sendable {
    /// A piece of the text.
    private indirect enum Piece: Sendable {
        case text(String)
        /// What stands between the braces, and where.
        case placeholder([Piece], SourceSpan)
    }

    /// Placeholders that belong to no axis.
    static let builtIn = ["case", "suite"]

    private let bytes: [UInt8]
    private let file: String
    private let suite: String
    private let pieces: [Piece]

    /// - Throws: ``DocumentError`` with every placeholder that is broken, or names an axis or variable that there is not. What a
    ///   placeholder within a placeholder leads to is known only once a case is expanded.
    init(
        _ bytes: [UInt8], file: String, suite: String, axes: [ScenarioSuite.Axis]
    ) throws(DocumentError) {
        let sink = DiagnosticSink(source: SourceText(file: file, bytes: bytes))
        guard UTF8Check.firstInvalidByte(in: sink.source.bytes) == nil else {
            sink.error("is not UTF-8", at: nil)
            throw sink.failure
        }
        var scanner = Scanner(sink: sink)
        pieces = scanner.scan()
        self.bytes = sink.source.bytes
        self.file = file
        self.suite = suite
        check(pieces, axes: axes, sink)
        guard sink.errorCount == 0 else { throw sink.failure }
    }

    // MARK: Expansion

    /// The text of a case.
    ///
    /// - Throws: ``DocumentError`` at the placeholder that leads nowhere.
    func expanded(axes: [ScenarioSuite.Axis], choice: [Int], caseName: String) throws(DocumentError) -> String {
        var output = ""
        output.reserveCapacity(bytes.count + bytes.count / 4)
        for piece in pieces { output += try text(of: piece, axes: axes, choice: choice, caseName: caseName) }
        return output
    }

    private func text(
        of piece: Piece, axes: [ScenarioSuite.Axis], choice: [Int], caseName: String
    ) throws(DocumentError) -> String {
        switch piece {
        case .text(let text): return text
        case .placeholder(let inner, let span):
            var name = ""
            for part in inner { name += try text(of: part, axes: axes, choice: choice, caseName: caseName) }
            if name == "case" { return caseName }
            if name == "suite" { return suite }
            let sink = DiagnosticSink(source: SourceText(file: file, bytes: bytes))
            guard let place = Self.place(of: name, axes: axes, at: span, sink) else { throw sink.failure }
            let value = axes[place.axis].values[choice[place.axis]]
            guard let variable = place.variable else { return value.name }
            if let text = value.variables[variable] { return text }
            Self.reportMissing(variable, of: [value], axis: axes[place.axis], at: span, sink)
            throw sink.failure
        }
    }

    // MARK: Checks

    private func check(_ pieces: [Piece], axes: [ScenarioSuite.Axis], _ sink: DiagnosticSink) {
        for case .placeholder(let inner, let span) in pieces {
            check(inner, axes: axes, sink)
            var name = ""
            var isNested = false
            for part in inner {
                if case .text(let text) = part { name += text } else { isNested = true }
            }
            guard !isNested, !Self.builtIn.contains(name) else { continue }
            guard let place = Self.place(of: name, axes: axes, at: span, sink), let variable = place.variable else {
                continue
            }
            let axis = axes[place.axis]
            let without = axis.values.filter { $0.variables[variable] == nil }
            if !without.isEmpty { Self.reportMissing(variable, of: without, axis: axis, at: span, sink) }
        }
    }

    /// The axis and the variable that a placeholder names; nil after reporting.
    private static func place(
        of name: String, axes: [ScenarioSuite.Axis], at span: SourceSpan, _ sink: DiagnosticSink
    ) -> (axis: Int, variable: String?)? {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let axis = axes.firstIndex(where: { $0.name == parts[0] }) else {
            let names = axes.map(\.name) + builtIn
            sink.error(
                "'\(NodeReader.excerpt(parts[0]))' is not an axis of the suite", at: span,
                suggestion: Suggestion.nearest(to: parts[0], among: names).map { "did you mean '\($0)'?" }
                    ?? Suggestion.choices(names, plural: "axes"))
            return nil
        }
        return (axis, parts.count > 1 ? parts[1] : nil)
    }

    private static func reportMissing(
        _ variable: String, of values: [ScenarioSuite.Axis.Value], axis: ScenarioSuite.Axis, at span: SourceSpan,
        _ sink: DiagnosticSink
    ) {
        let known = Array(Set(axis.values.flatMap(\.variables.keys))).sorted().filter { $0 != variable }
        let whose =
            values.count == axis.values.count && values.count > 1
            ? "no value of \(axis.name)" : values.map { "\(axis.name) \($0.name)" }.quotedList
        sink.error(
            "'\(NodeReader.excerpt(variable))' is no variable of \(whose)", at: span,
            suggestion: Suggestion.nearest(to: variable, among: known).map { "did you mean '\($0)'?" }
                ?? Suggestion.choices(known, plural: "variables"))
    }

    // MARK: Scanning

    /// Cuts the text into pieces.
    private struct Scanner {
        private static let opener = Array("${".utf8)
        private static let escaped = Array("$${".utf8)
        let sink: DiagnosticSink
        private var index = 0

        init(sink: DiagnosticSink) { self.sink = sink }

        private var bytes: [UInt8] { sink.source.bytes }

        mutating func scan() -> [Piece] {
            let bytes = bytes
            var pieces: [Piece] = []
            while index < bytes.count { pieces += run(bytes, isInside: false, from: index) ?? [] }
            return pieces
        }

        /// Pieces up to the end, or inside a placeholder up to its brace; nil where the brace is missing.
        private mutating func run(_ bytes: [UInt8], isInside: Bool, from opening: Int) -> [Piece]? {
            var pieces: [Piece] = []
            var literal: [UInt8] = []
            func flushed() -> [Piece] {
                literal.isEmpty ? pieces : pieces + [.text(String(decoding: literal, as: UTF8.self))]
            }
            while index < bytes.count {
                let byte = bytes[index]
                if isInside, byte == UInt8(ascii: "}") {
                    index += 1
                    return flushed()
                }
                if isInside, SourceText.lineBreak(in: bytes, at: index) > 0 {
                    sink.error("has no '}' on its line", at: span(opening, 2))
                    return nil
                }
                if bytes[index...].starts(with: Self.escaped) {
                    literal += Self.opener
                    index += 3
                } else if bytes[index...].starts(with: Self.opener) {
                    pieces = flushed()
                    literal = []
                    let start = index
                    index += 2
                    if let inner = run(bytes, isInside: true, from: start) {
                        if inner.isEmpty {
                            sink.error("is a placeholder without a name", at: span(start, index - start))
                        }
                        pieces.append(.placeholder(inner, span(start, index - start)))
                    }
                } else {
                    literal.append(byte)
                    index += 1
                }
            }
            guard !isInside else {
                sink.error("has no '}' on its line", at: span(opening, 2))
                return nil
            }
            return flushed()
        }

        private func span(_ start: Int, _ length: Int) -> SourceSpan {
            SourceSpan(position: sink.source.position(ofByte: start), length: max(1, length))
        }
    }
}
