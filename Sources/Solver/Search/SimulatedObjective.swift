/// What playing a policy came to, as far as a simulator can tell.
public struct SimulatedValue: Sendable, Equatable {
    /// The mean of what is to be maximised.
    public var mean: Double
    /// Its standard error; infinite where the sample is too small to tell.
    public var standardError: Double
    /// The sample size.
    public var episodes: Int

    public init(mean: Double, standardError: Double, episodes: Int) {
        self.mean = mean
        self.standardError = standardError
        self.episodes = episodes
    }
}

/// A user agent given only as a simulator: strategies and a seed in, an estimate out.
///
/// The same strategies and seed must give the same estimate, and different policies should meet the same users under one seed
/// (common random numbers), since the search compares policies under one seed only. Nothing else is asked: no distributions,
/// no gradient.
///
/// ```swift
/// let objective: SimulatedObjective = { strategies, seed in
///     let episodes = mySimulator.play(strategies: strategies, seed: seed, count: 2_000)
///     return SimulatedValue(mean: episodes.mean, standardError: episodes.standardError, episodes: 2_000)
/// }
/// ```
public typealias SimulatedObjective = (_ strategies: [Double], _ seed: UInt64) throws -> SimulatedValue
