internal import Analysis
internal import GameModel
internal import Solver

/// Boundaries of what is optimal: which search answers for which numbers.
package struct BoundaryPlanning {
    package let file: String
    package let inputs: GameInputs
    package let decisions: [History]
    /// What may be left open; nil for as little as each search is good for.
    package let gap: Double?
    package let checks: Int
    /// Whether the time is over, or Ctrl-C was pressed.
    package let isOver: @Sendable () -> Bool
    /// Called whenever a search has been answered, with what it left open.
    package let onAnswer: @Sendable (_ gap: Double?) -> Void
    /// In MiB.
    package let memory: Int
    package let seed: UInt64
    package let threads: Int

    package init(
        file: String, inputs: GameInputs, decisions: [History], gap: Double?, checks: Int,
        isOver: @escaping @Sendable () -> Bool, onAnswer: @escaping @Sendable (_ gap: Double?) -> Void, memory: Int,
        seed: UInt64,
        threads: Int
    ) {
        self.file = file
        self.inputs = inputs
        self.decisions = decisions
        self.gap = gap
        self.checks = checks
        self.isOver = isOver
        self.onAnswer = onAnswer
        self.memory = memory
        self.seed = seed
        self.threads = threads
    }

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
                "\(file): users have foresight, and a plan does not say what they expect; give --sampled, which re-solves for "
                    + "the best commitment, or --policy, or --foresight myopic")
        }
        guard inputs.objective.klWeight == 0 else {
            throw InputError(
                "\(file): planning takes no KL term here; give --sampled, --policy, or --without-constraints, which leaves "
                    + "it out")
        }
        guard limits || inputs.objective.constraints.isEmpty else {
            throw InputError(
                "\(file): planning takes constraints only where a limit varies "
                    + "(objective.constraints.TYPE.OUTCOME.at_most); give --sampled, which re-solves, --policy, such as a "
                    + "file written by solve, whose constraints count at their prices, or --without-constraints")
        }
    }

    package func lines(along variation: Variation) throws -> [DecisionLine] {
        if case .foresight = variation.parameter.location {
            throw InputError(
                "\(variation.parameter): a plan does not say what users expect; give --sampled, which re-solves for the best "
                    + "commitment, or --policy")
        }
        if case .klWeight = variation.parameter.location {
            throw InputError(
                "\(variation.parameter): planning takes no KL term along a number; give --sampled, which re-solves, or --policy"
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

    package func partitions(of users: [Int]) throws -> [SimplexPartition] {
        try requirePlans(limits: false)
        return try decisions.map {
            try PlannedQuery(
                inputs: inputs, decisions: [$0], settings: settings, samples: checks, shouldStop: isOver,
                onAnswer: onAnswer
            ).partition(of: users)
        }
    }

    package func maps(along x: Variation, _ y: Variation) throws -> [BoundaryMap] {
        try requirePlans(limits: false)
        return try PlannedQuery(
            inputs: inputs, decisions: decisions, settings: frequent, samples: checks, shouldStop: isOver,
            onAnswer: onAnswer
        ).maps(along: x, y)
    }

    package func limit(along variation: Variation) throws -> (LimitCurve, [DecisionLine]) {
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
    package func sampled(along variation: Variation) throws -> [DecisionLine] {
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
