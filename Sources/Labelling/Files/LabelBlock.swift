internal import GameModel
internal import InputErrors
internal import Output

/// Some lines of a file of texts that are labelled together: a unit of the work, where it is divided.
///
/// Every line that can be read has its labels, also one whose id another block has: who has all blocks leaves it out.
struct LabelBlock {
    /// What the units of a file are called.
    static let phase = "blocks"
    /// Lines of a block.
    static let lines = 1024

    let labeller: any TextLabeller
    let control: RunControl
    private var taken = 0
    private var waiting: [TextLine] = []

    init(labeller: any TextLabeller, control: RunControl) { (self.labeller, self.control) = (labeller, control) }

    mutating func take(_ line: TextLine, _ sink: any UnitSink) throws {
        let block = taken / Self.lines
        if sink.wants(block) { waiting.append(line) }
        taken += 1
        if taken % Self.lines == 0 { try write(block, sink) }
    }

    mutating func end(_ sink: any UnitSink) throws {
        sink.units = (taken + Self.lines - 1) / Self.lines
        if taken % Self.lines > 0 { try write(taken / Self.lines, sink) }
    }

    private mutating func write(_ block: Int, _ sink: any UnitSink) throws {
        guard sink.wants(block) else { return }
        let texts = waiting.compactMap { try? LabelLine($0, scheme: nil) }.flatMap { $0.entries.map(\.text) }
        let labels = try labeller.labels(texts, control)
        // What was cut short is labelled again.
        guard labels.count == texts.count, !control.shouldStop() else { throw InterruptedError() }
        try sink.write(block, labeller.isRemembered ? [] : labels)
        waiting = []
        control.progress(RunProgress(steps: sink.written, phase: "labelling blocks"))
    }
}

/// Labels that pieces have, line by line in the order of the file.
struct StoredLabels {
    private let results: any UnitResults
    private var taken = 0
    private var labels: ArraySlice<TextLabel> = []

    init(_ results: any UnitResults) { self.results = results }

    /// The labels of the next line.
    ///
    /// - Parameter texts: how many texts it has; 0 for a line that cannot be read.
    /// - Throws: `InputError` where the pieces have other texts.
    mutating func next(texts: Int) throws -> [TextLabel] {
        if taken % LabelBlock.lines == 0 {
            labels = try results.value(taken / LabelBlock.lines, as: [TextLabel].self)[...]
        }
        taken += 1
        guard labels.count >= texts else {
            throw InputError("the pieces have labels of other texts; compute them again")
        }
        defer { labels = labels.dropFirst(texts) }
        return Array(labels.prefix(texts))
    }
}
