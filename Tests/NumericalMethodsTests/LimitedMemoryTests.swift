import NumericalMethods
import Testing

@Suite("Limited-memory minimisation and conjugate gradients")
struct LimitedMemoryTests {
    @Test("The minimum of a quadratic bowl in 40 variables is found")
    func bowl() {
        let found = LimitedMemoryMinimizer(gradientTolerance: 1e-9).minimize(
            from: (0..<40).map { Double($0) - 20 }
        ) { x, _, gradient in
            var value = 0.0
            for index in x.indices {
                let curvature = Double(index + 1)
                gradient[index] = curvature * (x[index] - 1)
                value += 0.5 * curvature * (x[index] - 1) * (x[index] - 1)
            }
            return value
        }
        #expect(found.status == .converged)
        #expect(found.point.allSatisfy { abs($0 - 1) < 1e-8 })
    }

    @Test("In the inner product of a matrix the steps are those in the coordinates in which it is the identity")
    func metric() {
        // M = diag(4, 9): coordinates u = (2 x, 3 y).
        let target = [1.5, -0.5]
        let plain = LimitedMemoryMinimizer(gradientTolerance: 1e-10, maximumIterations: 6).minimize(from: [4, 3]) {
            u, _, g in
            g = [
                8 * (u[0] - target[0]),
                (u[1] - target[1]) + 4 * (u[1] - target[1]) * (u[1] - target[1]) * (u[1] - target[1]),
            ]
            let (a, b) = (u[0] - target[0], u[1] - target[1])
            return 4 * a * a + 0.5 * b * b + b * b * b * b
        }
        func metric(_ x: [Double]) -> [Double] { [4 * x[0], 9 * x[1]] }
        let other = LimitedMemoryMinimizer(gradientTolerance: 1e-10, maximumIterations: 6).minimize(
            from: [2, 1], metric: metric
        ) { x, image, g in
            let (a, b) = (image[0] / 2 - target[0], image[1] / 3 - target[1])
            // The gradient in u, back in x: df = ⟨g, dx⟩ with ⟨g, dx⟩ = 4 g₀ dx₀ + 9 g₁ dx₁.
            g = [8 * a / 2, (b + 4 * b * b * b) / 3]
            return 4 * a * a + 0.5 * b * b + b * b * b * b
        }
        #expect(plain.iterations == other.iterations)
        #expect(abs(plain.value - other.value) < 1e-12)
        #expect(abs(plain.point[0] - 2 * other.point[0]) < 1e-9 && abs(plain.point[1] - 3 * other.point[1]) < 1e-9)
    }

    @Test("A search that is stopped says so; one that runs out too")
    func ends() {
        let slope: LimitedMemoryMinimizer.Objective = { x, _, g in
            g[0] = x[0]
            return 0.5 * x[0] * x[0]
        }
        #expect(LimitedMemoryMinimizer().minimize(from: [1], shouldStop: { true }, slope).status == .stopped)
        #expect(LimitedMemoryMinimizer(maximumIterations: 0).minimize(from: [1], slope).status == .iterationLimit)
    }

    @Test("Conjugate gradients solve what elimination solves")
    func conjugate() {
        let x = ConjugateGradients().solve([8, 7]) { [4 * $0[0] + 2 * $0[1], 2 * $0[0] + 3 * $0[1]] }
        #expect(abs(x[0] - 1.25) < 1e-12 && abs(x[1] - 1.5) < 1e-12)
        #expect(ConjugateGradients().solve([0, 0]) { $0 } == [0, 0])
    }
}
