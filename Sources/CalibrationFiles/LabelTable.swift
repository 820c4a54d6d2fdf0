internal import Output

/// Labels of whole conversations as observations: a row for every answer, with what the user did next.
///
/// Read from `labels.jsonl` of `label`, whatever the conversations came from: `messages`, ShareGPT's form or a log of Inspect. A name is the
/// likeliest of its distribution; where the labeller abstained, nothing was observed.
struct LabelTable {
    /// The columns besides those of features.
    static let columns = ["conversation", "turn", "cue", "response", "reaction", "cue_after", "ends"]

    private struct Turn {
        var line: Int
        var names: [String: String]
        var features: [String: Double]
    }

    private struct Conversation {
        let id: String
        /// By index.
        var answers: [Int: Turn] = [:]
        /// The opening, then later messages.
        var messages: [Int: Turn] = [:]
    }

    private var order: [Conversation] = []
    private var places: [String: Int] = [:]
    private var abstained = 0

    /// Whether a line is a label of `label`.
    static func isLabel(_ members: [String: JSONValue]) -> Bool {
        members["sha256"] != nil && members["kind"] != nil && members["labeller"] != nil
    }

    /// - Throws: `DataError` at a line that is no label, and for a conversation that is none.
    static func table(
        _ objects: [(line: TextLine, members: [String: JSONValue])], file: String, hash: String
    ) throws(DataError) -> ObservationTable {
        var labels = LabelTable()
        for (line, members) in objects { try labels.add(members, line, file) }
        return try labels.table(file, hash)
    }

    private mutating func add(_ members: [String: JSONValue], _ line: TextLine, _ file: String) throws(DataError) {
        guard Self.isLabel(members), let id = members["id"]?.stringValue, let kind = members["kind"]?.stringValue,
            let index = members["index"]?.integerValue
        else { throw DataError(file, line.number, 1, "is no label as the lines before are; label writes one a line") }
        let isAbstained = members["abstained"]?.boolValue ?? false
        if isAbstained { abstained += 1 }
        var turn = Turn(line: line.number, names: [:], features: [:])
        for name in ["response", "cue", "reaction"] where !isAbstained {
            turn.names[name] = members[name].flatMap(Self.likeliest)
        }
        for (name, value) in members["features"]?.objectValue ?? [:] {
            turn.features[name] = value.doubleValue ?? value["mean"]?.doubleValue
        }
        let place = places[id] ?? order.count
        if place == order.count {
            places[id] = place
            order.append(Conversation(id: id))
        }
        switch kind {
        case "answer": order[place].answers[index] = turn
        case "opening": order[place].messages[0] = turn
        case "message": order[place].messages[index + 1] = turn
        default:
            throw DataError(
                file, line.number, 1, "has the kind '\(kind)'; labels are of an answer, an opening or a message")
        }
    }

    /// The likeliest name; the first by name among equals.
    private static func likeliest(_ value: JSONValue) -> String? {
        if let name = value.stringValue { return name }
        return value.objectValue?.compactMap { name, share in share.doubleValue.map { (name, $0) } }
            .min { ($1.1, $0.0) < ($0.1, $1.0) }?.0
    }

    private func table(_ file: String, _ hash: String) throws(DataError) -> ObservationTable {
        let features = Set(order.flatMap { $0.answers.values.flatMap(\.features.keys) }).sorted()
        var rows: [ObservationTable.Row] = []
        for conversation in order {
            let answers = conversation.answers.sorted { $0.key < $1.key }
            // Between two answers stands a message; several answers to one prompt are no conversation.
            if answers.count > 1, conversation.messages.count < answers.count, let first = answers.first {
                throw DataError(
                    file, first.value.line, 1,
                    "begins \(answers.count) answers of '\(conversation.id)' with \(conversation.messages.count) messages of the "
                        + "user: answers to one prompt are no conversation, and say nothing of what users did next")
            }
            for (index, answer) in answers {
                let (before, after) = (conversation.messages[index], conversation.messages[index + 1])
                rows.append(
                    ObservationTable.Row(
                        line: answer.line,
                        fields: [
                            conversation.id, "\(index + 1)", before?.names["cue"] ?? "", answer.names["response"] ?? "",
                            after?.names["reaction"] ?? "", after?.names["cue"] ?? "",
                            after == nil ? "ends" : "goes_on",
                        ] + features.map { answer.features[$0].map { "\($0)" } ?? "" }))
            }
        }
        guard !rows.isEmpty else {
            throw DataError(
                file, 1, 1, "has labels of no answer, so there is no turn; label whole conversations (messages)")
        }
        return ObservationTable(
            file: file, columns: Self.columns + features.map { "feature:\($0)" }, rows: rows, hash: hash,
            notes: abstained == 0
                ? [] : ["\(Format.count(abstained)) texts that the labeller abstained on count as not observed"])
    }
}
