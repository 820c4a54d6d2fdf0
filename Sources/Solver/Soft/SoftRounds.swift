internal import ExactEvaluation
internal import GameModel

extension SoftTask {
    /// The best of the rounds so far.
    struct Standing {
        var upper = Double.infinity
        var informed = Double.infinity
        var best: Candidate?
        /// How the last search ended.
        var last: Ending?
        /// What the rounds with tables ended at.
        var limit: SoftLimit?
    }

    /// A gap of this share of the range of values is not closed by looking into beliefs alone.
    private static let wide = 0.004

    /// The problem without constraints.
    func free() throws -> SoftResult {
        var standing = Standing()
        let first = canRefine ? min(settings.tablesAfter, settings.maximumBeliefs) : settings.maximumBeliefs
        let found = try search(multipliers: [], gap: settings.gap, maximumBeliefs: first)
        try enter(found, [], into: &standing)
        if found.status == .limitReached, first < settings.maximumBeliefs { try refine(&standing, from: []) }
        guard let best = standing.best, let last = standing.last else {
            throw SolverError("soft planning ended before it began; allow more time")
        }
        return solution(
            settled(last.status, gap: standing.upper - best.value), best.controller, best.evaluation,
            upper: standing.upper, informed: standing.informed, multipliers: [], of: last,
            limit: standing.limit ?? (last.status == .limitReached ? .beliefs : .prices))
    }

    /// The problem with constraints: prices and policy graph are fitted to each other in turns.
    ///
    /// A search at prices μ bounds the dual function, U(μ) + Σ μ ε, and every such number bounds every feasible policy. Its graph
    /// then gets the prices at which its own soft optimum meets the limits: a feasible policy, and the next prices. Early searches are
    /// short, since their prices are not the last.
    func constrained() throws -> SoftResult {
        var multipliers = objective.constraints.map { _ in 0.0 }
        var standing = Standing()
        var limit = min(256, settings.tablesAfter)
        for round in 1...settings.priceRounds {
            let isLast = round == settings.priceRounds
            let most = isLast && !canRefine ? settings.maximumBeliefs : min(limit, settings.maximumBeliefs)
            let found = try search(multipliers: multipliers, gap: settings.gap / 4, maximumBeliefs: most)
            limit *= 8
            let candidate = try enter(found, multipliers, into: &standing)
            multipliers = candidate.multipliers
            if isLast || isSettled(standing) || candidate.isOutOfReach { break }
            // A search that closed what it was asked to needs other prices, not tables.
            let isOpen = found.status == .limitReached && most < settings.maximumBeliefs
            if canRefine, isOpen, limit > 2 * settings.tablesAfter || isWide(standing) { break }
        }
        guard let last = standing.last, let best = standing.best else {
            throw SolverError("soft planning was given no price rounds; allow at least one")
        }
        if canRefine, last.status == .limitReached, last.beliefs < settings.maximumBeliefs, !isSettled(standing),
            !best.isOutOfReach
        {
            try refine(&standing, from: multipliers)
        }
        guard let best = standing.best, let last = standing.last else { throw SolverError("no search was made") }
        return try finish(
            best, upper: standing.upper, informed: standing.informed, last,
            limit: standing.limit ?? (last.status == .limitReached ? .beliefs : .prices))
    }

    private func isWide(_ standing: Standing) -> Bool {
        standing.upper - (standing.best?.value ?? -.infinity) > Self.wide * range
    }

    private func isSettled(_ standing: Standing) -> Bool {
        guard let best = standing.best, !isSearchOver() else { return true }
        return standing.upper - best.value <= settings.gap && isFeasible(best)
    }

    /// Rounds with tables of points, ever larger ones, at prices that are fitted after each.
    private func refine(_ standing: inout Standing, from multipliers: [Double]) throws {
        var (multipliers, guide) = (multipliers, nil as SoftInformedBound?)
        var effort: SoftEffort? = .first
        var closed = 0
        while let round = effort, !isSettled(standing) {
            let start = ContinuousClock.now
            let most = min(round.beliefs, settings.maximumBeliefs)
            let found = try search(
                multipliers: multipliers, gap: settings.gap / (multipliers.isEmpty ? 1 : 4), maximumBeliefs: most,
                effort: round,
                guide: guide)
            let candidate = try enter(found, multipliers, into: &standing)
            if candidate.isOutOfReach { return }
            // Where every search closes what it was asked to, more points change nothing: what is open is between prices and graph.
            if found.status == .optimal || found.status == .gapReached { closed += 1 }
            if closed == settings.priceRounds {
                standing.limit = .prices
                return
            }
            (multipliers, guide) = (candidate.multipliers, found.search.upper)
            let now = ContinuousClock.now
            if round.entries >= mostEntries || round.beliefs >= settings.maximumBeliefs {
                effort = nil
                standing.limit = round.entries >= mostEntries ? .memory : .beliefs
            } else {
                effort = round.next(took: start.duration(to: now), left: searchEnd.map { now.duration(to: $0) })
                if effort == nil { standing.limit = .time }
            }
        }
    }

    /// Takes a search into the standing: its bound, and the best policy of its graph that keeps the limits.
    @discardableResult
    private func enter(_ found: Found, _ multipliers: [Double], into standing: inout Standing) throws -> Candidate {
        if standing.last == nil { standing.informed = found.informed }
        standing.last = found.ending
        standing.upper = min(standing.upper, dual(found.search.upperBound, multipliers))
        let candidate =
            objective.constraints.isEmpty
            ? try unconstrained(found) : try candidate(found, from: multipliers, isNear: found.isRefined)
        if standing.best.map({ isBetter(candidate, than: $0) }) ?? true { standing.best = candidate }
        if let best = standing.best {
            progress(RunProgress(steps: found.search.graph.expandedCount, lower: best.value, upper: standing.upper))
        }
        return candidate
    }

    private func unconstrained(_ found: Found) throws -> Candidate {
        let controller = try improved(SoftExtraction(found.search).controller(), isExact: found.status == .optimal)
        let evaluation = Evaluation(controller, game: game, reference: objective.reference)
        return Candidate(
            controller: controller, evaluation: evaluation, multipliers: [],
            value: objective.value(of: evaluation, game: game), violation: 0, isOutOfReach: false)
    }
}
