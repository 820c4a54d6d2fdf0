import Calibration
import CalibrationFiles
internal import ExactEvaluation
import ExampleScenarios
import Foundation
import GameFixtures
import GameModel
import Output
import Preferences
import Scenarios
import Simulation
import Solver

/// All targets. A new one for texts is an entry with sound inputs, words of the format and the reader.
enum Targets {
    static var all: [Target] {
        [
            Target(name: "store", reads: "cells of a run store, through SQL") { try StoreCells().reader() },
            Target(name: "store-file", reads: "bytes and schema of a run store") { try StoreFiles().reader() },
            text("checkpoint", "a simulation's checkpoint, gone on from") {
                let play = try PlayedGame()
                return ([play.checkpoint], [], play.goOn)
            },
            text("json", "JSON") {
                (
                    [#"{"a":[1,-2.5e3,"x\u00e9\n",true,null,{}],"b":{"c":[]}}"#], ["1e999", "\"\\"],
                    { bytes in
                        let value = try JSONValue(strictly: bytes)
                        _ = try JSONValue(parsing: value.text(.indented))
                    }
                )
            },
            text("rows", "rows of preference data, as `check` reads them") {
                (
                    Samples.rows,
                    ["\"chosen\"", "\"rejected\"", "\"role\"", "\"content\"", "\"label\"", "\"messages\""],
                    { bytes in
                        var audit = DatasetAudit(users: ["thief"])
                        audit.add(file: DataFile(name: "train.jsonl"), bytes: bytes)
                    }
                )
            },
            text("scenario", "scenario files") {
                (
                    ExampleScenarios.all.map(\.text), Samples.scenarioWords,
                    { bytes in
                        guard let text = String(validating: bytes, as: UTF8.self) else { return }
                        _ = try Scenario.parse(text, file: "mutant.yaml")
                    }
                )
            },
            text("policy", "policy files") {
                let scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
                return (
                    [try Samples.policy(scenario)], ["\"strategies\"", "\"kind\"", "\"memory\""],
                    { bytes in
                        guard let text = String(validating: bytes, as: UTF8.self) else { return }
                        _ = try PolicyFile(
                            reading: text, label: "mutant", game: scenario.game, gameHash: scenario.gameHash)
                    }
                )
            },
            text("mapping", "mappings of `calibrate`") {
                (
                    [Samples.mapping], ["columns:", "models:", "reaction:", "terms:"],
                    { bytes in
                        _ = try CalibrationMapping.parse(bytes, file: "mutant.yaml")
                    }
                )
            },
            text("candidates", "lines of one's own prompts and answers") {
                let own = try OwnSource()
                return (Samples.candidates, ["\"prompt\"", "\"answers\"", "\"response\"", "\"cue\""], own.place)
            },
        ]
    }

    private typealias Reader = ([UInt8]) throws -> Void

    private static func text(
        _ name: String, _ reads: String,
        _ parts: @escaping () throws -> (sound: [String], words: [String], read: Reader)
    ) -> Target {
        Target(name: name, reads: reads) {
            let (sound, words, read) = try parts()
            for input in sound { try read(Array(input.utf8)) }
            let mutations = ByteMutations(sound, words: words)
            return { generator in try read(mutations.next(&generator)) }
        }
    }
}

/// A short simulation of the first example, and its checkpoint.
struct PlayedGame {
    private let game: Game
    private let simulation: Rollouts
    let checkpoint: String

    init() throws {
        game = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml").game
        simulation = Rollouts(
            game: game, policies: [try .uniform(game: game)],
            settings: .init(episodes: Rollouts.blockSize + 8, seed: 1, threads: 1))
        var first: SimulationResult?
        _ = try simulation.run(shouldStop: { first != nil }, progress: { first = $0 })
        let short = Rollouts(
            game: game, policies: [try .uniform(game: game)],
            settings: .init(episodes: Rollouts.blockSize, seed: 1, threads: 1))
        checkpoint = String(decoding: try JSONEncoder().encode(try short.run()), as: UTF8.self)
    }

    /// Goes on from a checkpoint and looks at every estimate.
    func goOn(_ bytes: [UInt8]) throws {
        let start = try JSONDecoder().decode(SimulationResult.self, from: Data(bytes))
        let result = try simulation.run(from: start)
        for tally in result.tallies {
            _ = (tally.payoff, tally.turns, tally.safe(game))
            for user in tally.users.indices {
                for outcome in tally.users[user].outcomes.indices { _ = tally.outcome(outcome, user: user) }
            }
        }
    }
}

/// What candidates are placed in: the first example under the uniform policy.
struct OwnSource {
    private let scenario: Scenario
    private let source: PreferenceSource

    private let objective: Objective

    init() throws {
        scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
        var objective = scenario.objective
        objective.constraints = []
        self.objective = objective
        source = try PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording, objective: objective,
            controller: .uniform(game: scenario.game), multipliers: [], temperature: 0.2)
    }

    func place(_ bytes: [UInt8]) throws {
        _ = try OwnCandidates(
            bytes,
            OwnCandidates.Basis(
                source: source, definition: scenario.definition, objective: objective, multipliers: [],
                settings: OwnPromptSettings(minimumScope: 0)))
    }
}
