internal import GameModel

/// A game as a `pomdp` module in PRISM's language, for Storm and PRISM.
///
/// The model observes the turn and what was said last (`seen`), never the user type, the state or the outcome. There is one
/// action label per response; `open` starts the conversation and shows the opening cue. The reward structure is named
/// `value`, and its rewards are nowhere negative: `R{"value"}max=? [F "done"]` minus the constant that a comment gives is
/// the value. `Pmax=? [F "safe"]` is the best safe share whatever the goal is.
///
/// Source: PRISM manual, "Partially observable models"; Norman, Parker & Zou 2017 (doi:10.1007/s11241-017-9269-4).
public struct PrismPOMDP: Sendable {
    public let source: ExportedGame
    private let text: PrismText

    public init(_ source: ExportedGame) {
        self.source = source
        text = PrismText(source)
    }

    /// C: what the file's value exceeds the game's by.
    public var shift: Double { text.shift }

    /// Writes the file.
    ///
    /// - Complexity: O(T · H · |A|) lines of rewards, and a command per hidden state, response and kind of turn.
    public func write(to line: ExportedGame.Lines) throws {
        let game = source.game
        for note in text.heading("POMDP (PRISM's language)", query: "R{\"value\"}max=? [F \"done\"]") {
            try line("// \(note)")
        }
        let names = (0..<game.observations.count).map { "\($0 + 1) \(game.name(ofObservation: $0))" }
        let ended = game.observations.count + 1
        try line("// seen: 0 nothing yet, \(SafeNames.line(names.joined(separator: ", "))), \(ended) the end")
        try line("")
        try line("pomdp")
        try line("")
        try line("observables")
        try line("  turn, seen")
        try line("endobservables")
        try line("")
        try line("module conversation")
        try line("  turn : [0..\(text.ended)] init 0;")
        try line("  seen : [0..\(ended)] init 0;")
        try line("  user : [0..\(game.users.count - 1)] init 0;")
        try line("  state : [0..\(game.states.count - 1)] init 0;")
        try line("  outcome : [0..\(game.outcomes.count - 1)] init 0;")
        try line("")
        try line("  [open] turn=0 -> \(text.opening { cue in "(seen'=\(cue + 1))" });")
        try writeCommands(ended: ended, line)
        try line("  [ended] turn=\(text.ended) -> 1.0 : true;")
        try line("endmodule")
        try writeRewards(line)
        try line("")
        for label in text.labels { try line(label) }
    }

    private var actions: [String] { SafeNames.identifiers(source.game.responses.map(\.name), prefix: "say_") }

    private func writeCommands(ended: Int, _ line: ExportedGame.Lines) throws {
        for (response, action) in actions.enumerated() {
            for hidden in 0..<source.game.hiddenCount {
                for turns in text.turnGuards {
                    let updates = text.reactions(
                        turn: turns.turn, hidden: hidden, response: response,
                        end: "(seen'=\(ended)) & (state'=0)"
                    ) { "(seen'=\($0 + 1))" }
                    try line("  [\(action)] \(turns.text) & \(text.guardText(hidden: hidden)) -> \(updates);")
                }
            }
        }
    }

    private func writeRewards(_ line: ExportedGame.Lines) throws {
        try line("")
        try line("rewards \"value\"")
        for turn in 1...source.game.horizon {
            for hidden in 0..<source.game.hiddenCount {
                for (response, action) in actions.enumerated() {
                    let reward = text.reward(turn: turn, hidden: hidden, response: response)
                    guard reward != 0 else { continue }
                    try line(
                        "  [\(action)] turn=\(turn) & \(text.guardText(hidden: hidden)) : "
                            + "\(PositionalDecimal.text(reward));")
                }
            }
        }
        try line("endrewards")
    }
}
