public import GameModel
internal import NumericalMethods

/// How uncertain the coefficients of a game's users are: jointly normal around the values given.
///
/// A draw is value + F z with z standard normal and F Fᵀ the covariance. A number that must be positive, such as the rationality
/// λ, is log-normal with the given value as its median, λ · exp(deviation / λ), so that it stays above 0.
public struct ParameterUncertainty: Sendable, Equatable {
    /// One uncertain coefficient.
    public struct Parameter: Sendable, Equatable {
        /// Index of the user type.
        public var user: Int
        public var coefficient: UserCoefficient
        /// Its place in the scenario, such as `users.benign.utility.accept.bias`.
        public var path: String

        public init(user: Int, coefficient: UserCoefficient, path: String) {
            self.user = user
            self.coefficient = coefficient
            self.path = path
        }
    }

    /// The uncertain coefficients, n of them, in a fixed order.
    public let parameters: [Parameter]
    /// [n][n] F.
    public let factor: [[Double]]

    /// Independent coefficients.
    ///
    /// - Parameter deviations: a standard deviation per parameter, at least 0.
    public init(parameters: [Parameter], deviations: [Double]) {
        precondition(parameters.count == deviations.count, "every parameter has a standard deviation")
        self.parameters = parameters
        factor = deviations.indices.map { row in
            deviations.indices.map { $0 == row ? deviations[row] : 0 }
        }
    }

    /// Correlated coefficients.
    ///
    /// - Parameter covariance: [n][n], symmetric and positive semidefinite.
    /// - Throws: ``GameError`` saying which entry does not fit.
    /// - Complexity: O(n³).
    public init(parameters: [Parameter], covariance: [[Double]]) throws(GameError) {
        precondition(covariance.count == parameters.count, "every parameter has a row")
        precondition(covariance.allSatisfy { $0.count == parameters.count }, "every row has an entry per parameter")
        let count = parameters.count
        for row in 0..<count {
            guard covariance[row].allSatisfy(\.isFinite), covariance[row][row] >= 0 else {
                throw GameError(
                    "covariance",
                    "has a variance below 0 or an entry that is not finite in the row of \(parameters[row].path)")
            }
            for column in 0..<row {
                let scale = (covariance[row][row] * covariance[column][column]).squareRoot()
                guard abs(covariance[row][column] - covariance[column][row]) <= 1e-9 * scale else {
                    throw GameError(
                        "covariance",
                        "is not symmetric: \(parameters[row].path) and \(parameters[column].path) have "
                            + "\(covariance[row][column]) and \(covariance[column][row])")
                }
            }
        }
        guard let factor = Self.factor(covariance) else {
            throw GameError("covariance", "is not positive semidefinite; no distribution has it")
        }
        self.parameters = parameters
        self.factor = factor
    }

    /// Standard deviations per parameter.
    public var deviations: [Double] {
        factor.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }

    /// [n][n] F Fᵀ.
    public var covariance: [[Double]] {
        factor.map { row in factor.map { other in zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    /// A game whose coefficients are drawn.
    ///
    /// - Parameter normals: n independent standard normal numbers.
    /// - Throws: ``GameError`` if a user has no such coefficient.
    /// - Complexity: O(n²).
    public func definition(_ nominal: GameDefinition, normals: [Double]) throws(GameError) -> GameDefinition {
        precondition(normals.count == parameters.count, "every parameter has a number")
        var definition = nominal
        for (row, parameter) in parameters.enumerated() {
            let deviation = zip(factor[row], normals).reduce(0) { $0 + $1.0 * $1.1 }
            guard definition.users.indices.contains(parameter.user) else {
                throw GameError(parameter.path, "is uncertain, but there is no such user type")
            }
            definition.users[parameter.user].agent = try definition.users[parameter.user].agent.drawn(
                parameter, deviation: deviation)
        }
        return definition
    }

    /// F with F Fᵀ = Σ, by a Cholesky decomposition with pivots of the correlations; nil if Σ is not positive semidefinite.
    ///
    /// Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, §10.3.
    private static func factor(_ covariance: [[Double]]) -> [[Double]]? {
        let count = covariance.count
        let deviations = covariance.indices.map { covariance[$0][$0].squareRoot() }
        var rest = covariance.indices.map { row in
            covariance.indices.map { column -> Double in
                let scale = deviations[row] * deviations[column]
                return scale > 0 ? covariance[row][column] / scale : covariance[row][column] == 0 ? 0 : .infinity
            }
        }
        guard rest.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
        var factor = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        var isUsed = [Bool](repeating: false, count: count)
        for step in 0..<count {
            guard let pivot = (0..<count).filter({ !isUsed[$0] }).max(by: { rest[$0][$0] < rest[$1][$1] }) else {
                break
            }
            guard rest[pivot][pivot] > 1e-12 else {
                let free = (0..<count).filter { !isUsed[$0] }
                return free.allSatisfy { row in free.allSatisfy { abs(rest[row][$0]) <= 1e-8 } }
                    ? scaled(factor, by: deviations) : nil
            }
            let root = rest[pivot][pivot].squareRoot()
            for row in 0..<count where !isUsed[row] { factor[row][step] = rest[row][pivot] / root }
            isUsed[pivot] = true
            for row in 0..<count where !isUsed[row] {
                for column in 0..<count where !isUsed[column] {
                    rest[row][column] -= factor[row][step] * factor[column][step]
                }
            }
        }
        return scaled(factor, by: deviations)
    }

    private static func scaled(_ factor: [[Double]], by deviations: [Double]) -> [[Double]] {
        zip(factor, deviations).map { row, deviation in row.map { $0 * deviation } }
    }
}

extension UserAgent {
    /// Whether one of the agent's numbers may be uncertain: whether its values have no upper end, and it is not 0 where it must
    /// stay positive. What a probability would be drawn from, nothing says.
    ///
    /// - Returns: why not, as a clause that follows the number's path; nil for a number that may.
    public func problemWithDrawing(_ coefficient: UserCoefficient) -> String? {
        guard let value = value(of: coefficient) else { return "is uncertain, but the user has no such number" }
        switch domain(of: coefficient) {
        case .anyNumber: return nil
        case .nonNegative:
            return value > 0 ? nil : "is \(value) and uncertain; it must be above 0 to be drawn"
        case .probability, .discount:
            return "cannot be uncertain; only numbers without an upper end can"
        }
    }

    /// The same agent with a number moved by a deviation; one that must stay positive is multiplied by exp(deviation / value).
    ///
    /// - Throws: ``GameError`` if the number cannot be uncertain.
    fileprivate func drawn(
        _ parameter: ParameterUncertainty.Parameter, deviation: Double
    ) throws(GameError) -> any UserAgent {
        let coefficient = parameter.coefficient
        if let problem = problemWithDrawing(coefficient) { throw GameError(parameter.path, problem) }
        guard let value = value(of: coefficient),
            let agent = setting(
                coefficient,
                to: domain(of: coefficient) == .nonNegative
                    ? LogNormal.draw(median: value, deviation: deviation) : value + deviation)
        else { throw GameError(parameter.path, "is uncertain, but the user has no such number that could be set") }
        return agent
    }
}

/// A positive number around its median.
enum LogNormal {
    /// median · exp(deviation / median): to first order the deviation is added.
    static func draw(median: Double, deviation: Double) -> Double { median * Libm.exp(deviation / median) }
}
