internal import ExactEvaluation
internal import GameModel

extension SoftTask {
    /// A policy that satisfies the constraints, or comes nearest so far, with its prices.
    struct Candidate {
        var controller: Policy
        var evaluation: Evaluation
        var multipliers: [Double]
        var value: Double
        var violation: Double
        var isOutOfReach: Bool
    }

    func dual(_ upper: Double, _ multipliers: [Double]) -> Double {
        zip(objective.constraints, multipliers).reduce(upper) { $0 + $1.1 * $1.0.atMost }
    }

    func isFeasible(_ candidate: Candidate) -> Bool { candidate.violation <= settings.feasibilityTolerance }

    func isBetter(_ a: Candidate, than b: Candidate) -> Bool {
        switch (isFeasible(a), isFeasible(b)) {
        // What the tolerance of the limits is worth does not count: the later policy, from the larger search, is preferred.
        case (true, true): a.value + settings.feasibilityTolerance * a.multipliers.reduce(0, +) >= b.value
        case (false, false): a.violation < b.violation
        case (let isFeasible, _): isFeasible
        }
    }

    /// The soft optimum of the search's graph that meets the limits.
    ///
    /// - Parameter isNear: whether the prices are expected close to those that the search was made at.
    func candidate(_ found: Found, from multipliers: [Double], isNear: Bool) throws -> Candidate {
        let graph = try SoftExtraction(found.search).controller()
        let prices = SoftPrices(
            graph, game: game, objective: objective, range: range, tolerance: settings.feasibilityTolerance,
            from: multipliers, isNear: isNear, shouldStop: shouldStop)
        try prices.run()
        return Candidate(
            controller: try Policy(memory: graph.memory, strategies: prices.strategies, game: game),
            evaluation: prices.evaluation, multipliers: prices.multipliers,
            value: objective.value(of: prices.evaluation, game: game), violation: prices.violation,
            isOutOfReach: prices.isOutOfReach)
    }

    func finish(
        _ best: Candidate, upper: Double, informed: Double, _ last: Ending
    ) throws -> SoftResult {
        var (status, upper) = (last.status, upper)
        if isFeasible(best) {
            let gap = upper - best.value
            status = settled(last.status, gap: gap)
        } else if !shouldStop() || best.isOutOfReach {
            // At prices this high the dual bound falls below what any policy is worth, if no policy satisfies the limits.
            let priced = try search(multipliers: best.multipliers, gap: settings.gap, maximumBeliefs: 256)
            upper = min(upper, dual(priced.search.upperBound, best.multipliers))
            status = .infeasible(violation: best.violation, proof: upper < leastValue ? .dualBound : .unproven)
        }
        return solution(
            status, best.controller, best.evaluation, upper: upper, informed: informed,
            multipliers: best.multipliers, of: last)
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
