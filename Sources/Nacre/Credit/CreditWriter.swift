internal import GameModel
internal import NumericalMethods
internal import Output
internal import Preferences
internal import Scenarios

/// Turns credit into lines of files, and adds up what a report says of it.
struct CreditWriter {
    /// Where lines go.
    struct Files {
        let lines: LineWriter
        let turns: LineWriter
        /// Nil where they were not asked for.
        var situations: LineWriter?
        var answers: LineWriter?
    }

    typealias Credited = Result<ConversationCredit, AnnotateReport.Reject>

    private(set) var report: AnnotateReport
    private let form: CreditForm
    private let threads: Int
    /// Numbers of situations that may come again, and the next that nothing has.
    private var numbers: [[Int]: Int] = [:]
    /// The same for situations that the tracer remembers, by what they are: nearly all that come again.
    private var remembered: [ObjectIdentifier: (situation: CreditSituation, number: Int)] = [:]
    private var nextNumber = 1
    /// Lines of conversations by their ids.
    private var lines: [String: Int] = [:]

    init(_ report: AnnotateReport, threads: Int) {
        self.report = report
        self.threads = threads
        form = CreditForm(
            game: report.scenario.game, measures: report.tracer.measures, rewards: report.request.rewards)
    }

    func begin(_ files: Files) throws {
        for (file, head) in zip(
            [files.turns, files.situations, files.answers], CreditTables(report.scenario.game, measureNames).heads)
        {
            try file?.write { head }
        }
    }

    /// Gives credit to conversations in any thread, and writes them in order.
    ///
    /// - Parameter make: a conversation with its number in the source.
    mutating func take(
        _ count: Int, to files: Files, _ make: @Sendable (Int) -> (line: Int, Result<CreditConversation, any Error>)
    ) throws {
        let tracer = report.tracer
        let credits = concurrentMap(count: count, threads: threads) { index -> (line: Int, credit: Credited) in
            let (line, conversation) = make(index)
            return (
                line,
                Result { try tracer.credit(try conversation.get()) }
                    .mapError { AnnotateReport.Reject(line: line, reason: "\($0)") }
            )
        }
        var (kept, found) = (
            [(credit: ConversationCredit, numbers: [Int])](), [(situation: CreditSituation, number: Int)]()
        )
        for item in credits {
            switch item.credit {
            case .failure(let reject): report.reject(reject)
            case .success(let credit):
                if let first = lines[credit.conversation.id] {
                    let reason = "has the id \(credit.conversation.id), which line \(first) has too; ids must differ"
                    report.reject(AnnotateReport.Reject(line: item.line, reason: reason))
                    continue
                }
                lines[credit.conversation.id] = item.line
                report.add(credit)
                kept.append((credit, credit.turns.map { number(of: $0.situation, &found) }))
            }
        }
        try write(kept, found, files)
    }

    private mutating func number(
        of situation: CreditSituation, _ found: inout [(situation: CreditSituation, number: Int)]
    ) -> Int {
        if let known = remembered[ObjectIdentifier(situation)] { return known.number }
        if let key = situation.key, let known = numbers[key] { return known }
        let number = nextNumber
        nextNumber += 1
        if let key = situation.key {
            numbers[key] = number
            // Held here, so that no other situation can have its identity.
            if remembered.count < CreditTracer.most { remembered[ObjectIdentifier(situation)] = (situation, number) }
        }
        found.append((situation, number))
        return number
    }

    private func write(
        _ kept: [(credit: ConversationCredit, numbers: [Int])],
        _ found: [(situation: CreditSituation, number: Int)], _ files: Files
    ) throws {
        let (game, names, form) = (report.scenario.game, measureNames, form)
        // Columns are declared once a part, since they cannot be shared between threads.
        let parts = Self.parts(kept.count)
        let lines = concurrentMap(count: parts.count, threads: threads) { part in
            Result {
                let tables = CreditTables(game, names)
                return try kept[parts[part]].map { (try form.line($0.credit), tables.turns($0.credit, $0.numbers)) }
            }
        }
        for part in lines {
            for (json, rows) in try part.get() {
                try files.lines.write { json }
                for row in rows { try files.turns.write { row } }
            }
        }
        guard let situations = files.situations, let answers = files.answers else { return }
        let others = Self.parts(found.count)
        let known = concurrentMap(count: others.count, threads: threads) { part in
            let tables = CreditTables(game, names)
            return found[others[part]].map { tables.rows($0.situation, number: $0.number) }
        }
        for rows in known.joined() {
            for row in rows.situations { try situations.write { row } }
            for row in rows.answers { try answers.write { row } }
        }
    }

    /// Ranges of some dozen.
    private static func parts(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: 64).map { $0..<min($0 + 64, count) }
    }

    private var measureNames: [String] { report.tracer.measures.measures.map(\.name) }

    /// Writes the dictionary of the tables.
    func end(_ folder: OutputFolder) throws {
        let written = Set(folder.files.map(\.path))
        let own = CreditTables(report.scenario.game, measureNames).empty.filter { written.contains("\($0.name).csv") }
        try DataPackage(report.scenario, name: "annotations", tables: own)
            .describe(in: folder, beside: folder.files.filter { !$0.path.hasSuffix(".csv") })
    }
}
