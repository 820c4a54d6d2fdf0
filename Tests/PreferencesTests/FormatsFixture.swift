import ExactEvaluation
import ExampleScenarios
import Foundation
import GameModel
import Output
import Preferences
import Scenarios
import Solver

/// A small dataset of the starter scenario, and a place to write it.
struct FormatsFixture {
    let scenario: Scenario
    let source: PreferenceSource

    init(temperature: Double = 0.2) throws {
        scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
        let controller = try Policy.uniform(game: scenario.game)
        source = try Self.source(scenario, name: scenario.name, controller: controller, temperature: temperature)
    }

    /// What data of a policy are made from, no constraint counting.
    static func source(
        _ scenario: Scenario, name: String, controller: Policy, temperature: Double
    ) throws -> PreferenceSource {
        var objective = scenario.objective
        objective.constraints = []
        return try PreferenceSource(
            scenario: name, game: scenario.game, wording: scenario.wording, objective: objective,
            controller: controller, multipliers: [], temperature: temperature)
    }

    func dataset(
        _ format: DatasetFormat, labels: LabelMode = .quota, rowsPerPair: Int = 3, nodes: Int = 3,
        own: OwnCandidates? = nil
    ) throws -> Dataset {
        let selection = NodeSelection(count: nodes)
        let reach = Evaluation(source.controller, game: source.game).reach
        let table = try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: 1, turnReach: (reach, reach))
        let settings = LabelSettings(mode: format.requiredLabels ?? labels, rowsPerPair: rowsPerPair, testShare: 0.3)
        return Dataset(
            source: source,
            pairs: try PreferencePairs(own?.table ?? table, settings: settings, temperature: source.temperature),
            selection: selection,
            origin: .init(
                scenario: scenario.name, title: scenario.title, gameHash: "game", fileHash: "file",
                policyLabel: "uniform", policyHash: "0123456789abcdef0123", solution: .null,
                commandLine: "sim-cli export", version: "0.0.0"),
            rejects: own?.rejects, basis: own?.basis, own: own?.summary)
    }

    func own(_ lines: [String]) throws -> OwnCandidates {
        var objective = scenario.objective
        objective.constraints = []
        return try OwnCandidates(
            Array(lines.joined(separator: "\n").utf8),
            OwnCandidates.Basis(
                source: source, definition: scenario.definition, objective: objective, multipliers: [],
                settings: OwnPromptSettings(minimumScope: 0)))
    }
}

/// A folder for one test, removed with its owner.
final class FormatsFolder {
    let path = NSTemporaryDirectory() + "nacre-formats-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a dataset and returns its files by path.
    func write(_ dataset: Dataset, _ format: DatasetFormat, as name: String = "out") throws -> [String: String] {
        let folder = try OutputFolder(path: path + "/" + name, replaces: true)
        try dataset.write(format, to: folder)
        try folder.commit()
        return try files(name)
    }

    func files(_ name: String = "out") throws -> [String: String] {
        let root = path + "/" + name
        var files: [String: String] = [:]
        for file in try FileManager.default.subpathsOfDirectory(atPath: root) {
            guard let text = try? String(contentsOfFile: root + "/" + file, encoding: .utf8) else { continue }
            files[file] = text
        }
        return files
    }
}

/// The rows of a JSON-lines text.
func formatRows(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(strictly: Array($0.utf8)) }
}
