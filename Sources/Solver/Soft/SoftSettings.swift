/// How soft planning searches and when it stops. A value: it is stored with the solution it led to.
public struct SoftPlannerSettings: Sendable, Equatable {
    /// The search ends once upper − lower bound is at most this, in the goal's units. 0 asks for a proof.
    public var gap: Double
    /// What the search may take, in MiB.
    public var memoryMebibytes: Int
    /// Beliefs that may be looked into.
    public var maximumBeliefs: Int
    /// By how many turns the informed bound delays what it reveals.
    public var delay: Int
    /// How many plans are kept per turn for the lower bound.
    public var plansPerTurn: Int
    /// Beliefs with at most this many turns to go get their upper bound by exact recursion.
    public var exactTurns: Int
    /// By how many turns the upper bound of other beliefs looks ahead.
    public var lookahead: Int
    /// By how much P(ω | θ) may exceed its limit.
    public var feasibilityTolerance: Double
    /// How often prices and policy graph may be fitted to each other under constraints, before tables of points are made.
    public var priceRounds: Int
    /// Threads over which tables of bounds are spread; never changes the result.
    public var threads: Int
    /// Beliefs that are looked into before tables of points are made: games that need no more are done by then. Tests of the
    /// tables set it to 1.
    package var tablesAfter = 1024

    public init(
        gap: Double = 1e-4, memoryMebibytes: Int = 2048, maximumBeliefs: Int = .max, delay: Int = 2,
        plansPerTurn: Int = 64, exactTurns: Int = 2, lookahead: Int = 1,
        feasibilityTolerance: Double = 1e-6, priceRounds: Int = 4, threads: Int = 1
    ) {
        self.gap = gap
        self.memoryMebibytes = memoryMebibytes
        self.maximumBeliefs = maximumBeliefs
        self.delay = delay
        self.plansPerTurn = plansPerTurn
        self.exactTurns = exactTurns
        self.lookahead = lookahead
        self.feasibilityTolerance = feasibilityTolerance
        self.priceRounds = priceRounds
        self.threads = threads
    }

    func check() throws(SolverError) {
        guard gap >= 0, gap.isFinite else { throw SolverError("the gap is \(gap); it must be at least 0 and finite") }
        guard (1...1 << 20).contains(memoryMebibytes) else {
            throw SolverError("the memory is \(memoryMebibytes) MiB; it must be from 1 to \(1 << 20)")
        }
        guard maximumBeliefs >= 1 else {
            throw SolverError("the limit of beliefs is \(maximumBeliefs); it must be at least 1")
        }
        guard (0...4).contains(delay) else { throw SolverError("the delay is \(delay); it must be from 0 to 4") }
        guard (1...4096).contains(plansPerTurn) else {
            throw SolverError("the plans per turn are \(plansPerTurn); they must be from 1 to 4096")
        }
        guard (0...8).contains(exactTurns) else {
            throw SolverError("the exact turns are \(exactTurns); they must be from 0 to 8")
        }
        guard (0...4).contains(lookahead) else {
            throw SolverError("the look-ahead is \(lookahead) turns; it must be from 0 to 4")
        }
        guard feasibilityTolerance >= 0, feasibilityTolerance < 1 else {
            throw SolverError("the feasibility tolerance is \(feasibilityTolerance); it must be from 0 to below 1")
        }
        guard (1...100).contains(priceRounds) else {
            throw SolverError("the price rounds are \(priceRounds); they must be from 1 to 100")
        }
    }
}
