internal import Foundation
internal import Nacre
internal import Synchronization

/// Where a command writes: data to standard output; progress, warnings and advice to standard error.
///
/// Nothing leaves here that acts on a terminal instead of being seen: whatever names, titles and paths hold is shown as `\u{…}`, in a
/// JSON document by JSON's rules. Line feeds pass: whoever puts a text from elsewhere between its own lines gives it as `Escaped.line`.
struct Terminal: Console {
    let json: Bool
    let quiet: Bool
    /// Which units of the work are computed; nil for all of them.
    private(set) var pieces: (any WorkPieces)?

    init(json: Bool, quiet: Bool) { (self.json, self.quiet) = (json, quiet) }

    /// The same, for a work of which a piece is computed, or pieces are put together.
    func with(_ pieces: any WorkPieces) -> Terminal {
        var terminal = self
        terminal.pieces = pieces
        return terminal
    }

    /// Whether standard error is a terminal that may be drawn on.
    var isInteractive: Bool { !quiet && isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Writes data.
    ///
    /// - Throws: ``FileError`` if it cannot be written, as on a full disk. A closed pipe (`| head`) is the reader's choice.
    func print(_ text: String) throws { try write(data: Escaped.lines(text)) }

    private func write(data text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            guard cause?.code != Int(EPIPE) else { return }
            throw FileError("standard output cannot be written: \(error.localizedDescription)")
        }
    }

    /// Shows a result: as one JSON document where that was asked for, otherwise as text.
    func show(_ report: some Report) throws {
        if json { try print(report.json()) } else { try print(report.text()) }
    }

    /// Writes one JSON document as data.
    func print(_ value: JSONValue) throws {
        try write(data: Escaped.json(try value.text(.indented)) + "\n")
        Self.documents.add(1, ordering: .relaxed)
    }

    /// Whether this process has printed a JSON document: what fails after that is said on standard error, so that a script reads one.
    static var hasPrintedDocument: Bool { documents.load(ordering: .relaxed) > 0 }

    private static let documents = Atomic<Int>(0)

    /// Writes a line of advice, a warning or a message to people.
    func note(_ text: String) {
        guard !quiet else { return }
        complain(text)
    }

    /// Writes a line that is never left out: an error.
    func complain(_ text: String) { write(Escaped.lines(text) + "\n", to: .standardError) }

    /// Shows a question to whoever types, without a line end.
    func ask(_ text: String) { write(Escaped.lines(text), to: .standardError) }

    /// Puts a text in the place of the line that was drawn last, without a line end, for progress; an empty text takes it away.
    func draw(_ text: String) { write("\r\u{1B}[K" + Escaped.line(text), to: .standardError) }

    private func write(_ text: String, to handle: FileHandle) {
        // Where messages cannot be shown there is nobody to tell.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
