internal import ArgumentParser
internal import Nacre

/// The ways to find a policy.
enum SolveMethod: String, ExpressibleByArgument, CaseIterable {
    /// Finite-memory controllers by the exact gradient.
    case gradient
    /// Policies that remember everything, with bounds that close.
    case belief
    /// Policies that remember everything and pay for leaving the reference, with bounds.
    case soft
    /// Finite-memory controllers by simulation alone, without a gradient.
    case search

    /// Whether it searches beliefs between bounds that close, and so ends at a time limit where none is given.
    var isPlanning: Bool { self == .belief || self == .soft }
}

extension SolveCommand {
    /// The method that was asked for, with its settings.
    func solver() throws -> any SolvingMethod {
        switch method {
        case .gradient:
            let settings = try gradient.settings(seed: global.seed, threads: global.threadCount)
            guard let robustness = try robust.robustness else { return GradientMethod(settings) }
            return RobustMethod(settings, against: robustness, samples: robust.samples, seed: global.seed)
        case .search:
            return SearchMethod(
                try gradient.search(seed: global.seed, evaluations: search.evaluations),
                memory: gradient.controller.kind, episodes: search.episodes)
        case .belief:
            guard let robustness = try robust.robustness else {
                return BeliefMethod(gap: limits.gap, seed: global.seed)
            }
            return WorstPriorMethod(against: robustness, gap: limits.gap)
        case .soft: return SoftMethod(gap: limits.gap)
        }
    }
}

/// The minimisers, all of them GSL's.
enum MinimiserName: String, ExpressibleByArgument, CaseIterable {
    case bfgs2
    case fletcherReeves = "fletcher-reeves"
    case polakRibiere = "polak-ribiere"
    case simplex
    case annealing
}

/// How much a search without gradients may simulate.
struct SearchOptions: ParsableArguments {
    @Option(
        name: .long, help: "Search: episodes per evaluation, the same for every policy. (default: 10000)",
        transform: Number.whole(2...Number.manySteps))
    var episodes = 10_000

    @Option(
        name: .long, help: "Search: the most evaluations. (default: 1000)",
        transform: Number.whole(100...Number.manySteps))
    var evaluations = 1000
}

/// What a search over beliefs may take, and when it is good enough.
struct PlanningLimits: ParsableArguments {
    @Option(
        name: .long,
        help: "Belief, soft: stop once upper − lower bound is at most this; 0 asks for the optimum. (default: 0.0001)",
        transform: Number.real(0...Number.largest))
    var gap = 1e-4

    @Option(
        name: .customLong("time-limit"), help: "Stop after this many seconds (default: belief, soft 60; others none).",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var timeLimit: Double?

    @Option(
        name: .long, help: "What the search may take, in MiB (default: belief, soft 2048; others as needed).",
        transform: Number.whole(Number.mebibytes))
    var memory: Int?
}

/// How finite-memory controllers are searched for.
struct GradientOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "What the policy remembers: stationary, turn, last, last-turn, last-K, last-K-turn (observations, turn).")
    var controller = ControllerName.standard

    @Option(name: .long, help: "The minimiser, all of them GSL's (default: bfgs2; simplex for the method search).")
    var minimiser: MinimiserName?

    @Option(name: .long, help: "Starting points. (default: 20)", transform: Number.whole(1...1_000_000))
    var starts = 20

    @Option(
        name: .customLong("start-scale"), help: "Starting logits lie within this of 0. (default: 0.1)",
        transform: Number.real(0...1e6))
    var startScale = 0.1

    @Option(
        name: .long,
        help: "How often each start is disturbed and finished again (controllers that know the turn). (default: 10)",
        transform: Number.whole(0...1_000_000))
    var perturbations = 10

    @Option(
        name: .long,
        help: "Stationarity gap that counts as converged, as a fraction of the value range. (default: 1e-07)",
        transform: Number.real(0...1, isAbove: true))
    var tolerance = 1e-7

    @Option(
        name: .customLong("max-iterations"), help: "Iterations of the minimiser per start. (default: 5000)",
        transform: Number.whole(1...Number.manySteps))
    var maximumIterations = 5000

    func settings(seed: UInt64, threads: Int) throws -> GradientSolverSettings {
        guard let method = GradientSolverSettings.Method(rawValue: (minimiser ?? .bfgs2).rawValue) else {
            throw InputError("--minimiser annealing needs no gradient; give --method search with it, or bfgs2")
        }
        return GradientSolverSettings(
            method: method, memory: controller.kind, starts: starts, startScale: startScale,
            perturbations: perturbations, seed: seed, tolerance: tolerance, maximumIterations: maximumIterations,
            threads: threads)
    }

    func search(seed: UInt64, evaluations: Int) throws -> SearchSettings {
        guard let minimiser = SearchSettings.Minimiser(rawValue: (minimiser ?? .simplex).rawValue) else {
            throw InputError("--method search has no gradient to follow; give --minimiser simplex or annealing")
        }
        return SearchSettings(minimiser: minimiser, seed: seed, maximumEvaluations: evaluations)
    }
}
