/// Derivatives of a value V in the numbers of one user's agent and in features, while they are added up.
///
/// Agents add to it: see ``UserAgent/addSlopes(reactions:turn:state:response:features:to:)``.
public struct AgentSlopes: Sendable {
    /// ∂V / ∂ number, by the agent's own names.
    private var coefficients: [UserCoefficient: Double] = [:]
    /// [K] ∂V / ∂ f_k(a) of the response that is being asked about.
    public var features: [Double]

    /// Zeros.
    public init(featureCount: Int) {
        features = [Double](repeating: 0, count: featureCount)
    }

    /// ∂V / ∂ number; 0 for a number that nothing was added to.
    public subscript(coefficient: UserCoefficient) -> Double { coefficients[coefficient] ?? 0 }

    /// Adds to the derivative in a number.
    public mutating func add(_ slope: Double, to coefficient: UserCoefficient) {
        coefficients[coefficient, default: 0] += slope
    }
}
