import Conformance
import ExactEvaluation
import GameModel
import Solver
import Synchronization
import Testing

/// An honest solver of little ambition: the best constant policy that keeps the limits.
private struct BestConstant: PolicySolver {
    func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        let all = try problem.game.responses.indices.map {
            Solution(
                of: problem, policy: try .always($0, game: problem.game),
                status: control.shouldStop() ? .stopped : .limitReached)
        }
        let best = all.filter { $0.violation <= 0 }.max { $0.value < $1.value }
        return try #require(best ?? all.first)
    }
}

/// That solver, with one thing made wrong.
private struct Tampered: PolicySolver {
    let tamper: @Sendable (inout Draft, Problem, RunControl) throws -> Void

    func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        var draft = Draft(try BestConstant().solve(problem, control))
        try tamper(&draft, problem, control)
        return draft.solution
    }
}

/// The parts of a solution, each of which can be changed alone.
private struct Draft {
    var status: Solution.Status
    var policy: Policy
    var evaluation: Evaluation
    var value, bound: Double
    var multipliers: [Double]
    var violation: Double

    init(_ solution: Solution) {
        (status, policy, evaluation) = (solution.status, solution.policy, solution.evaluation)
        (value, bound) = (solution.value, solution.bound)
        (multipliers, violation) = (solution.multipliers, solution.violation)
    }

    /// Another policy, with everything that belongs to it, under the status that is given.
    mutating func choose(_ response: Int, _ problem: Problem, _ status: Solution.Status) throws {
        let other = Solution(of: problem, policy: try .always(response, game: problem.game), status: .limitReached)
        self = Draft(other)
        self.status = status
    }

    var solution: Solution {
        Solution(
            status: status, policy: policy, evaluation: evaluation, value: value, bound: bound,
            multipliers: multipliers, violation: violation)
    }
}

/// The constant policies of a problem by their value, the worst first.
private func ranked(_ problem: Problem) throws -> [Int] {
    let values = try problem.game.responses.indices.map {
        Solution(of: problem, policy: try .always($0, game: problem.game), status: .limitReached).value
    }
    return values.indices.sorted { values[$0] < values[$1] }
}

/// The constant policy that exceeds the limits by most.
private func worstOffender(_ problem: Problem) throws -> Int {
    let excess = try problem.game.responses.indices.map {
        Solution(of: problem, policy: try .always($0, game: problem.game), status: .limitReached).violation
    }
    return try #require(excess.indices.max { excess[$0] < excess[$1] })
}

@Suite("The kit for solvers")
struct SolverKitTests {
    @Test("passes an honest solver, on every family of problems")
    func honest() throws {
        #expect(try SolverConformance().violations(of: BestConstant()) == [])
        #expect(try SolverConformance(klWeight: 0.3).violations(of: BestConstant()) == [])
        #expect(try SolverConformance(isLimited: true).violations(of: BestConstant()) == [])
        // Bounds for users with foresight take seconds each.
        #expect(try SolverConformance(klWeight: 0.3, foresight: 0.9, seeds: 1...2).violations(of: BestConstant()) == [])
    }

    @Test("plays games of different shapes, under limits that some constant policies keep and others do not")
    func family() throws {
        let problems = try SolverConformance(isLimited: true).problems
        #expect(problems.count == 12)
        #expect(Set(problems.map(\.game.horizon)) == [2, 3, 4] && Set(problems.map(\.game.users.count)) == [1, 2, 3])
        for problem in problems {
            let kept = try problem.game.responses.indices.map {
                Solution(of: problem, policy: try .always($0, game: problem.game), status: .limitReached).violation <= 0
            }
            #expect(Set(kept) == [true, false])
        }
    }

    /// What the kit says of a solver that is wrong in one respect, on two games.
    private func findings(
        isLimited: Bool = false, _ tamper: @escaping @Sendable (inout Draft, Problem, RunControl) throws -> Void
    ) throws -> [String] {
        try SolverConformance(isLimited: isLimited, seeds: 3...4).violations(of: Tampered(tamper: tamper))
    }

    private func expect(
        _ found: [String], everywhere text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // Two games, two goals.
        #expect(found.count { $0.contains(text) } >= 4, "\(found)", sourceLocation: sourceLocation)
    }

    @Test("finds a value that is not that of the policy")
    func value() throws {
        expect(try findings { draft, _, _ in draft.value -= 0.001 }, everywhere: "says that its policy is worth")
        expect(try findings { draft, _, _ in draft.value = .nan }, everywhere: "says that its policy is worth")
    }

    @Test("finds an evaluation of another policy")
    func evaluation() throws {
        let found = try findings { draft, problem, _ in
            draft.evaluation = Evaluation(try .always(ranked(problem)[0], game: problem.game), game: problem.game)
        }
        expect(found, everywhere: "its evaluation is not that of its policy")
    }

    @Test("finds a policy of another game")
    func policy() throws {
        let other = try RandomGame { $0.horizon = 6 }.game(seed: 1)
        let found = try findings { draft, _, _ in draft.policy = try .always(0, game: other) }
        expect(found, everywhere: "its policy is none of this game")
    }

    @Test("finds a bound below the value, and one below what another policy is worth")
    func bound() throws {
        let low = try findings { draft, _, _ in draft.bound = draft.value - 1e-6 }
        expect(low, everywhere: "is below its value")
        expect(try findings { draft, _, _ in draft.bound = .nan }, everywhere: "is below its value")
        let tight = try findings { draft, problem, _ in
            try draft.choose(ranked(problem)[0], problem, draft.status)
            draft.bound = draft.value
        }
        expect(tight, everywhere: "which is worth")
    }

    @Test("finds a status that claims more than the bounds say")
    func status() throws {
        let open = try findings { draft, _, _ in (draft.status, draft.bound) = (.optimal, draft.bound + 1e-6) }
        expect(open, everywhere: "is called optimal with a gap of")
        let endless = try findings { draft, _, _ in (draft.status, draft.bound) = (.gapReached, .infinity) }
        expect(endless, everywhere: "is called gap_reached and has no bound")
        for status in [Solution.Status.converged, .gapReached, .optimal] {
            let poor = try findings { draft, problem, _ in try draft.choose(ranked(problem)[0], problem, status) }
            expect(poor, everywhere: "is called \(status.name) and is worth")
        }
    }

    @Test("finds limits that are exceeded under a status which says that they are kept")
    func limits() throws {
        let found = try findings(isLimited: true) { draft, problem, _ in
            try draft.choose(worstOffender(problem), problem, .converged)
        }
        expect(found, everywhere: "is called converged and exceeds a limit by")
        let silent = try findings(isLimited: true) { draft, problem, _ in
            try draft.choose(worstOffender(problem), problem, .limitReached)
            draft.violation = 0
        }
        expect(silent, everywhere: "says that its policy exceeds a limit by 0.0")
    }

    @Test("finds limits that are called impossible and are not")
    func impossible() throws {
        let proofs: [Solution.Infeasibility] = [.dualBound, .excess(atLeast: 0.9)]
        for proof in proofs {
            let found = try findings(isLimited: true) { draft, problem, _ in
                try draft.choose(worstOffender(problem), problem, .limitReached)
                draft.status = .infeasible(violation: draft.violation, proof: proof)
            }
            expect(found, everywhere: "calls the limits impossible, and always")
            let isCounted = found.contains { $0.contains("says that every policy exceeds a limit by 0.9") }
            #expect(isCounted == (proof != .dualBound))
        }
        let kept = try findings(isLimited: true) { draft, _, _ in draft.status = .undecided(violation: 0.1) }
        expect(kept, everywhere: "is called undecided and exceeds no limit")
        let wrong = try findings(isLimited: true) { draft, problem, _ in
            try draft.choose(worstOffender(problem), problem, .undecided(violation: 2))
        }
        expect(wrong, everywhere: "is called undecided by 2.0")
    }

    @Test("finds multipliers that are missing or below 0")
    func multipliers() throws {
        let missing = try findings(isLimited: true) { draft, _, _ in draft.multipliers = [] }
        expect(missing, everywhere: "has 0 multipliers for 1 limits")
        let negative = try findings(isLimited: true) { draft, _, _ in draft.multipliers = [-1] }
        expect(negative, everywhere: "none may be below 0")
    }

    @Test("finds answers that change from call to call, and with the threads")
    func repetition() throws {
        let calls = Mutex(0)
        let fickle = try findings { draft, problem, _ in
            let call = calls.withLock { count in
                count += 1
                return count
            }
            try draft.choose(call % 2, problem, draft.status)
        }
        expect(fickle, everywhere: "gives two different solutions")
        let spread = try findings { draft, problem, control in
            if control.threads == 2 { try draft.choose(ranked(problem)[0], problem, draft.status) }
        }
        expect(spread, everywhere: "gives another solution on two threads")
        #expect(!spread.contains { $0.contains("two different") })
    }

    @Test("finds a solver that does not stop, or does it badly")
    func stopping() throws {
        let deaf = try findings { draft, _, _ in draft.status = .limitReached }
        expect(deaf, everywhere: "asked to stop: its status is limit_reached")
        let late = try findings { draft, _, control in if !control.stop() { draft.status = .limitReached } }
        expect(late, everywhere: "past its deadline: its status is limit_reached")
        #expect(!late.contains { $0.contains("asked to stop") })
        let rash = try findings { draft, _, control in if control.shouldStop() { draft.value += 1 } }
        expect(rash, everywhere: "asked to stop: says that its policy is worth")
        let broken = try findings { _, _, control in if control.shouldStop() { throw GameError("here", "is nothing") } }
        expect(broken, everywhere: "asked to stop: throws: here is nothing")
    }

    @Test("finds a solver that throws")
    func throwing() throws {
        let found = try findings { _, _, _ in throw GameError("here", "is nothing") }
        #expect(found.count == 4)
        expect(found, everywhere: ": throws: here is nothing")
        // A solver is asked for what it is for: this one refuses limits, and the kit says so.
        let refusing = try SolverConformance(isLimited: true, seeds: 1...1).violations(of: BeliefPlanner())
        #expect(refusing.count == 2 && refusing.allSatisfy { $0.contains("use ConstrainedPlanner") })
    }
}
