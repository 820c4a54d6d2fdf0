public import GameModel
internal import NumericalMethods
internal import UserAgents

/// Games made at random from a seed: the family that methods are compared on.
public struct RandomGame: Sendable {
    public var users = 2
    public var states = 2
    public var responses = 2
    /// Reactions that continue as themselves.
    public var continuing = 2
    /// Reactions that end, each in its own outcome.
    public var ending = 2
    /// Whether one more reaction shows as the first continuing one.
    public var feigns = true
    public var cues = 2
    public var features = 2
    public var horizon = 3
    public var discount = 0.9
    /// Whether reactions depend on the turn.
    public var usesTurn = false
    /// Whether every second user is tabular.
    public var mixesTabular = false
    /// Whether every user is tabular.
    public var isTabular = false
    /// Added to the predictors of reactions that end: below 0 makes conversations longer.
    public var endingBias = 0.0
    /// λ of the quantal-response users.
    public var rationality = 1.3
    /// δ of the quantal-response users; 0 for myopic ones.
    public var foresight = 0.0

    /// Range of outcome payoffs.
    public var payoffs = -5.0...3

    public init() {}

    public init(_ change: (inout RandomGame) -> Void) { change(&self) }

    /// One of a family of small games, no two alike in kind: one to three types, states and cues, two to four turns, and agents of
    /// several kinds.
    public static func small(_ seed: UInt64) -> RandomGame {
        RandomGame {
            ($0.horizon, $0.responses, $0.users) = (Int(2 + seed % 3), 3, Int(1 + seed % 3))
            ($0.usesTurn, $0.mixesTabular, $0.feigns) = (seed % 2 == 0, seed % 3 == 0, seed % 4 != 1)
            ($0.states, $0.cues) = (Int(1 + seed % 3), Int(1 + (seed / 2) % 3))
        }
    }

    /// The definition made from a seed.
    public func definition(seed: UInt64) -> GameDefinition {
        var random = SplitMix64(seed: seed)
        var reactions = (0..<continuing).map { Reaction(name: "go\($0)", effect: .continues) }
        reactions += (0..<ending).map { Reaction(name: "end\($0)", effect: .ends(outcome: $0)) }
        if feigns { reactions.append(Reaction(name: "feign", effect: .continuesShowing(0))) }
        let outcomes = (0..<ending).map { Outcome(name: "outcome\($0)", isSafe: $0 % 2 == 0) }
        let priors = random.distribution(users)
        let responseList = (0..<responses).map { index in
            Response(
                name: "say\(index)", features: (0..<features).map { _ in random.unit() }, cost: 0.1 * random.unit())
        }
        return GameDefinition(
            name: "random-\(seed)", horizon: horizon, discount: discount,
            features: (0..<features).map { "feature\($0)" }, responses: responseList,
            outcomes: outcomes + [Outcome(name: "timeout", isSafe: true, isTimeout: true)],
            states: (0..<states).map { "state\($0)" }, cues: (0..<cues).map { "cue\($0)" }, reactions: reactions,
            users: (0..<users).map { user(index: $0, prior: priors[$0], reactions: reactions.count, &random) })
    }

    /// The game made from a seed.
    public func game(seed: UInt64) throws(GameError) -> Game { try Game(definition(seed: seed)) }

    private func user(index: Int, prior: Double, reactions: Int, _ random: inout SplitMix64) -> UserType {
        let movement = Movement.logit(
            MovePredictor(
                bias: random.uniform(-1, 1), features: coefficients(features, 1.5, &random),
                states: coefficients(states, 0.5, &random), reactions: coefficients(reactions, 0.5, &random),
                inertia: random.uniform(0, 1)))
        return UserType(
            name: "user\(index)", prior: prior, initialState: random.distribution(states),
            cues: (0..<states).map { _ in random.distribution(cues) },
            outcomePayoff: (0...ending).map { _ in random.uniform(payoffs.lowerBound, payoffs.upperBound) },
            exposure: coefficients(features, 0.3, &random),
            agent: isTabular || mixesTabular && index % 2 == 1
                ? tabular(reactions: reactions, movement: movement, &random)
                : quantal(reactions: reactions, movement: movement, &random))
    }

    private func quantal(reactions: Int, movement: Movement, _ random: inout SplitMix64) -> any UserAgent {
        let predictors = (0..<reactions).map { reaction in
            LinearPredictor(
                bias: random.uniform(-1, 1) + (continuing..<continuing + ending ~= reaction ? endingBias : 0),
                features: coefficients(features, 2, &random),
                states: coefficients(states, 1, &random), turn: usesTurn ? random.uniform(-0.3, 0.3) : 0)
        }
        let myopic = QuantalResponseUser(predictors: predictors, rationality: rationality, movement: movement)
        return foresight > 0 ? ForesightedUser(myopic, foresight: foresight) : myopic
    }

    private func tabular(reactions: Int, movement: Movement, _ random: inout SplitMix64) -> any UserAgent {
        TabularUser(
            reactions: (0..<states).map { _ in (0..<responses).map { _ in tabularRow(reactions, &random) } },
            movement: movement)
    }

    /// A distribution whose endings are scaled by exp(``endingBias``).
    private func tabularRow(_ count: Int, _ random: inout SplitMix64) -> [Double] {
        let row = random.distribution(count)
        guard endingBias != 0 else { return row }
        let factor = Libm.exp(endingBias)
        let scaled = row.enumerated().map { continuing..<continuing + ending ~= $0 ? $1 * factor : $1 }
        let sum = scaled.reduce(0, +)
        return scaled.map { $0 / sum }
    }

    private func coefficients(_ count: Int, _ scale: Double, _ random: inout SplitMix64) -> [Double] {
        (0..<count).map { _ in random.uniform(-scale, scale) }
    }
}
