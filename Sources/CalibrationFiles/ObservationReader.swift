package import Calibration
internal import Foundation
internal import Scenarios

/// Observed conversations, with an account of everything that was not used.
package struct ReadObservations: Sendable {
    package var data: ObservedTransitions
    /// What was found and not mapped to a name, with counts: `reaction 'end': 74, left out by the mapping`.
    package var notes: [String]
}

/// Turns the rows of a file into transitions, as a mapping says.
package struct ObservationReader {
    let mapping: CalibrationMapping
    let table: ObservationTable
    private(set) var index: [String: Int] = [:]
    var unmapped: [String: [String: Int]] = [:]
    var nulls: [String: [String: Int]] = [:]
    var empty: [String: Int] = [:]
    var weightless = 0
    var turnNotes: [String] = []

    /// - Throws: ``DataError`` with every label that the mapping does not have, with counts; or the first value that is none.
    package static func read(_ table: ObservationTable, _ mapping: CalibrationMapping) throws(DataError)
        -> ReadObservations
    {
        var reader = ObservationReader(table, mapping)
        return try reader.read()
    }

    private init(_ original: ObservationTable, _ mapping: CalibrationMapping) {
        self.mapping = mapping
        table = mapping.wide.map { Self.long(original, $0) } ?? original
    }

    // MARK: Reading

    private mutating func read() throws(DataError) -> ReadObservations {
        index = try table.positions(of: wantedColumns, for: mapping)
        if mapping.wide != nil {
            // The last columns of a table that was made long, whatever else in it has these names.
            for (offset, name) in ["weight", "reaction"].enumerated() where index[name] == nil {
                index[name] = table.columns.count - 1 - offset
            }
        }
        var (order, groups) = ([String](), [String: [Int]]())
        for (number, row) in table.rows.enumerated() {
            let name = mapping.conversation.map { field(number, $0) } ?? "\(row.line)"
            if name.isEmpty, let column = mapping.conversation {
                throw error(number, column, "is empty; every row must say which conversation it belongs to")
            }
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append(number)
        }
        var data = ObservedTransitions(
            states: mapping.states, responses: mapping.response?.names ?? [], features: mapping.features,
            reactions: mapping.reaction?.names ?? mapping.wide?.percent ?? [],
            factors: mapping.factors.map { .init(name: $0.name, levels: $0.source.names) },
            numbers: mapping.numbers.map(\.name), conversations: order)
        if let type = mapping.type {
            data.types = type.names
            data.factors.append(.init(name: "type", levels: type.names))
        }
        addLaggedCovariates(to: &data)
        let turns = try turns(groups)
        for (conversation, name) in order.enumerated() {
            try add(groups[name] ?? [], conversation, turns, to: &data)
        }
        guard unmapped.isEmpty else { throw unmappedError }
        return ReadObservations(data: data, notes: table.notes + turnNotes + notes + raterNotes)
    }

    /// What the mapping names.
    private var wantedColumns: [String] {
        var sources =
            [mapping.after, mapping.response, mapping.reaction, mapping.type].compactMap(\.self)
            + mapping.factors.map(\.source)
        if case .source(let source) = mapping.before { sources.append(source) }
        if case .source(let source) = mapping.ends { sources.append(source) }
        return [mapping.conversation, mapping.turn, mapping.weight].compactMap(\.self) + sources.map(\.column)
            + mapping.featureColumns + mapping.numbers.map(\.number.column) + (mapping.wide?.columns ?? [])
    }

    private mutating func add(
        _ rows: [Int], _ conversation: Int, _ turns: [Int]?, to data: inout ObservedTransitions
    ) throws(DataError) {
        let rows = turns.map { turns in rows.sorted { turns[$0] < turns[$1] } } ?? rows
        let type = try type(of: rows, to: &data)
        let first = data.transitions.count
        checkScores(rows)
        var last: Int?
        for (position, row) in rows.enumerated() {
            let back = { (lag: Int) in position >= lag ? rows[position - lag] : nil }
            var transition = ObservedTransitions.Transition(
                conversation: conversation, turn: turns?[row] ?? position + 1)
            if let source = mapping.response { transition.response = try value(back(source.lag), source) }
            if let source = mapping.reaction { transition.reaction = try value(back(source.lag), source) }
            if mapping.reaction == nil, let percent = mapping.wide?.percent {
                transition.reaction = percent.firstIndex(of: field(row, "reaction"))
            }
            if let source = mapping.after { transition.after = try value(back(source.lag), source) }
            switch mapping.before {
            case .none: break
            case .previous: transition.before = last
            case .source(let source): transition.before = try value(back(source.lag), source)
            }
            if case .source(let source) = mapping.ends {
                transition.ends = try value(back(source.lag), source).map { $0 == 1 }
            }
            if let after = transition.after { last = after }
            for column in mapping.featureColumns { transition.features.append(try feature(row, column)) }
            if mapping.featureColumns.isEmpty, let response = transition.response {
                transition.features = mapping.responseFeatures[data.responses[response]] ?? []
            }
            for (_, source) in mapping.factors { transition.levels.append(try value(back(source.lag), source) ?? -1) }
            for (_, number) in mapping.numbers {
                transition.numbers.append(try self.number(number, rows[..<position], row))
            }
            if let column = mapping.weight ?? (mapping.wide == nil ? nil : "weight") {
                transition.weight = try self.number(row, column)
                guard transition.weight >= 0 else { throw error(row, column, "is below 0; a weight must not be") }
                if transition.weight == 0 {
                    weightless += 1
                    continue
                }
            }
            if let type { transition.levels.append(type) }
            data.transitions.append(transition)
        }
        if mapping.ends == .last { markEnd(&data.transitions, from: first) }
    }

    /// The last turn of a conversation that has a reaction or a state after it ends it; what comes later says nothing.
    private func markEnd(_ transitions: inout [ObservedTransitions.Transition], from first: Int) {
        let own = first..<transitions.count
        guard let last = own.last(where: { transitions[$0].reaction != nil || transitions[$0].after != nil }) else {
            return
        }
        for index in own where index <= last { transitions[index].ends = index == last }
    }

    /// The type of a conversation's user: the same in all rows that say one; −1 where none does, nil without a column.
    private mutating func type(of rows: [Int], to data: inout ObservedTransitions) throws(DataError) -> Int? {
        guard let source = mapping.type else { return nil }
        var known: Int?
        for row in rows {
            guard let type = try value(row, source) else { continue }
            if let known, known != type {
                throw error(
                    row, source.column,
                    "is \(source.names[type]), and \(source.names[known]) before in the same conversation; "
                        + "a user has one type")
            }
            known = type
        }
        data.conversationTypes.append(known)
        return known ?? -1
    }

    /// A feature of the response as it was observed; NaN where it was not.
    private mutating func feature(_ row: Int, _ column: String) throws(DataError) -> Double {
        guard !field(row, column).isEmpty else {
            empty[column, default: 0] += 1
            return .nan
        }
        let value = try number(row, column)
        guard (0...1).contains(value) else { throw error(row, column, "is \(value); features are from 0 to 1") }
        return value
    }

    /// The text of a field, without spaces around it.
    func field(_ row: Int, _ column: String) -> String {
        ObservationTable.trimmed(raw(row, column))
    }

    /// The text of a field as it stands.
    private func raw(_ row: Int, _ column: String) -> String { index[column].map { table.rows[row].fields[$0] } ?? "" }

    func error(_ row: Int, _ column: String, _ problem: String) -> DataError {
        let starts = table.rows[row].starts
        let position = index[column].flatMap { starts.indices.contains($0) ? starts[$0] : nil } ?? 1
        return DataError(table.file, table.rows[row].line, position, "\(column) \(problem)")
    }

    func number(_ row: Int, _ column: String) throws(DataError) -> Double {
        let text = field(row, column)
        guard let value = ObservationTable.number(text) else {
            throw error(row, column, ObservationTable.problem(ofNumber: text))
        }
        return value
    }

    /// The index of the name that a field means; nil where nothing was observed.
    private mutating func value(_ row: Int?, _ source: CalibrationMapping.Source) throws(DataError) -> Int? {
        guard let row else { return source.names.firstIndex(of: "none") }
        let text = field(row, source.column)
        guard !text.isEmpty else {
            empty[source.column, default: 0] += 1
            return nil
        }
        switch source.meaning {
        case .same:
            let names = source.names
            let exact = raw(row, source.column)
            if let index = names.firstIndex(of: exact)
                ?? names.firstIndex(where: { ObservationTable.trimmed($0) == text })
            {
                return index
            }
            unmapped[source.column, default: [:]][text, default: 0] += 1
            return nil
        case .labels(let labels):
            guard let name = Self.meaning(of: raw(row, source.column), in: labels) else {
                unmapped[source.column, default: [:]][text, default: 0] += 1
                return nil
            }
            guard let name else {
                nulls[source.column, default: [:]][text, default: 0] += 1
                return nil
            }
            return source.names.firstIndex(of: name)
        case .cuts(let cuts):
            let value = try number(row, source.column)
            let above = cuts.count { value > $0 }
            return cuts.count > 1 && cuts[0] > cuts[1] ? cuts.count - above : above
        }
    }

    /// What labels say of a text: the label itself, or the one that differs from it by spaces around it.
    static func meaning<Meaning>(of text: String, in labels: [String: Meaning]) -> Meaning? {
        if let exact = labels[text] { return exact }
        let trimmed = ObservationTable.trimmed(text)
        return labels[trimmed] ?? labels.first { ObservationTable.trimmed($0.key) == trimmed }?.value
    }

    /// A column's number, or the mean of its labels' scores in the rows before, shrunk by two rows of score 0.
    private func number(
        _ number: CalibrationMapping.Number, _ before: ArraySlice<Int>, _ row: Int
    ) throws(DataError) -> Double {
        guard let scores = number.scores else {
            return field(row, number.column).isEmpty ? .nan : try self.number(row, number.column)
        }
        let sum = before.reduce(0.0) { $0 + (Self.meaning(of: field($1, number.column), in: scores) ?? 0) }
        return sum / Double(before.count + 2)
    }
}
