internal import ExactEvaluation
internal import GameModel

/// What one start ended with.
struct FinishedStart: Sendable {
    var strategies: [Double]
    var multipliers: [Double]
    var value: Double
    var violation: Double
    var residual: Double
    var iterations: Int
}

/// What all starts of a search share, and how their ends are compared.
struct MultiStart: Sendable {
    let game: Game
    let memory: ControllerMemory
    let objective: Objective
    let settings: GradientSolverSettings
    let range: Double
    let shouldStop: @Sendable () -> Bool

    /// Whether the softmax search is followed by an exact finish.
    private var hasExactFinish: Bool {
        memory.kind.usesTurn && objective.klWeight == 0 && game.foresight == nil
    }

    func finish(from point: [Double], number: Int) throws -> FinishedStart {
        var search = LocalSearch(
            game: game, memory: memory, objective: objective, settings: settings, range: range, shouldStop: shouldStop)
        try search.run(from: point, isRough: hasExactFinish)
        if hasExactFinish {
            finishExactly(&search)
            perturb(&search, number: number)
        } else if search.climbs {
            try disturbAndClimb(&search, number: number)
        }
        if search.violation() > settings.feasibilityTolerance, !shouldStop() {
            var restored = search
            try restored.restoreFeasibility()
            if restored.violation() < search.violation() { search = restored }
        }
        return FinishedStart(
            strategies: search.strategies, multipliers: search.multipliers, value: search.value(),
            violation: search.violation(), residual: try search.residual(), iterations: search.iterations)
    }

    /// Replaces the end of a search by the exact finish, where that is at least as good.
    private func finishExactly(_ search: inout LocalSearch) {
        guard let point = exactFinish(from: search.strategies, multipliers: search.multipliers) else { return }
        var improved = search
        improved.adopt(point.strategies, multipliers: point.multipliers)
        let gained = improved.value() - search.value()
        let wasFeasible = search.violation() <= settings.feasibilityTolerance
        // An augmented Lagrangian ends a hair outside the limits; that hair is not worth an inexact policy.
        if !wasFeasible || gained >= -settings.tolerance * range { search = improved }
    }

    private func exactFinish(
        from strategies: [Double], multipliers: [Double]
    ) -> (strategies: [Double], multipliers: [Double])? {
        if objective.constraints.isEmpty {
            var sweep = ResponseSweep(game: game, memory: memory, objective: objective, shouldStop: shouldStop)
            return (sweep.improve(strategies, multipliers: []), [])
        }
        var finish = ConstrainedFinish(
            game: game, memory: memory, objective: objective, range: range, shouldStop: shouldStop)
        guard let point = finish.run(from: strategies, multipliers: multipliers) else { return nil }
        var exchange = FeasibleExchange(
            game: game, memory: memory, objective: objective, range: range, shouldStop: shouldStop)
        return exchange.improve(point.strategies, multipliers: point.multipliers)
    }

    /// Iterated local search: some nodes get another response, best responses at the present prices follow, and where the
    /// Lagrangian has risen the exact finish decides whether the policy is better.
    ///
    /// Source: Lourenço, Martin & Stützle 2003, Iterated local search (doi:10.1007/0-306-48056-5_11).
    private func perturb(_ search: inout LocalSearch, number: Int) {
        var sweep = ResponseSweep(game: game, memory: memory, objective: objective, shouldStop: shouldStop)
        for round in 0..<settings.perturbations where !shouldStop() {
            let prices = search.multipliers
            let start = disturbed(search.strategies, number: number, round: round)
            let disturbed = sweep.improve(start, multipliers: prices)
            let threshold = lagrangian(search.evaluation(), prices) + 1e-12 * range
            guard lagrangian(sweep.evaluate(disturbed), prices) > threshold,
                let point = exactFinish(from: disturbed, multipliers: prices)
            else { continue }
            var candidate = search
            candidate.adopt(point.strategies, multipliers: point.multipliers)
            let isFeasible = candidate.violation() <= settings.feasibilityTolerance
            if isFeasible, candidate.value() > search.value() { search = candidate }
        }
    }

    /// The same where users have foresight: a climb follows each disturbance, and every policy is judged by its true evaluation.
    private func disturbAndClimb(_ search: inout LocalSearch, number: Int) throws {
        for round in 0..<settings.perturbations where !shouldStop() {
            var candidate = search
            candidate.adopt(
                disturbed(search.strategies, number: number, round: round), multipliers: search.multipliers)
            try candidate.climb()
            let isFeasible = candidate.violation() <= settings.feasibilityTolerance
            let wasFeasible = search.violation() <= settings.feasibilityTolerance
            if isFeasible, !wasFeasible || candidate.value() > search.value() + 1e-12 * range { search = candidate }
        }
    }

    private func lagrangian(_ evaluation: Evaluation, _ multipliers: [Double]) -> Double {
        let goal = objective.value(of: evaluation, game: game)
        return zip(objective.constraints, multipliers).reduce(goal) { $0 - $1.1 * evaluation.excess($1.0) }
    }

    /// Every node with probability 1/4 gets a response drawn uniformly.
    private func disturbed(_ strategies: [Double], number: Int, round: Int) -> [Double] {
        let width = game.responses.count
        var strategies = strategies
        for node in 0..<memory.nodeCount {
            let words = Philox4x64.block(
                counter: (UInt64(number), UInt64(round), UInt64(node), 0), key: (settings.seed, 0x70_6572_7475_7262))
            guard words.0 >> 62 == 0 else { continue }
            let choice = Int(words.1.multipliedFullWidth(by: UInt64(width)).high)
            for response in 0..<width { strategies[node * width + response] = response == choice ? 1 : 0 }
        }
        return strategies
    }

    /// Once a bound is this near to what was found, in fractions of the value range, it is not made tighter.
    private static var closeEnough: Double { 1e-5 }

    func result(of starts: [FinishedStart], isBounded: Bool) throws -> GradientResult {
        let feasible = starts.filter { $0.violation <= settings.feasibilityTolerance }
        let candidates = feasible.isEmpty ? starts : feasible
        let best = candidates.dropFirst().reduce(candidates[0]) {
            isBetter($1, than: $0, feasible: !feasible.isEmpty) ? $1 : $0
        }
        let controller = try Policy(memory: memory, strategies: best.strategies, game: game)
        let near = max(settings.tolerance, 1e-6) * range
        let reports = starts.map { start in
            StartReport(
                value: start.value, violation: start.violation, residual: start.residual, iterations: start.iterations,
                isConverged: isConverged(start),
                reachedBest: start.violation <= settings.feasibilityTolerance && start.value >= best.value - near)
        }
        let solution = Solution(
            status: status(of: best), policy: controller,
            evaluation: Evaluation(controller, game: game, reference: objective.reference), value: best.value,
            bound: isBounded
                ? PromiseBound.value(
                    Problem(game: game, objective: objective), multipliers: best.multipliers,
                    target: best.value + Self.closeEnough * range, shouldStop: shouldStop) : .infinity,
            multipliers: best.multipliers, violation: best.violation, starts: reports)
        return GradientResult(
            solution: solution, residual: best.residual, tolerance: settings.tolerance * range,
            iterations: starts.reduce(0) { $0 + $1.iterations }, settings: settings)
    }

    private func isBetter(_ a: FinishedStart, than b: FinishedStart, feasible: Bool) -> Bool {
        feasible ? a.value > b.value : a.violation < b.violation
    }

    private func isConverged(_ start: FinishedStart) -> Bool {
        start.violation <= settings.feasibilityTolerance && start.residual <= settings.tolerance * range
    }

    private func status(of best: FinishedStart) -> Solution.Status {
        let ended: Solution.Status = shouldStop() ? .stopped : isConverged(best) ? .converged : .limitReached
        return ended.exceeding(limitsBy: best.violation, tolerance: settings.feasibilityTolerance)
    }
}
