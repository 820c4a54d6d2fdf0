/// What a ``SimplexMinimizer`` is asked to do: its first simplex, its tolerance and its limit.
public struct SimplexMinimizerSettings: Sendable, Hashable, Codable {
    /// The edges of the first simplex, in the units of the variables: one number for every coordinate, or one each.
    ///
    /// Corner i of the first simplex is the start moved by step i along coordinate i. Each must be finite and not zero.
    public var initialSteps: [Double]

    /// The search has converged when the size of the simplex is below this; finite and above 0.
    ///
    /// The size is the root of the mean squared distance of the n + 1 corners from their centre. Rounding keeps it
    /// from falling much below 10⁻⁸ times the scale of the variables to any use: f is flat there.
    public var sizeTolerance: Double

    /// The largest number of iterations; at least 1.
    public var maximumIterations: Int

    /// Makes settings; the defaults suit variables of order 1.
    ///
    /// - Parameters:
    ///   - initialSteps: one step for all coordinates, or one each; finite and not zero.
    ///   - sizeTolerance: the size of the simplex to reach, above 0.
    ///   - maximumIterations: the largest number of iterations, at least 1.
    public init(initialSteps: [Double] = [1], sizeTolerance: Double = 1e-6, maximumIterations: Int = 5000) {
        self.initialSteps = initialSteps
        self.sizeTolerance = sizeTolerance
        self.maximumIterations = maximumIterations
    }

    /// Throws if a setting is outside its domain, or if the steps do not fit the dimension.
    func check(dimension: Int, _ operation: String) throws(GSLError) {
        guard initialSteps.count == 1 || initialSteps.count == dimension else {
            throw .invalid(
                operation,
                "initialSteps has \(initialSteps.count) numbers; it must have 1, or \(dimension), one a coordinate")
        }
        if let index = initialSteps.firstIndex(where: { !$0.isFinite || $0 == 0 }) {
            throw .invalid(
                operation, "initialSteps[\(index)] is \(initialSteps[index]); it must be finite and not zero")
        }
        guard sizeTolerance.isFinite, sizeTolerance > 0 else {
            throw .invalid(operation, "sizeTolerance is \(sizeTolerance); it must be finite and above 0")
        }
        guard maximumIterations >= 1 else {
            throw .invalid(operation, "maximumIterations is \(maximumIterations); it must be at least 1")
        }
    }
}
