/// What a ``GradientMinimizer`` is asked to do: the method, its steps, its tolerances and its limits.
public struct GradientMinimizerSettings: Sendable, Hashable, Codable {
    /// A method of descent that uses the gradient.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, with Fletcher's line search.
        ///
        /// The first choice for smooth functions. GSL keeps only the last step and the last change of the gradient, not
        /// an n × n matrix: O(n) memory, and convergence like that of conjugate gradients rather than of full BFGS.
        ///
        /// Source: R. Fletcher, "Practical Methods of Optimization", 2nd ed. 1987, algorithms 2.6.2 and 2.6.4.
        case bfgs2

        /// Conjugate gradients after Fletcher and Reeves.
        ///
        /// Source: R. Fletcher, C. M. Reeves, The Computer Journal 7 (1964) 149–154, doi:10.1093/comjnl/7.2.149.
        case fletcherReeves

        /// Conjugate gradients after Polak and Ribière.
        ///
        /// Source: E. Polak, G. Ribière, R.I.R.O. 3 (1969) 35–43.
        case polakRibiere
    }

    /// The method of descent.
    public var method: Method

    /// The length of the first trial step, in the units of the variables; finite and above 0.
    ///
    /// ``Method/bfgs2`` starts no later line search with a trial step longer than 1, though a search may lengthen it:
    /// scale the variables so that distances of order 1 matter.
    public var initialStep: Double

    /// How exact a line search must be, in (0, 1); smaller is more exact and costs more evaluations.
    ///
    /// For ``Method/bfgs2`` it is Fletcher's σ: the slope along the line must fall to σ times the slope at its start.
    /// For the conjugate gradients it bounds the cosine of the angle between the line and the gradient at its end.
    public var lineSearchTolerance: Double

    /// A power of two that f and ∇f are multiplied by before GSL sees them; results are in the units of f again.
    ///
    /// BFGS2 gives up a line search when it expects f to fall by less than 2.2·10⁻¹⁶, an absolute number: unscaled, it
    /// stops far too early on an objective of small size, and at ‖∇f‖ of about 10⁻⁶ on one whose minimum is 0. Nothing
    /// else in the three methods depends on the scale, and a power of two does not round. Choose it so that
    /// objectiveScale·|f| is well above 1 and does not overflow; the default, 2³⁰, suits |f| from 10⁻⁶ to 10²⁹⁰.
    public var objectiveScale: Double

    /// The search has converged when ‖∇f(x)‖₂ is at or below this; finite and not negative.
    public var gradientTolerance: Double

    /// The largest number of iterations (line searches); not negative.
    public var maximumIterations: Int

    /// How often a search that makes no progress starts again by steepest descent from where it is; not negative.
    ///
    /// A restart forgets the curvature that was learnt, which near a minimum may be mostly rounding. A restart that does
    /// not move at all is the last one: the next would do the same.
    public var restarts: Int

    /// Makes settings; the defaults suit a smooth function in variables of order 1.
    ///
    /// - Parameters:
    ///   - method: the method of descent.
    ///   - initialStep: length of the first trial step, above 0.
    ///   - lineSearchTolerance: exactness of the line search, in (0, 1).
    ///   - gradientTolerance: the norm of the gradient to reach, not negative.
    ///   - objectiveScale: a power of two.
    ///   - maximumIterations: the largest number of iterations, not negative.
    ///   - restarts: the largest number of restarts, not negative.
    public init(
        method: Method = .bfgs2,
        initialStep: Double = 0.1,
        lineSearchTolerance: Double = 0.1,
        gradientTolerance: Double = 1e-8,
        objectiveScale: Double = 0x1p30,
        maximumIterations: Int = 1000,
        restarts: Int = 1
    ) {
        self.method = method
        self.initialStep = initialStep
        self.lineSearchTolerance = lineSearchTolerance
        self.gradientTolerance = gradientTolerance
        self.objectiveScale = objectiveScale
        self.maximumIterations = maximumIterations
        self.restarts = restarts
    }

    /// Throws if a setting is outside its domain.
    func check(_ operation: String) throws(GSLError) {
        guard initialStep.isFinite, initialStep > 0 else {
            throw .invalid(operation, "initialStep is \(initialStep); it must be finite and above 0")
        }
        guard lineSearchTolerance > 0, lineSearchTolerance < 1 else {
            throw .invalid(operation, "lineSearchTolerance is \(lineSearchTolerance); it must be above 0 and below 1")
        }
        guard gradientTolerance.isFinite, gradientTolerance >= 0 else {
            throw .invalid(operation, "gradientTolerance is \(gradientTolerance); it must be finite and not negative")
        }
        guard objectiveScale.isNormal, objectiveScale > 0, objectiveScale.significand == 1 else {
            throw .invalid(operation, "objectiveScale is \(objectiveScale); it must be a power of two")
        }
        guard maximumIterations >= 0 else {
            throw .invalid(operation, "maximumIterations is \(maximumIterations); it must not be negative")
        }
        guard restarts >= 0 else {
            throw .invalid(operation, "restarts is \(restarts); it must not be negative")
        }
    }
}
