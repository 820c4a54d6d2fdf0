/// Reads a document of ours other than a scenario: text, tree, sections, all problems at once.
package enum DocumentReader {
    /// - Parameters:
    ///   - what: what the document is, for a text that is empty.
    ///   - body: reads the root; nil after reporting to the root's sink.
    /// - Throws: ``DocumentError`` with every problem of the text.
    package static func read<Content>(
        _ bytes: [UInt8], file: String, what: String, _ body: (NodeReader) -> Content?
    ) throws(DocumentError) -> Content {
        let sink = DiagnosticSink(source: SourceText(file: file, bytes: bytes))
        guard UTF8Check.firstInvalidByte(in: sink.source.bytes) == nil else {
            sink.error("is not UTF-8", at: nil)
            throw sink.failure
        }
        guard let document = ComposedDocument(sink, what: what) else { throw sink.failure }
        let context = ReadingContext(sink: sink, duplicates: document.duplicates)
        let content = body(NodeReader(node: document.root, path: "", keyNode: nil, context: context))
        context.reportOtherDuplicates()
        guard let content, sink.errorCount == 0 else {
            if sink.errorCount == 0 { sink.error("cannot be read", at: nil) }
            throw sink.failure
        }
        return content
    }
}
