internal import GameModel

/// Derivatives of one number with respect to every table of a game: ∂ value / ∂ entry, each entry taken as free.
///
/// Shapes are those of `Game`, except that reactions always have a row per turn: a coefficient that is 0 today may make
/// them depend on the turn.
struct GameAdjoint {
    /// [|Θ|]
    var prior: [Double]
    /// [H]
    var initialState: [Double]
    /// [H, |C|]
    var cue: [Double]
    /// [T, H, |A|, |M|]
    var reaction: [Double]
    /// Of reactions by class of the memory, in the rows of ``classRow(turn:hidden:response:group:)``, [|M|] each: what users who look
    /// ahead are differentiated through. Empty where nobody is to be.
    var classReaction: [Double] = []
    private var classStrides = (turn: 0, group: 0, hidden: 0)
    /// [H, |A|, |M|, 3]
    var move: [Double]
    /// [|Θ|, |A|]
    var stagePayoff: [Double]
    /// [|Θ|, |Ω|]
    var outcomePayoff: [Double]
    var discount = 0.0
    /// [rows][|A|] of the strategies of the reference, through the divergence.
    var reference: [[Double]]
    /// Of τ: minus the divergence.
    var klWeight = 0.0

    /// - Parameter referenceRows: how many strategies the reference has.
    init(_ game: Game, referenceRows: Int = 1) {
        prior = [Double](repeating: 0, count: game.users.count)
        initialState = [Double](repeating: 0, count: game.hiddenCount)
        cue = [Double](repeating: 0, count: game.cue.count)
        let rows = game.hiddenCount * game.responses.count
        reaction = [Double](repeating: 0, count: game.horizon * rows * game.reactions.count)
        move = [Double](repeating: 0, count: game.move.count)
        stagePayoff = [Double](repeating: 0, count: game.stagePayoff.count)
        outcomePayoff = [Double](repeating: 0, count: game.outcomePayoff.count)
        reference = Array(
            repeating: [Double](repeating: 0, count: game.responses.count), count: referenceRows)
    }

    /// The same with reactions by class besides.
    init(_ game: Game, classesOf memory: ControllerMemory, referenceRows: Int = 1) {
        self.init(game, referenceRows: referenceRows)
        let group = game.hiddenCount * game.responses.count
        classStrides = (memory.kind.usesTurn ? 0 : memory.classCount * group, group, game.responses.count)
        classReaction = [Double](
            repeating: 0,
            count: (memory.kind.usesTurn ? 1 : game.horizon) * memory.classCount * group * game.reactions.count)
    }

    /// Adds another number's derivatives in the same game, with reactions by the same classes.
    mutating func add(_ other: GameAdjoint) {
        func sum(_ a: inout [Double], _ b: [Double]) { for index in a.indices { a[index] += b[index] } }
        sum(&prior, other.prior)
        sum(&initialState, other.initialState)
        sum(&cue, other.cue)
        sum(&reaction, other.reaction)
        sum(&classReaction, other.classReaction)
        sum(&move, other.move)
        sum(&stagePayoff, other.stagePayoff)
        sum(&outcomePayoff, other.outcomePayoff)
        for row in reference.indices { sum(&reference[row], other.reference[row]) }
        discount += other.discount
        klWeight += other.klWeight
    }

    /// The row of a response given at a turn to a hidden state, at a node of a class.
    func classRow(turn: Int, hidden: Int, response: Int, group: Int) -> Int {
        (turn - 1) * classStrides.turn + group * classStrides.group + hidden * classStrides.hidden + response
    }
}

/// What each turn's end, stage and divergence count: the objective as weights per user type.
struct GoalWeights {
    /// [|Θ|] of E[G | θ].
    var payoff: [Double]
    /// [|Θ|, |Ω|] of P(ω | θ), undiscounted.
    var outcome: [Double]
    /// The turns in which ends count for ``outcome``; nil for all. A timeout ends one turn after the last.
    var outcomeTurns: ClosedRange<Int>?
    /// [|Θ|] of what a type counts in the goal, and τ times that of its divergence.
    var user: [Double]

    /// The Lagrangian of an objective: its goal and KL term, less μ_c · P(ω_c | θ_c).
    ///
    /// - Parameters:
    ///   - userWeights: the weight of each type: the prior for the value from the start, 1 for values given a belief.
    ///   - priceWeights: the weight of each type's prices: 1 for the value from the start, 1 / prior given a belief.
    init(_ objective: Objective, multipliers: [Double], game: Game, userWeights: [Double], priceWeights: [Double]) {
        payoff = objective.goal == .payoff ? userWeights : userWeights.map { _ in 0 }
        outcome = userWeights.flatMap { weight in
            game.outcomes.map { objective.goal == .safeOutcomes && $0.isSafe ? weight : 0 }
        }
        user = userWeights
        for (constraint, multiplier) in zip(objective.constraints, multipliers) {
            outcome[constraint.user * game.outcomes.count + constraint.outcome] -=
                multiplier * priceWeights[constraint.user]
        }
    }

    /// The Lagrangian given a belief: every type counts fully, and prices by 1 / prior. Those of rare types are left to
    /// ``rarePrices(_:multipliers:game:)``.
    static func given(_ objective: Objective, multipliers: [Double], game: Game) -> GoalWeights {
        GoalWeights(
            objective, multipliers: multipliers, game: game, userWeights: game.prior.map { _ in 1 },
            priceWeights: game.users.indices.map { game.isRare($0) ? 0 : 1 / game.prior[$0] })
    }

    /// What limits on rare types cost, per unit of ``Belief/rare``; nil where none has a price.
    static func rarePrices(_ objective: Objective, multipliers: [Double], game: Game) -> GoalWeights? {
        guard zip(objective.constraints, multipliers).contains(where: { game.isRare($0.user) && $1 > 0 }) else {
            return nil
        }
        let nothing = Objective(goal: .payoff, reference: objective.reference, constraints: objective.constraints)
        return GoalWeights(
            nothing, multipliers: multipliers, game: game, userWeights: game.prior.map { _ in 0 },
            priceWeights: game.users.indices.map { game.isRare($0) ? 1 : 0 })
    }

    /// P(ω | θ) alone.
    static func share(of constraint: OutcomeConstraint, game: Game) -> GoalWeights {
        var weights = GoalWeights(
            Objective(goal: .safeOutcomes, reference: []), multipliers: [], game: game,
            userWeights: game.prior.map { _ in 0 }, priceWeights: [])
        weights.outcome[constraint.user * game.outcomes.count + constraint.outcome] = 1
        return weights
    }
}
