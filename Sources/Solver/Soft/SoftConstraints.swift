internal import ExactEvaluation
internal import GameModel

extension SoftTask {
    /// A policy that satisfies the constraints, or comes nearest so far, with its prices.
    private struct Candidate {
        var controller: Policy
        var evaluation: Evaluation
        var multipliers: [Double]
        var value: Double
        var violation: Double
        var isOutOfReach: Bool
    }

    /// The problem with constraints: prices and policy graph are fitted to each other in turns.
    ///
    /// A search at prices μ bounds the dual function, U(μ) + Σ μ ε, and every such number bounds every feasible policy. Its graph
    /// then gets the prices at which its own soft optimum meets the limits: a feasible policy, and the next prices. Early searches are
    /// short, since their prices are not the last.
    func constrained() throws -> SoftResult {
        var multipliers = objective.constraints.map { _ in 0.0 }
        var (upper, informed) = (Double.infinity, Double.infinity)
        var best: Candidate?
        var limit = 256
        for round in 1...settings.priceRounds {
            let most = round == settings.priceRounds ? settings.maximumBeliefs : min(limit, settings.maximumBeliefs)
            let found = try search(multipliers: multipliers, gap: settings.gap / 4, maximumBeliefs: most)
            limit *= 8
            if round == 1 { informed = found.informed }
            upper = min(upper, dual(found.search.upperBound, multipliers))
            let candidate = try candidate(found, from: multipliers)
            if best.map({ isBetter(candidate, than: $0) }) ?? true { best = candidate }
            guard let best else { continue }
            multipliers = candidate.multipliers
            let isLast = round == settings.priceRounds || shouldStop() || candidate.isOutOfReach
            if isLast || upper - best.value <= settings.gap && isFeasible(best) {
                return try finish(best, upper: upper, informed: informed, found)
            }
        }
        throw SolverError("soft planning was given no price rounds; allow at least one")
    }

    private func dual(_ upper: Double, _ multipliers: [Double]) -> Double {
        zip(objective.constraints, multipliers).reduce(upper) { $0 + $1.1 * $1.0.atMost }
    }

    private func isFeasible(_ candidate: Candidate) -> Bool { candidate.violation <= settings.feasibilityTolerance }

    private func isBetter(_ a: Candidate, than b: Candidate) -> Bool {
        switch (isFeasible(a), isFeasible(b)) {
        // What the tolerance of the limits is worth does not count: the later policy, from the larger search, is preferred.
        case (true, true): a.value + settings.feasibilityTolerance * a.multipliers.reduce(0, +) >= b.value
        case (false, false): a.violation < b.violation
        case (let isFeasible, _): isFeasible
        }
    }

    /// The soft optimum of the search's graph that meets the limits.
    private func candidate(_ found: Found, from multipliers: [Double]) throws -> Candidate {
        let graph = try SoftExtraction(found.search).controller()
        let prices = SoftPrices(
            graph, game: game, objective: objective, range: range, tolerance: settings.feasibilityTolerance,
            from: multipliers, shouldStop: shouldStop)
        try prices.run()
        return Candidate(
            controller: try Policy(memory: graph.memory, strategies: prices.strategies, game: game),
            evaluation: prices.evaluation, multipliers: prices.multipliers,
            value: objective.value(of: prices.evaluation, game: game), violation: prices.violation,
            isOutOfReach: prices.isOutOfReach)
    }

    private func finish(
        _ best: Candidate, upper: Double, informed: Double, _ found: Found
    ) throws -> SoftResult {
        var (status, upper) = (found.status, upper)
        if isFeasible(best) {
            let gap = upper - best.value
            status = settled(found.status, gap: gap)
        } else if !shouldStop() || best.isOutOfReach {
            // At prices this high the dual bound falls below what any policy is worth, if no policy satisfies the limits.
            let priced = try search(multipliers: best.multipliers, gap: settings.gap, maximumBeliefs: 256)
            upper = min(upper, dual(priced.search.upperBound, best.multipliers))
            status = .infeasible(violation: best.violation, proof: upper < leastValue ? .dualBound : .unproven)
        }
        return solution(
            status, best.controller, best.evaluation, upper: upper, informed: informed,
            multipliers: best.multipliers, of: found.search)
    }

    /// No policy within the reference's support is worth less than this.
    private var leastValue: Double {
        guard let reference = try? Policy.reference(objective.reference, game: game) else {
            return -.infinity
        }
        let evaluation = Evaluation(reference, game: game, reference: objective.reference)
        return objective.value(of: evaluation, game: game) - range
    }
}
