internal import GameModel
internal import Parameters
internal import Solver

/// Which response is optimal at every posterior over three user types, at one decision: the exact partition of the simplex.
///
/// A place is a triple of weights on the simplex; a type's hidden state is distributed as after the history. The value of a plan
/// is linear in the weights, so the optimal value is the upper envelope of finitely many planes, and the regions are polygons.
///
/// Source: Smallwood & Sondik 1973 (Operations Research 21:1071); Cheng 1988 for the search for planes.
public struct SimplexPartition: Sendable {
    /// A region in which one plan is optimal.
    public struct Cell: Sendable, Equatable {
        public let response: Int
        /// Corners, in order around the cell, as weights of the three types.
        public let corners: [[Double]]
        /// What the plan is worth at the three vertices.
        public let values: [Double]
    }

    /// A stretch of the boundary between two responses.
    public struct Edge: Sendable, Equatable {
        public let responses: [Int]
        public let from: [Double]
        public let to: [Double]
    }

    /// Where three or more responses are worth the same.
    public struct Corner: Sendable, Equatable {
        public let responses: [Int]
        public let weights: [Double]
    }

    public let decision: History
    /// The three user types.
    public let users: [Int]
    public let cells: [Cell]
    public let edges: [Edge]
    public let corners: [Corner]
    /// The posterior after the decision's history, as weights of the three types; nil if another type is possible there.
    public let posterior: [Double]?
    /// The optimal value is nowhere larger than the envelope by more than this, also where the search was stopped; 0 where nothing but
    /// rounding is left.
    public let gap: Double
    /// Whether the search came to its end: no corner is left that could be asked about more closely.
    /// How close the envelope is then, ``gap`` says.
    public let isComplete: Bool

    /// The best response at given weights.
    public func response(at weights: [Double]) -> Int? {
        cells.max { Self.product($0.values, weights) < Self.product($1.values, weights) }?.response
    }

    /// The largest of the cells' planes at given weights.
    public func value(at weights: [Double]) -> Double {
        cells.reduce(-Double.infinity) { max($0, Self.product($1.values, weights)) }
    }

    fileprivate static func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

extension PlannedPolicy {
    /// The partition of the simplex of three user types at the decision.
    ///
    /// - Parameter users: the three types, all possible after the history.
    /// - Throws: ``AnalysisError`` if a type is impossible there or not three are named.
    /// - Complexity: a call of the planner per corner of the partition.
    public func partition(of users: [Int]) throws -> SimplexPartition {
        guard let history = decisions.first, decisions.count == 1 else {
            throw AnalysisError("the posterior is partitioned at one decision at a time")
        }
        let game = try inputs.game()
        guard users.count == 3, Set(users).count == 3, users.allSatisfy(game.users.indices.contains) else {
            throw AnalysisError("the simplex needs three different user types; name three of \(game.users)")
        }
        let trail = try history.beliefs(in: game)
        let shares = trail[trail.count - 1].belief.users(in: game)
        for user in users where shares[user] == 0 {
            throw AnalysisError(
                "the user type \(game.users[user]) is impossible there; it has no hidden state to start from")
        }
        var search = SimplexSearch(policy: self, history: history, users: users, width: game.users.count)
        try search.run()
        let rest = shares.indices.filter { !users.contains($0) }.reduce(0) { $0 + shares[$1] }
        return search.partition(posterior: rest > 0 ? nil : users.map { shares[$0] })
    }
}

/// The search for the planes of the optimal value.
///
/// The optimal value is convex over the simplex. So it lies above every plane found, and below every straight interpolation of upper
/// bounds between places where the planner was asked. It is asked next at the corner of the envelope where the two are farthest
/// apart, coarsely first, until they are as close everywhere as was asked for; a corner that others settle is never asked about.
private struct SimplexSearch {
    let policy: PlannedPolicy
    let history: History
    let users: [Int]
    let width: Int
    var pool: PlanPool
    /// Per plan: the values at the vertices, and its response.
    var planes: [(values: [Double], response: Int)] = []
    /// Where the planner was asked: what the optimal value does not exceed, and how often it was asked there.
    private var asked: [(place: [Double], upper: Double, count: Int)] = []
    /// Corners of the envelope, with what the optimal value does not exceed there as far as was asked so far.
    private var known: [Corner] = []
    /// Per type, the inverse of the opening cue's probability in the game rooted at its vertex.
    private var inverseShares: [Double] = []
    var gap = 0.0
    var isComplete = true

    init(policy: PlannedPolicy, history: History, users: [Int], width: Int) {
        self.policy = policy
        self.history = history
        self.users = users
        self.width = width
        pool = PlanPool(policy.settings, objective: policy.inputs.objective, shouldStop: policy.shouldStop)
    }

    private var scale: Double { planes.flatMap(\.values).reduce(1) { max($0, abs($1)) } }

    private func envelope(_ place: [Double]) -> Double {
        planes.reduce(-Double.infinity) { max($0, SimplexPartition.product($1.values, place)) }
    }

    private func rooted(_ place: [Double]) throws -> RootedGame {
        var weights = [Double](repeating: 0, count: width)
        for (user, weight) in zip(users, place) { weights[user] = weight }
        return try RootedGame(after: history, inputs: policy.inputs, weights: weights)
    }

    mutating func run() throws {
        let places: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1.0 / 3, 1.0 / 3, 1.0 / 3]]
        inverseShares = try places.prefix(3).map { try 1 / rooted($0).roots[0].share }
        for place in places { try ask(place) }
        while let place = try widest() {
            guard planes.count < PlannedPolicy.planLimit, !policy.shouldStop() else {
                isComplete = false
                break
            }
            try ask(place)
        }
        // Bounds that stood from earlier rounds are worked out once more: the gap that is told is as small as what is known.
        gap = known.reduce(0) { max($0, min($1.upper, interpolated($1.place)) - envelope($1.place)) }
    }

    /// How often the planner is asked about a place, each time four times as closely, the last time as closely as it takes.
    private static let rounds = 3

    private mutating func ask(_ place: [Double]) throws {
        let rooted = try rooted(place)
        let index = asked.firstIndex { Self.distance($0.place, place) < 1e-10 }
        let count = index.map { asked[$0].count } ?? 0
        let last = 0.5 * policy.settings.gap
        let coarseness = (count + 1..<Self.rounds).reduce(1.0) { factor, _ in 4 * factor }
        // Plans that are good at this place are what the search starts from; a proof starts from nothing, since rounding in
        // plans that are handed on would be left open.
        let near = planes.indices.sorted {
            SimplexPartition.product(planes[$0].values, place) > SimplexPartition.product(planes[$1].values, place)
        }.prefix(3)
        let answer = try pool.ask(rooted, gap: last * coarseness, seeds: last > 0 ? near.map { pool.plans[$0] } : [])
        let plane = try plane(of: answer.controller, in: rooted)
        let found = SimplexPartition.product(plane.values, place)
        let upper = found + answer.gaps[0] / rooted.roots[0].mass
        if found > envelope(place) + max(0.1 * last / rooted.roots[0].share, 1e-11 * max(1, abs(found))) {
            planes.append(plane)
            pool.add(answer.controller)
        }
        if let index {
            asked[index] = (place, min(upper, asked[index].upper), count + 1)
        } else {
            asked.append((place, upper, 1))
        }
    }

    /// A corner of the envelope, with what is known of the optimal value there.
    private struct Corner {
        let place: [Double]
        /// What the optimal value does not exceed, as far as that was worked out when `asked` places had been asked about.
        var upper: Double
        var asked: Int
        var open = 0.0
        var allowed = 0.0
    }

    /// The corner of the envelope that leaves most open, more than was asked for; nil where none does, or where asking does not help.
    ///
    /// Bounds only fall, so that those of earlier rounds stand until a corner comes first by them.
    private mutating func widest() throws -> [Double]? {
        var corners: [Corner] = []
        for place in cells().flatMap(\.corners)
        where !corners.contains(where: { Self.distance($0.place, place) < 1e-10 }) {
            var corner =
                known.first { Self.distance($0.place, place) < 1e-10 }
                ?? Corner(place: place, upper: .infinity, asked: 0)
            corner.allowed = max(policy.settings.gap / share(place), 1e-9 * scale)
            corner.open = corner.upper - envelope(place)
            corners.append(corner)
        }
        defer {
            known = corners
            gap = corners.reduce(0) { max($0, $1.open) }
        }
        while let index = corners.indices.filter({ mayBeAsked(corners[$0]) }).max(by: {
            corners[$0].open < corners[$1].open
        }) {
            guard corners[index].asked < asked.count else { return corners[index].place }
            corners[index].upper = min(corners[index].upper, interpolated(corners[index].place))
            corners[index].asked = asked.count
            corners[index].open = corners[index].upper - envelope(corners[index].place)
        }
        return nil
    }

    /// Whether a corner leaves more open than was asked for, and the planner can still be asked more closely there.
    private func mayBeAsked(_ corner: Corner) -> Bool {
        guard corner.open > corner.allowed else { return false }
        let times = asked.first { Self.distance($0.place, corner.place) < 1e-10 }?.count ?? 0
        return times < Self.rounds
    }

    /// The probability of the opening cue in the game rooted at a place: 1 / Σ_h b(h) / cue(c | h), whose inverse is linear.
    private func share(_ place: [Double]) -> Double { 1 / SimplexPartition.product(inverseShares, place) }

    /// The least upper bound at a place that places asked about give by interpolation: a linear program over their weights.
    ///
    /// Weights of three types sum to 1, and so do those of the places: no weight can exceed its limit without another falling short,
    /// so that limits hold with equality.
    private func interpolated(_ place: [Double]) -> Double {
        let program = MixtureProgram(
            columns: asked.map { MixtureProgram.Column(value: -$0.upper, probabilities: $0.place) }, limits: place)
        // Where rounding leaves the program without an answer, what was said of the place itself still stands.
        let own = asked.first { Self.distance($0.place, place) < 1e-10 }?.upper ?? .infinity
        guard let optimum = program.solve(), optimum.excess <= 0 else { return own }
        return min(own, optimum.parts.reduce(0) { $0 + $1.weight * asked[$1.column].upper })
    }

    /// A plan's values at the three vertices.
    private func plane(
        of plan: FiniteMemoryController, in rooted: RootedGame
    ) throws -> (values: [Double], response: Int) {
        let root = rooted.roots[0]
        let response = pool.response(of: plan, at: root)
        let table = try ActionValues(plan, game: rooted.game, objective: pool.objective, multipliers: [])
        let values = try users.map { user in
            let unit = (0..<width).map { $0 == user ? 1.0 : 0 }
            let belief = try Belief.opening(root.cue, game: rooted.game, prior: unit).belief
            return table.expected(belief: belief, turn: 1, nodes: plan.memory.initial[root.cue], controller: plan)[
                response]
        }
        return (values, response)
    }

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    /// The polygons of the upper envelope.
    private func cells() -> [SimplexPartition.Cell] {
        planes.indices.compactMap { index in
            var polygon = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]
            for other in planes.indices where other != index {
                let side = zip(planes[index].values, planes[other].values).map { $0 - $1 }
                polygon = Self.clipped(polygon, keeping: side)
                guard polygon.count >= 3 else { return nil }
            }
            guard Self.area(polygon) > 1e-14 else { return nil }
            return SimplexPartition.Cell(
                response: planes[index].response, corners: polygon, values: planes[index].values)
        }
    }

    /// The part of a polygon where side · w ≥ 0.
    ///
    /// Source: Sutherland & Hodgman 1974, Reentrant polygon clipping.
    private static func clipped(_ polygon: [[Double]], keeping side: [Double]) -> [[Double]] {
        var result: [[Double]] = []
        for (index, corner) in polygon.enumerated() {
            let next = polygon[(index + 1) % polygon.count]
            let (here, there) = (SimplexPartition.product(side, corner), SimplexPartition.product(side, next))
            if here >= 0 { result.append(corner) }
            if (here > 0 && there < 0) || (here < 0 && there > 0) {
                let share = here / (here - there)
                result.append(zip(corner, next).map { $0 + share * ($1 - $0) })
            }
        }
        return result
    }

    /// Twice the area in the plane of the first two weights.
    private static func area(_ polygon: [[Double]]) -> Double {
        let last = polygon[polygon.count - 1]
        return abs(
            zip([last] + polygon, polygon).reduce(0) { $0 + $1.0[0] * $1.1[1] - $1.0[1] * $1.1[0] })
    }

    func partition(posterior: [Double]?) -> SimplexPartition {
        let cells = cells()
        let noise = 1e-9 * scale
        func top(_ place: [Double]) -> [Int] {
            let best = cells.reduce(-Double.infinity) { max($0, SimplexPartition.product($1.values, place)) }
            return Set(cells.filter { SimplexPartition.product($0.values, place) >= best - noise }.map(\.response))
                .sorted()
        }
        var edges: [SimplexPartition.Edge] = []
        var corners: [SimplexPartition.Corner] = []
        for cell in cells {
            for (index, corner) in cell.corners.enumerated() {
                let next = cell.corners[(index + 1) % cell.corners.count]
                let meeting = top(corner)
                if meeting.count > 2, !corners.contains(where: { Self.distance($0.weights, corner) < 1e-8 }) {
                    corners.append(SimplexPartition.Corner(responses: meeting, weights: corner))
                }
                guard Self.distance(corner, next) > 1e-10 else { continue }
                let middle = zip(corner, next).map { 0.5 * ($0 + $1) }
                let responses = top(middle)
                let isKnown = edges.contains {
                    Self.distance($0.from, next) < 1e-8 && Self.distance($0.to, corner) < 1e-8
                }
                if responses.count > 1, !isKnown {
                    edges.append(SimplexPartition.Edge(responses: responses, from: corner, to: next))
                }
            }
        }
        let left = gap <= 1e-9 * scale ? 0 : gap
        return SimplexPartition(
            decision: history, users: users, cells: cells, edges: edges, corners: corners, posterior: posterior,
            gap: left, isComplete: isComplete)
    }
}
