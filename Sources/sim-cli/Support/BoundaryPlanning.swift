internal import Analysis
internal import GameModel
internal import Solver

/// Boundaries of what is optimal: which search answers for which numbers.
struct BoundaryPlanning {
    let file: String
    let inputs: GameInputs
    let decisions: [History]
    /// What may be left open; nil for as little as each search is good for.
    let gap: Double?
    let checks: Int
    /// Whether the time is over, or Ctrl-C was pressed.
    let isOver: @Sendable () -> Bool
    /// Called whenever a search has been answered.
    let onAnswer: @Sendable () -> Void
    /// In MiB.
    let memory: Int
    let seed: UInt64
    let threads: Int

    private var looksAhead: Bool { inputs.definition.users.contains { $0.agent.foresight != nil } }

    private var settings: BeliefPlannerSettings {
        BeliefPlannerSettings(gap: gap ?? 0, memoryMebibytes: memory, gradientStarts: 1)
    }

    /// A map asks hundreds of times, with other payoffs each time: cheaper tables of bounds pay there. On a posterior one table serves all.
    private var frequent: BeliefPlannerSettings {
        BeliefPlannerSettings(gap: gap ?? 0, memoryMebibytes: memory, delay: 1, typePoints: 100, gradientStarts: 1)
    }

    /// - Throws: ``InputError`` if plans cannot answer, saying what can.
    private func requirePlans(limits: Bool) throws {
        guard !looksAhead else {
            throw InputError(
                "\(file): users look ahead, and a plan does not say what they expect; give --sampled, which solves anew for "
                    + "the best commitment, or --policy, or --follower myopic")
        }
        guard inputs.objective.klWeight == 0 else {
            throw InputError(
                "\(file): planning takes no KL term here; give --sampled, --policy, or --without-constraints, which leaves "
                    + "it out")
        }
        guard limits || inputs.objective.constraints.isEmpty else {
            throw InputError(
                "\(file): planning takes constraints only where a limit varies "
                    + "(objective.constraints.TYPE.OUTCOME.at_most); give --sampled, which solves anew, --policy, such as a "
                    + "file written by solve, whose constraints count at their prices, or --without-constraints")
        }
    }

    func lines(along variation: Variation) throws -> [DecisionLine] {
        if case .foresight = variation.parameter.location {
            throw InputError(
                "\(variation.parameter): a plan does not say what users expect; give --sampled, which solves anew for the best "
                    + "commitment, or --policy")
        }
        if case .klWeight = variation.parameter.location {
            throw InputError(
                "\(variation.parameter): planning takes no KL term along a number; give --sampled, which solves anew, or --policy"
            )
        }
        try requirePlans(limits: false)
        let openings = decisions.filter { $0.steps.isEmpty }
        let groups = (openings.isEmpty ? [] : [openings]) + decisions.filter { !$0.steps.isEmpty }.map { [$0] }
        return try groups.flatMap {
            try PlannedQuery(
                inputs: inputs, decisions: $0, settings: settings, samples: checks, shouldStop: isOver,
                onAnswer: onAnswer
            ).lines(along: variation)
        }
    }

    func partitions(of users: [Int]) throws -> [SimplexPartition] {
        try requirePlans(limits: false)
        return try decisions.map {
            try PlannedQuery(
                inputs: inputs, decisions: [$0], settings: settings, samples: checks, shouldStop: isOver,
                onAnswer: onAnswer
            ).partition(of: users)
        }
    }

    func maps(along x: Variation, _ y: Variation) throws -> [BoundaryMap] {
        try requirePlans(limits: false)
        return try PlannedQuery(
            inputs: inputs, decisions: decisions, settings: frequent, samples: checks, shouldStop: isOver,
            onAnswer: onAnswer
        ).maps(along: x, y)
    }

    func limit(along variation: Variation) throws -> (LimitCurve, [DecisionLine]) {
        try requirePlans(limits: true)
        let seeds = GradientSolverSettings(starts: 4, perturbations: 2, seed: seed, threads: threads)
        let planner = BeliefPlannerSettings(gap: gap ?? 1e-4, memoryMebibytes: memory, gradientStarts: 1)
        let policy = try LimitQuery(
            inputs: inputs, decisions: decisions, settings: ConstrainedPlannerSettings(planner: planner, seeds: seeds),
            shouldStop: isOver, onAnswer: onAnswer)
        let found = try policy.lines(along: variation)
        return (found.curve, found.lines)
    }

    /// Users who look ahead are answered by the gradient method; all else is planned.
    func sampled(along variation: Variation) throws -> [DecisionLine] {
        let anticipates =
            if case .foresight = variation.parameter.location { true } else { looksAhead }
        let gradient = GradientSolverSettings(starts: 6, perturbations: 2, seed: seed)
        return try ResolvedQuery(
            inputs: inputs, decisions: decisions,
            method: anticipates ? .gradient(gradient, .lastWithTurn) : .planning(settings), samples: checks,
            shouldStop: isOver, onAnswer: onAnswer
        ).lines(along: variation, threads: threads)
    }
}
