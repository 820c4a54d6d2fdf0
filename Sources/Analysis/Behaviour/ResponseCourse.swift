public import ExactEvaluation
public import GameModel

/// How conversations with one type of user go while one response is always given, turn by turn and exactly.
///
/// Users with foresight know that it is always given.
public struct ResponseCourse: Sendable {
    /// One turn.
    public struct Turn: Sendable, Equatable {
        /// P(the conversation reaches the turn | θ).
        public let reach: Double
        /// [|X|] P(x | θ, the turn is reached); nil where no conversation reaches it.
        public let states: [Double]?
        /// [|X|][|M|] react_θ(m | t, x, a).
        public let reactions: [[Double]]
        /// [|Ω|] P(a reaction ends the conversation in ω, in this turn | θ, the turn is reached): the hazard of leaving. Who is still there
        /// after the last turn is in no entry. Nil where no conversation reaches the turn.
        public let endings: [Double]?

        /// [|M|] P(m | θ, the turn is reached): ``reactions`` averaged over ``states``; nil where no conversation reaches the turn.
        public var meanReactions: [Double]? {
            guard let states, let width = reactions.first?.count else { return nil }
            return (0..<width).map { reaction in
                zip(states, reactions).reduce(0) { $0 + $1.0 * $1.1[reaction] }
            }
        }

        /// P(a reaction ends the conversation in this turn | θ, the turn is reached).
        public var hazard: Double? { endings.map { $0.reduce(0, +) } }
    }

    /// Index of the user type.
    public let user: Int
    /// Index of the response.
    public let response: Int
    /// T of them.
    public let turns: [Turn]

    /// - Parameter tables: the reactions to the policy that always gives the response.
    /// - Complexity: O(T · |X| · (|M| + |Ω| + S)).
    init(user: Int, response: Int, tables: ReactionTables) {
        let game = tables.game
        (self.user, self.response) = (user, response)
        let first = user * game.states.count
        var (mass, turns) = (Array(game.initialState[first..<first + game.states.count]), [Turn]())
        for turn in 1...game.horizon {
            let rows = game.states.indices.map { state in
                tables.row(
                    turn: turn, hidden: first + state, response: response,
                    group: tables.memory.classRanges[turn - 1].lowerBound)
            }
            let reach = mass.reduce(0, +)
            let states = reach > 0 ? mass.map { $0 / reach } : nil
            let (reactionCount, outcomeCount) = (game.reactions.count, game.outcomes.count)
            turns.append(
                Turn(
                    reach: reach, states: states,
                    reactions: rows.map { Array(tables.reaction[$0 * reactionCount..<($0 + 1) * reactionCount]) },
                    endings: states.map { states in
                        (0..<outcomeCount).map { outcome in
                            zip(rows, states).reduce(0) { $0 + $1.1 * tables.ending[$1.0 * outcomeCount + outcome] }
                        }
                    }))
            var next = [Double](repeating: 0, count: mass.count)
            let width = game.shownReactions.count
            for (state, row) in rows.enumerated() where mass[state] > 0 {
                for step in 0..<3 {
                    let start = (row * 3 + step) * width
                    let stays = tables.advance[start..<start + width].reduce(0, +)
                    if stays > 0 { next[state + step - 1] += mass[state] * stays }
                }
            }
            mass = next
        }
        self.turns = turns
    }
}

/// What users do, apart from any policy: how they react to each response, and what always giving one leads to.
public struct Behaviour: Sendable {
    public let game: Game
    /// [|A|] what the policy that always gives the response leads to.
    public let evaluations: [Evaluation]
    private let tables: [ReactionTables]

    /// - Throws: `GameError` if the tables for users with foresight would be too large.
    /// - Complexity: an evaluation per response.
    public init(game: Game) throws(GameError) {
        self.game = game
        var (evaluations, tables): ([Evaluation], [ReactionTables]) = ([], [])
        for response in game.responses.indices {
            let policy = try Policy.always(response, game: game)
            try ReactionTables.checkSize(game: game, memory: policy.memory)
            evaluations.append(Evaluation(policy, game: game))
            // Without foresight all of them are the game's own, which are shared.
            tables.append(ReactionTables(game: game, controller: policy))
        }
        (self.evaluations, self.tables) = (evaluations, tables)
    }

    /// The course of conversations with one type of user while one response is always given.
    ///
    /// - Parameters: indices of the game.
    /// - Complexity: O(T · |X| · (|M| + |Ω| + S)).
    public func course(user: Int, response: Int) -> ResponseCourse {
        ResponseCourse(user: user, response: response, tables: tables[response])
    }
}
