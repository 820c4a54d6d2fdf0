internal import Documents
internal import GameModel

/// `objective.reference`: what the model does today, one strategy or a table of them.
///
/// ```yaml
/// reference:
///   rows:
///     - {turns: [1, 5], cue: distress, after: refuse, is: {refuse: 0.8, support: 0.2}}
///   otherwise: {refuse: 0.5, support: 0.5}
/// ```
struct ReferenceSection {
    let names: ScenarioNames
    /// T, to warn of rows that lie beyond it.
    let horizon: Int?

    private static let rowKeys = ["turns", "cue", "after", "is"]
    private static let turns = 1...GameLimits.horizon

    /// - Returns: the reference, or nil after reporting.
    func read(_ reader: NodeReader) -> Reference? {
        // A response may be called 'rows', and has a number then.
        guard let fields = reader.isMapping ? reader.mapping(of: "a reference") : nil,
            let list = fields["rows"], list.isSequence
        else { return reader.distribution(over: names.responses).map { Reference($0) } }
        fields.rejectUnknown(except: ["rows", "otherwise"])
        let otherwise = fields.required("otherwise")?.distribution(over: names.responses)
        let entries = list.list(of: "rows") ?? []
        let rows = entries.compactMap(row)
        guard let otherwise, rows.count == entries.count else { return nil }
        warnOfIdleRows(rows, entries)
        return Reference(rows: rows, otherwise: otherwise)
    }

    /// Situations times rows that are looked at: a table as large as this is nobody's, and gets no warnings.
    private static let mostComparisons = 10_000_000

    /// Warns of rows that hold in no situation: beyond the horizon, after a response in the first turn, or behind rows that hold first.
    private func warnOfIdleRows(_ rows: [Reference.Row], _ entries: [NodeReader]) {
        guard let horizon else { return }
        let (cues, responses) = (names.cues.count, names.responses.count)
        guard horizon * max(1, cues) * max(1, responses) * rows.count <= Self.mostComparisons else { return }
        // Told apart by number, since rows that say the same would be taken together.
        let numbered = Reference(
            rows: rows.enumerated().map { index, row in
                var row = row
                row.strategy = [Double(index)]
                return row
            }, otherwise: [-1])
        var idle = Set(rows.indices)
        for turn in 1...horizon {
            for cue in 0..<max(1, cues) {
                let said: [Int?] = turn == 1 ? [nil] : Array(0..<responses)
                for response in said {
                    idle.remove(numbered.row(turn: turn, cue: cue, after: response))
                }
            }
        }
        for row in idle.sorted() {
            let entry = entries[row]
            entry.context.sink.warning(
                "never holds: \(reason(rows[row], horizon))", at: entry.span, path: entry.path)
        }
    }

    private func reason(_ row: Reference.Row, _ horizon: Int) -> String {
        if let turns = row.turns, turns.lowerBound > horizon {
            return "its turns begin after the last of the conversation, \(horizon)"
        }
        if row.after != nil, row.turns?.upperBound == 1 || horizon == 1 { return "nothing was said before turn 1" }
        return "a row before it holds wherever it would"
    }

    private func row(_ reader: NodeReader) -> Reference.Row? {
        guard let fields = reader.mapping(of: Self.rowKeys.quotedList) else { return nil }
        fields.rejectUnknown(except: Self.rowKeys)
        var row = Reference.Row(strategy: [])
        var isWhole = true
        if let turns = fields["turns"] {
            row.turns = self.turns(turns)
            isWhole = isWhole && row.turns != nil
        }
        if let cue = fields["cue"] {
            row.cue = names.cues.resolve(value: cue)
            isWhole = isWhole && row.cue != nil
        }
        if let after = fields["after"] {
            row.after = names.responses.resolve(value: after)
            isWhole = isWhole && row.after != nil
        }
        guard let strategy = fields.required("is")?.distribution(over: names.responses), isWhole else { return nil }
        row.strategy = strategy
        return row
    }

    /// The first and the last turn of a band.
    private func turns(_ reader: NodeReader) -> ClosedRange<Int>? {
        guard reader.isSequence else {
            // One turn is a band of one: the list of it alone would be wrong too.
            let turn = reader.isMapping || reader.isNull ? nil : String(reader.found.dropFirst(3))
            reader.error(
                "\(reader.found); it must be a list of the first and the last turn",
                suggestion: turn.map { "write [\($0), \($0)]" })
            return nil
        }
        guard let ends = reader.list(of: "the first and the last turn") else { return nil }
        let turns = ends.compactMap { $0.integer(in: Self.turns) }
        guard turns.count == ends.count else { return nil }
        guard turns.count == 2, turns[0] <= turns[1] else {
            reader.errorAtKey(
                "must be the first and the last turn of a band, such as [1, 5]",
                suggestion: turns.count == 1 ? "write [\(turns[0]), \(turns[0])]" : nil)
            return nil
        }
        return turns[0]...turns[1]
    }
}
