internal import GameModel

/// What the two PRISM models of a game share: how their variables begin and end a conversation, labels, and rewards that
/// are nowhere negative.
///
/// Rewards are shifted by c_t ≥ 0 in every turn t, and a conversation that ends during turn t receives Σ_{k>t} c_k at
/// once. Every conversation thus gains exactly C = Σ_t c_t, whenever it ends, and C is taken off the result. The c_t are
/// multiples of 2⁻¹⁰, so their sums are exact.
struct PrismText {
    let source: ExportedGame
    /// [T] c_t, by turn − 1.
    let shifts: [Double]
    /// [T + 1] Σ_{k>t} c_k for t = 0 … T; the first is C.
    let remaining: [Double]

    var game: Game { source.game }
    /// C.
    var shift: Double { remaining[0] }
    /// The value of `turn` once the conversation has ended.
    var ended: Int { game.horizon + 1 }

    init(_ source: ExportedGame) {
        self.source = source
        let game = source.game
        var (shifts, remaining) = ([Double](), [0.0])
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            let later = remaining[0]
            var least = 0.0
            for hidden in 0..<game.hiddenCount {
                for response in game.responses.indices {
                    let chance = Self.ending(source, turn: turn, hidden: hidden, response: response)
                    let worth = source.expected(turn: turn, hidden: hidden, response: response)
                    least = min(least, worth + chance * later)
                }
            }
            let shift = (-least * 1024).rounded(.up) / 1024
            shifts.insert(shift, at: 0)
            remaining.insert(later + shift, at: 0)
        }
        (self.shifts, self.remaining) = (shifts, remaining)
    }

    /// P(the conversation ends during the turn | h, a).
    private static func ending(_ source: ExportedGame, turn: Int, hidden: Int, response: Int) -> Double {
        turn == source.game.horizon
            ? 1 : source.endingProbabilities(turn: turn, hidden: hidden, response: response).reduce(0, +)
    }

    /// The shifted reward of a response, which is at least 0.
    func reward(turn: Int, hidden: Int, response: Int) -> Double {
        let chance = Self.ending(source, turn: turn, hidden: hidden, response: response)
        return source.expected(turn: turn, hidden: hidden, response: response) + shifts[turn - 1]
            + chance * remaining[turn]
    }

    /// The turns whose commands are the same, as guards: one by one, or all but the last together.
    var turnGuards: [(turn: Int, text: String)] {
        if game.slots > 1 { return (1...game.horizon).map { ($0, "turn=\($0)") } }
        let last = (turn: game.horizon, text: "turn=\(game.horizon)")
        return game.horizon == 1 ? [last] : [(1, "turn>0 & turn<\(game.horizon)"), last]
    }

    func guardText(hidden: Int) -> String {
        "user=\(game.user(of: hidden)) & state=\(hidden % game.states.count)"
    }

    /// The updates of a command with their probabilities, which sum to exactly one.
    static func updates(_ branches: [(chance: Double, update: String)]) -> String {
        let possible = branches.filter { $0.chance > 0 }
        return zip(ExactRow.decimals(possible.map(\.chance)), possible)
            .map { "\($0) : \($1.update)" }.joined(separator: " + ")
    }

    /// What a user's turn may lead to: an outcome, or the next turn with a move and an observation.
    ///
    /// - Parameters:
    ///   - end: the updates that go with every ending.
    ///   - next: the updates that go with an observation.
    func reactions(
        turn: Int, hidden: Int, response: Int, end: String, next: (_ observation: Int) -> String
    ) -> String {
        var branches: [(chance: Double, update: String)] = []
        let outcomes = source.endingProbabilities(turn: turn, hidden: hidden, response: response)
        for (outcome, chance) in outcomes.enumerated() where !(turn == game.horizon && outcome == game.timeout) {
            branches.append((chance, "(turn'=\(ended)) & (outcome'=\(outcome)) & \(end)"))
        }
        guard turn < game.horizon else {
            let timeout =
                source.goingOn(turn: turn, hidden: hidden, response: response)
                + outcomes[outcomes.startIndex + game.timeout]
            branches.append((timeout, "(turn'=\(ended)) & (outcome'=\(game.timeout)) & \(end)"))
            return Self.updates(branches)
        }
        for step in 0..<3 {
            for shown in game.shownReactions.indices {
                let chance = source.probability(
                    turn: turn, hidden: hidden, response: response, step: step, shown: shown)
                guard chance > 0 else { continue }
                let state = hidden % game.states.count + step - 1
                for cue in game.cues.indices {
                    let cueChance = game.cue[(hidden + step - 1) * game.cues.count + cue]
                    let observation = game.observations.index(shown: shown, cue: cue)
                    branches.append(
                        (chance * cueChance, "(turn'=turn+1) & (state'=\(state)) & \(next(observation))"))
                }
            }
        }
        return Self.updates(branches)
    }

    /// The opening: a user type, a state and the opening cue.
    func opening(_ next: (_ cue: Int) -> String) -> String {
        var branches: [(chance: Double, update: String)] = []
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices {
                let chance =
                    game.prior[game.user(of: hidden)] * game.initialState[hidden]
                    * game.cue[hidden * game.cues.count + cue]
                let (user, state) = (game.user(of: hidden), hidden % game.states.count)
                branches.append((chance, "(turn'=1) & (user'=\(user)) & (state'=\(state)) & \(next(cue))"))
            }
        }
        return Self.updates(branches)
    }

    /// What both models say first.
    func heading(_ what: String, query: String) -> [String] {
        source.heading(what) + [
            "reward: \(query) minus \(PositionalDecimal.text(shift)) is the value: every conversation receives this much "
                + "in addition, so that no reward is negative",
            "rewards are discounted to turn 1 already; probabilities are exact decimals that sum to exactly one",
        ] + legend("user", game.users) + legend("state", game.states) + legend("outcome", game.outcomes.map(\.name))
    }

    private func legend(_ variable: String, _ names: [String]) -> [String] {
        ["\(variable): " + names.enumerated().map { "\($0) \(SafeNames.line($1))" }.joined(separator: ", ")]
    }

    /// Labels for the end, for safe ends, for every outcome and every user type.
    var labels: [String] {
        let safe = game.outcomes.indices.filter { game.outcomes[$0].isSafe }.map { "outcome=\($0)" }
        let outcomes = SafeNames.identifiers(game.outcomes.map(\.name), prefix: "outcome_")
        let users = SafeNames.identifiers(game.users, prefix: "user_")
        return [
            "label \"done\" = turn=\(ended);",
            "label \"safe\" = turn=\(ended) & (\(safe.isEmpty ? "false" : safe.joined(separator: " | ")));",
        ] + outcomes.enumerated().map { "label \"\($1)\" = turn=\(ended) & outcome=\($0);" }
            + users.enumerated().map { "label \"\($1)\" = turn>0 & user=\($0);" }
    }
}
