internal import Documents
internal import GameModel
internal import UserAgents

/// `move`: how a user's state moves, as a score or as a table.
struct MoveSection {
    let names: ScenarioNames

    /// - Parameter reader: the value of `move`; nil where the user's state never moves.
    /// - Returns: the movement, or nil after reporting.
    func read(_ reader: NodeReader?) -> Movement? {
        guard let reader else { return .table(rows(filledWith: .none)) }
        guard !names.states.isImplicit else {
            reader.errorAtKey("is given, but the scenario has no states; remove it")
            return nil
        }
        guard let fields = reader.mapping(of: "coefficients, or of 'table'") else { return nil }
        if let table = fields["table"] {
            fields.rejectUnknown(except: ["table"])
            return self.table(table).map { .table($0) }
        }
        return PredictorSection(names: names).move(fields).map { .logit($0) }
    }

    private func rows(filledWith move: AdjacentMove) -> [[AdjacentMove]] {
        let row = [AdjacentMove](repeating: move, count: names.responses.count)
        return [[AdjacentMove]](repeating: row, count: names.states.count)
    }

    /// One row per state, or per state and response.
    private func table(_ reader: NodeReader) -> [[AdjacentMove]]? {
        guard let fields = reader.mapping(of: "states to rows") else { return nil }
        var table = rows(filledWith: .none)
        var isWhole = fields.hasAll(of: names.states)
        for entry in fields.entries {
            let state = names.states.resolve(key: entry)
            guard let row = stateRow(entry.value, state: state), let state else {
                isWhole = false
                continue
            }
            table[state] = row
        }
        return isWhole ? table : nil
    }

    private func stateRow(_ reader: NodeReader, state: Int?) -> [AdjacentMove]? {
        guard reader.hasRows else {
            return distribution(reader, state: state).map { Array(repeating: $0, count: names.responses.count) }
        }
        guard let fields = reader.mapping(of: "responses to rows") else { return nil }
        var row = [AdjacentMove](repeating: .none, count: names.responses.count)
        var isWhole = fields.hasAll(of: names.responses)
        for entry in fields.entries {
            let response = names.responses.resolve(key: entry)
            let move = distribution(entry.value, state: state)
            if let response, let move { row[response] = move } else { isWhole = false }
        }
        return isWhole ? row : nil
    }

    /// A distribution over the states next to one and itself.
    private func distribution(_ reader: NodeReader, state: Int?) -> AdjacentMove? {
        guard let row = reader.distribution(over: names.states), let state else { return nil }
        var isWhole = true
        for (other, probability) in row.enumerated() where probability > 0 && abs(other - state) > 1 {
            let entry = reader.context.fields(of: reader)?[names.states.names[other]]
            entry?.errorAtKey("is not next to '\(names.states.names[state])'; a state may move to its neighbours only")
            isWhole = false
        }
        guard isWhole else { return nil }
        return AdjacentMove(
            down: state > 0 ? row[state - 1] : 0, stay: row[state], up: state + 1 < row.count ? row[state + 1] : 0)
    }
}

extension NodeReader {
    /// Whether a mapping holds mappings, so that there is one more name before the numbers.
    var hasRows: Bool {
        guard let fields = context.fields(of: self) else { return false }
        return fields.entries.contains { $0.value.isMapping }
    }
}
