import Foundation
import NumericalMethods
import Testing

@Suite("Two normal variables")
struct BivariateNormalTests {
    @Test("Closed forms: no correlation, all of it, and the quadrant")
    func closedForms() {
        func tail(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }
        for correlation in [-0.999, -0.95, -0.5, 0.3, 0.93, 0.9999] {
            let quadrant = BivariateNormal.upperTail(0, 0, correlation: correlation)
            #expect(abs(quadrant - (0.25 + asin(correlation) / (2 * .pi))) < 1e-15)
        }
        for (x, y) in [(0.3, -1.2), (-2.0, 0.7), (4, -5), (1.5, 1.5)] {
            #expect(abs(BivariateNormal.upperTail(x, y, correlation: 0) - tail(x) * tail(y)) < 1e-16)
            #expect(abs(BivariateNormal.upperTail(x, y, correlation: 1) - tail(max(x, y))) < 1e-16)
            #expect(abs(BivariateNormal.upperTail(x, y, correlation: -1) - max(0, tail(x) - tail(-y))) < 1e-15)
        }
        #expect(BivariateNormal.upperTail(-.infinity, 1, correlation: 0.4) == tail(1))
        #expect(BivariateNormal.upperTail(1, .infinity, correlation: -0.4) == 0)
        // Where squares overflow, and where deviations are all but none.
        #expect(BivariateNormal.upperTail(1e200, -1e200, correlation: -0.5) == 0)
        #expect(BivariateNormal.upperTail(-1e200, 0.3, correlation: -0.99) == tail(0.3))
        #expect(BivariateNormal.upperTail(-1e200, -1e200, correlation: 0.99) == 1)
    }

    @Test(
        "What a fine sum over one of them gives",
        arguments: [-0.99999, -0.97, -0.93, -0.92, -0.6, -0.05, 0.4, 0.91, 0.96, 0.9999])
    func plain(correlation: Double) {
        for (x, y) in [(0.2, 0.1), (-1.0, 1.3), (2.5, -2.0), (1.0, 2.0), (-3.0, -0.5), (3.0, 3.5), (4.5, -4.0)] {
            // ∫ φ(z) P(Y > y | z) dz over z > x, by the midpoint rule.
            let (steps, reach) = (400_000, 12.0)
            let (width, rest) = ((reach - x) / Double(steps), (1 - correlation * correlation).squareRoot())
            let sum = (0..<steps).reduce(0.0) { sum, step in
                let z = x + (Double(step) + 0.5) * width
                return sum + exp(-z * z / 2) * erfc((y - correlation * z) / rest / 2.0.squareRoot()) / 2
            }
            let plain = sum * width / (2 * Double.pi).squareRoot()
            let found = BivariateNormal.upperTail(x, y, correlation: correlation)
            #expect(abs(found - plain) < 1e-8)
            // Small ones to a share of themselves, where the sum knows them so well.
            if plain > 1e-300, plain < 1e-10, rest > 0.2 { #expect(abs(found / plain - 1) < 2e-3) }
        }
    }
}
