import ExactEvaluation
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// One prompt whose answers are worth what is asked for: a conversation of one turn in which they differ in cost only.
struct PricedAnswers {
    let source: PreferenceSource
    let table: LongTable

    init(_ costs: [Double], reference: [Double]? = nil, temperature: Double = 0.2) throws {
        let names = costs.indices.map { "r\($0)" }
        let responses = zip(names, costs).map { "  \($0): {texts: [\"Answer \($0).\"], cost: \($1)}" }
        let shares = reference ?? costs.map { _ in 1 / Double(costs.count) }
        let text = """
            format: 1
            name: priced
            horizon: 1
            opening: [{role: user, content: "Hello?"}]
            features: {f: f}
            responses:
            \(responses.joined(separator: "\n"))
            outcomes:
              over: {safe: true, timeout: true}
            reactions:
              ask: {texts: ["And then?"]}
            users:
              anyone: {prior: 1, utility: {}}
            objective:
              reference: {\(zip(names, shares).map { "\($0): \($1)" }.joined(separator: ", "))}
            """
        let scenario = try Scenario.parse(text, file: "priced.yaml")
        source = try FormatsFixture.source(
            scenario, name: "priced", controller: try Policy.uniform(game: scenario.game), temperature: temperature)
        let selection = NodeSelection(count: 1)
        table = try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: 1, turnReach: ([1], [1]))
    }

    func pairs(_ settings: LabelSettings, _ change: (inout PromptRecord) -> Void = { _ in }) throws -> PreferencePairs {
        var table = table
        change(&table.prompts[0])
        return try PreferencePairs(table, settings: settings, temperature: source.temperature)
    }
}

extension PreferencePairs {
    /// Every row as (chosen, rejected).
    func rows() throws -> [[Int]] {
        var rows: [[Int]] = []
        try visit { rows.append([$0.chosen, $0.rejected]) }
        return rows
    }
}
