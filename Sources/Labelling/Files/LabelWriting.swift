public import GameModel
internal import InputErrors
public import Output

/// Labels the lines of a file, some hundred texts at a time, and writes labels and what could not be read.
///
/// Texts are read, labelled and written in the order of the file, so that memory does not grow with it (but for one word a line, by
/// which a second line of the same id is found).
public struct LabelWriting {
    /// What was read and written.
    public struct Counts: Sendable, Equatable {
        public var lines = 0
        public var rejected = 0
        public var answers = 0
        public var messages = 0
        public var openings = 0
        public var abstained = 0
        /// Openings that belong to the scenario with a probability below ½.
        public var outOfScope = 0

        public var texts: Int { answers + messages + openings }
    }

    /// Texts that are labelled at once.
    static let batch = 2048

    private let path: String
    private let labeller: any TextLabeller
    private let control: RunControl
    private var waiting: [UnlabelledText] = []
    /// Labels of those that wait, where pieces have them; nil where they are made here.
    private var stored: StoredLabels?
    private var waitingLabels: [TextLabel] = []
    private var ids: [ContentHash.Fingerprint: Int] = [:]
    /// A line each, as they stand in rejects.jsonl.
    private var rejects: [[UInt8]] = []
    public private(set) var counts = Counts()
    /// The file's bytes as SHA-256, once it was read.
    public private(set) var hash = ""
    /// The first line that was rejected, as `file:line:column: error: …`.
    public private(set) var firstReject: String?

    public init(path: String, labeller: any TextLabeller, control: RunControl) {
        self.path = path
        self.labeller = labeller
        self.control = control
    }

    /// Writes `labels.jsonl`, and `rejects.jsonl` where a line could not be read.
    ///
    /// - Throws: `InterruptedError` where the control asks to stop; `FileError` for a file that cannot be read; `InputError` if no line
    ///   of it can be; what the labeller throws.
    public mutating func write(to folder: OutputFolder) throws {
        if let pieces = control.pieces, !pieces.isPart, !labeller.isRemembered {
            stored = StoredLabels(try pieces.results(LabelBlock.phase, count: nil))
        }
        var writing = self
        defer { self = writing }
        try folder.writeRows("labels.jsonl") { lines in
            let summary = try ConversationLines.read(path: writing.path) { number, bytes in
                if writing.control.shouldStop() { throw InterruptedError() }
                try writing.take(TextLine(number: number, bytes: bytes))
                if writing.waiting.count >= Self.batch { try writing.flush(lines) }
            }
            try writing.flush(lines)
            writing.hash = summary.sha256
        }
        guard writing.counts.texts > 0 else {
            throw InputError(writing.firstReject ?? "\(path): has no lines; one JSON object a line is needed")
        }
        if !writing.rejects.isEmpty {
            try folder.writeRows("rejects.jsonl") { lines in
                for reject in writing.rejects { try lines.write { reject } }
            }
        }
    }

    /// Labels the lines of one piece of the file, and keeps the labels as units of the work.
    ///
    /// - Throws: `PieceComplete` when they are there; otherwise as ``write(to:)`` does.
    /// - Complexity: reads the whole file once; only the lines of the piece are looked at.
    public func keepPiece() throws {
        guard let pieces = control.pieces else { return }
        try pieces.keep(LabelBlock.phase, count: nil) { sink in
            var block = LabelBlock(labeller: labeller, control: control)
            try ConversationLines.read(path: path) { number, bytes in
                if control.shouldStop() { throw InterruptedError() }
                try block.take(TextLine(number: number, bytes: bytes), sink)
            }
            try block.end(sink)
        }
        throw PieceComplete()
    }

    private mutating func take(_ line: TextLine) throws {
        counts.lines += 1
        let read = Result { () throws(LineError) in try LabelLine(line, scheme: nil) }
        // A line that is left out for its id has labels in its piece all the same.
        let labels = try stored?.next(texts: (try? read.get().entries.count) ?? 0) ?? []
        do throws(LineError) {
            let read = try read.get()
            if let first = ids.updateValue(line.number, forKey: ContentHash.fingerprint(Array(read.id.utf8))) {
                throw line.error(at: 0, "has the id \(read.id), which line \(first) has too; ids must differ")
            }
            waiting += read.entries.map(\.text)
            waitingLabels += labels
        } catch {
            counts.rejected += 1
            if firstReject == nil { firstReject = error.located(in: path) }
            let reject = JSONValue.object([
                "line": .integer(error.line), "column": .integer(error.column), "reason": .string(error.problem),
                "row": .string(String(decoding: line.bytes, as: UTF8.self)),
            ])
            // A text that is no UTF-8 was repaired by the decoding; nothing else can fail.
            if let bytes = try? reject.bytes() { rejects.append(bytes) }
        }
    }

    private mutating func flush(_ lines: LineWriter) throws {
        guard !waiting.isEmpty else { return }
        let labels = stored == nil ? try labeller.labels(waiting, control) : waitingLabels
        for (text, label) in zip(waiting, labels) {
            try lines.write { try LabelRecord(text, label).json(labeller.scheme).bytes() }
            count(text, label)
        }
        guard labels.count == waiting.count else { throw InterruptedError() }
        waiting.removeAll(keepingCapacity: true)
        waitingLabels.removeAll(keepingCapacity: true)
        control.progress(RunProgress(steps: counts.texts))
    }

    private mutating func count(_ text: UnlabelledText, _ label: TextLabel) {
        switch text.kind {
        case .answer: counts.answers += 1
        case .message: counts.messages += 1
        case .opening: counts.openings += 1
        }
        if label.isAbstained { counts.abstained += 1 }
        if let scope = label.inScope, scope < 0.5 { counts.outOfScope += 1 }
    }
}
