import GameFixtures
import Solver
import Testing

@Suite("Worst weightings")
struct AmbiguitySetTests {
    /// Every vertex of {p ≥ 0, Σ p = 1, ½ Σ |p − c| ≤ ρ} for three components, by intersecting every pair of its edges.
    private func vertices(centre: [Double], radius: Double) -> [[Double]] {
        // Lines a·(p₀, p₁) = b, with p₂ = 1 − p₀ − p₁.
        var lines: [(Double, Double, Double)] = [(1, 0, 0), (0, 1, 0), (1, 1, 1)]
        for signs in 0..<8 {
            let s = (0..<3).map { signs >> $0 & 1 == 1 ? 1.0 : -1.0 }
            let constant = 2 * radius + s[0] * centre[0] + s[1] * centre[1] + s[2] * (centre[2] - 1)
            lines.append((s[0] - s[2], s[1] - s[2], constant))
        }
        var found: [[Double]] = []
        for (i, a) in lines.enumerated() {
            for b in lines[(i + 1)...] {
                let determinant = a.0 * b.1 - a.1 * b.0
                guard abs(determinant) > 1e-12 else { continue }
                let p = (a.2 * b.1 - a.1 * b.2) / determinant
                let q = (a.0 * b.2 - a.2 * b.0) / determinant
                let point = [p, q, 1 - p - q]
                let distance = zip(point, centre).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
                if point.allSatisfy({ $0 >= -1e-12 }), distance <= radius + 1e-12 { found.append(point) }
            }
        }
        return found
    }

    @Test("a ball's worst weighting is its worst vertex", arguments: [UInt64](1...40))
    func ball(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var centre = random.distribution(3)
        if seed % 5 == 0 { centre = [0, centre[0] + centre[1], centre[2]] }
        let radius = seed % 7 == 0 ? 1 : random.unit()
        let values = (0..<3).map { _ in random.uniform(-5, 5) }
        let set = AmbiguitySet.ball(centre: centre, radius: radius)
        let worst = set.worst(values)
        let all = vertices(centre: centre, radius: radius)
        #expect(all.count >= 3)
        let least = all.map { AmbiguitySet.product($0, values) }.min() ?? .nan
        #expect(abs(set.worstValue(values) - least) < 1e-12)
        #expect(worst.allSatisfy { $0 >= 0 })
        #expect(abs(worst.reduce(0, +) - 1) < 1e-14)
        #expect(zip(worst, centre).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 <= radius + 1e-14)
    }

    @Test("CVaR is the mean of the sorted tail", arguments: [0.5, 0.75, 0.9, 0.95], [10, 40, 41])
    func tail(level: Double, count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let values = (0..<count).map { _ in random.uniform(-2, 2) }
        let share = (1 - level) * Double(count)
        var (left, sum) = (share, 0.0)
        for value in values.sorted() {
            sum += min(1, left) * value
            left -= min(1, left)
            if left <= 0 { break }
        }
        let set = AmbiguitySet.capped(count: count, cap: min(1, 1 / share))
        #expect(abs(set.worstValue(values) - (share >= 1 ? sum / share : values.min() ?? .nan)) < 1e-12)
        // Rockafellar and Uryasev's other form: max over z of z − E[(z − v)⁺] / (1 − q), attained at a value.
        if share >= 1 {
            let other =
                values.map { z in
                    z - values.reduce(0) { $0 + max(0, z - $1) } / share
                }.max() ?? .nan
            #expect(abs(set.worstValue(values) - other) < 1e-12)
        }
    }

    @Test("a cap of 1 is the minimum, and the first of equals is meant")
    func minimum() {
        #expect(AmbiguitySet.capped(count: 4, cap: 1).worst([2, -1, 3, -1]) == [0, 1, 0, 0])
        #expect(AmbiguitySet.ball(centre: [0.25, 0.75], radius: 1).worst([2, -1]) == [0, 1])
        #expect(AmbiguitySet.ball(centre: [0.5, 0.5], radius: 0.25).worst([2, 2]) == [0.75, 0.25])
        #expect(AmbiguitySet.product([0, 1], [-.infinity, 2]) == 2)
    }
}
