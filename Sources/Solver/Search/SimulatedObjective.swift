public import NumericalMethods

/// A user agent given only as a simulator: strategies and a seed in, an estimate out.
///
/// The same strategies and seed must give the same estimate, and different policies should meet the same users under one seed
/// (common random numbers), since the search compares policies under one seed only. Nothing else is asked: no distributions,
/// no gradient.
///
/// ```swift
/// let objective: SimulatedObjective = { strategies, seed in
///     let episodes = mySimulator.play(strategies: strategies, seed: seed, count: 2_000)
///     return Estimate(mean: episodes.mean, standardError: episodes.standardError, count: 2_000)
/// }
/// ```
public typealias SimulatedObjective = (_ strategies: [Double], _ seed: UInt64) throws -> Estimate
