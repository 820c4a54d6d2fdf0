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

    /// The tolerance forgives what prices could mend; a limit that no price brings about is broken, by however little.
    func isFeasible(_ candidate: Candidate) -> Bool {
        candidate.violation <= settings.feasibilityTolerance && !candidate.isOutOfReach
    }

    func isBetter(_ a: Candidate, than b: Candidate) -> Bool {
        switch (isFeasible(a), isFeasible(b)) {
        // What staying below the limits may cost does not count: the later policy, from the larger search, is preferred.
        case (true, true): a.value + SoftPrices.cost(of: a.multipliers, settings) >= b.value
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
            gap: settings.gap, from: multipliers, isNear: isNear, shouldStop: shouldStop)
        try prices.run()
        return Candidate(
            controller: try Policy(memory: graph.memory, strategies: prices.strategies, game: game),
            evaluation: prices.evaluation, multipliers: prices.multipliers,
            value: objective.value(of: prices.evaluation, game: game), violation: prices.violation,
            isOutOfReach: prices.isOutOfReach)
    }

    func finish(
        _ best: Candidate, upper: Double, informed: Double, _ last: Ending, limit: SoftLimit?
    ) throws -> SoftResult {
        if isFeasible(best) {
            return solution(
                settled(last.status, gap: upper - best.value), best.controller, best.evaluation, upper: upper,
                informed: informed, multipliers: best.multipliers, of: last, limit: limit)
        }
        var (best, proof, upper) = (best, nil as Solution.Infeasibility?, upper)
        if !shouldStop() || best.isOutOfReach {
            let prices = best.multipliers
            switch try leastExcess() {
            case .kept(let parts): best = try mixed(parts, else: best)
            case .infeasible(let least, let parts):
                proof = .excess(atLeast: least)
                best = try mixed(parts, else: best)
            case .open: break
            }
            if proof == nil {
                // At prices this high the dual bound falls below what any policy is worth, if no policy satisfies the limits.
                let priced = try search(multipliers: prices, gap: settings.gap, maximumBeliefs: 256)
                upper = min(upper, dual(priced.search.upperBound, prices))
                proof = upper < leastValue ? .dualBound : nil
            }
        }
        if isFeasible(best) {
            return solution(
                settled(.limitReached, gap: upper - best.value), best.controller, best.evaluation, upper: upper,
                informed: informed, multipliers: best.multipliers.map { _ in 0 }, of: last, limit: limit)
        }
        return solution(
            proof.map { .infeasible(violation: best.violation, proof: $0) } ?? .undecided(violation: best.violation),
            best.controller, best.evaluation, upper: upper, informed: informed,
            multipliers: best.multipliers.map { _ in 0 }, of: last, limit: limit)
    }

    /// The least excess of any policy: the proof where limits are missed by so little that no price makes a bound tell, and a policy that
    /// comes as near as can be, where prices that rise one after the other lead anywhere.
    private func leastExcess() throws -> LeastExcess.Finding {
        // The tables of the search are still there.
        let planner = BeliefPlannerSettings(
            gap: settings.gap, memoryMebibytes: max(1, settings.memoryMebibytes / 2), threads: settings.threads)
        return try LeastExcess(Problem(game: game, objective: objective), planner: planner).search(
            shouldStop: shouldStop)
    }

    /// A mixture, if it comes nearer to the limits and gives nothing that the reference never gives.
    private func mixed(_ parts: [LeastExcess.Part], else best: Candidate) throws -> Candidate {
        let policy = try Policy.mixture(parts, game: game)
        let evaluation = Evaluation(policy, game: game, reference: objective.reference)
        let (value, violation) = (objective.value(of: evaluation, game: game), objective.violation(of: evaluation))
        guard value.isFinite, violation < best.violation else { return best }
        return Candidate(
            controller: policy, evaluation: evaluation, multipliers: best.multipliers, value: value,
            violation: violation, isOutOfReach: violation > PriceSearch.excessRounding)
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
