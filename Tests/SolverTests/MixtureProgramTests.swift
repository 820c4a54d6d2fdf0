import GameFixtures
import Solver
import Testing

/// The best mixture of at most three columns by trying every pair and triple: exact for one and for two constraints.
enum MixtureOracle {
    /// The largest value of a mixture that satisfies the limits, or nil if none does.
    static func best(_ columns: [MixtureProgram.Column], limits: [Double]) -> Double? {
        var best: Double?
        func consider(_ parts: [(MixtureProgram.Column, Double)]) {
            for (constraint, limit) in limits.enumerated()
            where parts.reduce(0, { $0 + $1.1 * $1.0.probabilities[constraint] }) > limit + 1e-12 { return }
            best = max(best ?? -.infinity, parts.reduce(0) { $0 + $1.1 * $1.0.value })
        }
        for (first, a) in columns.enumerated() {
            consider([(a, 1)])
            for (second, b) in columns.enumerated().dropFirst(first + 1) {
                for (constraint, limit) in limits.enumerated() {
                    let (p, q) = (a.probabilities[constraint], b.probabilities[constraint])
                    guard p != q else { continue }
                    let share = (limit - q) / (p - q)
                    if share > 0, share < 1 { consider([(a, share), (b, 1 - share)]) }
                }
                guard limits.count == 2 else { continue }
                for c in columns.dropFirst(second + 1) {
                    guard let shares = corner(a, b, c, limits) else { continue }
                    consider([(a, shares.0), (b, shares.1), (c, 1 - shares.0 - shares.1)])
                }
            }
        }
        return best
    }

    /// Shares of three columns at which both constraints bind.
    private static func corner(
        _ a: MixtureProgram.Column, _ b: MixtureProgram.Column, _ c: MixtureProgram.Column, _ limits: [Double]
    ) -> (Double, Double)? {
        let (p, q, r) = (a.probabilities, b.probabilities, c.probabilities)
        let (m00, m01, r0) = (p[0] - r[0], q[0] - r[0], limits[0] - r[0])
        let (m10, m11, r1) = (p[1] - r[1], q[1] - r[1], limits[1] - r[1])
        let determinant = m00 * m11 - m01 * m10
        guard abs(determinant) > 1e-14 else { return nil }
        let x = (r0 * m11 - m01 * r1) / determinant
        let y = (m00 * r1 - r0 * m10) / determinant
        return x >= 0 && y >= 0 && x + y <= 1 ? (x, y) : nil
    }
}

@Suite("The linear program over mixtures")
struct MixtureProgramTests {
    private static func columns(_ count: Int, constraints: Int, seed: UInt64) -> [MixtureProgram.Column] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let probabilities = (0..<constraints).map { _ in random.unit() }
            // What pays is what is forbidden, more or less.
            return .init(
                value: probabilities.reduce(0, +) + 0.5 * random.unit() - 3, probabilities: probabilities)
        }
    }

    @Test("finds what trying every pair and triple finds", arguments: 1...60)
    func oracle(seed: UInt64) throws {
        let constraints = 1 + Int(seed % 2)
        let columns = Self.columns(3 + Int(seed % 20), constraints: constraints, seed: seed)
        let limits = (0..<constraints).map { 0.1 + 0.1 * Double(seed % 5) + 0.05 * Double($0) }
        let optimum = try #require(MixtureProgram(columns: columns, limits: limits).solve())
        let expected = MixtureOracle.best(columns, limits: limits)
        #expect((optimum.excess == 0) == (expected != nil))
        guard let expected else { return }
        let value = optimum.parts.reduce(0) { $0 + $1.weight * columns[$1.column].value }
        #expect(abs(value - expected) < 1e-11)
    }

    @Test("gives prices that prove the optimum, for up to eight constraints", arguments: 1...40)
    func duality(seed: UInt64) throws {
        let constraints = 1 + Int(seed % 8)
        let columns = Self.columns(40, constraints: constraints, seed: seed)
        let limits = (0..<constraints).map { _ in 0.45 }
        let optimum = try #require(MixtureProgram(columns: columns, limits: limits).solve())
        #expect(abs(optimum.parts.reduce(0) { $0 + $1.weight } - 1) < 1e-14)
        let binding = limits.indices.filter { optimum.multipliers[$0] > 0 }.count
        #expect(optimum.parts.count <= constraints + 1)
        #expect(optimum.multipliers.allSatisfy { $0 >= 0 })
        let isFeasible = optimum.excess == 0
        var charge = optimum.threshold
        for (constraint, limit) in limits.enumerated() {
            let probability = optimum.parts.reduce(0) {
                $0 + $1.weight * columns[$1.column].probabilities[constraint]
            }
            #expect(probability <= limit + optimum.excess + 1e-12)
            charge += optimum.multipliers[constraint] * limit
            // Complementary slackness.
            #expect(optimum.multipliers[constraint] * (limit + optimum.excess - probability) < 1e-11)
        }
        // No column is worth more than the threshold at these prices, and the dual value is the primal one.
        for column in columns {
            let own = isFeasible ? column.value : 0
            let priced = zip(optimum.multipliers, column.probabilities).reduce(own) { $0 - $1.0 * $1.1 }
            #expect(priced <= optimum.threshold + 1e-11)
        }
        let value = optimum.parts.reduce(0) { $0 + $1.weight * columns[$1.column].value }
        #expect(abs((isFeasible ? value : -optimum.excess) - charge) < 1e-11)
        if isFeasible { #expect(optimum.parts.count <= binding + 1) }
    }

    @Test("takes limits that are met exactly")
    func boundary() throws {
        let columns = [
            MixtureProgram.Column(value: 1, probabilities: [0.5]), .init(value: 0, probabilities: [0]),
        ]
        let tight = try #require(MixtureProgram(columns: columns, limits: [0]).solve())
        #expect(tight.excess == 0)
        #expect(tight.parts.map(\.column) == [1])
        let half = try #require(MixtureProgram(columns: columns, limits: [0.25]).solve())
        #expect(half.parts.map(\.weight) == [0.5, 0.5])
        #expect(half.multipliers == [2])
        let impossible = try #require(MixtureProgram(columns: [columns[0]], limits: [0.25]).solve())
        #expect(abs(impossible.excess - 0.25) < 1e-15)
        #expect(impossible.multipliers == [1])
    }

    @Test("is not led in circles by columns that are alike")
    func degenerate() throws {
        let columns = (0..<30).map { index in
            MixtureProgram.Column(value: Double(index % 3), probabilities: [0.5, 0.5, 0.25 * Double(index % 3)])
        }
        let optimum = try #require(MixtureProgram(columns: columns, limits: [0.5, 0.5, 0.25]).solve())
        let value = optimum.parts.reduce(0) { $0 + $1.weight * columns[$1.column].value }
        #expect(abs(value - 1) < 1e-12)
    }
}
