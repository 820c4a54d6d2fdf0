internal import GameModel
public import Parameters
public import Solver

/// The best that the constraints allow, as one limit varies and the others are held.
public struct LimitCurve: Sendable, Equatable {
    /// A stretch along which the same policies are mixed and the value is linear.
    public struct Piece: Sendable, Equatable {
        public let lower: Double
        public let upper: Double
        public let valueAtLower: Double
        public let valueAtUpper: Double
        /// No policy that keeps the limits is worth more by more than this, anywhere on the piece.
        public let gap: Double
        /// What the goal gains per unit of the limit.
        public var price: Double { (valueAtUpper - valueAtLower) / (upper - lower) }
    }

    /// From the lowest limit that can be kept to the end of the interval.
    public let pieces: [Piece]
    /// No policy keeps a limit below this, where it lies inside the interval; what is said of it is off by at most ``edgeGap``.
    public let edge: Double?
    public let edgeGap: Double
    /// No policy that keeps the limits is worth more by more than this, anywhere on the curve.
    public let gap: Double
    /// Whether no piece leaves more open than was asked for.
    public let isComplete: Bool
    /// Calls of the planner.
    public let searches: Int
}

/// Where the first responses of the best policy under constraints switch, as one limit varies.
///
/// The best value is concave and piecewise linear in a limit: it is the value of a linear program over all policies, of which the limit
/// is a right-hand side. The program over the policies found so far is solved exactly, piece by piece, from its tangents; the
/// planner is asked inside the piece that leaves most open, until no piece leaves more open than the settings' gap. A concave function
/// that is nowhere below a straight line and meets it inside is that line, so that one proof inside a piece proves all of it; and it
/// lies below the lines of the pieces on either side, drawn on.
///
/// At the ends of a piece the program has a mixture of policies each; in between the mixture of these two is optimal. Shares of responses
/// are linear along a piece, so that the likeliest response changes where two of them cross. Where several mixtures are worth the
/// same, another one may open otherwise.
///
/// Source: parametric linear programming, Gass & Saaty 1955 (doi:10.1002/nav.3800020106); column generation as in
/// ``ConstrainedPlanner``.
public struct LimitPolicy: Sendable {
    let inputs: GameInputs
    let decisions: [History]
    let settings: ConstrainedPlannerSettings
    let shouldStop: @Sendable () -> Bool

    /// Pieces that may be found; more are not looked for.
    static let pieceLimit = 400
    /// Searches for proofs where responses switch, beyond what the gap asks for.
    static let exactLimit = 64

    /// - Throws: ``AnalysisError`` if there are no constraints, or users look ahead or a KL term counts.
    public init(
        inputs: GameInputs, decisions: [History], settings: ConstrainedPlannerSettings,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws(AnalysisError) {
        guard !inputs.objective.constraints.isEmpty, inputs.objective.klWeight == 0,
            inputs.definition.users.allSatisfy({ $0.agent.lookahead == nil })
        else {
            throw AnalysisError(
                "a limit's boundary is planned for constraints without a KL term and users who do not look ahead; sample it"
            )
        }
        self.inputs = inputs
        self.decisions = decisions
        self.settings = settings
        self.shouldStop = shouldStop
    }

    /// The curve of the best value, and where the responses switch at each decision.
    ///
    /// - Throws: ``AnalysisError`` if the number is no limit, or no policy keeps the limits anywhere in the interval.
    /// - Complexity: about two calls of the planner per piece.
    public func lines(along variation: Variation) throws -> (curve: LimitCurve, lines: [DecisionLine]) {
        guard case .limit(let constraint) = variation.parameter.location else {
            throw AnalysisError("\(variation.parameter) is no limit")
        }
        var search = try LimitSearch(policy: self, constraint: constraint)
        let curve = try search.curve(from: variation.lower, to: variation.upper)
        return (curve, try decisions.indices.map { try search.line($0, curve: curve) })
    }
}

/// The search for the policies along one limit.
private struct LimitSearch {
    let policy: LimitPolicy
    let constraint: Int
    let game: Game
    private var plans: [FiniteMemoryController] = []
    private var columns: [MixtureProgram.Column] = []
    /// Per plan and decision, how likely it gives each response there, times the probability that it gave those of the history.
    private var shares: [[[Double]]] = []
    /// Where the planner was asked, with what no policy exceeds there.
    private var asked: [(limit: Double, upper: Double)] = []
    /// Where the planner was asked for the sake of a piece.
    private var tried: Set<UInt64> = []
    private var searches = 0
    private var exactSearches = 0
    private var askedExactly: Set<UInt64> = []
    private var isComplete = true
    private var vertices: [Vertex] = []

    /// A limit at which the program was solved.
    private struct Vertex {
        let limit: Double
        let value: Double
        /// The price, or one between the prices on either side.
        let price: Double
        let parts: [(column: Int, weight: Double)]
    }

    private static let rounding = 1e-10

    init(policy: LimitPolicy, constraint: Int) throws {
        self.policy = policy
        self.constraint = constraint
        game = try policy.inputs.game()
    }

    private var scale: Double { columns.reduce(1) { max($0, abs($1.value)) } }

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
        if slope > 1e-12 * max(1, low.price) {
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

    private mutating func ask(_ limit: Double, isExact: Bool = false) throws -> ConstrainedSolution {
        var settings = policy.settings
        if searches > 0 { settings.seeds = nil }
        // Asked in the middle of a piece, half the gap is left twice as wide elsewhere on it.
        settings.planner.gap *= isExact ? 0 : 0.49
        let solution = try ConstrainedPlanner(settings).solve(
            game: game, objective: objective(limit), policies: plans, shouldStop: policy.shouldStop)
        searches += 1
        for part in solution.parts { try add(part) }
        if solution.violation <= 1e-9 {
            asked.append((limit, solution.upperBound))
            if !solution.isConverged { isComplete = false }
        }
        return solution
    }

    private mutating func add(_ plan: FiniteMemoryController) throws {
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
        of plan: FiniteMemoryController, after history: History, game: Game
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
        while let known = try least(), known - below > 1e-9, !policy.shouldStop(), searches < LimitPolicy.pieceLimit {
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
            vertices = Self.corners([low] + (try between(low, high)) + [high])
            gaps = (0..<vertices.count - 1).map(left)
            guard let widest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }) else { break }
            let isDone = gaps[widest] <= policy.settings.planner.gap
            guard let open = isDone ? atSwitch(gaps) : widest else { break }
            guard !policy.shouldStop(), vertices.count < LimitPolicy.pieceLimit, searches < 4 * LimitPolicy.pieceLimit
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
        let pieces = zip(zip(vertices, vertices.dropFirst()), gaps).map {
            LimitCurve.Piece(
                lower: $0.0.limit, upper: $0.1.limit, valueAtLower: $0.0.value, valueAtUpper: $0.1.value, gap: $1)
        }
        return LimitCurve(
            pieces: pieces, edge: edge?.limit, edgeGap: edge?.gap ?? 0, gap: gaps.max() ?? 0, isComplete: isComplete,
            searches: searches)
    }

    /// A piece that leaves something open and on or beside which responses change: its proof says where they do. Nil where there is
    /// none, or enough was asked for that.
    private func atSwitch(_ gaps: [Double]) -> Int? {
        guard exactSearches < LimitPolicy.exactLimit, !policy.shouldStop() else { return nil }
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

    private static func used(_ numerators: [Double]) -> [Int] { numerators.indices.filter { numerators[$0] > 1e-9 } }

    private static func likeliest(_ numerators: [Double]) -> Int? {
        numerators.indices.max { numerators[$0] < numerators[$1] }
    }

    /// Vertices without those that lie on a straight line between their neighbours.
    private static func corners(_ vertices: [Vertex]) -> [Vertex] {
        var kept: [Vertex] = []
        for vertex in vertices {
            while kept.count > 1 {
                let (a, b) = (kept[kept.count - 2], kept[kept.count - 1])
                let (before, after) = (slope(a, b), slope(b, vertex))
                guard before - after <= 1e-7 * max(1, abs(before)) else { break }
                kept.removeLast()
            }
            kept.append(vertex)
        }
        return kept
    }

    private static func slope(_ a: Vertex, _ b: Vertex) -> Double { (b.value - a.value) / (b.limit - a.limit) }

    /// By how much the optimal value may exceed a piece; infinite where nothing is known.
    ///
    /// A concave function that is nowhere below a line and at most g above it at one point is at most g · width / (distance to the nearer
    /// end) above it anywhere. It also lies below the pieces on either side, drawn on, plus what those leave open.
    private func left(_ index: Int) -> Double {
        let (low, high) = (vertices[index], vertices[index + 1])
        let width = high.limit - low.limit
        guard width > 1e-12 else { return 0 }
        let rounding = 10 * Self.rounding * scale
        let asked = asked.compactMap { item -> Double? in
            let reach = min(item.limit - low.limit, high.limit - item.limit) / width
            guard reach > 0 else { return nil }
            let line = low.value + (high.value - low.value) * (item.limit - low.limit) / width
            let over = max(0, item.upper - line)
            return over <= rounding ? 0 : over / reach
        }.min()
        if asked == 0 { return 0 }
        return min(asked ?? .infinity, triangle(index))
    }

    /// The height of the triangle between a piece and its neighbours drawn on; infinite without a proved neighbour on both sides.
    private func triangle(_ index: Int) -> Double {
        guard index > 0, index + 2 < vertices.count, isProved(index - 1), isProved(index + 1) else { return .infinity }
        let (low, high) = (vertices[index], vertices[index + 1])
        let own = Self.slope(low, high)
        let rise = Self.slope(vertices[index - 1], low) - own
        let fall = own - Self.slope(high, vertices[index + 2])
        guard rise > 0, fall > 0 else { return .infinity }
        return (high.limit - low.limit) * rise * fall / (rise + fall)
    }

    /// Whether somebody asked inside a piece, and the line was all there is.
    private func isProved(_ index: Int) -> Bool {
        let (low, high) = (vertices[index], vertices[index + 1])
        return asked.contains { item in
            guard item.limit > low.limit, item.limit < high.limit else { return false }
            let line = low.value + Self.slope(low, high) * (item.limit - low.limit)
            return item.upper - line <= 10 * Self.rounding * scale
        }
    }

    // MARK: Responses along the curve

    func line(_ decision: Int, curve: LimitCurve) throws -> DecisionLine {
        var segments: [DecisionLine.Segment] = []
        var unreached: [ClosedRange<Double>] = []
        for (low, high) in zip(vertices, vertices.dropFirst()) where high.limit > low.limit {
            let (first, last) = (numerators(low, decision), numerators(high, decision))
            let cuts = [0] + crossings(first, last) + [1]
            for (from, to) in zip(cuts, cuts.dropFirst()) where to > from {
                let middle = zip(first, last).map { $0 + 0.5 * (from + to) * ($1 - $0) }
                let used = Self.used(middle)
                let ends = [from, to].map { low.limit + $0 * (high.limit - low.limit) }
                guard let top = used.max(by: { middle[$0] < middle[$1] }) else {
                    if let last = unreached.last, last.upperBound == ends[0] {
                        unreached[unreached.count - 1] = last.lowerBound...ends[1]
                    } else {
                        unreached.append(ends[0]...ends[1])
                    }
                    continue
                }
                let piece = DecisionLine.Segment(lower: ends[0], upper: ends[1], response: top, responses: used)
                if let before = segments.last, before.upper == piece.lower, before.response == top,
                    before.responses == used
                {
                    segments[segments.count - 1] = DecisionLine.Segment(
                        lower: before.lower, upper: piece.upper, response: top, responses: used)
                } else {
                    segments.append(piece)
                }
            }
        }
        let switches = zip(segments, segments.dropFirst()).filter { $0.upper == $1.lower }.map { below, above in
            DecisionLine.Switch(
                value: above.lower, below: below.response, above: above.response,
                uncertainty: uncertainty(at: above.lower, curve))
        }
        let values = curve.pieces.flatMap { [$0.valueAtLower, $0.valueAtUpper] }
        return DecisionLine(
            decision: policy.decisions[decision], segments: segments, switches: switches, undecided: [],
            completeness: !curve.isComplete ? .unfinished : curve.gap == 0 ? .proved : .provedUpTo(gap: curve.gap),
            unreached: unreached,
            effect: segments.count > 1 ? .infinity : (values.max() ?? 0) - (values.min() ?? 0))
    }

    /// Σ_i w_i P(history | i) π_i(a) of a vertex's mixture.
    private func numerators(_ vertex: Vertex, _ decision: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: game.responses.count)
        for part in vertex.parts {
            for (response, share) in shares[part.column][decision].enumerated() {
                sums[response] += part.weight * share
            }
        }
        return sums
    }

    /// Where two linear functions cross inside (0, 1), in order.
    private func crossings(_ first: [Double], _ last: [Double]) -> [Double] {
        var places: [Double] = []
        for a in first.indices {
            for b in first.indices where b > a {
                let (start, end) = (first[a] - first[b], last[a] - last[b])
                guard (start < 0) != (end < 0), abs(start) > 1e-12, abs(end) > 1e-12 else { continue }
                places.append(start / (start - end))
            }
        }
        return places.sorted()
    }

    /// What is left open moves a corner by no more than itself divided by the change of price there; inside a piece, by no more than
    /// the piece.
    private func uncertainty(at limit: Double, _ curve: LimitCurve) -> Double {
        if let index = curve.pieces.dropLast().firstIndex(where: { $0.upper == limit }) {
            let (before, after) = (curve.pieces[index], curve.pieces[index + 1])
            return 1e-10 + max(before.gap, after.gap) / max(before.price - after.price, 1e-12)
        }
        let piece = curve.pieces.first { $0.lower <= limit && limit <= $0.upper }
        return piece.map { $0.gap == 0 ? 1e-10 : $0.upper - $0.lower } ?? 1e-10
    }
}
