internal import ExactEvaluation
internal import GameModel
internal import Solver

/// The search for the policies along one limit.
struct LimitSearch {
    let policy: LimitQuery
    let constraint: Int
    let game: Game
    private var plans: [Policy] = []
    private var columns: [MixtureProgram.Column] = []
    /// Per plan and decision, how likely it gives each response there, times the probability that it gave those of the history.
    private(set) var shares: [[[Double]]] = []
    /// Where the planner was asked, with what no policy exceeds there.
    private(set) var asked: [(limit: Double, upper: Double)] = []
    /// Where the planner was asked for the sake of a piece.
    private var tried: Set<UInt64> = []
    private var searches = 0
    private var exactSearches = 0
    private var askedExactly: Set<UInt64> = []
    private var isComplete = true
    private(set) var vertices: [Vertex] = []

    /// A limit at which the program was solved.
    struct Vertex {
        let limit: Double
        let value: Double
        /// The price, or one between the prices on either side.
        let price: Double
        let parts: [(column: Int, weight: Double)]
    }

    static let rounding = 1e-10

    init(policy: LimitQuery, constraint: Int) throws {
        self.policy = policy
        self.constraint = constraint
        game = try policy.inputs.game()
    }

    /// The size of values, and of what they are sums of.
    var scale: Double {
        columns.reduce(policy.inputs.objective.goal == .payoff ? game.amountScale : 1) { max($0, abs($1.value)) }
    }

    private func objective(_ limit: Double) -> Objective {
        var objective = policy.inputs.objective
        objective.constraints[constraint].atMost = limit
        return objective
    }

    // MARK: The program over known plans

    private func vertex(at limit: Double) throws -> Vertex? {
        let limits = objective(limit).constraints.map(\.atMost)
        guard let optimum = MixtureProgram(columns: columns, limits: limits).solve() else {
            throw AnalysisError("the linear program over \(columns.count) policies could not be solved")
        }
        guard optimum.excess <= 0 else { return nil }
        return Vertex(
            limit: limit, value: optimum.parts.reduce(0) { $0 + $1.weight * columns[$1.column].value },
            price: optimum.multipliers[constraint], parts: optimum.parts)
    }

    /// The least share of known mixtures that keep the other limits.
    private func least() throws -> Double? {
        let program = MixtureProgram(
            columns: columns.map {
                MixtureProgram.Column(value: -$0.probabilities[constraint], probabilities: $0.probabilities)
            }, limits: objective(1).constraints.map(\.atMost))
        guard let optimum = program.solve(), optimum.excess <= 0 else { return nil }
        return optimum.parts.reduce(0) { $0 + $1.weight * columns[$1.column].probabilities[constraint] }
    }

    /// All vertices between two, by tangents that meet.
    private func between(_ low: Vertex, _ high: Vertex, depth: Int = 0) throws -> [Vertex] {
        let width = high.limit - low.limit
        let tolerance = Self.rounding * scale
        guard width > 1e-12, depth < 60 else { return [] }
        // Both tangents lie above the program's value; where they meet it has a vertex, or a piece between.
        let slope = low.price - high.price
        var meeting = low.limit + 0.5 * width
        if slope > 1e-12 * max(scale, low.price) {
            let at = (high.value - low.value - high.price * high.limit + low.price * low.limit) / slope
            if at > low.limit + 1e-12, at < high.limit - 1e-12 { meeting = at }
        }
        guard let middle = try vertex(at: meeting) else { return [] }
        let chord = low.value + (high.value - low.value) * (meeting - low.limit) / width
        guard middle.value > chord + tolerance * min(1, width) else { return [] }
        let tangents = min(
            low.value + low.price * (meeting - low.limit), high.value - high.price * (high.limit - meeting))
        if middle.value >= tangents - tolerance * min(1, width) { return [middle] }
        return try between(low, middle, depth: depth + 1) + [middle] + between(middle, high, depth: depth + 1)
    }

    // MARK: Asking the planner

    private mutating func ask(_ limit: Double, isExact: Bool = false) throws -> ConstrainedResult {
        var settings = policy.settings
        if searches > 0 { settings.seeds = nil }
        // Asked in the middle of a piece, half the gap is left twice as wide elsewhere on it.
        settings.planner.gap *= isExact ? 0 : 0.49
        let solution = try ConstrainedPlanner(settings).search(
            Problem(game: game, objective: objective(limit)), policies: plans,
            control: RunControl(stop: policy.shouldStop))
        policy.onAnswer(solution.gap)
        searches += 1
        for part in solution.parts { try add(part) }
        if solution.violation <= 1e-9 {
            asked.append((limit, solution.bound))
            if !solution.isConverged { isComplete = false }
        }
        return solution
    }

    private mutating func add(_ plan: Policy) throws {
        let evaluation = Evaluation(plan, game: game)
        let objective = policy.inputs.objective
        let column = MixtureProgram.Column(
            value: objective.goal == .payoff ? evaluation.payoff : evaluation.safe,
            probabilities: objective.constraints.map { evaluation.outcomes[$0.user][$0.outcome] })
        guard !columns.contains(column) else { return }
        plans.append(plan)
        columns.append(column)
        shares.append(try policy.decisions.map { try Self.shares(of: plan, after: $0, game: game) })
    }

    private static func shares(
        of plan: Policy, after history: History, game: Game
    ) throws -> [Double] {
        var nodes = plan.memory.initial[history.cue]
        var mass = 1.0
        for step in history.steps {
            mass *= nodes.strategy(of: plan)[step.response]
            nodes = nodes.after(step.response, of: plan).moved(
                after: step.response, by: step.observation, memory: plan.memory, game: game)
        }
        return nodes.strategy(of: plan).map { mass * $0 }
    }

    /// The lowest limit of the interval that can be kept, and how far below it may lie.
    private mutating func edge(_ lower: Double, _ upper: Double) throws -> (limit: Double, gap: Double)? {
        let top = try ask(upper)
        if case .infeasible(let least, _) = top.status {
            throw AnalysisError(
                "no policy keeps the constraints anywhere from \(lower) to \(upper): at \(upper) some limit is exceeded "
                    + "by at least \(least); choose an interval above that")
        }
        guard top.violation <= 1e-9 else {
            throw AnalysisError("no policy that keeps the constraints at \(upper) was found in time; give more time")
        }
        let bottom = try ask(lower)
        guard case .infeasible(let first, _) = bottom.status else {
            if bottom.violation > 1e-9 { isComplete = false }
            return nil
        }
        // An excess of at least e at a limit l means that no limit below l + e can be kept.
        var below = lower + first
        while let known = try least(), known - below > 1e-9, !policy.shouldStop(), searches < LimitQuery.pieceLimit {
            let middle = 0.5 * (below + known)
            let solution = try ask(middle)
            if case .infeasible(let more, _) = solution.status {
                below = middle + more
            } else if solution.violation > 1e-9 {
                isComplete = false
                break
            }
        }
        return try least().map { ($0, max(0, $0 - below)) }
    }

    mutating func curve(from lower: Double, to upper: Double) throws -> LimitCurve {
        let edge = try edge(lower, upper)
        var gaps: [Double] = []
        while true {
            let start = try edge == nil ? lower : max(lower, least() ?? lower)
            // A limit that is nothing but rounding above the least keeps the program feasible.
            guard let low = try vertex(at: start) ?? vertex(at: start + 1e-11), let high = try vertex(at: upper) else {
                throw AnalysisError("the linear program has no solution at the ends of \(start) to \(upper)")
            }
            vertices = corners([low] + (try between(low, high)) + [high])
            gaps = (0..<vertices.count - 1).map(left)
            guard let widest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }) else { break }
            let isDone = gaps[widest] <= policy.settings.planner.gap
            guard let open = isDone ? atSwitch(gaps) : widest else { break }
            guard !policy.shouldStop(), vertices.count < LimitQuery.pieceLimit, searches < 4 * LimitQuery.pieceLimit
            else {
                isComplete = false
                break
            }
            let limit = 0.5 * (vertices[open].limit + vertices[open + 1].limit)
            guard tried.insert(limit.bitPattern).inserted || isDone else {
                // The planner left more open than it was asked to: asking again would not help.
                isComplete = false
                break
            }
            _ = try ask(limit, isExact: isDone)
            if isDone {
                exactSearches += 1
                askedExactly.insert(limit.bitPattern)
            }
        }
        return LimitCurve(
            pieces: pieces(gaps), edge: edge?.limit, edgeGap: edge?.gap ?? 0, gap: gaps.max() ?? 0,
            isComplete: isComplete,
            searches: searches)
    }

    /// A piece that leaves something open and on or beside which responses change: its proof says where they do. Nil where there is
    /// none, or enough was asked for that.
    private func atSwitch(_ gaps: [Double]) -> Int? {
        guard exactSearches < LimitQuery.exactLimit, !policy.shouldStop() else { return nil }
        let changes = gaps.indices.map { index in
            policy.decisions.indices.contains { decision in
                let (low, high) = (numerators(vertices[index], decision), numerators(vertices[index + 1], decision))
                return Self.used(low) != Self.used(high) || Self.likeliest(low) != Self.likeliest(high)
            }
        }
        return gaps.indices.first { index in
            let isNear = (max(0, index - 1)...min(gaps.count - 1, index + 1)).contains { changes[$0] }
            let middle = 0.5 * (vertices[index].limit + vertices[index + 1].limit)
            return gaps[index] > 0 && isNear && !askedExactly.contains(middle.bitPattern)
        }
    }

    static func used(_ numerators: [Double]) -> [Int] { numerators.indices.filter { numerators[$0] > 1e-9 } }

    static func likeliest(_ numerators: [Double]) -> Int? {
        numerators.indices.max { numerators[$0] < numerators[$1] }
    }

    /// Vertices without those that lie on a straight line between their neighbours.
    private func corners(_ vertices: [Vertex]) -> [Vertex] {
        var kept: [Vertex] = []
        for vertex in vertices {
            while kept.count > 1 {
                let (a, b) = (kept[kept.count - 2], kept[kept.count - 1])
                let (before, after) = (Self.slope(a, b), Self.slope(b, vertex))
                guard before - after <= 1e-7 * max(scale, abs(before)) else { break }
                kept.removeLast()
            }
            kept.append(vertex)
        }
        return kept
    }

    static func slope(_ a: Vertex, _ b: Vertex) -> Double { (b.value - a.value) / (b.limit - a.limit) }
}
