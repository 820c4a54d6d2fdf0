internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Solver

/// What must be true of any solution of one problem.
struct SolutionAudit {
    /// A constant policy, which any converged policy is compared with.
    struct Rival {
        let name: String
        let worth: Double
        let keepsLimits: Bool
    }

    let problem: Problem
    let kit: SolverConformance
    let rivals: [Rival]
    /// The size of values of this problem, in the goal's units.
    let scale: Double

    /// Rounding that is allowed, as a fraction of the scale.
    private static let rounding = 1e-9

    init(_ problem: Problem, kit: SolverConformance) throws {
        self.problem = problem
        self.kit = kit
        let (game, objective) = (problem.game, problem.objective)
        var constants = try game.responses.indices.map {
            ("always \(game.responses[$0].name)", try Policy.always($0, game: game))
        }
        constants.append(("the uniform policy", try .uniform(game: game)))
        constants.append(("the reference", try .reference(objective.reference, game: game)))
        rivals = try constants.map { name, policy in
            Rival(
                name: name, worth: try kit.worth(policy, problem),
                keepsLimits: Self.excess(Evaluation(policy, game: game), objective) <= 0)
        }
        let goal = objective.goal == .payoff ? game.amountScale : 1
        let rarest = objective.reference.least
        scale = max(
            goal - objective.klWeight * Double(game.horizon) * Libm.log(rarest), .leastNormalMagnitude)
    }

    private var slack: Double { Self.rounding * scale }

    private static func excess(_ evaluation: Evaluation, _ objective: Objective) -> Double {
        objective.constraints.map(evaluation.excess).max() ?? 0
    }

    /// Everything that is wrong with a solution, in words.
    func violations(of solution: Solution) -> [String] {
        guard fits(solution.policy) else { return ["its policy is none of this game"] }
        let evaluation = Evaluation(solution.policy, game: problem.game, reference: problem.objective.reference)
        let excess = max(0, Self.excess(evaluation, problem.objective))
        return valueViolations(solution, evaluation) + boundViolations(solution)
            + limitViolations(solution, excess: excess) + statusViolations(solution, excess: excess)
    }

    /// The same of a solution whose search was not to begin.
    func violations(ofStopped solution: Solution) -> [String] {
        let found = violations(of: solution)
        switch solution.status {
        case .stopped, .optimal, .gapReached, .undecided, .infeasible: return found
        case .converged, .stepLimit, .limitReached, .memoryLimit:
            return found + ["its status is \(solution.status.name)"]
        }
    }

    private func fits(_ policy: Policy) -> Bool {
        let (game, memory) = (problem.game, policy.memory)
        return policy.responseCount == game.responses.count
            && policy.strategies.count == memory.nodeCount * game.responses.count
            && memory.nodeRanges.count == game.horizon && memory.initial.count == game.cues.count
            && memory.successors.count == memory.classCount * memory.branches * game.observations.count
    }

    private func valueViolations(_ solution: Solution, _ evaluation: Evaluation) -> [String] {
        var found: [String] = []
        do {
            let worth = try kit.worth(solution.policy, problem)
            if !(abs(solution.value - worth) <= slack) {
                found.append("says that its policy is worth \(solution.value); it is worth \(worth)")
            }
        } catch {
            found.append("its policy cannot be valued: \(error)")
        }
        let shares = zip(solution.evaluation.outcomes.joined(), evaluation.outcomes.joined())
        let isSame =
            solution.evaluation.outcomes.map(\.count) == evaluation.outcomes.map(\.count)
            && abs(solution.evaluation.payoff - evaluation.payoff) <= Self.rounding * problem.game.amountScale
            && shares.allSatisfy { abs($0 - $1) <= Self.rounding }
        if !isSame { found.append("its evaluation is not that of its policy") }
        return found
    }

    private func boundViolations(_ solution: Solution) -> [String] {
        var found: [String] = []
        if !(solution.value <= solution.bound + slack) {
            found.append("its bound \(solution.bound) is below its value \(solution.value)")
        }
        for rival in rivals where rival.keepsLimits && rival.worth > solution.bound + slack {
            found.append("its bound \(solution.bound) is below \(rival.name), which is worth \(rival.worth)")
        }
        return found
    }

    private func limitViolations(_ solution: Solution, excess: Double) -> [String] {
        var found: [String] = []
        if !(abs(solution.violation - excess) <= Self.rounding) {
            found.append("says that its policy exceeds a limit by \(solution.violation); it is \(excess)")
        }
        let count = problem.objective.constraints.count
        if solution.multipliers.count != count {
            found.append("has \(solution.multipliers.count) multipliers for \(count) limits")
        }
        if !solution.multipliers.allSatisfy({ $0 >= 0 && $0.isFinite }) {
            found.append("has the multipliers \(solution.multipliers); none may be below 0")
        }
        return found
    }

    private func statusViolations(_ solution: Solution, excess: Double) -> [String] {
        switch solution.status {
        case .optimal, .gapReached, .converged: convergedViolations(solution, excess: excess)
        case .infeasible(let violation, let proof):
            misfitViolations(solution, violation) + proofViolations(proof, excess: excess)
        case .undecided(let violation): misfitViolations(solution, violation)
        case .stepLimit, .limitReached, .memoryLimit, .stopped: []
        }
    }

    private func convergedViolations(_ solution: Solution, excess: Double) -> [String] {
        var found: [String] = []
        let name = solution.status.name
        if solution.status == .optimal, !(solution.gap <= slack) {
            found.append("is called optimal with a gap of \(solution.gap)")
        }
        if solution.status == .gapReached, !solution.bound.isFinite {
            found.append("is called gap_reached and has no bound")
        }
        if !(excess <= kit.feasibilityTolerance) { found.append("is called \(name) and exceeds a limit by \(excess)") }
        for rival in rivals
        where rival.keepsLimits && !(solution.value >= rival.worth - kit.optimalityTolerance * scale) {
            found.append(
                "is called \(name) and is worth \(solution.value), less than \(rival.name), which is worth \(rival.worth)"
            )
        }
        return found
    }

    /// A status that no policy was found must be that of a policy which exceeds a limit, by as much as it says.
    private func misfitViolations(_ solution: Solution, _ violation: Double) -> [String] {
        let name = solution.status.name
        if !(solution.violation > 0) { return ["is called \(name) and exceeds no limit"] }
        return violation == solution.violation
            ? [] : ["is called \(name) by \(violation), and its policy exceeds a limit by \(solution.violation)"]
    }

    private func proofViolations(_ proof: Solution.Infeasibility, excess: Double) -> [String] {
        if proof == .unproven { return [] }
        var found = rivals.filter(\.keepsLimits).map { "calls the limits impossible, and \($0.name) keeps them" }
        if case .excess(let least) = proof, !(least > 0 && least <= excess + Self.rounding) {
            found.append("says that every policy exceeds a limit by \(least); its own does by \(excess)")
        }
        return found
    }
}
