internal import Analysis
internal import GameModel
internal import Scenarios

/// A history as it is named on the command line: `distress` or `distress,ask_gently>disclose/distress,guide>ask/neutral`.
///
/// First the opening cue (left out where the scenario has none), then per turn the response and, after `>`, what was observed:
/// the reaction as it is seen and the cue it is read with, named as in policy files.
package enum HistoryArgument {
    package static let help = "A history: the opening cue, then RESPONSE>REACTION/CUE per turn, separated by commas."

    /// - Throws: ``InputError`` naming the part that is not of the scenario, and what was probably meant.
    package static func history(_ text: String, scenario: Scenario) throws -> History {
        let game = scenario.game
        var parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var cue = 0
        if game.cues.count > 1 || parts.first.map({ !$0.contains(">") }) == true {
            let name = parts.isEmpty ? "" : parts.removeFirst()
            cue = try index(of: name, among: game.cues, kind: "cue", in: text)
        }
        let later = Array(game.observations.later)
        let names = later.map { game.name(ofObservation: $0) }
        let steps = try parts.map { part -> History.Step in
            let sides = part.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2 else {
                throw InputError("history \(text): '\(part)' is no turn; write RESPONSE>REACTION/CUE")
            }
            return History.Step(
                response: try index(of: sides[0], among: game.responses.map(\.name), kind: "response", in: text),
                observation: later[try index(of: sides[1], among: names, kind: "observation", in: text)])
        }
        return History(cue: cue, steps: steps)
    }

    /// The histories asked for, or every opening that can happen where none is.
    package static func histories(_ texts: [String], scenario: Scenario) throws -> [History] {
        guard texts.isEmpty else { return try texts.map { try history($0, scenario: scenario) } }
        return scenario.game.cues.indices.map { History(cue: $0) }.filter {
            (try? $0.beliefs(in: scenario.game)) != nil
        }
    }

    /// The history written as it would be named.
    package static func text(_ history: History, game: Game) -> String {
        let turns = history.steps.map {
            "\(game.responses[$0.response].name)>\(game.name(ofObservation: $0.observation))"
        }
        return ([game.cues[history.cue]] + turns).joined(separator: ",")
    }

    private static func index(of name: String, among names: [String], kind: String, in text: String) throws -> Int {
        if let index = names.firstIndex(of: name) { return index }
        let hint = Scenario.suggestion(for: name, among: names).map { "did you mean \($0)?" }
        throw InputError(
            "history \(text): there is no \(kind) '\(name)'; " + (hint ?? "there are \(names.joined(separator: ", "))"))
    }
}
