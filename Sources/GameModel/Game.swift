/// The compiled game: immutable, dense, ready to be simulated, evaluated and solved.
///
/// Compilation asks every agent for every distribution once and checks each, so that what is read here is right by
/// construction. All tables are row-major; their shapes use |Θ| user types, |X| states, |A| responses, |M| reactions,
/// |C| cues, |Ω| outcomes, S shown reactions, H = |Θ|·|X| hidden states (h = θ·|X| + x), and `slots` turns: T if any agent
/// depends on the turn, otherwise 1.
///
/// - Complexity: compiling calls agents slots·H·|A| times for reactions and H·|A|·|M| times for moves.
public final class Game: Sendable {
    public let name: String
    /// T, in turns.
    public let horizon: Int
    /// γ, per turn.
    public let discount: Double
    public let features: [String]
    public let responses: [Response]
    public let outcomes: [Outcome]
    public let states: [String]
    public let cues: [String]
    public let reactions: [Reaction]
    /// Names of the user types.
    public let users: [String]
    /// The index of the timeout outcome.
    public let timeout: Int
    public let observations: ObservationIndex
    /// The reactions that the model can see continue, by rank.
    public let shownReactions: [Int]

    /// [|Θ|] prior probability per type.
    public let prior: [Double]
    /// [H] initial_θ(x).
    public let initialState: [Double]
    /// [H, |C|] cue_θ(c | x).
    public let cue: [Double]
    /// 1 or T: how many turns the reaction tables tell apart.
    public let slots: Int
    /// [slots, H, |A|, |M|] react_θ(m | t, x, a).
    public let reaction: [Double]
    /// [H, |A|, |M|, 3] move_θ(x−1, x, x+1 | x, a, m); zero for reactions that end.
    public let move: [Double]
    /// [slots, H, |A|, |Ω|] probability that the turn ends the conversation in ω.
    public let ending: [Double]
    /// [slots, H, |A|, 3, S] probability that the conversation goes on, by move and shown reaction.
    public let advance: [Double]
    /// [|Θ|, |A|] r_θ(a) = −c(a) + Σ_k exposure_{θ,k} f_k(a), payoff units.
    public let stagePayoff: [Double]
    /// [|Θ|, |Ω|] w_θ(ω), payoff units.
    public let outcomePayoff: [Double]

    /// What users with foresight weigh; nil where there are none, and then ``reaction``, ``ending`` and ``advance`` are how
    /// everybody reacts. Otherwise those tables hold what users with foresight would do if nothing came next, and
    /// ``ReactionTables`` has their reactions to a policy.
    public let foresight: Foresight?

    /// γ^{t−1} per turn from 1 to T + 1, the turn that a timeout is paid in.
    public let discounts: [Double]

    /// The moves that stay inside the range from a state: 0, 1 and 2 stand for x−1, x and x+1.
    @inlinable
    public func moves(from state: Int) -> ClosedRange<Int> {
        (state == 0 ? 1 : 0)...(state == states.count - 1 ? 1 : 2)
    }

    /// The largest size of anything that is paid: of outcomes, and of responses per turn; payoff units.
    ///
    /// - Complexity: O(|Θ| (|A| + |Ω|)).
    public var amountScale: Double {
        (outcomePayoff + stagePayoff).reduce(0) { max($0, abs($1)) }
    }

    /// H = |Θ|·|X|.
    public var hiddenCount: Int { users.count * states.count }

    /// The index of the turn's tables: 0 where no agent depends on the turn.
    @inlinable
    public func slot(turn: Int) -> Int { slots == 1 ? 0 : turn - 1 }

    /// The user type of a hidden state.
    @inlinable
    public func user(of hidden: Int) -> Int { hidden / states.count }

    /// The index of a row of a [slots, H, |A|, …] table.
    @inlinable
    public func row(turn: Int, hidden: Int, response: Int) -> Int {
        (slot(turn: turn) * hiddenCount + hidden) * responses.count + response
    }

    /// Checks and compiles a definition.
    ///
    /// - Throws: ``GameError`` for the first thing found wrong. (The scenario reader reports all problems of a file; this
    ///   initialiser is the last gate for every source of games.)
    public init(_ definition: GameDefinition) throws(GameError) {
        let timeout = try definition.checkedTimeout()
        let compiled = try CompiledTables(definition)
        name = definition.name
        horizon = definition.horizon
        discount = definition.discount
        discounts = (0..<definition.horizon).reduce(into: [1.0]) { list, _ in
            list.append((list.last ?? 1) * definition.discount)
        }
        features = definition.features
        responses = definition.responses
        outcomes = definition.outcomes
        states = definition.states
        cues = definition.cues
        reactions = definition.reactions
        users = definition.users.map(\.name)
        self.timeout = timeout
        observations = compiled.observations
        shownReactions = compiled.shownReactions
        prior = definition.users.map(\.prior)
        initialState = definition.users.flatMap(\.initialState)
        cue = definition.users.flatMap { $0.cues.flatMap { $0 } }
        slots = compiled.slots
        reaction = compiled.reaction
        move = compiled.move
        ending = compiled.ending
        advance = compiled.advance
        stagePayoff = compiled.stagePayoff
        outcomePayoff = definition.users.flatMap(\.outcomePayoff)
        foresight = try Foresight(definition, slots: compiled.slots)
    }

    /// A type whose prior is below this is rare: see ``isRare(_:)``.
    public static let rarestPrior = 1e-9

    /// Whether a user type comes so seldom, or never, that a sum weighed by its prior says nothing of it.
    ///
    /// A limit on what a type does is a limit on a conditional probability and binds whatever its prior is, 0 included. What such a limit
    /// costs is counted by the conditional probabilities of rare types: per unit of their prior it would be 1 / prior times as much.
    public func isRare(_ user: Int) -> Bool { prior[user] < Self.rarestPrior }

    /// The same game, worth something else to the model: users react and move as before.
    ///
    /// - Parameters:
    ///   - stagePayoff: [|Θ|, |A|] r_θ(a), in any unit.
    ///   - outcomePayoff: [|Θ|, |Ω|] w_θ(ω), in the same unit.
    /// - Throws: ``GameError`` if a number is missing or not finite.
    /// - Complexity: O(|Θ| · (|A| + |Ω|)); the tables are shared.
    public init(_ game: Game, stagePayoff: [Double], outcomePayoff: [Double]) throws(GameError) {
        guard stagePayoff.count == game.stagePayoff.count, outcomePayoff.count == game.outcomePayoff.count else {
            throw GameError(
                "payoffs",
                "have \(stagePayoff.count) and \(outcomePayoff.count) numbers; they must have "
                    + "\(game.stagePayoff.count) and \(game.outcomePayoff.count)")
        }
        for value in stagePayoff + outcomePayoff where !value.isFinite {
            throw GameError("payoffs", "have \(value); they must be finite")
        }
        (name, horizon, discount, discounts) = (game.name, game.horizon, game.discount, game.discounts)
        (features, responses, outcomes, states, cues) = (
            game.features, game.responses, game.outcomes, game.states, game.cues
        )
        (reactions, users, timeout, observations) = (game.reactions, game.users, game.timeout, game.observations)
        (shownReactions, prior, initialState, cue) = (game.shownReactions, game.prior, game.initialState, game.cue)
        (slots, reaction, move, ending, advance) = (game.slots, game.reaction, game.move, game.ending, game.advance)
        (self.stagePayoff, self.outcomePayoff, foresight) = (stagePayoff, outcomePayoff, game.foresight)
    }

    /// The same game with users who come with other probabilities: they react, move and pay as before.
    ///
    /// - Parameter prior: [|Θ|] a distribution over user types.
    /// - Throws: ``GameError`` if it is none.
    /// - Complexity: O(|Θ|); the tables are shared.
    public init(_ game: Game, prior: [Double]) throws(GameError) {
        try GameError.checkDistribution(prior, count: game.users.count, place: "users: the prior")
        (name, horizon, discount, discounts) = (game.name, game.horizon, game.discount, game.discounts)
        (features, responses, outcomes, states, cues) = (
            game.features, game.responses, game.outcomes, game.states, game.cues
        )
        (reactions, users, timeout, observations) = (game.reactions, game.users, game.timeout, game.observations)
        (shownReactions, initialState, cue) = (game.shownReactions, game.initialState, game.cue)
        (slots, reaction, move, ending, advance) = (game.slots, game.reaction, game.move, game.ending, game.advance)
        (stagePayoff, outcomePayoff, foresight) = (game.stagePayoff, game.outcomePayoff, game.foresight)
        self.prior = prior
    }
}
