internal import GameModel

/// A game as a POMDP in Cassandra's file format, which pomdp-solve, SARSOP and POMDPs.jl read.
///
/// The turn is part of the state, so the horizon needs no option of a solver: after the last turn comes an absorbing end.
/// The first step is forced: in the state `start` every response leads to turn 1 and shows the opening cue, so the model
/// has seen the cue when it first chooses. Turn t is therefore step t of the file (from 0), and rewards make up for it:
/// what is worth v discounted to turn 1 is written as v/dᵗ, where d is the file's own discount. The value of `start` is
/// then the value of the game for any d.
///
/// Sizes: 2 + H + (T − 1)·H·S states, |A| actions, |O| + 1 observations.
///
/// Source: Cassandra, the POMDP file format (pomdp.org/code/pomdp-file-spec.html).
public struct CassandraFile: Sendable {
    public let source: ExportedGame
    /// d, in (0, 1].
    public let discount: Double
    /// Names of the states: start, turn 1, the later turns, end.
    private let states: [String]
    private let actions: [String]
    private let observations: [String]

    /// The most lines that are written unless another limit is given.
    public static let standardLimit = 20_000_000

    /// - Parameters:
    ///   - discount: d, what the file discounts by; nil for the game's (payoff) or 1 (safe outcomes). SARSOP needs d < 1.
    ///   - maximumLines: how many lines the file may have.
    /// - Throws: ``InterchangeError`` if d is not in (0, 1], rewards overflow under it, or the file would be too long.
    public init(
        _ source: ExportedGame, discount: Double? = nil, maximumLines: Int = standardLimit
    ) throws(InterchangeError) {
        let game = source.game
        self.source = source
        self.discount = discount ?? (source.goal == .payoff ? game.discount : 1)
        guard self.discount > 0, self.discount <= 1 else {
            throw InterchangeError("the discount of the file is \(self.discount); it must be above 0 and at most 1")
        }
        guard Self.power(self.discount, game.horizon) > 1e-250 else {
            throw InterchangeError(
                "the discount \(self.discount) over \(game.horizon) turns leaves too little to divide rewards by; it "
                    + "must be nearer to 1")
        }
        let lines = Self.lineCount(source)
        guard lines <= maximumLines else {
            throw InterchangeError(
                "the POMDP would have about \(lines) lines; at most \(maximumLines) are written. Shorten the horizon, "
                    + "or write the scenario with fewer states, reactions or responses")
        }
        let hidden = (0..<game.hiddenCount).map { index in
            let name = source.name(ofHidden: index)
            return "\(name.user)_\(name.state)"
        }
        var names = hidden.map { "turn1_\($0)" }
        for turn in stride(from: 2, through: game.horizon, by: 1) {
            names += hidden.flatMap { name in
                game.shownReactions.map { "turn\(turn)_\(name)_after_\(game.reactions[$0].name)" }
            }
        }
        states = SafeNames.identifiers(["start"] + names + ["end"], prefix: "s_")
        actions = SafeNames.identifiers(game.responses.map(\.name), prefix: "say_")
        observations = SafeNames.identifiers(
            (0..<game.observations.count).map { game.name(ofObservation: $0) } + ["ended"], prefix: "see_")
    }

    /// Writes the file.
    ///
    /// - Complexity: O(T · H · |A| · S · (S + |C|)) lines.
    public func write(to line: ExportedGame.Lines) throws {
        for text in heading { try line("# \(text)") }
        try line("")
        try line("discount: \(PositionalDecimal.text(discount))")
        try line("values: reward")
        try line("states: \(states.joined(separator: " "))")
        try line("actions: \(actions.joined(separator: " "))")
        try line("observations: \(observations.joined(separator: " "))")
        try line("start: \((["1.0"] + states.dropFirst().map { _ in "0.0" }).joined(separator: " "))")
        try line("")
        try writeOpening(line)
        for turn in 1...source.game.horizon {
            try line("")
            try line("# turn \(turn)")
            for hidden in 0..<source.game.hiddenCount { try write(turn: turn, hidden: hidden, line) }
        }
        try line("")
        try line("# the end")
        try line("T: * : \(end) : \(end) 1.0")
        try line("O: * : \(end) : \(observations[observations.count - 1]) 1.0")
    }

    private var heading: [String] {
        source.heading("POMDP (Cassandra's format)") + [
            "states are (turn, user type, state, last shown reaction); the first step is forced and shows the opening cue",
            "rewards of turn t are divided by \(PositionalDecimal.text(discount))^t, so that the value of the start is "
                + "the value of the game: nothing is to be added or multiplied",
            "no horizon is needed: every conversation reaches \(end), which is worth 0",
        ]
    }

    private var end: String { states[states.count - 1] }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// How many lines of transitions, observations and rewards there are at most.
    private static func lineCount(_ source: ExportedGame) -> Int {
        let game = source.game
        let (hidden, shown) = (game.hiddenCount, game.shownReactions.count)
        let states = hidden + (game.horizon - 1) * hidden * shown
        return states * (game.responses.count * (3 * shown + 2) + game.cues.count)
    }

    private func state(turn: Int, hidden: Int, shown: Int) -> String {
        let (width, count) = (source.game.hiddenCount, source.game.shownReactions.count)
        return turn == 1 ? states[1 + hidden] : states[1 + width + (turn - 2) * width * count + hidden * count + shown]
    }

    private func writeOpening(_ line: ExportedGame.Lines) throws {
        let game = source.game
        try line("# the opening: any response leads to turn 1, and the opening cue is seen")
        for hidden in 0..<game.hiddenCount {
            let chance = game.prior[game.user(of: hidden)] * game.initialState[hidden]
            let state = state(turn: 1, hidden: hidden, shown: 0)
            if chance > 0 { try line("T: * : \(states[0]) : \(state) \(PositionalDecimal.text(chance))") }
            try writeCues(of: state, hidden: hidden, first: 0, line)
        }
        // Nothing leads back to the start, but a row of observations must be a distribution.
        try line("O: * : \(states[0]) : \(observations[observations.count - 1]) 1.0")
    }

    private func writeCues(of state: String, hidden: Int, first: Int, _ line: ExportedGame.Lines) throws {
        let cues = source.game.cues.count
        for cue in 0..<cues {
            let chance = source.game.cue[hidden * cues + cue]
            guard chance > 0 else { continue }
            try line("O: * : \(state) : \(observations[first + cue]) \(PositionalDecimal.text(chance))")
        }
    }

    /// A hidden state's rows at a turn, once per reaction that may have been shown before.
    private func write(turn: Int, hidden: Int, _ line: ExportedGame.Lines) throws {
        let game = source.game
        for shown in 0..<(turn == 1 ? 1 : game.shownReactions.count) {
            let from = state(turn: turn, hidden: hidden, shown: shown)
            if turn > 1 {
                let first = game.observations.index(shown: shown, cue: 0)
                try writeCues(of: from, hidden: hidden, first: first, line)
            }
            for response in game.responses.indices {
                try writeTransitions(turn: turn, hidden: hidden, response: response, from: from, line)
                let worth = source.expected(turn: turn, hidden: hidden, response: response)
                let reward = worth / Self.power(discount, turn)
                if reward != 0 {
                    try line("R: \(actions[response]) : \(from) : * : * \(PositionalDecimal.text(reward))")
                }
            }
        }
    }

    private func writeTransitions(
        turn: Int, hidden: Int, response: Int, from: String, _ line: ExportedGame.Lines
    ) throws {
        let game = source.game
        let start = "T: \(actions[response]) : \(from)"
        var ended = source.endingProbabilities(turn: turn, hidden: hidden, response: response).reduce(0, +)
        if turn == game.horizon { ended += source.goingOn(turn: turn, hidden: hidden, response: response) }
        if ended > 0 { try line("\(start) : \(end) \(PositionalDecimal.text(ended))") }
        guard turn < game.horizon else { return }
        for step in 0..<3 {
            for shown in game.shownReactions.indices {
                let chance = source.probability(
                    turn: turn, hidden: hidden, response: response, step: step, shown: shown)
                guard chance > 0 else { continue }
                let to = state(turn: turn + 1, hidden: hidden + step - 1, shown: shown)
                try line("\(start) : \(to) \(PositionalDecimal.text(chance))")
            }
        }
    }
}
