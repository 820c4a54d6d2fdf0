internal import NumericalMethods

/// What is asked of a fit.
public struct ChoiceFitSettings: Sendable, Hashable {
    /// Precision of the normal prior around 0 (or the given means) on every coefficient that is not an intercept; 0 is none.
    public var precision: Double
    /// The gradient to reach, in units of its standard error.
    public var tolerance: Double
    public var maximumIterations: Int

    public init(precision: Double = 0, tolerance: Double = 1e-9, maximumIterations: Int = 100) {
        self.precision = precision
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
    }
}

/// A fitted choice model: estimates, uncertainty, and how well it fits.
public struct ChoiceFit: Sendable {
    public let settings: ChoiceFitSettings
    public let parameters: [String]
    /// β, one per parameter.
    public let coefficients: [Double]
    /// The inverse of the observed information (with the prior), [P, P].
    public let covariance: [Double]
    /// The sandwich with one score per conversation, [P, P]: right also where turns of a conversation depend on each other.
    public let clusterCovariance: [Double]
    /// L(β), nats.
    public let logLikelihood: Double
    /// Effective number of coefficients: tr(I (I + Π)⁻¹); all of them without a prior.
    public let effectiveParameters: Double
    /// Observations (weights), and conversations.
    public let observations: Double
    public let conversations: Int
    public let iterations: Int
    /// The gradient that was reached, in units of its standard error.
    public let residual: Double
    /// Problems that a prior covers up; without a prior they are errors.
    public let problems: [Identification.Problem]
    /// The covariance where columns are of one scale, which has digits left where that of β has none, and the way from there.
    let scaled: ScaledCovariance

    public var standardErrors: [Double] { Self.roots(covariance, parameters.count) }
    /// NaN with one conversation, which says nothing of how conversations differ.
    public var clusterErrors: [Double] { Self.roots(clusterCovariance, parameters.count) }
    /// 2 k − 2 L.
    public var aic: Double { 2 * effectiveParameters - 2 * logLikelihood }

    static func roots(_ matrix: [Double], _ order: Int) -> [Double] {
        (0..<order).map { matrix[$0 * order + $0].squareRoot() }
    }
}

extension ChoiceData {
    /// Fits the model by maximum likelihood, or with a normal prior by its mode.
    ///
    /// - Parameters:
    ///   - settings: the prior, and when to stop.
    ///   - intercepts: coefficients without a prior.
    ///   - means: where the prior is centred; 0 without.
    ///   - start: where the search begins.
    /// - Throws: ``CalibrationError`` if coefficients are not identified, collinear or separated and no prior holds them, or if
    ///   the search does not converge.
    /// - Complexity: a Newton step is O(contexts · (entries of a context)² + P³).
    public func fit(
        _ settings: ChoiceFitSettings = ChoiceFitSettings(), intercepts: Set<Int> = [], means: [Double]? = nil,
        from start: [Double]? = nil, multiplicity: [Double]? = nil
    ) throws(CalibrationError) -> ChoiceFit {
        let order = model.parameters.count
        guard order > 0 else { throw CalibrationError("the model", "has no coefficient; it must have at least one") }
        guard total > 0 else { throw CalibrationError("the data", "have no observation that the model is about") }
        let counts = counts(multiplicity: multiplicity)
        let zero = [Double](repeating: 0, count: order)
        let precisions = (0..<order).map { intercepts.contains($0) ? 0 : settings.precision }
        let scaled = StandardisedModel(model, counts: counts)
        var problems = try Identification.rankProblems(scaled, counts: counts)
        guard problems.isEmpty || settings.precision > 0 else { throw Self.error(problems) }
        let search = NewtonSearch(
            scaled: scaled, counts: counts, precisions: precisions, means: means ?? zero, settings: settings)
        let maximum: NewtonSearch.Maximum
        do {
            if settings.precision > 0, problems.isEmpty {
                let free = NewtonSearch(
                    scaled: scaled, counts: counts, precisions: zero, means: zero, settings: settings)
                if let names = try? free.run(from: start ?? zero).separation { problems.append(.separated(names)) }
            }
            maximum = try search.run(from: start ?? means ?? zero)
        } catch {
            throw CalibrationError("the model", "has a singular information matrix: \(error)")
        }
        if let names = maximum.separation { throw Self.error([.separated(names)]) }
        guard maximum.isConverged else {
            throw CalibrationError(
                "the fit",
                "reached a gradient of \(maximum.residual) standard errors after \(maximum.iterations) iterations; "
                    + "\(settings.tolerance) was needed. A prior (l2) makes the problem easier")
        }
        let fit = finished(maximum, scaled, settings, problems)
        for (index, name) in fit.parameters.enumerated() {
            let variance = fit.covariance[index * order + index]
            guard variance.isFinite, variance >= .leastNormalMagnitude else {
                throw CalibrationError(
                    "the variance of \(name)",
                    "is \(variance), beyond the range of numbers; give its column other units")
            }
        }
        return fit
    }

    static func error(_ problems: [Identification.Problem]) -> CalibrationError {
        CalibrationError(
            "the model",
            "cannot be estimated: \(problems.map(\.description).joined(separator: "; ")). "
                + "Leave terms out, merge labels, or give a prior (l2)")
    }

    private func finished(
        _ maximum: NewtonSearch.Maximum, _ scaled: StandardisedModel, _ settings: ChoiceFitSettings,
        _ problems: [Identification.Problem]
    ) -> ChoiceFit {
        let order = model.parameters.count
        let covariance = maximum.factor.inverse
        let effective = (0..<order).reduce(0.0) { sum, row in
            (0..<order).reduce(sum) { $0 + covariance[row * order + $1] * maximum.information[$1 * order + row] }
        }
        let clustered = Sandwich.covariance(
            bread: covariance, scores: clusterScores(scaled.model, maximum.standard))
        return ChoiceFit(
            settings: settings, parameters: model.parameters, coefficients: maximum.coefficients,
            covariance: scaled.map.raw(covariance: covariance),
            clusterCovariance: scaled.map.raw(covariance: clustered),
            logLikelihood: maximum.logLikelihood,
            effectiveParameters: settings.precision == 0 ? Double(order) : effective,
            observations: total, conversations: conversations, iterations: maximum.iterations,
            residual: maximum.residual, problems: problems,
            scaled: ScaledCovariance(matrix: covariance, map: scaled.map))
    }
}

extension ChoiceFit {
    /// k log n − 2 L, n the number of observations.
    public var bic: Double { effectiveParameters * Libm.log(observations) - 2 * logLikelihood }
}
