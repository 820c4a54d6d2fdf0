import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Output
import Preferences
import Solver

/// Small games with words, and everything that preference data are made from.
enum Fixture {
    /// Words from which cue, response and reaction can be read off, with as many paraphrases as asked for.
    ///
    /// A reaction that shows as another has words that must never be spoken.
    static func wording(_ definition: GameDefinition, paraphrases: Int = 1, forgetsCues: Bool = false) -> Texts {
        func texts(_ name: String, _ cue: String) -> [String] {
            (0..<paraphrases).map { forgetsCues ? "\(name) (\($0))" : "\(name), \(cue) (\($0))" }
        }
        return Texts(
            openings: definition.cues.map { cue in
                [
                    Message(role: .system, content: "Be kind."),
                    Message(role: .user, content: forgetsCues ? "Hello" : "Hello, \(cue)"),
                ]
            },
            responses: definition.responses.map { item in definition.cues.map { texts("I \(item.name)", $0) } },
            reactions: definition.reactions.map { item in
                definition.cues.map { cue in
                    if case .continuesShowing = item.effect { return ["NEVER SPOKEN"] }
                    return texts("You \(item.name)", cue)
                }
            })
    }

    /// A source with a random controller.
    static func source(
        _ definition: GameDefinition = SampleGame.definition(), wording: Texts? = nil, temperature: Double = 0.5,
        memory: MemoryKind = .lastWithTurn, reference: [Double]? = nil, goal: Objective.Goal = .payoff
    ) throws -> PreferenceSource {
        let game = try Game(definition)
        let controller = try Policy.random(memory, game: game, seed: 5)
        var random = SplitMix64(seed: 17)
        let reference = reference ?? random.distribution(game.responses.count)
        let objective = Objective(goal: goal, reference: reference)
        return PreferenceSource(
            scenario: "sample", game: game, wording: wording ?? Self.wording(definition),
            reference: Reference(reference),
            controller: controller,
            actionValues: try ActionValues(controller, game: game, objective: objective, multipliers: []),
            temperature: temperature)
    }

    /// A source with four responses, so that a prompt has six pairs.
    static func wide(temperature: Double = 0.5, reference: [Double]? = nil) throws -> PreferenceSource {
        try source(
            RandomGame { $0.responses = 4 }.definition(seed: 3), temperature: temperature, reference: reference)
    }

    static func table(
        _ source: PreferenceSource, _ selection: NodeSelection = NodeSelection(), variants: Int = 1
    ) throws -> LongTable {
        let reference = try Policy.reference(source.reference, game: source.game)
        return try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: variants,
            turnReach: (
                Evaluation(reference, game: source.game).reach, Evaluation(source.controller, game: source.game).reach
            ))
    }

    static func rows(
        _ table: LongTable, _ settings: LabelSettings, temperature: Double = 0.5
    ) throws -> [PreferencePair] {
        var rows: [PreferencePair] = []
        try PreferencePairs(table, settings: settings, temperature: temperature).visit { rows.append($0) }
        return rows
    }

    /// Q_chosen − Q_rejected of a row.
    static func difference(_ row: PreferencePair) -> Double {
        row.prompt.completions[row.chosen].value - row.prompt.completions[row.rejected].value
    }
}

/// σ(x), as it stands in books.
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
