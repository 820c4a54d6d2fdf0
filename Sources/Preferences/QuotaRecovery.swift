internal import NumericalMethods

/// How far DPO's optimum on rounded labels lies from the target: computed from the labels themselves, not estimated.
///
/// With quota labels DPO's loss separates by prompt: Σ over pairs of −k log σ(y_i − y_j) − (n − k) log σ(y_j − y_i), where
/// k of the pair's n rows prefer i and y = β log(π/π_ref). It is a Bradley–Terry likelihood, convex in y, with a finite
/// minimum, since every pair has rows of both orientations. Its policy is π(a) ∝ π_ref(a) exp(y_a/β).
public struct QuotaRecovery: Sendable, Equatable {
    /// Mean total variation distance from π*, over the prompts.
    public let mean: Double
    /// The same, every prompt weighted by its reach.
    public let byReach: Double
    /// The largest of a prompt.
    public let worst: Double
}

/// The pairs of one prompt and how often the better response of each is preferred.
struct QuotaCounts {
    /// A pair of completions: the first preferred in `wins` of `rows`.
    struct Pair {
        let first: Int
        let second: Int
        let wins: Double
        let rows: Double
    }

    let pairs: [Pair]
    let completions: Int

    /// The minimiser y of the loss; within each set of completions that pairs connect it sums to 0, which is where gradient
    /// steps from the reference stay.
    ///
    /// - Complexity: O(steps · n³) for n completions; about 8 steps.
    func optimum() -> [Double] {
        var scores = [Double](repeating: 0, count: completions)
        for _ in 0..<100 {
            var (slope, curvature) = (scores.map { _ in 0.0 }, SymmetricSystem(completions))
            for pair in pairs {
                let expected = logistic(scores[pair.first] - scores[pair.second])
                let gap = pair.rows * expected - pair.wins
                slope[pair.first] += gap
                slope[pair.second] -= gap
                curvature.connect(pair.first, pair.second, weight: pair.rows * expected * (1 - expected))
            }
            let step = curvature.solution(slope)
            let largest = step.reduce(0) { max($0, abs($1)) }
            // Far from the optimum a full step may overshoot; the loss is convex, so shorter ones arrive all the same.
            let scale = min(1, 2 / max(largest, 1e-300))
            for index in scores.indices { scores[index] -= scale * step[index] }
            if largest < 1e-10 { break }
        }
        return scores
    }
}

/// A small positive definite system: a weighted graph's Laplacian plus a sliver of the identity, which picks the solution of
/// mean 0 in every component.
private struct SymmetricSystem {
    private let size: Int
    private var entries: [Double]

    init(_ size: Int) {
        self.size = size
        entries = [Double](repeating: 0, count: size * size)
        for index in 0..<size { entries[index * size + index] = 1e-9 }
    }

    mutating func connect(_ first: Int, _ second: Int, weight: Double) {
        entries[first * size + first] += weight
        entries[second * size + second] += weight
        entries[first * size + second] -= weight
        entries[second * size + first] -= weight
    }

    /// By Gaussian elimination, which needs no pivots here.
    func solution(_ right: [Double]) -> [Double] {
        var (matrix, vector) = (entries, right)
        for pivot in 0..<size {
            for row in (pivot + 1)..<max(size, pivot + 1) {
                let factor = matrix[row * size + pivot] / matrix[pivot * size + pivot]
                guard factor != 0 else { continue }
                for column in pivot..<size { matrix[row * size + column] -= factor * matrix[pivot * size + column] }
                vector[row] -= factor * vector[pivot]
            }
        }
        for row in (0..<size).reversed() {
            for column in (row + 1)..<max(size, row + 1) { vector[row] -= matrix[row * size + column] * vector[column] }
            vector[row] /= matrix[row * size + row]
        }
        return vector
    }
}

extension PromptRecord {
    /// Total variation distance between π* and DPO's policy on these counts.
    func distance(_ counts: QuotaCounts, beta: Double) -> Double {
        let exponents = zip(counts.optimum(), completions).map { $1.reference > 0 ? $0 / beta : -Double.infinity }
        let largest = exponents.max() ?? 0
        let weights = zip(exponents, completions).map { $1.reference * Libm.exp($0 - largest) }
        let total = weights.reduce(0, +)
        return zip(weights, completions).reduce(0) { $0 + abs($1.0 / total - $1.1.target) } / 2
    }
}
