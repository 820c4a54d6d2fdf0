/// How belief planning searches and when it stops. A value: it is stored with the solution it led to.
public struct BeliefPlannerSettings: Sendable, Equatable {
    /// The search ends once upper − lower bound is at most this, in the goal's units. 0 asks for a proof.
    public var gap: Double
    /// What the search may take, in MiB.
    public var memoryMebibytes: Int
    /// Beliefs that may be looked into by the best-first search.
    public var maximumSteps: Int
    /// Beliefs with at most this many turns to go are settled by depth-first search.
    public var exactTurns: Int
    /// Beliefs with at most this many turns to go are bounded ever more closely by depth-first search, and not looked into best
    /// first, unless the gap is 0.
    public var tolerantTurns: Int
    /// By how many turns the informed bound delays what it reveals; 0 is the fast informed bound.
    public var delay: Int
    /// How many beliefs over user types the upper bound is tabulated at.
    public var typePoints: Int
    /// Starts of the gradient method, with the last observation and the turn as memory, whose controllers the search begins
    /// with; 0 for none.
    public var gradientStarts: Int
    /// How many plans are kept per turn for the lower bound.
    public var plansPerTurn: Int
    /// Whether the search goes on depth first once the memory is full. It then needs no more memory, only time.
    public var finishesDepthFirst: Bool
    /// Threads over which tables of bounds and starts are spread; never changes the result.
    public var threads: Int

    public init(
        gap: Double = 1e-4,
        memoryMebibytes: Int = 2048,
        maximumSteps: Int = .max,
        exactTurns: Int = 2,
        tolerantTurns: Int = 5,
        delay: Int = 2,
        typePoints: Int = 900,
        gradientStarts: Int = 2,
        plansPerTurn: Int = 32,
        finishesDepthFirst: Bool = true,
        threads: Int = 1
    ) {
        self.gap = gap
        self.memoryMebibytes = memoryMebibytes
        self.maximumSteps = maximumSteps
        self.exactTurns = exactTurns
        self.tolerantTurns = tolerantTurns
        self.delay = delay
        self.typePoints = typePoints
        self.gradientStarts = gradientStarts
        self.plansPerTurn = plansPerTurn
        self.finishesDepthFirst = finishesDepthFirst
        self.threads = threads
    }

    func check() throws(SolverError) {
        guard gap >= 0, gap.isFinite else { throw SolverError("the gap is \(gap); it must be at least 0 and finite") }
        guard (1...1 << 20).contains(memoryMebibytes) else {
            throw SolverError("the memory is \(memoryMebibytes) MiB; it must be from 1 to \(1 << 20)")
        }
        guard maximumSteps >= 1 else { throw SolverError("the step limit is \(maximumSteps); it must be at least 1") }
        guard (1...1000).contains(exactTurns) else {
            throw SolverError("the exact turns are \(exactTurns); they must be from 1 to 1000")
        }
        guard (0...1000).contains(tolerantTurns) else {
            throw SolverError("the tolerant turns are \(tolerantTurns); they must be from 0 to 1000")
        }
        guard (0...4).contains(delay) else { throw SolverError("the delay is \(delay); it must be from 0 to 4") }
        guard (1...1 << 16).contains(typePoints) else {
            throw SolverError("the type points are \(typePoints); they must be from 1 to \(1 << 16)")
        }
        guard (0...1000).contains(gradientStarts) else {
            throw SolverError("the gradient starts are \(gradientStarts); they must be from 0 to 1000")
        }
        guard (4...4096).contains(plansPerTurn) else {
            throw SolverError("the plans per turn are \(plansPerTurn); they must be from 4 to 4096")
        }
    }
}
