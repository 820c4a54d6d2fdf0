/// Finds a minimum of a smooth convex function of very many variables: the limited-memory method of Broyden, Fletcher, Goldfarb and
/// Shanno, in an inner product of the caller's choice.
///
/// With the inner product ⟨u, v⟩ = uᵀMv the method walks exactly as the plain one does in coordinates in which M is the identity,
/// without these being computed. A classifier on n texts with p ≫ n words is so fitted in n numbers a class (M is the matrix of the
/// texts' inner products) along the very steps that it would take in p.
///
/// ```swift
/// let found = LimitedMemoryMinimizer().minimize(from: [3, -2]) { x, _, gradient in
///     gradient = [2 * x[0], 20 * x[1]]
///     return x[0] * x[0] + 10 * x[1] * x[1]
/// }
/// ```
///
/// Source: Nocedal and Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 7.4 and 7.5; sufficient decrease as in section 3.1.
public struct LimitedMemoryMinimizer: Sendable, Hashable {
    /// Pairs of steps and differences of gradients that are remembered.
    public var memory: Int
    /// The norm of the gradient to reach, in the inner product.
    public var gradientTolerance: Double
    public var maximumIterations: Int

    public init(memory: Int = 10, gradientTolerance: Double = 1e-6, maximumIterations: Int = 500) {
        self.memory = memory
        self.gradientTolerance = gradientTolerance
        self.maximumIterations = maximumIterations
    }

    /// Where a search ended.
    public struct Minimum: Sendable, Equatable {
        /// ``SearchStatus/converged``, ``SearchStatus/iterationLimit``, ``SearchStatus/noProgress`` or ``SearchStatus/stopped``.
        public let status: SearchStatus
        public let point: [Double]
        /// M times the point.
        public let image: [Double]
        public let value: Double
        /// The norm of the gradient, in the inner product.
        public let residual: Double
        public let iterations: Int
    }

    /// f at x, whose image M x is given too; the gradient g with df = ⟨g, dx⟩ is written into the third argument, which comes with as
    /// many numbers as x has.
    public typealias Objective = (_ x: [Double], _ image: [Double], _ gradient: inout [Double]) -> Double

    /// The least decrease of a step, as a fraction of what the slope promises; and how much a step shrinks when it falls short.
    private static let (decrease, shrinking) = (1e-4, 0.5)
    /// Halvings of a step after which nothing can be gained any more.
    private static let mostHalvings = 40

    /// - Parameters:
    ///   - start: n finite numbers.
    ///   - metric: M times a vector; nil for the identity. M must be symmetric and positive semidefinite.
    ///   - shouldStop: asked before each iteration.
    /// - Complexity: an iteration is one product with M and O(memory · n), and one evaluation unless the step has to be halved.
    public func minimize(
        from start: [Double], metric: (([Double]) -> [Double])? = nil, shouldStop: () -> Bool = { false },
        _ objective: Objective
    ) -> Minimum {
        let apply = metric ?? { $0 }
        var (x, image) = (start, apply(start))
        var gradient = [Double](repeating: 0, count: start.count)
        var value = objective(x, image, &gradient)
        var gradientImage = apply(gradient)
        var pairs = CurvaturePairs(limit: memory)
        var (iterations, status) = (0, SearchStatus?.none)
        while status == nil {
            let norm = Self.dot(gradient, gradientImage).squareRoot()
            if norm <= gradientTolerance {
                status = .converged
            } else if iterations >= maximumIterations {
                status = .iterationLimit
            } else if shouldStop() {
                status = .stopped
            } else {
                iterations += 1
                var step = pairs.direction(gradient, gradientImage)
                var slope = Self.dot(step.vector, gradientImage)
                if !(slope < 0) {
                    pairs = CurvaturePairs(limit: memory)
                    step = pairs.direction(gradient, gradientImage)
                    slope = Self.dot(step.vector, gradientImage)
                }
                var (length, halvings) = (pairs.isEmpty ? min(1, 1 / norm) : 1.0, 0)
                var next = (x: x, image: image, gradient: gradient, value: Double.infinity)
                while true {
                    next.x = Self.sum(x, length, step.vector)
                    next.image = Self.sum(image, length, step.image)
                    next.value = objective(next.x, next.image, &next.gradient)
                    if next.value <= value + Self.decrease * length * slope || halvings == Self.mostHalvings { break }
                    (length, halvings) = (length * Self.shrinking, halvings + 1)
                }
                guard next.value < value else {
                    status = .noProgress
                    continue
                }
                let nextImage = apply(next.gradient)
                pairs.add(
                    step: (Self.scaled(step.vector, length), Self.scaled(step.image, length)),
                    change: (Self.sum(next.gradient, -1, gradient), Self.sum(nextImage, -1, gradientImage)))
                (x, image, gradient, gradientImage, value) = (next.x, next.image, next.gradient, nextImage, next.value)
            }
        }
        return Minimum(
            status: status ?? .noProgress, point: x, image: image, value: value,
            residual: Self.dot(gradient, gradientImage).squareRoot(), iterations: iterations)
    }

    fileprivate static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var total = 0.0
        for index in a.indices { total += a[index] * b[index] }
        return total
    }

    fileprivate static func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] {
        var result = a
        for index in result.indices { result[index] += factor * b[index] }
        return result
    }

    fileprivate static func scaled(_ a: [Double], _ factor: Double) -> [Double] { a.map { $0 * factor } }
}

/// What was seen of the curvature: steps s, differences y of gradients, and their images under the metric.
private struct CurvaturePairs {
    private typealias Pair = (s: [Double], sImage: [Double], y: [Double], yImage: [Double], product: Double)

    let limit: Int
    private var pairs: [Pair] = []

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { pairs.isEmpty }

    mutating func add(step: (vector: [Double], image: [Double]), change: (vector: [Double], image: [Double])) {
        let product = LimitedMemoryMinimizer.dot(step.vector, change.image)
        // Without curvature along the step the pair would make the next direction meaningless.
        let size = LimitedMemoryMinimizer.dot(change.vector, change.image)
        guard product > 1e-12 * size, product > 0 else { return }
        if pairs.count == limit { pairs.removeFirst() }
        pairs.append((step.vector, step.image, change.vector, change.image, product))
    }

    /// The direction of descent, and its image.
    func direction(_ gradient: [Double], _ image: [Double]) -> (vector: [Double], image: [Double]) {
        var (q, qImage) = (gradient, image)
        var weights = [Double](repeating: 0, count: pairs.count)
        for index in pairs.indices.reversed() {
            let pair = pairs[index]
            weights[index] = LimitedMemoryMinimizer.dot(pair.s, qImage) / pair.product
            q = LimitedMemoryMinimizer.sum(q, -weights[index], pair.y)
            qImage = LimitedMemoryMinimizer.sum(qImage, -weights[index], pair.yImage)
        }
        if let last = pairs.last {
            let scale = last.product / LimitedMemoryMinimizer.dot(last.y, last.yImage)
            (q, qImage) = (LimitedMemoryMinimizer.scaled(q, scale), LimitedMemoryMinimizer.scaled(qImage, scale))
        }
        for index in pairs.indices {
            let pair = pairs[index]
            let weight = weights[index] - LimitedMemoryMinimizer.dot(pair.y, qImage) / pair.product
            q = LimitedMemoryMinimizer.sum(q, weight, pair.s)
            qImage = LimitedMemoryMinimizer.sum(qImage, weight, pair.sImage)
        }
        return (LimitedMemoryMinimizer.scaled(q, -1), LimitedMemoryMinimizer.scaled(qImage, -1))
    }
}
