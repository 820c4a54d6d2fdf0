internal import GameModel
internal import NumericalMethods
internal import Solver

/// The search for the planes of the optimal value over a domain.
///
/// The optimal value is convex there. So it lies above every plane found, and below every straight interpolation of upper
/// bounds between places where the planner was asked. It is asked next at the corner of the envelope where the two are farthest
/// apart, coarsely first, until they are as close everywhere as was asked for; a corner that others settle is never asked about.
///
/// Source: Cheng 1988, Algorithms for partially observable Markov decision processes (thesis), ch. 4.
struct EnvelopeSearch<Domain: PlanDomain> {
    let domain: Domain
    private let policy: PlannedQuery
    private var pool: PlanPool
    private(set) var envelope: PlanEnvelope
    /// Where the planner was asked: what the optimal value does not exceed, and how often it was asked there.
    private var asked: [(place: [Double], upper: Double, count: Int)] = []
    private var askedAt = PlaceNumbers()
    /// Corners of the envelope, with what the optimal value does not exceed there as far as was asked so far.
    private var known: [Corner] = []
    private var knownAt = PlaceNumbers()
    /// The optimal value is nowhere larger than the envelope by more than this, in the domain's units.
    private(set) var gap = 0.0
    /// Whether no corner is left that could be asked about more closely.
    private(set) var isComplete = true
    /// Calls of the planner.
    private(set) var searches = 0

    /// Cells that may be kept; more are not looked for.
    private static var cellLimit: Int { 4000 }
    /// How often the planner is asked about a place, each time four times as closely, the last time as closely as it takes.
    private static var rounds: Int { 3 }

    /// A corner of the envelope, with what is known of the optimal value there.
    private struct Corner {
        let place: [Double]
        /// The envelope's own value.
        let lower: Double
        /// What the optimal value does not exceed, as far as that was worked out when `asked` answers had been given.
        var upper: Double
        var asked: Int
        let allowed: Double
        var open: Double { upper - lower }
    }

    init(_ policy: PlannedQuery, over domain: Domain) throws {
        self.policy = policy
        self.domain = domain
        let unit = try domain.corners.reduce(0) { max($0, policy.scale(of: try domain.rooted(at: $1).game)) }
        envelope = PlanEnvelope(over: domain.corners, unit: unit)
        pool = PlanPool(policy.settings, objective: policy.inputs.objective, shouldStop: policy.shouldStop)
    }

    mutating func run() throws {
        let count = Double(domain.corners.count)
        let middle = (0..<3).map { axis in domain.corners.reduce(0) { $0 + $1[axis] } / count }
        // Corners are asked about in any case, so that nothing is without a bound.
        for place in domain.corners { try ask(place) }
        if !policy.shouldStop() { try ask(middle) }
        while let place = try widest() {
            guard envelope.cells.count < Self.cellLimit, pool.hasRoom, !policy.shouldStop() else {
                isComplete = false
                break
            }
            try ask(place)
        }
        // Bounds that stood from earlier rounds are worked out once more: the gap that is told is as small as what is known.
        gap = known.reduce(0) { max($0, min($1.upper, interpolated($1.place)) - $1.lower) }
        if gap <= rounding { gap = 0 }
        // Who stopped in the middle of an answer has no more of it than what was said until then.
        if gap > 0, policy.shouldStop() { isComplete = false }
    }

    /// Differences of values up to this are rounding.
    var rounding: Double { 1e-9 * envelope.scale }

    /// What may be left open at a place.
    func allowed(at place: [Double]) -> Double {
        max(policy.settings.gap * ConvexPolygon.product(domain.allowance, place), rounding)
    }

    private mutating func ask(_ place: [Double]) throws {
        searches += 1
        let rooted = try domain.rooted(at: place)
        let index = askedAt.number(of: place)
        let count = index.map { asked[$0].count } ?? 0
        let last = 0.5 * policy.settings.gap
        let coarseness = (count + 1..<Self.rounds).reduce(1.0) { factor, _ in 4 * factor }
        // Plans that are good at this place are what the search starts from; a proof starts from nothing, since rounding in
        // plans that are handed on would be left open.
        let answer = try pool.ask(rooted, gap: last * coarseness, seeds: last > 0 ? best(at: place) : [])
        policy.onAnswer(answer.gaps.max())
        let values = try domain.plane(of: answer.controller, found: rooted, pool: pool)
        let found = ConvexPolygon.product(values, place)
        let upper = found + answer.gaps[0] / domain.unit(rooted)
        let gain = max(0.1 * last * ConvexPolygon.product(domain.allowance, place), 1e-11 * envelope.scale)
        if envelope.cells.isEmpty || found > envelope.value(at: place) + gain,
            envelope.add(
                values, response: pool.response(of: answer.controller, at: rooted.roots[0]), plan: pool.plans.count)
        {
            pool.add(answer.controller)
        }
        if let index {
            asked[index] = (place, min(upper, asked[index].upper), count + 1)
        } else {
            _ = askedAt.add(place)
            asked.append((place, upper, 1))
        }
    }

    /// The three plans that are worth most at a place.
    private func best(at place: [Double]) -> [Policy] {
        envelope.cells.map { (value: ConvexPolygon.product($0.values, place), plan: $0.plan) }
            .sorted { ($0.value, $1.plan) > ($1.value, $0.plan) }.prefix(3).map { pool.plans[$0.plan] }
    }

    /// The corner of the envelope that leaves most open, more than was asked for; nil where none does, or where asking does not help.
    ///
    /// Bounds only fall, so that those of earlier rounds stand until a corner comes first by them.
    private mutating func widest() throws -> [Double]? {
        renewCorners()
        while true {
            var first: Int?
            for index in known.indices where mayBeAsked(known[index]) {
                if first.map({ known[index].open > known[$0].open }) ?? true { first = index }
            }
            guard let first else { return nil }
            guard known[first].asked < searches else { return known[first].place }
            known[first].upper = min(known[first].upper, interpolated(known[first].place))
            known[first].asked = searches
        }
    }

    private mutating func renewCorners() {
        var (corners, places) = ([Corner](), PlaceNumbers())
        for cell in envelope.cells {
            for place in cell.corners where places.add(place) == corners.count {
                let before = knownAt.number(of: place).map { known[$0] }
                corners.append(
                    Corner(
                        place: place, lower: ConvexPolygon.product(cell.values, place),
                        upper: before?.upper ?? .infinity, asked: before?.asked ?? 0,
                        allowed: allowed(at: place)))
            }
        }
        (known, knownAt) = (corners, places)
    }

    /// Whether a corner leaves more open than was asked for, and the planner can still be asked more closely there.
    private func mayBeAsked(_ corner: Corner) -> Bool {
        guard corner.open > corner.allowed else { return false }
        return (askedAt.number(of: corner.place).map { asked[$0].count } ?? 0) < Self.rounds
    }

    /// The least upper bound at a place that places asked about give by interpolation: a linear program over their weights.
    ///
    /// The numbers of a place sum to 1, and so do those of the places: none can exceed its limit without another falling short, so
    /// that limits hold with equality.
    func interpolated(_ place: [Double]) -> Double {
        let program = MixtureProgram(
            columns: asked.map { MixtureProgram.Column(value: -$0.upper, probabilities: $0.place) }, limits: place)
        // Where rounding leaves the program without an answer, what was said of the place itself still stands.
        let own = askedAt.number(of: place).map { asked[$0].upper } ?? .infinity
        guard let optimum = program.solve(), optimum.excess <= 0 else { return own }
        return min(own, optimum.parts.reduce(0) { $0 + $1.weight * asked[$1.column].upper })
    }
}
