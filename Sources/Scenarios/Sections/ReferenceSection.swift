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
        return Reference(rows: rows, otherwise: otherwise)
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
        guard let ends = reader.list(of: "the first and the last turn") else { return nil }
        let turns = ends.compactMap { $0.integer(in: Self.turns) }
        guard turns.count == ends.count else { return nil }
        guard turns.count == 2, turns[0] <= turns[1] else {
            reader.errorAtKey("must be the first and the last turn of a band, such as [1, 5]")
            return nil
        }
        return turns[0]...turns[1]
    }
}
