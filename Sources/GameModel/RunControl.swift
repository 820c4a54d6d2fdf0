/// What a caller may say of any long computation: how long it may take, how much memory and how many threads, and who wants to know how
/// far it is.
///
/// ```swift
/// let control = RunControl(within: .seconds(60), threads: 8) { print($0.steps, $0.lower ?? .nan, $0.upper ?? .nan) }
/// let solution = try BeliefPlanner().solve(problem, control)
/// ```
///
/// Neither threads nor memory nor a listener change what is found, except where the memory or the time runs out; a result that was cut
/// short says so.
public struct RunControl {
    /// Asked often and from any thread; once true, the work ends soon with the best so far.
    public var stop: @Sendable () -> Bool
    /// From then on the work ends as if ``stop`` had said so.
    public var deadline: ContinuousClock.Instant?
    /// What the work may take, in MiB; nil for what its settings say.
    public var memoryMebibytes: Int?
    /// How many threads may work; nil for what its settings say.
    public var threads: Int?
    /// Called in the calling thread now and then.
    public var progress: (RunProgress) -> Void
    /// Told what is worth knowing besides the result: advice and warnings, a line each.
    public var note: @Sendable (String) -> Void
    /// Which units of the work are computed here; nil for all of them.
    public var pieces: (any WorkPieces)?

    /// - Parameter duration: how long the work may take from now on.
    public init(
        within duration: Duration? = nil, memoryMebibytes: Int? = nil, threads: Int? = nil,
        stop: @escaping @Sendable () -> Bool = { false }, progress: @escaping (RunProgress) -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void = { _ in }, pieces: (any WorkPieces)? = nil
    ) {
        deadline = duration.map { ContinuousClock.now.advanced(by: $0) }
        self.memoryMebibytes = memoryMebibytes
        self.threads = threads
        self.stop = stop
        self.progress = progress
        self.note = note
        self.pieces = pieces
    }

    /// Whether the work is to end: the question that every loop of a computation asks.
    public var shouldStop: @Sendable () -> Bool {
        guard let deadline else { return stop }
        return { [stop] in stop() || ContinuousClock.now >= deadline }
    }
}

/// How far a computation is; what it does not count is nil.
public struct RunProgress: Sendable, Equatable {
    /// The value of the best policy so far, in the goal's units; nil before one keeps the limits.
    public var lower: Double?
    /// No policy can do better.
    public var upper: Double?
    /// What was done so far: starts, points, beliefs.
    public var steps: Int
    /// How much there is to do.
    public var total: Int?
    /// How much of it an earlier run had done, which says nothing about the present rate.
    public var before: Int
    /// Prices of constraints tried so far.
    public var prices: Int?
    /// What is being done, where the work has several parts; nil for what whoever asked calls it.
    public var phase: String?

    public init(
        steps: Int, of total: Int? = nil, before: Int = 0, lower: Double? = nil, upper: Double? = nil,
        prices: Int? = nil, phase: String? = nil
    ) {
        self.steps = steps
        self.total = total
        self.before = before
        self.lower = lower
        self.upper = upper
        self.prices = prices
        self.phase = phase
    }
}
