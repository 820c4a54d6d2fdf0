internal import GameModel

/// A game as a POMDP of mixed observability in the XML format of APPL, which its SARSOP reads.
///
/// Turn and shown reaction are variables of their own that the model observes fully; what is hidden is the user type and the state
/// alone, H values instead of the (T − 1)·H·S states of ``CassandraFile``. A belief of the solver is then a point of a simplex
/// with H corners per turn and reaction. The cue is the observation. The first step is forced as there, and rewards are
/// divided by the file's discount in the same way: the value of the start is the value of the game.
///
/// No row is given twice, since readers disagree on which of two counts: rows hold for all turns only where they do.
///
/// Sizes: T + 2 turns, S + 2 reactions, H hidden states; O(|A| · T · H · S) numbers.
///
/// Source: POMDPX 1.0 (bigbird.comp.nus.edu.sg/pmwiki/farm/appl); mixed observability, Ong, Png, Hsu & Lee 2010, IJRR 29(8)
/// (doi:10.1177/0278364910369861).
public struct PomdpxFile: Sendable {
    /// The same game as a flat POMDP, which names actions and says the discount.
    private let flat: CassandraFile
    private let actions: [String]
    private let reactions: [String]
    private let hidden: [String]
    private let cues: [String]
    /// `start`, the turns, `ended`.
    private let turns: [String]

    public var source: ExportedGame { flat.source }
    public var discount: Double { flat.discount }

    /// - Parameter discount: d, what the file discounts by; nil for the game's (payoff) or 1 (safe outcomes). SARSOP needs d < 1.
    /// - Throws: ``InterchangeError`` if d is not in (0, 1], or rewards overflow under it.
    public init(_ source: ExportedGame, discount: Double? = nil) throws(InterchangeError) {
        flat = try CassandraFile(source, discount: discount, maximumLines: .max)
        let game = source.game
        actions = SafeNames.identifiers(game.responses.map(\.name), prefix: "say_")
        reactions = SafeNames.identifiers(
            ["nothing"] + game.shownReactions.map { game.reactions[$0].name } + ["end"], prefix: "see_")
        hidden = SafeNames.identifiers(
            (0..<game.hiddenCount).map { "\(source.name(ofHidden: $0).user)_\(source.name(ofHidden: $0).state)" },
            prefix: "h_")
        cues = SafeNames.identifiers(game.cues, prefix: "cue_")
        turns = ["start"] + (1...game.horizon).map { "turn\($0)" } + ["ended"]
    }

    /// Writes the file.
    ///
    /// - Complexity: O(T · H · |A| · S + H² · |A| · S) numbers.
    public func write(to line: ExportedGame.Lines) throws {
        try line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        try line("<pomdpx version=\"1.0\" id=\"game\">")
        for text in remarks { try line("<!-- \(Self.comment(text)) -->") }
        try line("<Discount>\(PositionalDecimal.text(discount))</Discount>")
        try writeVariables(line)
        try line("<InitialStateBelief>")
        try table("turn_0", parents: [], line) { try row(["-"], unit(0, turns.count), line) }
        try table("reaction_0", parents: [], line) { try row(["-"], unit(0, reactions.count), line) }
        let game = source.game
        let opening = (0..<game.hiddenCount).map { game.prior[game.user(of: $0)] * game.initialState[$0] }
        try table("hidden_0", parents: [], line) { try row(["-"], opening, line) }
        try line("</InitialStateBelief>")
        try line("<StateTransitionFunction>")
        try table("reaction_1", parents: ["response", "turn_0", "hidden_0"], line) { try writeReactions(line) }
        try table("turn_1", parents: ["turn_0", "reaction_1"], line) { try writeTurns(line) }
        try table("hidden_1", parents: ["response", "turn_0", "hidden_0", "reaction_1"], line) { try writeMoves(line) }
        try line("</StateTransitionFunction>")
        try line("<ObsFunction>")
        try table("cue", parents: ["response", "hidden_1"], line) {
            for h in hidden.indices {
                try row(["*", hidden[h], "-"], Array(game.cue[h * cues.count..<(h + 1) * cues.count]), line)
            }
        }
        try line("</ObsFunction>")
        try writeRewards(line)
        try line("</pomdpx>")
    }

    private var remarks: [String] {
        source.heading("POMDP of mixed observability (POMDPX)") + [
            "turn and reaction are seen, user type and state are hidden; the first step is forced and shows the opening cue",
            "rewards of turn t are divided by \(PositionalDecimal.text(discount))^t, so that the value of the start is "
                + "the value of the game",
        ]
    }

    /// A comment cannot hold two hyphens in a row.
    private static func comment(_ text: String) -> String {
        var last: Character = " "
        return String(
            text.map { character in
                defer { last = character }
                return character == "-" && last == "-" ? "~" : character
            })
    }

    private func writeVariables(_ line: ExportedGame.Lines) throws {
        try line("<Variable>")
        for (name, values, isSeen) in [("turn", turns, true), ("reaction", reactions, true), ("hidden", hidden, false)]
        {
            try line("<StateVar vnamePrev=\"\(name)_0\" vnameCurr=\"\(name)_1\" fullyObs=\"\(isSeen)\">")
            try line("<ValueEnum>\(values.joined(separator: " "))</ValueEnum></StateVar>")
        }
        try line("<ObsVar vname=\"cue\"><ValueEnum>\(cues.joined(separator: " "))</ValueEnum></ObsVar>")
        try line("<ActionVar vname=\"response\"><ValueEnum>\(actions.joined(separator: " "))</ValueEnum></ActionVar>")
        try line("<RewardVar vname=\"worth\"/>")
        try line("</Variable>")
    }

    /// A conditional distribution, its rows written by `body`.
    private func table(
        _ variable: String, parents: [String], _ line: ExportedGame.Lines, _ body: () throws -> Void
    ) throws {
        let given = parents.isEmpty ? "null" : parents.joined(separator: " ")
        try line("<CondProb><Var>\(variable)</Var><Parent>\(given)</Parent><Parameter type=\"TBL\">")
        try body()
        try line("</Parameter></CondProb>")
    }

    /// One row: a distribution, normalised by the digits so that it sums to exactly one.
    private func row(_ instance: [String], _ shares: [Double], _ line: ExportedGame.Lines) throws {
        let text = ExactRow.decimals(shares).joined(separator: " ")
        try line("<Entry><Instance>\(instance.joined(separator: " "))</Instance><ProbTable>\(text)</ProbTable></Entry>")
    }

    private func unit(_ place: Int, _ count: Int) -> [Double] { (0..<count).map { $0 == place ? 1 : 0 } }

    private func writeReactions(_ line: ExportedGame.Lines) throws {
        let (game, end) = (source.game, reactions.count - 1)
        // At the start nothing is seen but the cue; after the end, the end.
        for (turn, seen) in [(turns[0], 0), (turns[turns.count - 1], end)] {
            try row(["*", turn, "*", "-"], unit(seen, reactions.count), line)
        }
        for turn in 1...game.horizon {
            for response in actions.indices {
                for h in hidden.indices {
                    var shares = [Double](repeating: 0, count: reactions.count)
                    for step in turn < game.horizon ? 0..<3 : 0..<0 {
                        for shown in game.shownReactions.indices {
                            shares[1 + shown] += source.probability(
                                turn: turn, hidden: h, response: response, step: step, shown: shown)
                        }
                    }
                    shares[end] = max(0, 1 - shares.dropLast().reduce(0, +))
                    try row([actions[response], turns[turn], hidden[h], "-"], shares, line)
                }
            }
        }
    }

    private func writeTurns(_ line: ExportedGame.Lines) throws {
        let (ended, end) = (turns.count - 1, reactions.count - 1)
        for turn in turns.indices {
            for reaction in reactions.indices {
                let next = reaction == end ? ended : min(ended, turn + 1)
                try row([turns[turn], reactions[reaction], "-"], unit(next, turns.count), line)
            }
        }
    }

    /// The move, given what is shown: user and state stay where nothing is shown but the opening cue, and after the end.
    private func writeMoves(_ line: ExportedGame.Lines) throws {
        let game = source.game
        for h in hidden.indices {
            for seen in [0, reactions.count - 1] {
                try row(["*", "*", hidden[h], reactions[seen], "-"], unit(h, hidden.count), line)
            }
        }
        // Where reactions do not depend on the turn, a row is for all turns.
        let isSame = game.slots == 1
        for turn in isSame ? 1..<2 : 0..<turns.count {
            let isPlayed = turn > 0 && turn <= game.horizon
            for h in hidden.indices {
                for shown in game.shownReactions.indices {
                    for response in isPlayed ? Array(actions.indices) : [0] {
                        let shares =
                            isPlayed
                            ? moves(turn: turn, hidden: h, response: response, shown: shown) : unit(h, hidden.count)
                        try row(
                            [
                                isPlayed ? actions[response] : "*", isSame ? "*" : turns[turn], hidden[h],
                                reactions[1 + shown], "-",
                            ], shares, line)
                    }
                }
            }
        }
    }

    /// P(h' | h, a, shown); the state stays where the reaction cannot be shown.
    private func moves(turn: Int, hidden h: Int, response: Int, shown: Int) -> [Double] {
        let joint = (0..<3).map {
            source.probability(turn: turn, hidden: h, response: response, step: $0, shown: shown)
        }
        let sum = joint.reduce(0, +)
        guard sum > 0 else { return unit(h, hidden.count) }
        var shares = [Double](repeating: 0, count: hidden.count)
        for (step, chance) in joint.enumerated() where chance > 0 { shares[h + step - 1] = chance / sum }
        return shares
    }

    private func writeRewards(_ line: ExportedGame.Lines) throws {
        try line("<RewardFunction><Func><Var>worth</Var><Parent>response turn_0 hidden_0</Parent>")
        try line("<Parameter type=\"TBL\">")
        var power = 1.0
        for turn in 1...source.game.horizon {
            power *= discount
            for response in actions.indices {
                for h in hidden.indices {
                    let worth = source.expected(turn: turn, hidden: h, response: response) / power
                    guard worth != 0 else { continue }
                    let instance = "\(actions[response]) \(turns[turn]) \(hidden[h])"
                    try line(
                        "<Entry><Instance>\(instance)</Instance><ValueTable>\(PositionalDecimal.text(worth))</ValueTable></Entry>"
                    )
                }
            }
        }
        try line("</Parameter></Func></RewardFunction>")
    }
}
