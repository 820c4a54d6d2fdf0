internal import ExactEvaluation
public import GameModel
public import InputErrors

/// How the gradient method searches. A value: it is stored with the solution it led to.
public struct GradientSolverSettings: Sendable, Equatable {
    /// The minimiser, all of them GSL's.
    public enum Method: String, Sendable, Equatable, CaseIterable {
        /// Broyden–Fletcher–Goldfarb–Shanno with Fletcher's line search; the default.
        case bfgs2
        /// Conjugate gradients after Fletcher and Reeves.
        case fletcherReeves = "fletcher-reeves"
        /// Conjugate gradients after Polak and Ribière.
        case polakRibiere = "polak-ribiere"
        /// Nelder and Mead's simplex; needs no gradient, and serves small controllers only.
        case simplex
    }

    public var method: Method
    /// What the controller remembers.
    public var memory: MemoryKind
    /// How many starting points are tried; the first is the uniform policy.
    public var starts: Int
    /// Starting logits lie in ± this. Large values saturate the softmax and leave most starts stuck; see `docs/decisions`.
    public var startScale: Double
    /// How often each start, once finished exactly, is disturbed at a few nodes and finished again.
    public var perturbations: Int
    /// Which stretch of the quasi-random sequence the starts are taken from, and the seed of the perturbations.
    public var seed: UInt64
    /// A start has converged when the stationarity gap is at most this fraction of the value range.
    public var tolerance: Double
    /// A constraint holds when its probability exceeds the limit by at most this.
    public var feasibilityTolerance: Double
    /// Iterations of the minimiser per start, over all its phases.
    public var maximumIterations: Int
    /// Threads over which starts are spread; never changes the result.
    public var threads: Int

    public init(
        method: Method = .bfgs2,
        memory: MemoryKind = .lastWithTurn,
        starts: Int = 20,
        startScale: Double = 0.1,
        perturbations: Int = 10,
        seed: UInt64 = 1,
        tolerance: Double = 1e-7,
        feasibilityTolerance: Double = 1e-7,
        maximumIterations: Int = 5000,
        threads: Int = 1
    ) {
        self.method = method
        self.memory = memory
        self.starts = starts
        self.startScale = startScale
        self.perturbations = perturbations
        self.seed = seed
        self.tolerance = tolerance
        self.feasibilityTolerance = feasibilityTolerance
        self.maximumIterations = maximumIterations
        self.threads = threads
    }

    func check() throws(SolverError) {
        guard starts >= 1 else { throw SolverError("starts is \(starts); it must be at least 1") }
        guard startScale >= 0, startScale.isFinite else {
            throw SolverError("the start scale is \(startScale); it must be at least 0 and finite")
        }
        guard tolerance > 0, tolerance.isFinite, feasibilityTolerance > 0, feasibilityTolerance.isFinite else {
            throw SolverError(
                "tolerances are \(tolerance) and \(feasibilityTolerance); they must be above 0 and finite")
        }
        guard perturbations >= 0 else {
            throw SolverError("the number of perturbations is \(perturbations); it must be at least 0")
        }
        guard maximumIterations >= 1 else {
            throw SolverError("the iteration limit is \(maximumIterations); it must be at least 1")
        }
    }
}

/// What a solver was asked that it cannot do, and what to do instead.
public struct SolverError: InputProblem, Equatable {
    public let problem: String

    init(_ problem: String) { self.problem = problem }

    public var description: String { problem }
}

extension SolverError {
    /// What a search with a fixed memory takes of a reference that drifts: with a KL weight the memory must know which row holds, and all
    /// rows must give the same responses, since logits have no place for a response that is sometimes impossible.
    static func requireKnownReference(
        _ objective: Objective, memory: ControllerMemory, game: Game
    ) throws(SolverError) {
        guard objective.klWeight > 0, !objective.reference.isConstant else { return }
        guard objective.reference.hasOneSupport else {
            throw SolverError(
                "rows of objective.reference give different responses, and a KL weight forbids what a row does not give: give "
                    + "every row the same responses, or no KL weight")
        }
        do throws(GameError) {
            _ = try NodeReference(objective.reference, memory: memory, game: game)
        } catch {
            throw SolverError("\(error); a policy that is named, not searched for, is valued whatever it remembers")
        }
    }

    /// What is left to do where a KL term against a reference that drifts is refused: advice that no other method sends back.
    static func driftingAdvice(_ reference: Reference) -> String {
        reference.asksForResponse || !reference.hasOneSupport
            ? "no method takes a KL weight against rows that name 'after' or give different responses; set kl_weight to 0 and use "
                + "--method belief or --method gradient"
            : "use --method gradient with --controller last-turn, or set kl_weight to 0 and use --method belief"
    }

    /// Refuses a game whose users have foresight.
    ///
    /// - Parameters:
    ///   - what: what cannot be had with them.
    ///   - instead: what can be.
    static func requireMyopic(
        _ game: Game, for what: String,
        instead: String = "use --method gradient, whose finite memory users can anticipate"
    ) throws(SolverError) {
        guard let foresight = game.foresight else { return }
        let names = zip(game.users, foresight.weight).filter { $0.1 > 0 }.map { $0.0 }
        throw SolverError(
            "\(what) is for users whose reactions do not depend on the policy, and \(names.joined(separator: ", ")) "
                + "has foresight: \(instead), or --foresight myopic to leave foresight out")
    }
}
