public import GameModel

/// One number of a scenario and the interval in which it varies.
public struct Variation: Sendable, Equatable {
    public let parameter: Parameter
    public let lower: Double
    public let upper: Double
    /// The number as it stands in the scenario.
    public let value: Double

    /// - Parameters:
    ///   - lower: where the interval begins; nil for 0.001 for a probability, otherwise the number − max(|number|, 1), or where
    ///     its domain ends.
    ///   - upper: where it ends; nil for 0.999, or the number + max(|number|, 1), likewise.
    ///   - inputs: the scenario that has the number.
    /// - Throws: ``AnalysisError`` if the interval is empty or leaves the domain, or nothing else can take what is left of a
    ///   distribution.
    public init(
        _ parameter: Parameter, from lower: Double? = nil, to upper: Double? = nil, inputs: GameInputs
    ) throws(AnalysisError) {
        guard let value = inputs[parameter] else {
            throw AnalysisError("\(parameter) is no number of this scenario")
        }
        let domain = inputs.domain(of: parameter)
        let width = max(abs(value), 1)
        let isShare = domain == .probability
        self.parameter = parameter
        self.value = value
        self.lower = lower ?? (isShare ? 0.001 : domain.nearest(to: value - width))
        self.upper = upper ?? (isShare ? 0.999 : domain.nearest(to: value + width))
        guard self.lower.isFinite, self.upper.isFinite, self.lower < self.upper else {
            throw AnalysisError(
                "\(parameter): the interval from \(self.lower) to \(self.upper) is empty; its first number must be below "
                    + "its second, and both finite")
        }
        for end in [self.lower, self.upper] {
            do throws(ParameterError) {
                _ = try inputs.setting(parameter, to: end)
            } catch {
                throw AnalysisError("\(error); choose an interval inside that")
            }
        }
    }

    /// Whether the value of every policy, times the probability of what was seen, is an affine function of the number.
    ///
    /// Then the optimal value is convex along the interval, and checks at finitely many points prove all of it.
    public var isAffine: Bool {
        switch parameter.location {
        case .prior, .initialState, .payoff, .exposure, .cost: true
        default: false
        }
    }

    /// Inputs with several numbers set, each to its own.
    ///
    /// - Throws: `ParameterError` if a number cannot have its value.
    static func set(
        _ variations: [Variation], to point: [Double], in inputs: GameInputs
    ) throws(ParameterError) -> GameInputs {
        var changed = inputs
        for (variation, value) in zip(variations, point) {
            changed = try changed.setting(variation.parameter, to: value)
        }
        return changed
    }
}
