internal import HeapModule

/// Cuts a simplex where beliefs are and where the value bends: best cell first.
///
/// What splitting a belief b among the corners v of its cell adds to a bound is Σ_{i<j} w_i w_j (v_i − v_j)ᵀ C (v_i − v_j) / 2 to
/// second order, C being the curvature of the value. The edge with the largest sum of these over the sampled beliefs is halved.
package struct SimplexCutting {
    package let tree: SimplexTree
    /// [samples, n] the weights of a sample among the corners of its cell.
    private var weights: [Double]
    private let importance: [Double]
    /// [n, n] C
    private let curvature: [Double]
    private let limit: Int
    private var used = 1
    private var open = Heap<Leaf>()

    /// The largest gain comes first; of equal ones the older cell, so that the cuts do not depend on the order in the heap.
    private struct Leaf: Comparable {
        var gain: Double
        var cell: Int
        var i: Int
        var j: Int
        var samples: [Int]

        static func < (first: Leaf, second: Leaf) -> Bool { (first.gain, second.cell) < (second.gain, first.cell) }
    }

    /// - Parameters:
    ///   - samples: [samples, n] points of the simplex.
    ///   - importance: how much each of them counts.
    ///   - curvature: [n, n]
    ///   - limit: how many cells there may be.
    package init(corners: Int, samples: [Double], importance: [Double], curvature: [Double], limit: Int) {
        tree = SimplexTree(corners: corners, limit: max(1, limit))
        weights = samples
        self.importance = importance
        self.curvature = curvature
        self.limit = limit
        open.insert(leaf(0, samples: Array(importance.indices)))
    }

    /// What the best cut takes off the error; 0 where none does anything.
    package var gain: Double { used + 2 <= limit ? open.max?.gain ?? 0 : 0 }

    /// Makes the best cut.
    ///
    /// - Complexity: O(n² samples of the cell).
    package mutating func cut() {
        guard gain > 0, let leaf = open.popMax() else { return }
        tree.cut(leaf.cell, i: leaf.i, j: leaf.j, next: used)
        var halves: [[Int]] = [[], []]
        unsafe weights.withUnsafeMutableBufferPointer { weights in
            guard let base = weights.baseAddress else { return }
            for sample in leaf.samples {
                let half = unsafe SimplexTree.descend(base + sample * tree.corners, leaf.i, leaf.j)
                halves[half].append(sample)
            }
        }
        open.insert(self.leaf(used, samples: halves[0]))
        open.insert(self.leaf(used + 1, samples: halves[1]))
        used += 2
    }

    private func leaf(_ cell: Int, samples: [Int]) -> Leaf {
        let n = tree.corners
        var products = [Double](repeating: 0, count: n * n)
        for sample in samples {
            for i in 0..<n where weights[sample * n + i] > 0 {
                let share = importance[sample] * weights[sample * n + i]
                for j in i + 1..<max(i + 1, n) { products[i * n + j] += share * weights[sample * n + j] }
            }
        }
        var best = Leaf(gain: 0, cell: cell, i: 0, j: 0, samples: samples)
        for i in 0..<n {
            for j in i + 1..<max(i + 1, n) where products[i * n + j] > 0 {
                let gain = products[i * n + j] * bend(cell, i, j)
                if gain > best.gain { (best.gain, best.i, best.j) = (gain, i, j) }
            }
        }
        return best
    }

    /// (v_i − v_j)ᵀ C (v_i − v_j).
    private func bend(_ cell: Int, _ i: Int, _ j: Int) -> Double {
        let (a, b) = (tree.point(tree.place(cell: cell, corner: i)), tree.point(tree.place(cell: cell, corner: j)))
        let edge = zip(a, b).map { $0 - $1 }
        var sum = 0.0
        for (row, x) in edge.enumerated() where x != 0 {
            for (column, y) in edge.enumerated() { sum += x * y * curvature[row * tree.corners + column] }
        }
        return sum
    }
}
