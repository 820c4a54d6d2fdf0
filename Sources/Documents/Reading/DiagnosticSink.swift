/// Collects the problems of one file while it is read.
package final class DiagnosticSink {
    package let source: SourceText
    private var diagnostics: [Diagnostic] = []
    package private(set) var errorCount = 0
    private var omitted = 0

    /// More problems than this are only counted, so that a hostile file costs no memory.
    private static let kept = 2000

    package init(source: SourceText) {
        self.source = source
    }

    package func error(
        _ message: String, at span: @autoclosure () -> SourceSpan?, path: String = "", suggestion: String? = nil
    ) {
        errorCount += 1
        add(.error, message, at: span(), path: path, suggestion: suggestion)
    }

    package func warning(
        _ message: String, at span: @autoclosure () -> SourceSpan?, path: String = "", suggestion: String? = nil
    ) {
        add(.warning, message, at: span(), path: path, suggestion: suggestion)
    }

    private func add(
        _ severity: Diagnostic.Severity, _ message: String, at span: @autoclosure () -> SourceSpan?, path: String,
        suggestion: String?
    ) {
        guard diagnostics.count < Self.kept else {
            omitted += 1
            return
        }
        let span = span()
        diagnostics.append(
            Diagnostic(
                severity: severity, file: source.file, position: span?.position, path: path, message: message,
                caretLength: span?.length ?? 1, suggestion: suggestion))
    }

    /// The first of everything found, in the order of the file, with the source lines.
    package var listed: [Diagnostic] {
        var lines: [Int: String] = [:]
        return inFileOrder.prefix(DocumentLimits.diagnostics).map { diagnostic in
            var complete = diagnostic
            if let number = diagnostic.position?.line {
                let line = lines[number] ?? source.line(number)
                lines[number] = line
                complete.snippet = line
            }
            return complete
        }
    }

    private var inFileOrder: [Diagnostic] {
        diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element.position, right.element.position)
            let leftKey = (a?.line ?? 0, a?.column ?? 0, left.offset)
            return leftKey < (b?.line ?? 0, b?.column ?? 0, right.offset)
        }.map(\.element)
    }

    /// The error that refuses the file, with at most ``DocumentLimits/diagnostics`` problems.
    package var failure: DocumentError {
        let listed = self.listed
        return DocumentError(diagnostics: listed, omitted: omitted + diagnostics.count - listed.count)
    }
}
