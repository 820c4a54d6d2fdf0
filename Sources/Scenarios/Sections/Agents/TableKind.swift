internal import Documents
internal import GameModel
internal import UserAgents

/// `table`: reactions given outright.
enum TableKind: AgentKind {
    static let keys = ["table"]
    static let mark = "table"
    static let meaning = "gives the reactions outright"

    static func read(_ body: Fields, in scenario: AgentSurroundings) -> (any UserAgent)? {
        guard let table = body["table"], let reactions = reactionTable(table, scenario.names),
            let movement = scenario.movement
        else { return nil }
        return TabularUser(reactions: reactions, movement: movement)
    }

    /// react_θ(m | x, a) outright: one row per response, or per state and response.
    private static func reactionTable(_ reader: NodeReader, _ names: ScenarioNames) -> [[[Double]]]? {
        guard let fields = reader.mapping(of: "responses to rows, or of states to such mappings") else { return nil }
        let isPerState = !names.states.isImplicit && fields.entries.contains { $0.value.hasRows }
        guard isPerState else {
            return responseRows(fields, names).map { Array(repeating: $0, count: names.states.count) }
        }
        var table = [[[Double]]](repeating: [], count: names.states.count)
        var isWhole = fields.hasAll(of: names.states)
        for entry in fields.entries {
            let state = names.states.resolve(key: entry)
            let inner = entry.value.mapping(of: "responses to rows")
            let rows = inner.flatMap { responseRows($0, names) }
            if let state, let rows { table[state] = rows } else { isWhole = false }
        }
        return isWhole ? table : nil
    }

    private static func responseRows(_ fields: Fields, _ names: ScenarioNames) -> [[Double]]? {
        var rows = [[Double]](repeating: [], count: names.responses.count)
        var isWhole = fields.hasAll(of: names.responses)
        for entry in fields.entries {
            let response = names.responses.resolve(key: entry)
            let row = entry.value.distribution(over: names.reactions, allowsNull: true)
            if let response, let row { rows[response] = row } else { isWhole = false }
        }
        return isWhole ? rows : nil
    }
}
