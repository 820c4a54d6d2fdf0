internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver

/// What a method of `solve` found, as the command line shows, writes and stores it: the same for every method.
struct SolvedPolicy {
    /// How the search ended, in a word for scripts, a line for people, and an exit code for the shell.
    struct Ending {
        enum Kind {
            case converged
            /// The best so far, without what was asked for.
            case unfinished
            case interrupted
        }

        let kind: Kind
        let name: String
        let explanation: String
    }

    let method: SolveMethod
    let ending: Ending
    let controller: Policy
    let evaluation: Evaluation
    /// The goal's value, with its KL term where there is one. Exact.
    let value: Double
    /// No policy whatsoever can do better.
    let upperBound: Double
    /// μ ≥ 0 per constraint of the objective.
    let multipliers: [Double]
    /// How the method went: lines for people.
    let notes: [String]
    /// What only this method says: members of the JSON document besides the common ones.
    let members: [String: JSONValue]
    let settings: JSONValue
    /// Makes the policy file. A large graph takes memory and time as JSON, so it is made only where it is wanted.
    let file: () -> JSONValue
    /// What ``value`` and ``upperBound`` are, where they are not the goal in the scenario's own game.
    var valueName: String?
}

/// A way to find a policy: its options on the command line, and how it is run.
protocol SolvingMethod {
    /// - Parameter context: what all methods share.
    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy
}

/// What all methods of `solve` share: the seed, the threads, the clock, Ctrl-C and the terminal.
struct SolvingContext {
    let seed: UInt64
    let threads: Int
    let interrupt: Interrupt
    let stopwatch: Stopwatch
    let terminal: Terminal
    /// What --time-limit and --memory say; nil where they were not given.
    let limits: BeliefLimits

    /// Whether a search without a time limit of its own is to end: Ctrl-C was pressed, or a limit that was given is over.
    var isOver: @Sendable () -> Bool {
        let (interrupt, stopwatch, limit) = (interrupt, stopwatch, limits.timeLimit ?? .infinity)
        return { interrupt.isRequested || stopwatch.seconds >= limit }
    }

    /// How many starts of the gradient method may be searched at a time.
    ///
    /// - Throws: ``InputError`` if --memory was given and is too little for one.
    func threads(_ settings: GradientSolverSettings, _ kind: MemoryKind, games: [Game]) throws -> Int {
        guard let memory = limits.memory else { return settings.threads }
        var single = settings
        single.threads = 1
        var threads = settings.threads
        for game in games {
            let footprint = try GradientFootprint(game: game, memory: kind)
            let needed = footprint.bytes(of: single)
            guard needed <= Double(memory) * 1_048_576 else {
                throw InputError(
                    "--memory \(memory) is too little: with the controller \(kind), \(settings.starts) starts, one at a time, "
                        + "need about \(Int((needed / 1_048_576).rounded(.up))) MiB; give more, remember less, or give --starts fewer"
                )
            }
            threads = min(
                threads, 1 + Int((Double(memory) * 1_048_576 - needed) / max(1, footprint.perStart)))
        }
        return threads
    }
}

extension SolvedPolicy.Ending {
    /// What methods with bounds say alike.
    enum Words {
        static let optimal = "optimal: the bounds met"
        static let gapReached = "converged: the bounds are within the gap asked for"
        static let stepLimit = "step limit reached: this is the best so far"
        static let memoryLimit = "memory limit reached: this is the best so far; give --memory more"
        static let stopped = "stopped by the time limit or an interruption: this is the best so far"
    }
}
