import ExactEvaluation
import ExampleScenarios
import Foundation
import GameFixtures
import GameModel
import Labelling
import Output
import Preferences
import Scenarios

/// Own prompts of a shipped scenario under some policy.
struct OwnFixture {
    let scenario: Scenario
    let source: PreferenceSource
    let multipliers: [Double]

    var game: Game { scenario.game }

    /// - Parameters:
    ///   - memory: of a random policy.
    ///   - policy: another one.
    init(
        _ name: String = "self-harm-question", memory: MemoryKind = .lastWithTurn,
        policy: ((Game) throws -> Policy)? = nil
    ) throws {
        guard let text = ExampleScenarios.all.first(where: { $0.name == name })?.text else { throw Missing() }
        scenario = try Scenario.parse(text, file: name + ".yaml")
        let game = scenario.game
        let policy = try policy?(game) ?? .random(memory, game: game, seed: 5)
        multipliers = scenario.objective.constraints.map { _ in 0 }
        source = try PreferenceSource(
            scenario: scenario.name, game: game, wording: scenario.wording, objective: scenario.objective,
            controller: policy, multipliers: multipliers, temperature: 0.2)
    }

    struct Missing: Error {}

    var scheme: LabelScheme { LabelScheme(scenario: scenario.name, game: game) }

    func own(
        _ lines: [JSONValue], labels: [JSONValue]? = nil,
        settings: OwnPromptSettings = OwnPromptSettings(minimumScope: 0),
        reasons: PairReasons? = nil
    ) throws -> OwnCandidates {
        let text = try lines.map { try $0.text() }.joined(separator: "\n")
        var found: AnswerLabels?
        if let labels {
            let folder = try FormatsFolder()
            let path = folder.path + "/labels.jsonl"
            try labels.map { try $0.text() }.joined(separator: "\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            found = try AnswerLabels(path: path, scheme: scheme)
        }
        return try OwnCandidates(
            Array(text.utf8),
            OwnCandidates.Basis(
                source: source, definition: scenario.definition, objective: scenario.objective,
                multipliers: multipliers,
                settings: settings, labels: found, reasons: reasons))
    }

    /// A line of a prompt with one answer per response, named.
    func line(_ prompt: JSONValue, _ others: [String: JSONValue] = [:]) -> JSONValue {
        let answers = game.responses.map { response in
            JSONValue.object(["content": .string("I \(response.name)."), "response": .string(response.name)])
        }
        return .object(others.merging(["prompt": prompt, "candidates": .array(answers)]) { own, _ in own })
    }

    /// A distribution over names as JSON.
    static func shares(_ shares: [String: Double]) -> JSONValue { .object(shares.mapValues { .number($0) }) }

    func features(_ response: Response) -> JSONValue {
        .object(
            Dictionary(uniqueKeysWithValues: zip(game.features, response.features).map { ($0, JSONValue.number($1)) }))
    }
}
