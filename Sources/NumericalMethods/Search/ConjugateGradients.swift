/// Solves A x = b with a symmetric positive definite A that is only known by its products, by conjugate gradients.
///
/// Source: Hestenes and Stiefel 1952 (doi:10.6028/jres.049.044).
public struct ConjugateGradients: Sendable, Hashable {
    /// ‖b − A x‖ to reach, as a fraction of ‖b‖.
    public var tolerance: Double
    public var maximumIterations: Int

    public init(tolerance: Double = 1e-12, maximumIterations: Int = 1000) {
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
    }

    /// - Parameter product: A times a vector.
    /// - Returns: x; after ``maximumIterations`` the best so far.
    /// - Complexity: one product and O(n) an iteration; about √(condition number) · ln(1 / tolerance) iterations.
    public func solve(_ right: [Double], _ product: ([Double]) -> [Double]) -> [Double] {
        var x = [Double](repeating: 0, count: right.count)
        var residual = right
        var direction = right
        var square = Self.square(residual)
        let goal = tolerance * tolerance * square
        for _ in 0..<maximumIterations {
            guard square > goal else { break }
            let image = product(direction)
            var curvature = 0.0
            for index in image.indices { curvature += direction[index] * image[index] }
            guard curvature > 0 else { break }
            let length = square / curvature
            for index in x.indices {
                x[index] += length * direction[index]
                residual[index] -= length * image[index]
            }
            let next = Self.square(residual)
            for index in direction.indices {
                direction[index] = residual[index] + next / square * direction[index]
            }
            square = next
        }
        return x
    }

    private static func square(_ vector: [Double]) -> Double {
        var total = 0.0
        for number in vector { total += number * number }
        return total
    }
}
