import CGSL

/// Probabilities and quantiles of continuous distributions.
///
/// Every function checks its arguments and throws where GSL would return NaN.
///
/// Source: GSL 2.7 manual, chapter "Random Number Distributions".
public enum Distributions {
    /// The upper tail of the chi-squared distribution, Q(x) = P(X > x).
    ///
    ///     Q(x) = Γ(ν/2, x/2) / Γ(ν/2)
    ///
    /// - Parameters:
    ///   - x: the statistic; any number but NaN. Q is 1 for x ≤ 0 and 0 for x = ∞.
    ///   - degreesOfFreedom: ν, finite and above 0; need not be whole.
    /// - Returns: a probability, accurate to about 10⁻¹³ of itself; the p-value of a chi-squared test.
    /// - Throws: ``GSLError`` if an argument is outside its domain.
    /// - Complexity: O(√ν) at worst, in practice constant.
    public static func chiSquaredUpperTail(_ x: Double, degreesOfFreedom: Double) throws(GSLError) -> Double {
        let operation = "chiSquaredUpperTail"
        guard !x.isNaN else { throw .domain(operation, "x is nan; it must be a number") }
        try checkDegrees(degreesOfFreedom, operation)
        guard x < .infinity else { return 0 }
        return try checked(operation) { gsl_cdf_chisq_Q(x, degreesOfFreedom) }
    }

    /// The upper tail of the standard normal distribution, P(Z > z), without loss far out; of NaN it is NaN.
    ///
    /// - Complexity: O(1).
    public static func standardNormalUpperTail(_ z: Double) -> Double { Libm.erfc(z / 2.0.squareRoot()) / 2 }

    /// The quantile of the standard normal distribution: z with P(Z ≤ z) = p.
    ///
    /// - Parameter probability: p, in [0, 1].
    /// - Returns: z; −∞ for p = 0, +∞ for p = 1. Accurate to about 10⁻¹⁵ of itself.
    /// - Throws: ``GSLError`` if p is outside [0, 1] or NaN.
    /// - Complexity: O(1).
    ///
    /// Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477–484, doi:10.2307/2347330.
    public static func standardNormalQuantile(_ probability: Double) throws(GSLError) -> Double {
        let operation = "standardNormalQuantile"
        try checkProbability(probability, operation)
        return try checked(operation) { gsl_cdf_ugaussian_Pinv(probability) }
    }

    /// The quantile of Student's t distribution: t with P(T ≤ t) = p.
    ///
    /// - Parameters:
    ///   - probability: p, in [0, 1].
    ///   - degreesOfFreedom: ν, finite and above 0; need not be whole.
    /// - Returns: t; −∞ for p = 0, +∞ for p = 1. Accurate to about 10⁻¹⁰ of itself.
    /// - Throws: ``GSLError`` if an argument is outside its domain, or if the iteration of GSL does not converge: seen
    ///   for ν ≤ 0.5 far out in the tails (p = 10⁻³⁰⁰), for ν ≤ 0.05 already at p = 10⁻¹⁰, and for ν near 10³⁰⁰.
    /// - Complexity: at most 33 Newton steps.
    ///
    /// Source: G. W. Hill, Algorithm 396, Communications of the ACM 13 (1970) 619–620, doi:10.1145/355598.355600.
    public static func studentTQuantile(_ probability: Double, degreesOfFreedom: Double) throws(GSLError) -> Double {
        let operation = "studentTQuantile"
        try checkProbability(probability, operation)
        try checkDegrees(degreesOfFreedom, operation)
        return try checked(operation) { gsl_cdf_tdist_Pinv(probability, degreesOfFreedom) }
    }

    /// The lower tail of Student's t distribution, P(T ≤ t).
    ///
    /// - Parameters:
    ///   - t: any number but NaN.
    ///   - degreesOfFreedom: ν, finite and above 0; need not be whole.
    /// - Returns: a probability, accurate to about 10⁻¹³ of itself; use the symmetry P(T > t) = P(T ≤ −t) for upper tails.
    /// - Throws: ``GSLError`` if an argument is outside its domain.
    /// - Complexity: O(1).
    public static func studentTLowerTail(_ t: Double, degreesOfFreedom: Double) throws(GSLError) -> Double {
        let operation = "studentTLowerTail"
        guard !t.isNaN else { throw .domain(operation, "t is nan; it must be a number") }
        try checkDegrees(degreesOfFreedom, operation)
        guard t.isFinite else { return t < 0 ? 0 : 1 }
        return try checked(operation) { gsl_cdf_tdist_P(t, degreesOfFreedom) }
    }

    private static func checkProbability(_ probability: Double, _ operation: String) throws(GSLError) {
        guard probability >= 0, probability <= 1 else {
            throw .domain(operation, "the probability is \(probability); it must lie in [0, 1]")
        }
    }

    private static func checkDegrees(_ degrees: Double, _ operation: String) throws(GSLError) {
        guard degrees.isFinite, degrees > 0 else {
            throw .domain(operation, "degreesOfFreedom is \(degrees); it must be finite and above 0")
        }
    }

    /// Runs a function of GSL that says by NaN that it failed, and throws then.
    private static func checked(_ operation: String, _ function: () -> Double) throws(GSLError) -> Double {
        GSLRuntime.switchErrorHandlerOff()
        let value = function()
        guard !value.isNaN else {
            throw GSLError(code: GSLRuntime.failed, operation: operation, detail: "the result is nan")
        }
        return value
    }
}
