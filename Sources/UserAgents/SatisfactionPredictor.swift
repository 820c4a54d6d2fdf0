/// How content a type of user is with a response: bias + Σ_k β_k f_k(a), in [−1, 1].
///
/// The scale is that of the five-item rubric (manner, willingness; completion, logic, information), each scored −1, 0 or +1, over five.
public struct SatisfactionPredictor: Sendable, Equatable {
    public var bias: Double
    /// β_k: one coefficient per feature.
    public var features: [Double]

    public init(bias: Double = 0, features: [Double]) {
        self.bias = bias
        self.features = features
    }

    /// The predictor's value; what lies outside [−1, 1] means nothing.
    public func value(features values: [Double]) -> Double {
        zip(features, values).reduce(bias) { $0 + $1.0 * $1.1 }
    }
}
