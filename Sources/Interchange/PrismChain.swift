public import GameModel

/// A game under one fixed policy as a `dtmc` module in PRISM's language, for Storm and PRISM.
///
/// A turn has three steps: the model speaks by its strategy at `node`, the user reacts, and the model's memory takes in
/// what it saw. The file therefore grows with nodes plus tables, not with their product. `R{"value"}=? [F "done"]` minus
/// the constant of the comment is the policy's value, and every outcome, user type and response has a label.
public struct PrismChain: Sendable {
    public let source: ExportedGame
    /// The policy's name.
    public let policy: String
    private let controller: Policy
    private let text: PrismText

    public init(_ source: ExportedGame, controller: Policy, policy: String) {
        self.source = source
        self.controller = controller
        self.policy = policy
        text = PrismText(source)
    }

    /// C: what the file's value exceeds the policy's by.
    public var shift: Double { text.shift }

    /// Writes the file.
    ///
    /// - Complexity: O(nodes · (|A| + |O|) + T · H · |A| · (|Ω| + S · |C|)).
    public func write(to line: ExportedGame.Lines) throws {
        let game = source.game
        let heading =
            text.heading("Markov chain (PRISM's language)", query: "R{\"value\"}=? [F \"done\"]") + [
                "policy: \(SafeNames.line(policy)), memory \(controller.memory.kind)",
                "step: 0 the model speaks, 1 the user reacts, 2 the model takes in what it saw",
            ]
        for note in heading { try line("// \(note)") }
        try line("")
        try line("dtmc")
        try line("")
        try line("module conversation")
        try line("  turn : [0..\(text.ended)] init 0;")
        try line("  step : [0..2] init 0;")
        try line("  node : [0..\(controller.memory.nodeCount - 1)] init 0;")
        try line("  say : [0..\(game.responses.count - 1)] init 0;")
        try line("  seen : [0..\(game.observations.count - 1)] init 0;")
        try line("  user : [0..\(game.users.count - 1)] init 0;")
        try line("  state : [0..\(game.states.count - 1)] init 0;")
        try line("  outcome : [0..\(game.outcomes.count - 1)] init 0;")
        try line("")
        let opening = text.openings { cue in
            controller.memory.initial[cue].entries.map { ($0.probability, "(node'=\($0.node))") }
        }
        try line("  [] turn=0 -> \(opening);")
        try writeSpeaking(line)
        try writeReactions(line)
        try writeMemory(line)
        try line("  [] turn=\(text.ended) -> 1.0 : true;")
        try line("endmodule")
        try writeRewards(line)
        try line("")
        for label in text.labels { try line(label) }
        for (response, name) in SafeNames.identifiers(game.responses.map(\.name), prefix: "say_").enumerated() {
            try line("label \"\(name)\" = step=1 & say=\(response);")
        }
    }

    private func writeSpeaking(_ line: ExportedGame.Lines) throws {
        for node in 0..<controller.memory.nodeCount {
            let branches = controller.strategy(at: node).enumerated().map { response, chance in
                (chance: chance, update: "(step'=1) & (say'=\(response))")
            }
            try line(
                "  [] step=0 & turn>0 & turn<\(text.ended) & node=\(node) -> \(PrismText.updates(branches));")
        }
    }

    private func writeReactions(_ line: ExportedGame.Lines) throws {
        let forgets = controller.memory.branches == 1 ? " & (say'=0)" : ""
        for response in source.game.responses.indices {
            for hidden in 0..<source.game.hiddenCount {
                for turns in text.turnGuards {
                    let updates = text.reactions(
                        turn: turns.turn, hidden: hidden, response: response,
                        end: "(step'=0) & (say'=0) & (node'=0) & (state'=0)"
                    ) { "(step'=2)\(forgets) & (seen'=\($0))" }
                    try line(
                        "  [] step=1 & say=\(response) & \(turns.text) & \(text.guardText(hidden: hidden)) -> "
                            + "\(updates);")
                }
            }
        }
    }

    /// What is remembered next: one command per node and node that follows.
    private func writeMemory(_ line: ExportedGame.Lines) throws {
        let (memory, observations) = (controller.memory, source.game.observations)
        // A memory that follows responses still knows what was said, and forgets it now.
        for exit in 0..<memory.nodeCount * memory.branches {
            let (node, response) = (exit / memory.branches, exit % memory.branches)
            let (said, forgets) = memory.branches == 1 ? ("", "") : ("say=\(response) & ", " & (say'=0)")
            var (targets, seen) = ([Int](), [Int: [Int]]())
            for observation in observations.later {
                let next = memory.successor(
                    of: node, after: response, observation: observation, game: source.game)
                guard next >= 0 else { continue }
                if seen[next] == nil { targets.append(next) }
                seen[next, default: []].append(observation)
            }
            for target in targets {
                let condition = (seen[target] ?? []).map { "seen=\($0)" }.joined(separator: " | ")
                try line(
                    "  [] step=2 & \(said)node=\(node) & (\(condition)) -> 1.0 : (step'=0)\(forgets) & (seen'=0) & "
                        + "(node'=\(target));")
            }
        }
    }

    private func writeRewards(_ line: ExportedGame.Lines) throws {
        try line("")
        try line("rewards \"value\"")
        for turn in 1...source.game.horizon {
            for hidden in 0..<source.game.hiddenCount {
                for response in source.game.responses.indices {
                    let reward = text.reward(turn: turn, hidden: hidden, response: response)
                    guard reward != 0 else { continue }
                    try line(
                        "  step=1 & turn=\(turn) & \(text.guardText(hidden: hidden)) & say=\(response) : "
                            + "\(PositionalDecimal.text(reward));")
                }
            }
        }
        try line("endrewards")
    }
}
