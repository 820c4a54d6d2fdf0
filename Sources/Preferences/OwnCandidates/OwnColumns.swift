internal import Output

/// The columns that only rows of own prompts have: where they came from, and how uncertain their labels are.
///
/// `source_id` and `source_data` are texts in every row, empty where nothing stood beside the prompt, since columns of a file's own, such
/// as `tools`, `label` or `split`, would poison trainers. OpenAI's form, which refuses other members, has none of them.
enum OwnColumns {
    private static let source = [Column("source_data", .string), Column("source_id", .string)]
    private static let pair = [
        Column("certainty", .number), Column("score_chosen_sd", .number), Column("score_rejected_sd", .number),
    ]
    private static let answer = Column("q_sd", .number)

    /// A form's columns with them.
    static func columns(_ columns: [Column], of format: any RowFormat) -> [Column] {
        guard format.carriesSource else { return columns }
        let more = source + (format.isPaired ? pair : [])
        let own = columns.map { column in
            // Of all answers of a prompt, each has its own.
            guard !format.isPaired, column.name == "completions", case .list(let members) = column.kind else {
                return column
            }
            return Column(column.name, .list((members + [answer]).sorted()))
        }
        return (own + more).sorted()
    }

    /// The members of a row.
    static func members(of row: FormatRow) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "source_id": .string(row.prompt.sourceID), "source_data": .string(row.prompt.sourceData),
        ]
        guard row.parts.count == 2 else { return members }
        let (chosen, rejected) = (row.parts[0].completion, row.parts[1].completion)
        members["score_chosen_sd"] = .number(row.prompt.completions[chosen].deviation)
        members["score_rejected_sd"] = .number(row.prompt.completions[rejected].deviation)
        members["certainty"] = .number(row.prompt.certainty(chosen, over: rejected))
        return members
    }

    /// The members of one answer among all of a prompt.
    static func members(of prompt: PromptRecord, answer index: Int) -> [String: JSONValue] {
        ["q_sd": .number(prompt.completions[index].deviation)]
    }
}

extension PromptRecord {
    /// How certain it is that one answer is worth more than another: the share of the draws of what they may be in which it is, ties counted
    /// half; 1, ½ or 0 where both labels are certain.
    ///
    /// - Complexity: O(draws).
    func certainty(_ first: Int, over second: Int) -> Double {
        let (a, b) = (completions[first], completions[second])
        let draws = max(a.draws.count, b.draws.count)
        guard draws > 0 else {
            let difference = gap(first, second)
            return difference == 0 ? 0.5 : difference > 0 ? 1 : 0
        }
        let wins = (0..<draws).reduce(0.0) { sum, draw in
            let x = a.draws.isEmpty ? a.value : a.draws[draw % a.draws.count]
            let y = b.draws.isEmpty ? b.value : b.draws[draw % b.draws.count]
            let isTie = ValueTies.areEqual(x, y, scale: max(a.magnitude, b.magnitude, valueUnit))
            return sum + (isTie ? 0.5 : x > y ? 1 : 0)
        }
        return wins / Double(draws)
    }
}
