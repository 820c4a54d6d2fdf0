internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Solver

/// A convex polygon of places at which a planner can be asked, over which every plan's value is linear.
///
/// A place is a triple of numbers that sum to 1, none below 0.
protocol PlanDomain {
    /// Corners in order around the polygon.
    var corners: [[Double]] { get }
    /// Per vertex of the coordinates, by how much more a decision may leave open than the planner was asked for; linear as values are.
    var allowance: [Double] { get }

    func rooted(at place: [Double]) throws -> RootedGame

    /// What a plan is worth at the three vertices of the coordinates, in this domain's units.
    func plane(of plan: Policy, found rooted: RootedGame, pool: PlanPool) throws -> [Double]

    /// This domain's unit of value at a place, in units of the value times the root's mass.
    func unit(_ rooted: RootedGame) -> Double
}

/// Posteriors over three user types at one decision; values are those after the history.
struct SimplexDomain: PlanDomain {
    private let policy: PlannedQuery
    private let history: History
    private let users: [Int]
    private let width: Int
    let allowance: [Double]

    let corners: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

    init(_ policy: PlannedQuery, history: History, users: [Int], width: Int) throws {
        self.policy = policy
        self.history = history
        self.users = users
        self.width = width
        // The probability of the opening cue in the rooted game is 1 / Σ_h b(h) / cue(c | h), whose inverse is linear.
        allowance = try corners.map {
            try 1 / Self.rooted($0, policy, history, users, width).roots[0].share
        }
    }

    func rooted(at place: [Double]) throws -> RootedGame { try Self.rooted(place, policy, history, users, width) }

    private static func rooted(
        _ place: [Double], _ policy: PlannedQuery, _ history: History, _ users: [Int], _ width: Int
    ) throws -> RootedGame {
        var weights = [Double](repeating: 0, count: width)
        for (user, weight) in zip(users, place) { weights[user] = weight }
        return try RootedGame(after: history, inputs: policy.inputs, weights: weights)
    }

    func plane(of plan: Policy, found rooted: RootedGame, pool: PlanPool) throws -> [Double] {
        let root = rooted.roots[0]
        let response = pool.response(of: plan, at: root)
        let table = try ActionValues(plan, game: rooted.game, objective: pool.objective, multipliers: [])
        return try users.map { user in
            let unit = (0..<width).map { $0 == user ? 1.0 : 0 }
            let belief = try Belief.opening(root.cue, game: rooted.game, prior: unit).belief
            return table.expected(belief: belief, turn: 1, nodes: plan.memory.initial[root.cue], controller: plan)[
                response]
        }
    }

    func unit(_ rooted: RootedGame) -> Double { rooted.roots[0].mass }
}

/// Two numbers of a scenario, each in its interval; values are times the probability of what was seen.
///
/// With s and t from 0 to 1 across the two intervals, a place is (s/2, w/2, 1 − (s + w)/2). For payoffs, exposures and costs w = t:
/// every plan's value is affine in both. A prior p and the payoff or exposure u of a type multiply each other; in p and q(p) u, with q(p) the
/// probability of that type (a multiple of p or of 1 − p), values are affine again, so that w = q t / max q.
struct MapDomain: PlanDomain {
    private let policy: PlannedQuery
    private let variations: [Variation]
    /// q at the two ends of the first number's interval, as fractions of the larger; 1 and 1 where nothing multiplies.
    private let weights: (low: Double, high: Double)
    /// Whether the prior stands second, so that coordinates are swapped.
    private let isSwapped: Bool
    private let references: [RootedGame]
    /// The least probability of what was seen.
    let leastMass: Double
    private(set) var allowance: [Double] = []

    let corners: [[Double]]

    /// - Throws: ``AnalysisError`` if plans' values are not affine in the two numbers together.
    init(_ policy: PlannedQuery, x: Variation, y: Variation) throws {
        self.policy = policy
        let pair = try Self.weights(x, y, policy.inputs)
        (isSwapped, weights) = (pair.isSwapped, pair.weights)
        variations = isSwapped ? [y, x] : [x, y]
        corners = [
            Self.place(0, 0), Self.place(1, 0), Self.place(1, weights.high), Self.place(0, weights.low),
        ]
        let end = weights.high >= weights.low ? 1.0 : 0
        let vary = variations
        let points: [(Double, Double)] = [(0, 0), (1, 0), (end, 1), (1 - end, 1)]
        let games = try points.map { try Self.rooted(policy, vary, $0.0, $0.1) }
        references = Array(games.prefix(3))
        leastMass = games.reduce(.infinity) { min($0, $1.roots[0].mass) }
        allowance = plane(through: references.map { $0.roots[0].mass / $0.roots[0].share })
    }

    private static func place(_ s: Double, _ w: Double) -> [Double] { [0.5 * s, 0.5 * w, 1 - 0.5 * (s + w)] }

    /// Which of the two is a prior that multiplies the other, and how.
    private static func weights(
        _ x: Variation, _ y: Variation, _ inputs: GameInputs
    ) throws(AnalysisError) -> (isSwapped: Bool, weights: (low: Double, high: Double)) {
        try x.requireIndependence(of: y)
        if x.parameter.isPaid && y.parameter.isPaid { return (false, (1, 1)) }
        for (isSwapped, prior, other) in [(false, x, y), (true, y, x)] {
            guard case .prior(let type) = prior.parameter.location, let paid = other.parameter.paidUser else {
                continue
            }
            let ends = [prior.lower, prior.upper].map { paid == type ? $0 : 1 - $0 }
            let largest = max(ends[0], ends[1])
            guard min(ends[0], ends[1]) > 0, inputs.definition.users[paid].prior > 0 else {
                throw AnalysisError(
                    "\(prior.parameter) from \(prior.lower) to \(prior.upper): where a type is impossible its payoff does "
                        + "nothing; choose an interval that ends before")
            }
            return (isSwapped, (ends[0] / largest, ends[1] / largest))
        }
        throw AnalysisError(
            "\(x.parameter) and \(y.parameter) do not enter the optimal value linearly together; two payoffs, exposures or "
                + "costs do, and a prior with a payoff or an exposure; give --policy to hold a policy, or vary one of them"
        )
    }

    private static func rooted(
        _ policy: PlannedQuery, _ variations: [Variation], _ s: Double, _ t: Double
    ) throws -> RootedGame {
        let point = zip(variations, [s, t]).map { item, share in
            share >= 1 ? item.upper : min(item.upper, max(item.lower, item.lower + share * (item.upper - item.lower)))
        }
        do {
            return try policy.rooted(Variation.set(variations, to: point, in: policy.inputs))
        } catch {
            throw AnalysisError.outside(variations, point, error)
        }
    }

    /// s and t at a place.
    private func shares(_ place: [Double]) -> (Double, Double) {
        let s = 2 * place[0]
        return (s, 2 * place[1] / (weights.low + s * (weights.high - weights.low)))
    }

    /// The two numbers at a place, in the order in which they were given.
    func point(at place: [Double]) -> BoundaryMap.Point {
        let (s, t) = shares(place)
        let ends = variations
        let (first, second) = (
            ends[0].lower + s * (ends[0].upper - ends[0].lower), ends[1].lower + t * (ends[1].upper - ends[1].lower)
        )
        return isSwapped ? BoundaryMap.Point(x: second, y: first) : BoundaryMap.Point(x: first, y: second)
    }

    /// Points along the straight line between two places, without the last; one where it is straight in the numbers too.
    func points(from: [Double], to: [Double]) -> [BoundaryMap.Point] {
        let count = weights.low == weights.high ? 1 : 16
        return (0..<count).map {
            point(at: ConvexPolygon.between(from, to, Double($0) / Double(count)))
        }
    }

    func rooted(at place: [Double]) throws -> RootedGame {
        let (s, t) = shares(place)
        return try Self.rooted(policy, variations, s, t)
    }

    /// The linear function that has three values at the references.
    private func plane(through values: [Double]) -> [Double] {
        let across = values[1] - values[0]
        let up = values[2] - values[0] - (weights.high >= weights.low ? across : 0)
        return [values[0] + 2 * across, values[0] + 2 * up, values[0]]
    }

    func plane(of plan: Policy, found rooted: RootedGame, pool: PlanPool) throws -> [Double] {
        plane(through: try references.map { try pool.values(of: plan, in: $0)[0] })
    }

    func unit(_ rooted: RootedGame) -> Double { 1 }
}

extension Parameter {
    /// Whether the number is paid: values of plans are affine in all such numbers together.
    fileprivate var isPaid: Bool {
        switch location {
        case .payoff, .exposure, .cost: true
        default: false
        }
    }

    /// The user type whose payoff the number is.
    fileprivate var paidUser: Int? {
        switch location {
        case .payoff(let user, _), .exposure(let user, _): user
        default: nil
        }
    }
}
