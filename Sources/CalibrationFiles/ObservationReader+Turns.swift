internal import Scenarios

/// Which turn a row is, and rows that are of one turn.
extension ObservationReader {
    /// The turn of each row, from 1; nil where the mapping names no column and the order of the rows says it.
    ///
    /// Files count from 1, or from 0 throughout: then every turn is one later.
    ///
    /// - Parameter groups: the rows of each conversation.
    mutating func turns(_ groups: [String: [Int]]) throws(DataError) -> [Int]? {
        guard let column = mapping.turn else { return nil }
        var turns: [Int] = []
        for row in table.rows.indices {
            let value = try number(row, column)
            guard let turn = Int(exactly: value), turn >= 0 else {
                throw error(row, column, "is \(value); turns are whole numbers from 1, or from 0")
            }
            turns.append(turn)
        }
        try checkOnce(turns, groups, column)
        guard turns.contains(0) else { return turns }
        turnNotes.append("\(column): counted from 0; turn 0 is taken as the first, 1 as the second, and so on")
        return turns.map { $0 + 1 }
    }

    /// - Throws: ``DataError`` at the first row of a turn that its conversation has already, with how many there are.
    private func checkOnce(_ turns: [Int], _ groups: [String: [Int]], _ column: String) throws(DataError) {
        var (repeated, conversations) = ([Int](), 0)
        for rows in groups.values {
            var seen: Set<Int> = []
            let again = rows.filter { !seen.insert(turns[$0]).inserted }
            repeated += again
            if !again.isEmpty { conversations += 1 }
        }
        guard let first = repeated.min() else { return }
        let rest = repeated.count == 1 ? "" : "; so are \(repeated.count) rows in \(conversations) conversations"
        throw error(
            first, column,
            "is the turn \(turns[first]) a second time in its conversation\(rest). A turn has one row: where several "
                + "annotators labelled one utterance, keep one of them or what most of them said")
    }

    /// Columns that say who labelled a row, where the labels of several people may stand for turns.
    var raterNotes: [String] {
        guard let conversation = mapping.conversation, mapping.turn == nil else { return [] }
        let words = ["annotator", "rater", "coder", "labeler", "labeller", "worker"]
        return table.columns.enumerated().compactMap { position, column in
            let parts = column.lowercased().split { !$0.isLetter }
            guard parts.contains(where: { words.contains(String($0)) }), index[column] == nil else { return nil }
            var first: [String: String] = [:]
            var several: Set<String> = []
            for row in table.rows.indices {
                let (name, rater) = (field(row, conversation), table.rows[row].fields[position])
                if let known = first.updateValue(first[name] ?? rater, forKey: name), known != rater {
                    several.insert(name)
                }
            }
            guard !several.isEmpty else { return nil }
            return "\(column): not used, and \(several.count) conversations have several; where they labelled the same "
                + "utterances, each of their rows counts as a turn (name the column of the turn, and keep one row for each)"
        }
    }
}
