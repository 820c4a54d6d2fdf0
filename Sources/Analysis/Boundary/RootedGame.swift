internal import GameModel

/// A game that begins at one or more decisions of another: what a planner is asked for the rest of a conversation.
struct RootedGame {
    struct Root {
        /// The opening cue of the rooted game that stands for the decision.
        let cue: Int
        /// The posterior at the decision.
        let belief: Belief
        /// The probability of what was seen before the decision: values times this are affine in priors and payoffs.
        let mass: Double
        /// The probability of the opening cue in the rooted game, which turns a gap of the whole into one of the root.
        let share: Double
    }

    let game: Game
    let roots: [Root]

    /// A game whose decisions are its openings.
    init(openings: [History], of game: Game) throws(GameError) {
        self.game = game
        var roots: [Root] = []
        for history in openings {
            let (belief, likelihood) = try Belief.opening(history.cue, game: game)
            roots.append(Root(cue: history.cue, belief: belief, mass: likelihood, share: likelihood))
        }
        self.roots = roots
    }

    /// The rest of a game after a history.
    ///
    /// The new game opens with the history's last cue, and what is believed before that cue is chosen so that it is the posterior
    /// after it: b₀(h) ∝ b(h) / cue(c | h).
    ///
    /// - Parameter weights: [|Θ|] another posterior over user types, the states of each type as they are believed; nil for
    ///   the history's own.
    init(after history: History, inputs: GameInputs, weights: [Double]? = nil) throws {
        let game = try inputs.game()
        let trail = try history.beliefs(in: game)
        let posterior = trail[trail.count - 1].belief
        let cue = history.steps.last.map { game.observations.cue(of: $0.observation) } ?? history.cue
        let shares = posterior.users(in: game)
        var before = posterior.probabilities
        for hidden in before.indices where before[hidden] > 0 {
            let user = game.user(of: hidden)
            before[hidden] *= (weights.map { $0[user] / shares[user] } ?? 1) / game.cue[hidden * game.cues.count + cue]
        }
        var definition = inputs.definition
        definition.horizon -= history.turn - 1
        let total = before.reduce(0, +)
        for user in definition.users.indices {
            let states = user * game.states.count..<(user + 1) * game.states.count
            let mass = states.reduce(0) { $0 + before[$1] }
            definition.users[user].prior = mass / total
            if mass > 0 {
                definition.users[user].initialState = states.map { before[$0] / mass }
            } else if shares[user] > 0 {
                // A type of no weight keeps its states: its vertex of the simplex is asked for too.
                let raw = states.map { posterior.probabilities[$0] / game.cue[$0 * game.cues.count + cue] }
                let sum = raw.reduce(0) { $0 + ($1.isFinite ? $1 : 0) }
                definition.users[user].initialState = raw.map { $0.isFinite ? $0 / sum : 0 }
            }
            if definition.users[user].agent.dependsOnTurn, history.turn > 1 {
                definition.users[user].agent = LaterAgent(
                    agent: definition.users[user].agent, turns: history.turn - 1)
            }
        }
        self.game = try Game(definition)
        let (belief, likelihood) = try Belief.opening(cue, game: self.game)
        roots = [
            Root(cue: cue, belief: belief, mass: trail.reduce(1) { $0 * $1.likelihood }, share: likelihood)
        ]
    }
}

/// An agent some turns into a conversation.
private struct LaterAgent: UserAgent {
    let agent: any UserAgent
    let turns: Int

    var dependsOnTurn: Bool { true }
    var foresight: UserForesight? { agent.foresight }

    func value(of coefficient: UserCoefficient) -> Double? { agent.value(of: coefficient) }

    func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        agent.setting(coefficient, to: value).map { LaterAgent(agent: $0, turns: turns) }
    }

    func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        try agent.reactionUtilities(turn: turn + turns, state: state, response: response, features: features)
    }

    func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        try agent.reactionProbabilities(turn: turn + turns, state: state, response: response, features: features)
    }

    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try agent.moveProbabilities(
            state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
    }
}
