internal import ExactEvaluation
public import GameModel

/// What a policy is to be robust against.
public enum Robustness: Sendable, Equatable {
    /// Every prior within total variation ρ ∈ (0, 1] of the scenario's.
    case prior(radius: Double)
    /// Every prior: min_θ J_θ.
    case allPriors
    /// Uncertain parameters of the users, by a sample of games.
    case parameters(Measure)

    /// How the values of sampled games become one.
    public enum Measure: Sendable, Equatable {
        case mean
        /// The least value of the sample.
        case worst
        /// The mean of the worst share 1 − q of the sample, q ∈ (0, 1).
        case conditionalValueAtRisk(Double)
    }

    /// `prior:0.1`, `all-priors`, `parameters:mean`, `parameters:worst`, `parameters:cvar:0.9`.
    public init(name: String) throws(SolverError) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("all-priors", 1): self = .allPriors
        case ("prior", 2):
            guard let radius = Double(parts[1]), radius > 0, radius <= 1 else {
                throw SolverError(
                    "\(name) has the radius \(parts[1]); it must be above 0 and at most 1, such as prior:0.1")
            }
            self = .prior(radius: radius)
        case ("parameters", 2) where parts[1] == "worst": self = .parameters(.worst)
        case ("parameters", 2) where parts[1] == "mean": self = .parameters(.mean)
        case ("parameters", 3) where parts[1] == "cvar":
            guard let level = Double(parts[2]), level > 0, level < 1 else {
                throw SolverError(
                    "\(name) has the level \(parts[2]); it must be above 0 and below 1, such as parameters:cvar:0.9")
            }
            self = .parameters(.conditionalValueAtRisk(level))
        default:
            throw SolverError(
                "\(name) is no kind of robustness; it must be prior:RADIUS, all-priors, parameters:mean, "
                    + "parameters:worst or parameters:cvar:LEVEL")
        }
    }

    /// The name that ``init(name:)`` reads.
    public var name: String {
        switch self {
        case .prior(let radius): "prior:\(radius)"
        case .allPriors: "all-priors"
        case .parameters(.mean): "parameters:mean"
        case .parameters(.worst): "parameters:worst"
        case .parameters(.conditionalValueAtRisk(let level)): "parameters:cvar:\(level)"
        }
    }

    /// Whether sampled games are needed.
    public var usesParameters: Bool {
        if case .parameters = self { true } else { false }
    }

    /// The weightings over user types, or over games.
    func set(game: Game, games: Int) -> AmbiguitySet {
        switch self {
        case .prior(let radius): .ball(centre: game.prior, radius: radius)
        case .allPriors: .capped(count: game.users.count, cap: 1)
        case .parameters(.mean): .fixed([Double](repeating: 1 / Double(games), count: games))
        case .parameters(.worst): .capped(count: games, cap: 1)
        case .parameters(.conditionalValueAtRisk(let level)):
            .capped(count: games, cap: min(1, max(1 / ((1 - level) * Double(games)), 1 / Double(games))))
        }
    }
}

/// A game with what may be different from what was assumed.
public struct WorstCase: Sendable {
    /// The nominal game first; then, for uncertain parameters, the sampled ones.
    public let games: [Game]
    public let objective: Objective
    public let robustness: Robustness
    /// The weightings over ``components``.
    public let set: AmbiguitySet

    /// - Parameter games: the nominal game, followed by sampled games of the same shape (users, responses, reactions, cues,
    ///   horizon). Robustness against priors takes the nominal game alone.
    /// - Throws: ``SolverError`` if a radius or level is outside its domain, or the games do not fit together.
    public init(games: [Game], objective: Objective, robustness: Robustness) throws(SolverError) {
        for game in games {
            try SolverError.requireMyopic(game, for: "a worst case (--robust)", instead: "leave --robust out")
        }
        guard let nominal = games.first else { throw SolverError("there is no game; there must be the nominal one") }
        guard robustness.usesParameters || games.count == 1 else {
            throw SolverError("there are \(games.count) games; robustness against priors takes the nominal one only")
        }
        switch robustness {
        case .prior(let radius) where !(radius > 0 && radius <= 1):
            throw SolverError("the radius is \(radius); it must be above 0 and at most 1")
        case .parameters(.conditionalValueAtRisk(let level)) where !(level > 0 && level < 1):
            throw SolverError("the level of CVaR is \(level); it must be above 0 and below 1")
        default: break
        }
        for (index, game) in games.enumerated() {
            guard game.horizon == nominal.horizon, game.users.count == nominal.users.count,
                game.states.count == nominal.states.count, game.cues.count == nominal.cues.count,
                game.shownReactions == nominal.shownReactions, game.responses.count == nominal.responses.count,
                game.outcomes == nominal.outcomes
            else {
                throw SolverError(
                    "game \(index) has another shape than the nominal one; they must differ in numbers only")
            }
        }
        self.games = games
        self.objective = objective
        self.robustness = robustness
        set = robustness.set(game: nominal, games: games.count)
    }

    /// What the components are called: user types, or numbers of sampled games.
    public var components: [String] {
        robustness.usesParameters ? games.indices.map { $0 == 0 ? "nominal" : "sample \($0)" } : games[0].users
    }

    /// The goal of each component, with the game it is measured in.
    var measures: [Measure] {
        guard !robustness.usesParameters else {
            return games.indices.map { Measure(game: $0, objective: LinearObjective(objective, game: games[$0])) }
        }
        return games[0].users.indices.map {
            Measure(game: 0, objective: LinearObjective(conditional: objective, game: games[0]).only(user: $0))
        }
    }

    /// No policy can have a robust value above this: the informed bound, weighed as badly as the set allows.
    ///
    /// For any w ∈ W, max_π min_{w'} w'·v(π) ≤ max_π w·v(π), and the informed bound holds for that. Over priors the bound is
    /// convex in w and its least value is looked for; every w tried gives a valid bound.
    ///
    /// - Complexity: one informed bound per game; over priors some hundred look-ups more.
    public func upperBound(hints: [[Double]] = []) -> Double {
        guard !robustness.usesParameters else {
            return set.worstValue(games.map { FastInformedBound.value(game: $0, goal: objective.goal) })
        }
        let bound = PriorBound(game: games[0], goal: objective.goal)
        return (hints + [set.centre]).map { bound.least(from: $0, in: set) }.min() ?? .infinity
    }
}

extension LinearObjective {
    /// The same for one user type, the others left out.
    func only(user: Int) -> LinearObjective {
        var part = self
        let width = outcomeWeight.count / max(1, payoffWeight.count)
        for other in payoffWeight.indices where other != user {
            (part.payoffWeight[other], part.divergenceWeight[other]) = (0, 0)
            for outcome in 0..<width { part.outcomeWeight[other * width + outcome] = 0 }
        }
        return part
    }

    /// Adds `factor` times another objective.
    mutating func add(_ other: LinearObjective, times factor: Double) {
        for index in payoffWeight.indices {
            payoffWeight[index] += factor * other.payoffWeight[index]
            divergenceWeight[index] += factor * other.divergenceWeight[index]
        }
        for index in outcomeWeight.indices { outcomeWeight[index] += factor * other.outcomeWeight[index] }
    }
}

/// The informed bound as a function of the prior: convex and piecewise linear.
struct PriorBound {
    /// [|C|, |A|, |Θ|] Σ_x initial_θ(x) cue_θ(c | x) α_1(θ, x, a).
    private let table: [[[Double]]]

    init(game: Game, goal: Objective.Goal) {
        let alpha = FastInformedBound.openingVectors(game: game, goal: LagrangianGoal(goal))
        let width = game.responses.count
        table = game.cues.indices.map { cue in
            (0..<width).map { response in
                game.users.indices.map { user in
                    game.states.indices.reduce(0) { sum, state in
                        let hidden = user * game.states.count + state
                        return sum + game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
                            * alpha[hidden * width + response]
                    }
                }
            }
        }
    }

    /// The bound at a prior, and a subgradient there.
    func value(_ prior: [Double]) -> (value: Double, slope: [Double]) {
        var (total, slope) = (0.0, [Double](repeating: 0, count: prior.count))
        for rows in table {
            guard let best = rows.max(by: { AmbiguitySet.product(prior, $0) < AmbiguitySet.product(prior, $1) })
            else { continue }
            total += AmbiguitySet.product(prior, best)
            for user in slope.indices { slope[user] += best[user] }
        }
        return (total, slope)
    }

    /// The least bound met on a walk of projected subgradients.
    func least(from start: [Double], in set: AmbiguitySet) -> Double {
        var point = start
        var best = Double.infinity
        for round in 1...200 {
            let (value, slope) = value(point)
            best = min(best, value)
            let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { break }
            let step = 0.5 / Double(round).squareRoot()
            point = set.projection(zip(point, slope).map { $0 - step * $1 / length })
        }
        return best
    }
}
