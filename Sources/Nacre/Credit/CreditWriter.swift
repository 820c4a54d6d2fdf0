internal import GameModel
internal import NumericalMethods
internal import Output
internal import Preferences
internal import Scenarios

/// Turns credit into lines of files, and adds up what a report says of it.
///
/// Batches go through it one after another, each in three steps: credit is given in any thread, situations get their numbers in order, and
/// lines are put together in any thread, then written in order. While other threads put the lines of a batch together and give credit to
/// the next, this one writes the batch before and reads the one after.
struct CreditWriter {
    /// Where lines go.
    struct Files {
        let lines: LineWriter
        let turns: LineWriter
        /// Nil where they were not asked for.
        var situations: LineWriter?
        var answers: LineWriter?
    }

    typealias Credited = (line: Int, credit: Result<ConversationCredit, AnnotateReport.Reject>)

    /// What a thread does at once: a part of a batch.
    private enum Part: Sendable {
        case credits([Credited])
        case lines(CreditLines)
    }

    private(set) var report: AnnotateReport
    private let files: Files
    private let form: CreditForm
    private let tables: CreditTables
    private let threads: Int
    /// What other threads are at: lines of the batch before, credit of the last one.
    private var work = BackgroundMap<Part>(count: 0, threads: 1) { _ in .credits([]) }
    /// Numbers of situations that may come again, by what leads there.
    private var numbers: [[Int]: Int] = [:]
    private var nextNumber = 1
    /// Lines of conversations by their ids.
    private var lines: [String: Int] = [:]

    init(_ report: AnnotateReport, to files: Files, threads: Int) throws {
        (self.report, self.files, self.threads) = (report, files, threads)
        let game = report.scenario.game
        form = CreditForm(game: game, measures: report.tracer.measures, rewards: report.request.rewards)
        tables = CreditTables(report)
        for (file, head) in zip([files.turns, files.situations, files.answers], tables.heads) {
            try file?.write { head }
        }
    }

    /// Takes a batch of conversations, and writes the one before the last.
    ///
    /// - Parameter make: a conversation with its number in the source.
    mutating func take(
        _ count: Int, _ make: @escaping @Sendable (Int) -> (line: Int, Result<CreditConversation, any Error>)
    ) throws {
        let tracer = report.tracer
        let parts = Self.parts(count)
        try advance(parts.count) { number in
            .credits(
                parts[number].map { index in
                    let (line, conversation) = make(index)
                    let credit = Result { try tracer.credit(try conversation.get()) }
                        .mapError { AnnotateReport.Reject(line: line, reason: "\($0)") }
                    return (line, credit)
                })
        }
    }

    /// Writes what was taken.
    mutating func finish() throws {
        // Two batches are on their way.
        for _ in 0..<2 { try advance(0) { _ in .credits([]) } }
    }

    /// Has the lines of the last batch put together and a new one given credit, and meanwhile writes the lines of the one before.
    private mutating func advance(_ count: Int, _ credits: @escaping @Sendable (Int) -> Part) throws {
        let done = work.finish()
        let (kept, found) = number(done)
        let (form, tables, isWhole) = (form, tables, files.situations != nil)
        let (turns, situations) = (Self.parts(kept.count), isWhole ? Self.parts(found.count) : [])
        let made = turns.count + situations.count
        work = BackgroundMap(count: made + count, threads: threads) { index in
            guard index < made else { return credits(index - made) }
            return .lines(
                index < turns.count
                    ? CreditLines(kept[turns[index]], form, tables)
                    : CreditLines(found[situations[index - turns.count]], tables))
        }
        for case .lines(let lines) in done { try lines.write(to: files) }
    }

    /// Adds credit to the report, and gives situations their numbers.
    private mutating func number(
        _ parts: [Part]
    ) -> (kept: [(credit: ConversationCredit, numbers: [Int])], found: [CreditSituation]) {
        var (kept, found) = ([(credit: ConversationCredit, numbers: [Int])](), [CreditSituation]())
        for case .credits(let credits) in parts {
            for item in credits {
                switch item.credit {
                case .failure(let reject): report.reject(reject)
                case .success(let credit):
                    if let first = lines.updateValue(item.line, forKey: credit.conversation.id) {
                        lines[credit.conversation.id] = first
                        let reason =
                            "has the id \(credit.conversation.id), which line \(first) has too; ids must differ"
                        report.reject(AnnotateReport.Reject(line: item.line, reason: reason))
                        continue
                    }
                    report.add(credit)
                    kept.append((credit, credit.turns.map { number(of: $0.situation, &found) }))
                }
            }
        }
        return (kept, found)
    }

    private mutating func number(of situation: CreditSituation, _ found: inout [CreditSituation]) -> Int {
        guard situation.number == 0 else { return situation.number }
        if let key = situation.key, let known = numbers[key] {
            situation.number = known
            return known
        }
        situation.number = nextNumber
        if let key = situation.key { numbers[key] = nextNumber }
        found.append(situation)
        nextNumber += 1
        return situation.number
    }

    /// Ranges of some dozen.
    private static func parts(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: 64).map { $0..<min($0 + 64, count) }
    }

    /// Writes the dictionary of the tables.
    static func describe(_ report: AnnotateReport, in folder: OutputFolder) throws {
        let written = Set(folder.files.map(\.path))
        let own = CreditTables(report).empty.filter { written.contains("\($0.name).csv") }
        try DataPackage(report.scenario, name: "annotations", tables: own)
            .describe(in: folder, beside: folder.files.filter { !$0.path.hasSuffix(".csv") })
    }
}

/// Lines about some conversations, or about some situations.
private struct CreditLines: Sendable {
    private var (lines, turns) = (MadeLines(), MadeLines())
    private var (situations, answers) = (MadeLines(), MadeLines())

    init(
        _ credits: ArraySlice<(credit: ConversationCredit, numbers: [Int])>, _ form: CreditForm, _ tables: CreditTables
    ) {
        // Most numbers of a row are those of the line.
        let numbers = NumberTexts()
        var (lines, turns) = (LineBuffer(numbers), LineBuffer(numbers))
        for item in credits {
            form.add(item.credit, to: &lines)
            tables.add(item.credit, item.numbers, to: &turns)
        }
        (self.lines, self.turns) = (lines.made, turns.made)
    }

    init(_ found: ArraySlice<CreditSituation>, _ tables: CreditTables) {
        let numbers = NumberTexts()
        var (situations, answers) = (LineBuffer(numbers), LineBuffer(numbers))
        for situation in found {
            tables.add(situation, to: &situations)
            tables.addAnswers(situation, to: &answers)
        }
        (self.situations, self.answers) = (situations.made, answers.made)
    }

    func write(to files: CreditWriter.Files) throws {
        try files.lines.write(lines)
        try files.turns.write(turns)
        try files.situations?.write(situations)
        try files.answers?.write(answers)
    }
}
