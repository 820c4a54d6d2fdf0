public import GameModel
public import NumericalMethods

/// How a search without gradients goes about it.
public struct SearchSettings: Sendable, Equatable {
    public enum Minimiser: String, Sendable, Equatable, CaseIterable {
        /// Nelder and Mead's simplex.
        case simplex
        /// Simulated annealing.
        case annealing
    }

    public var minimiser: Minimiser
    /// The seed of the episodes that the search sees, the same for every policy, and of the annealing.
    public var seed: UInt64
    /// Simplex: the size in logits at which it has converged. Annealing does not use it.
    public var sizeTolerance: Double
    /// The most evaluations. Annealing spreads its temperatures over them.
    public var maximumEvaluations: Int
    /// Fresh seeds that the policy found is judged on.
    public var freshSeeds: Int
    /// Annealing: the first temperature, in the units of the objective; nil to take it from the spread of constant policies.
    public var initialTemperature: Double?

    public init(
        minimiser: Minimiser = .simplex, seed: UInt64 = 1, sizeTolerance: Double = 1e-2, maximumEvaluations: Int = 2000,
        freshSeeds: Int = 4, initialTemperature: Double? = nil
    ) {
        self.minimiser = minimiser
        self.seed = seed
        self.sizeTolerance = sizeTolerance
        self.maximumEvaluations = maximumEvaluations
        self.freshSeeds = freshSeeds
        self.initialTemperature = initialTemperature
    }

    func check() throws(SolverError) {
        guard maximumEvaluations >= 100 else {
            throw SolverError("the limit of evaluations is \(maximumEvaluations); it must be at least 100")
        }
        guard freshSeeds >= 1 else {
            throw SolverError("the number of fresh seeds is \(freshSeeds); it must be at least 1")
        }
        for (name, number) in [("size tolerance", sizeTolerance), ("initial temperature", initialTemperature ?? 1)]
        where !(number > 0 && number.isFinite) {
            throw SolverError("the \(name) is \(number); it must be above 0 and finite")
        }
    }
}

/// Finds policies against users that can only be simulated.
///
/// The simulated value of a softmax policy is maximised without a gradient, every policy being played under the same seed. What
/// the search sees is therefore a fixed function with noise frozen into it, and its maximum is biased upwards; the policy found
/// is played again under fresh seeds, and both values are reported with the difference, the optimism of the search.
///
/// ```swift
/// let found = try SearchSolver().search(game: game, memory: .stationary, objective: simulated)
/// ```
///
/// Source: common random numbers, Glasserman 2003, Monte Carlo Methods in Financial Engineering, §7.1; optimism of sample
/// averages, Kleywegt, Shapiro & Homem-de-Mello 2002 (doi:10.1137/S1052623499363220).
public struct SearchSolver: Sendable {
    public let settings: SearchSettings
    /// More parameters than this are hopeless without a gradient.
    public static let parameterLimit = 200

    public init(_ settings: SearchSettings = SearchSettings()) { self.settings = settings }

    /// - Parameters:
    ///   - game: the shape of the policy: responses and observations. Its users are not looked at.
    ///   - objective: the simulator.
    ///   - control: asked to stop between evaluations, and told of each.
    /// - Throws: what the simulator throws; ``SolverError`` if settings or sizes cannot be solved.
    /// - Complexity: at most `maximumEvaluations` + `freshSeeds` simulations.
    public func search(
        game: Game, memory kind: MemoryKind, objective: @escaping SimulatedObjective,
        control: RunControl = RunControl()
    ) throws -> SimulatedSearchResult {
        try settings.check()
        let memory = try ControllerMemory(kind, game: game)
        let share = 1 / Double(game.responses.count)
        let parameters = SoftmaxStrategies(
            memory: memory,
            objective: Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count)))
        guard parameters.parameterCount <= Self.parameterLimit else {
            throw SolverError(
                "a search without gradients is for at most \(Self.parameterLimit) parameters and this controller has "
                    + "\(parameters.parameterCount); use a controller that remembers less, such as stationary")
        }
        let seed = settings.seed
        var evaluations = 0
        var strategies = [Double](repeating: 0, count: memory.nodeCount * game.responses.count)
        func value(_ logits: Span<Double>) throws -> Double {
            parameters.strategies(logits, into: &strategies)
            defer {
                evaluations += 1
                control.progress(RunProgress(steps: evaluations, of: settings.maximumEvaluations))
            }
            return -(try objective(strategies, seed).value)
        }
        let end = try PolicySearch(
            settings: settings, parameters: parameters, objective: { try value($0.span) },
            shouldStop: control.shouldStop
        ).run()
        let point = end.point
        parameters.strategies(point.span, into: &strategies)
        let training = try objective(strategies, seed)
        let fresh = try (1...settings.freshSeeds).map { try objective(strategies, Self.freshSeed(seed, number: $0)) }
        return SimulatedSearchResult(
            status: Solution.Status(end.status),
            policy: try Policy(memory: memory, strategies: strategies, game: game),
            training: training, fresh: Estimate(pooling: fresh), residual: end.residual, tolerance: end.tolerance,
            evaluations: end.evaluations + 1 + settings.freshSeeds, settings: settings)
    }

    /// Seeds that the search has not seen.
    static func freshSeed(_ seed: UInt64, number: Int) -> UInt64 {
        Philox4x64.block(counter: (UInt64(number), 0, 0, 0), key: (seed, 0x66_7265_7368)).0
    }
}

/// A policy found without a gradient, and what it is worth as far as simulation can tell.
public struct SimulatedSearchResult: Sendable, Equatable {
    /// `converged` if the simplex shrank, or the annealing cooled, as asked; that is no proof of an optimum.
    public let status: Solution.Status
    public let policy: Policy
    /// Under the seed that the search saw: biased upwards.
    public let training: Estimate
    /// Under fresh seeds, pooled: unbiased.
    public let fresh: Estimate
    /// The size of the simplex, or the temperature, that was reached.
    public let residual: Double
    public let tolerance: Double
    /// How often the simulator was called.
    public let evaluations: Int
    public let settings: SearchSettings

    /// Training minus fresh: how much the search fooled itself, as far as the noise lets it be seen.
    public var optimism: Double { training.value - fresh.value }
    /// The standard error of ``optimism``; the two samples are independent. Infinite where one has none.
    public var optimismError: Double {
        guard let error = training.standardError, let fresh = fresh.standardError else { return .infinity }
        return (error * error + fresh * fresh).squareRoot()
    }
}

extension Estimate {
    /// The mean of independent estimates, weighed by their sample sizes.
    init(pooling values: [Estimate]) {
        let episodes = values.reduce(0) { $0 + ($1.count ?? 0) }
        let shares = values.map { Double($0.count ?? 0) / Double(max(1, episodes)) }
        self.init(
            mean: zip(shares, values).reduce(0) { $0 + $1.0 * $1.1.value },
            standardError: zip(shares, values).reduce(0) { sum, part in
                let error = part.1.standardError ?? .infinity
                return sum + part.0 * part.0 * error * error
            }.squareRoot(),
            count: episodes)
    }
}

extension Solution.Status {
    init(_ status: SearchStatus) {
        switch status {
        case .converged: self = .converged
        case .stopped: self = .stopped
        case .iterationLimit, .noProgress: self = .limitReached
        }
    }
}

/// The schedule of an annealing that has a number of evaluations to spend.
enum Cooling {
    /// μ with μ^n ≥ ratio, so that n temperatures reach from the first to the last, by bisection.
    static func factor(ratio: Double, temperatures: Int) -> Double {
        var (low, high) = (1.0, ratio * 1.001)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            var (power, count) = (1.0, 0)
            while count < temperatures, power <= ratio {
                power *= middle
                count += 1
            }
            if power > ratio { high = middle } else { low = middle }
        }
        return max(high, 1.000_07)
    }
}
