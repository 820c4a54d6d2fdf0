/// How constrained belief planning searches and when it stops. A value: it is stored with the solution it led to.
public struct ConstrainedPlannerSettings: Sendable, Equatable {
    /// How policies are found at given prices. Its gap and its memory are those of the whole search.
    public var planner: BeliefPlannerSettings
    /// How finite-memory policies to begin with are found; nil to begin with constant ones only.
    public var seeds: GradientSolverSettings?
    /// How many prices may be tried.
    public var maximumIterations: Int

    public init(
        planner: BeliefPlannerSettings = BeliefPlannerSettings(),
        seeds: GradientSolverSettings? = ConstrainedPlannerSettings.fewStarts,
        maximumIterations: Int = 500
    ) {
        self.planner = planner
        self.seeds = seeds
        self.maximumIterations = maximumIterations
    }

    /// Two short starts: a policy to begin with, and to compare with.
    public static let fewStarts = GradientSolverSettings(starts: 2, perturbations: 0, maximumIterations: 200)

    func check() throws(SolverError) {
        try planner.check()
        try seeds?.check()
        guard maximumIterations >= 1 else {
            throw SolverError("the iteration limit is \(maximumIterations); it must be at least 1")
        }
    }

    /// A quarter of the memory is for the policies that are kept.
    var poolBytes: Int { planner.memoryMebibytes << 18 }
}
