/// A real function of n real variables with its gradient, as a minimiser asks for it.
///
///     let bowl = DifferentiableObjective { point, gradient in
///         gradient[0] = 2 * point[0]
///         gradient[1] = 20 * point[1]
///         return point[0] * point[0] + 10 * point[1] * point[1]
///     }
///
/// A line search asks for the value first and for the gradient there only if the value is good. With the combined
/// function alone, what it computed is kept, and the gradient costs nothing then. A separate value pays only if it takes
/// less than about a third (BFGS2) or a sixth (conjugate gradients) of the time of both together, as measured on
/// Rosenbrock's valley; the two functions must agree on the value.
///
/// The functions may throw. The error ends the search and reaches the caller unchanged. They are called on the calling
/// thread, one call at a time, and never after the search has returned.
public struct DifferentiableObjective {
    /// Computes f(x) at a point of n coordinates.
    public typealias Value = (_ point: Span<Double>) throws -> Double

    /// Computes f(x) and writes ∇f(x) into the given storage of n numbers.
    ///
    /// The storage holds NaN on entry, so that a coordinate that is not written is found and reported.
    public typealias ValueAndGradient =
        (_ point: Span<Double>, _ gradient: inout MutableSpan<Double>) throws -> Double

    /// The value alone, or nil if it is no cheaper than value and gradient together.
    public let value: Value?

    /// Value and gradient together.
    public let valueAndGradient: ValueAndGradient

    /// Makes an objective from its functions.
    ///
    /// - Parameters:
    ///   - value: f(x) alone; nil to use `valueAndGradient` for it.
    ///   - valueAndGradient: f(x), with ∇f(x) written into the second argument.
    public init(value: Value? = nil, valueAndGradient: @escaping ValueAndGradient) {
        self.value = value
        self.valueAndGradient = valueAndGradient
    }
}
