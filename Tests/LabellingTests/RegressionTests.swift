import Labelling
import Testing

/// Small problems with numbers instead of texts.
private enum Problem {
    /// Made from a linear congruence; nothing about them matters.
    static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(UInt64(1) << 31) - 0.5
        }
    }

    static func vectors(_ count: Int, dimension: Int) -> [[Double]] {
        (0..<count).map { numbers(dimension, seed: UInt64($0 + 3)) }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    static func gram(_ vectors: [[Double]]) -> GramMatrix {
        GramMatrix(values: vectors.flatMap { a in vectors.map { dot(a, $0) } }, order: vectors.count)
    }
}

@Suite("Regressions on inner products")
struct RegressionTests {
    private let x = Problem.vectors(9, dimension: 3)
    private let targets: [[Double]] = (0..<9).map { text in
        (0..<3).map { $0 == text % 3 ? (text == 4 ? 0.7 : 1) : text == 4 && $0 == 0 ? 0.3 : 0 }
    }
    private let penalty = 0.4

    /// Weights per class from the sum of training texts, and the gradient of the primal problem there.
    private func gradient(_ weights: [[Double]], _ intercepts: [Double]) -> [Double] {
        var slopes = weights.map { $0.map { $0 * penalty } }
        var intercept = [Double](repeating: 0, count: 3)
        for (text, target) in zip(x, targets) {
            let scores = (0..<3).map { Problem.dot(weights[$0], text) + intercepts[$0] }
            let shares = Softmax.probabilities(scores, temperature: 1)
            for name in 0..<3 {
                intercept[name] += shares[name] - target[name]
                for index in text.indices { slopes[name][index] += (shares[name] - target[name]) * text[index] }
            }
        }
        return slopes.flatMap(\.self) + intercept
    }

    private func weights(_ fit: SoftmaxRegression) -> [[Double]] {
        (0..<3).map { name in
            (0..<3).map { index in (0..<9).reduce(0) { $0 + fit.coefficients[name * 9 + $1] * x[$1][index] } }
        }
    }

    @Test("At the optimum the gradient of the problem in weights is 0")
    func stationary() {
        let fit = SoftmaxRegression(Problem.gram(x), targets: targets, penalty: penalty, tolerance: 1e-9)
        #expect(gradient(weights(fit), fit.intercepts).allSatisfy { abs($0) < 1e-7 })
    }

    @Test("Plain descent in the weights comes to the same place")
    func bruteForce() {
        var (plain, intercepts) = ([[Double]](repeating: [0, 0, 0], count: 3), [0.0, 0, 0])
        for _ in 0..<20_000 {
            let slope = gradient(plain, intercepts)
            for name in 0..<3 {
                intercepts[name] -= 0.1 * slope[9 + name]
                for index in 0..<3 { plain[name][index] -= 0.1 * slope[name * 3 + index] }
            }
        }
        let fit = SoftmaxRegression(Problem.gram(x), targets: targets, penalty: penalty, tolerance: 1e-9)
        for (own, other) in zip(weights(fit).flatMap(\.self), plain.flatMap(\.self)) {
            #expect(abs(own - other) < 1e-7)
        }
        for name in 0..<3 { #expect(abs(fit.intercepts[name] - intercepts[name]) < 1e-7) }
    }

    @Test("A name that no text has gets the probability 0")
    func absent() {
        let none = targets.map { [$0[0] + $0[1], 0, $0[2]] }
        let fit = SoftmaxRegression(Problem.gram(x), targets: none, penalty: penalty)
        let scores = fit.scores(Problem.gram(x).values, texts: 9)
        #expect(scores.allSatisfy { Softmax.probabilities($0, temperature: 2)[1] == 0 })
    }

    @Test("Ridge in its dual form is ridge in its primal form, solved by elimination")
    func ridge() {
        let y = Problem.numbers(9, seed: 77)
        let fit = KernelRidge(Problem.gram(x), targets: y, penalty: penalty)
        // Unknowns: three weights and the intercept, which has no penalty.
        let rows = x.map { $0 + [1] }
        var system = (0..<4).map { i in
            (0..<4).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } + (i == j && i < 3 ? penalty : 0) }
                + [zip(rows, y).reduce(0) { $0 + $1.0[i] * $1.1 }]
        }
        for pivot in 0..<4 {
            for row in 0..<4 where row != pivot {
                let factor = system[row][pivot] / system[pivot][pivot]
                for column in 0..<5 { system[row][column] -= factor * system[pivot][column] }
            }
        }
        let solved = (0..<4).map { system[$0][4] / system[$0][$0] }
        let own =
            (0..<3).map { index in (0..<9).reduce(0) { $0 + fit.coefficients[$1] * x[$1][index] } } + [fit.intercept]
        for (own, other) in zip(own, solved) { #expect(abs(own - other) < 1e-9) }
    }

    @Test("The temperature lowers the log-loss, and undoes a scaling")
    func temperature() {
        let fit = SoftmaxRegression(Problem.gram(x), targets: targets, penalty: penalty)
        let scores = fit.scores(Problem.gram(x).values, texts: 9).map { $0.map { 6 * $0 } }
        let temperature = Temperature.fitted(scores, targets: targets)
        let loss = { (t: Double) in zip(scores, targets).reduce(0) { $0 + Temperature.loss($1.0, $1.1, t) } }
        #expect(loss(temperature) < loss(1))
        // Many texts whose probabilities are right: what they were scaled by is found, but for the half text of belief in 1.
        let pairs = (0..<4000).map { text -> (scores: [Double], target: [Double]) in
            ([0, 3 * 1.0986122886681098], text % 4 == 0 ? [1, 0] : [0, 1])
        }
        #expect(abs(Temperature.fitted(pairs.map(\.scores), targets: pairs.map(\.target)) - 3) < 0.02)
    }
}
