internal import NumericalMethods

/// Coefficients of features from published effects: what each style of response changed, against one that all were compared
/// with, and how sure its authors were.
///
/// y_s = Σ_f (x_sf − x_0f) β_f + e_s, with e ~ N(0, V), V_ss the squared standard error of effect s and V_st = ρ √(V_ss V_tt):
/// effects that are measured against the same reference share its error. β = (Xᵀ V⁻¹ X)⁻¹ Xᵀ V⁻¹ y.
///
/// Source: Aitken 1936, "On least squares and linear combination of observations", Proc. R. Soc. Edinburgh 55; for the
/// correlation of contrasts with a common reference, Gleser & Olkin 1994 (in Cooper & Hedges, "The Handbook of Research
/// Synthesis"), where ρ = ½ if all groups are of one size.
public struct EffectFit: Sendable, Equatable {
    /// One published effect.
    public struct Effect: Sendable, Equatable {
        public var name: String
        public var estimate: Double
        /// Above 0.
        public var standardError: Double
        /// Features of the style minus those of the reference, one per feature.
        public var contrast: [Double]

        public init(name: String, estimate: Double, standardError: Double, contrast: [Double]) {
            self.name = name
            self.estimate = estimate
            self.standardError = standardError
            self.contrast = contrast
        }
    }

    public let features: [String]
    /// β, one per feature, on the scale of the effects.
    public let coefficients: [Double]
    /// [F, F].
    public let covariance: [Double]
    /// Effects that the coefficients say, one per effect.
    public let fitted: [Double]
    /// (y − Xβ)ᵀ V⁻¹ (y − Xβ), and effects less coefficients: with none left the fit cannot be checked.
    public let misfit: Double
    public let degreesOfFreedom: Int

    public var standardErrors: [Double] { ChoiceFit.roots(covariance, features.count) }

    /// - Parameter correlation: ρ, in [0, 1).
    /// - Throws: ``CalibrationError`` naming features that the styles do not tell apart.
    /// - Complexity: O(E³ + F³).
    public init(_ effects: [Effect], features: [String], correlation: Double) throws(CalibrationError) {
        guard effects.count >= features.count, !features.isEmpty else {
            throw CalibrationError(
                "the effects", "are \(effects.count) for \(features.count) features; there must be as many at least")
        }
        let (count, order) = (effects.count, features.count)
        let noise = (0..<count).flatMap { row in
            (0..<count).map { column in
                (row == column ? 1 : correlation) * effects[row].standardError * effects[column].standardError
            }
        }
        let whitener: CholeskyFactor
        do { whitener = try CholeskyFactor(noise, order: count) } catch {
            throw CalibrationError("the errors of the effects", "are not a covariance: \(error)")
        }
        let columns = (0..<order).map { feature in effects.map { $0.contrast[feature] } }
        let solved = columns.map { whitener.solve($0) }
        let information = (0..<order).flatMap { row in (0..<order).map { Self.dot(columns[row], solved[$0]) } }
        let contrasts = (0..<order).flatMap { row in (0..<order).map { Self.dot(columns[row], columns[$0]) } }
        if let problem = try Self.problem(contrasts, features) { throw problem }
        let factor: CholeskyFactor
        do { factor = try CholeskyFactor(information, order: order) } catch {
            throw CalibrationError("the effects", "have a singular information: \(error)")
        }
        let y = effects.map(\.estimate)
        let beta = factor.solve(solved.map { Self.dot($0, y) })
        let fitted = effects.map { Self.dot($0.contrast, beta) }
        let residual = zip(y, fitted).map { $0 - $1 }
        self.features = features
        coefficients = beta
        covariance = factor.inverse
        self.fitted = fitted
        misfit = Self.dot(residual, whitener.solve(residual))
        degreesOfFreedom = count - order
    }

    /// The standard error that a symmetric interval of a normal estimate says.
    public static func standardError(width: Double, level: Double) throws(CalibrationError) -> Double {
        do { return width / (2 * (try Distributions.standardNormalQuantile((1 + level) / 2))) } catch {
            throw CalibrationError("the level of the intervals", "is \(level): \(error)")
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// What the styles do not tell apart: that depends on what they are, not on how sure anyone is of their effects.
    private static func problem(
        _ information: [Double], _ features: [String]
    ) throws(CalibrationError) -> CalibrationError? {
        let order = features.count
        let scale = (0..<order).map { information[$0 * order + $0].squareRoot() }
        if let dead = scale.firstIndex(of: 0) {
            return CalibrationError("the feature \(features[dead])", "is the same in all styles, so no effect tells it")
        }
        let scaled = (0..<order).flatMap { row in
            (0..<order).map { information[row * order + $0] / (scale[row] * scale[$0]) }
        }
        let system: SymmetricEigensystem
        do { system = try SymmetricEigensystem(scaled, order: order) } catch {
            throw CalibrationError("the features", "cannot be checked for collinearity: \(error)")
        }
        let null = system.values.indices.filter { system.values[$0] < 1e-10 }
        guard !null.isEmpty else { return nil }
        let involved = features.indices.filter { index in null.contains { abs(system.vectors[$0][index]) > 1e-6 } }
        return CalibrationError(
            "the features \(involved.map { features[$0] }.joined(separator: ", "))",
            "change together in all styles, so that only a combination is identified")
    }
}
