internal import NumericalMethods

/// The pairs of one prompt and how much of their rows prefers which answer.
struct PairCounts {
    /// A pair of completions: the first preferred in `wins`, the second in `losses` of the weight of its rows.
    struct Pair {
        let first: Int
        let second: Int
        let wins: Double
        let losses: Double
    }

    let pairs: [Pair]
    let completions: Int

    /// The policy that minimises DPO's loss on these rows, or the limit of the policies of every sequence that does.
    ///
    /// The loss has a finite minimum where each set of answers that pairs connect is strongly connected by wins (Ford 1957). Elsewhere
    /// the wins order its strongly connected parts: the loss falls without end as an answer above moves away from one below, and at
    /// last only the pairs inside the parts count, each of which has a finite optimum. So answers below another part go to 0. Between
    /// parts that nothing stands above, and between answers that no pairs connect, every proportion is optimal; the one that is taken
    /// is the reference's, which of all optima has the least KL(π_ref ‖ π).
    ///
    /// - Parameters:
    ///   - reference: π_ref by completion.
    ///   - start: scores to begin the search at, for strengths that are all but certain.
    /// - Returns: probabilities by completion, or nil where the search does not converge.
    /// - Complexity: O(n³) for n completions, times the steps of the search; about 8.
    func policy(reference: [Double], beta: Double, start: [Double]? = nil) -> [Double]? {
        optimum(start: start)?.policy(reference: reference, beta: beta)
    }

    /// Where the loss is least, apart from β, which only says how far policies follow the scores.
    struct Optimum {
        /// Answers that pairs connect, and the parts of them that keep some probability, each with its scores.
        fileprivate let groups: [(members: [Int], tops: [(members: [Int], scores: [Double])])]

        /// The largest difference of scores that β has to do with.
        var spread: Double {
            groups.flatMap(\.tops).reduce(0) { max($0, ($1.scores.max() ?? 0) - ($1.scores.min() ?? 0)) }
        }

        /// The policy at a β: every group has the reference's mass, and inside it its parts are in the reference's proportions.
        ///
        /// - Returns: probabilities by completion.
        /// - Complexity: O(n).
        func policy(reference: [Double], beta: Double) -> [Double] {
            func mass(_ members: [Int]) -> Double { members.reduce(0) { $0 + reference[$1] } }
            let total = reference.reduce(0, +)
            var policy = reference.map { _ in 0.0 }
            for group in groups {
                let top = group.tops.reduce(0) { $0 + mass($1.members) }
                guard top > 0 else { continue }
                for part in group.tops {
                    let weight = mass(group.members) / total * mass(part.members) / top
                    for (member, share) in zip(part.members, shares(part.members, part.scores, reference, beta: beta)) {
                        policy[member] = weight * share
                    }
                }
            }
            return policy
        }

        /// π_ref(a) exp(y_a/β), normalised over some answers.
        private func shares(
            _ members: [Int], _ scores: [Double], _ reference: [Double], beta: Double
        ) -> [Double] {
            let possible = zip(members, scores).filter { reference[$0.0] > 0 }.map(\.1)
            let largest = possible.max() ?? 0
            let weights = zip(members, scores).map {
                reference[$0] > 0 ? reference[$0] * Libm.exp(($1 - largest) / beta) : 0
            }
            let total = weights.reduce(0, +)
            return total > 0 ? weights.map { $0 / total } : weights
        }
    }

    /// The minimum of the loss; see ``policy(reference:beta:start:)``.
    func optimum(start: [Double]? = nil) -> Optimum? {
        var groups: [(members: [Int], tops: [(members: [Int], scores: [Double])])] = []
        for parts in WinGraph(self).groups {
            var tops: [(members: [Int], scores: [Double])] = []
            for part in parts where part.isTop {
                guard let scores = scores(of: part.members, start: start) else { return nil }
                tops.append((part.members, scores))
            }
            groups.append((parts.flatMap(\.members), tops))
        }
        return Optimum(groups: groups)
    }

    /// The policy π(a) ∝ π_ref(a) exp(score_a/β) within every set of answers that pairs connect; between them as the reference.
    func policy(reference: [Double], beta: Double, scores: [Double]) -> [Double] {
        let groups = WinGraph(self).groups.map { parts in
            let members = parts.flatMap(\.members)
            return (members: members, tops: [(members: members, scores: members.map { scores[$0] })])
        }
        return Optimum(groups: groups).policy(reference: reference, beta: beta)
    }

    /// The Bradley–Terry optimum of answers that wins connect strongly, by Newton's steps; nil where they do not converge.
    private func scores(of members: [Int], start: [Double]?) -> [Double]? {
        let count = members.count
        var scores = members.map { start?[$0] ?? 0 }
        guard count > 1 else { return scores }
        let wins = wins(among: members)
        for _ in 0..<1000 {
            var (slope, system) = (scores.map { _ in 0.0 }, GroundedLaplacian(count))
            for first in 0..<count {
                for second in (first + 1)..<count {
                    let (up, down) = (wins[first * count + second], wins[second * count + first])
                    guard up + down > 0 else { continue }
                    let (above, below) = (
                        logistic(scores[first] - scores[second]), logistic(scores[second] - scores[first])
                    )
                    let gap = down * above - up * below
                    slope[first] += gap
                    slope[second] -= gap
                    system.connect(first, second, weight: (up + down) * above * below)
                }
            }
            let step = system.solution(slope)
            guard step.allSatisfy(\.isFinite), let largest = step.map(abs).max() else { return nil }
            // Far from the optimum a full step may overshoot; the loss is convex, so shorter ones arrive all the same.
            let scale = min(1, 2 / max(largest, 1e-300))
            for index in scores.indices { scores[index] -= scale * step[index] }
            if largest < 1e-10 { return scores }
        }
        return nil
    }

    /// [n, n] weight of the rows in which the first is preferred to the second.
    private func wins(among members: [Int]) -> [Double] {
        let (count, places) = (members.count, Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) }))
        var wins = [Double](repeating: 0, count: count * count)
        for pair in pairs {
            guard let first = places[pair.first], let second = places[pair.second] else { continue }
            wins[first * count + second] += pair.wins
            wins[second * count + first] += pair.losses
        }
        return wins
    }
}

/// Which answers win rows against which, and what that orders.
private struct WinGraph {
    /// Answers that can be reached from each other along rows that they won.
    struct Part {
        let members: [Int]
        /// Whether nothing outside wins against it.
        let isTop: Bool
    }

    /// The parts of every set of answers that pairs connect, by its first answer.
    let groups: [[Part]]

    /// - Complexity: O(n³) for n completions.
    init(_ counts: PairCounts) {
        let count = counts.completions
        var reaches = [Bool](repeating: false, count: count * count)
        var connected = DisjointGroups(count)
        for index in 0..<count { reaches[index * count + index] = true }
        for pair in counts.pairs where pair.wins + pair.losses > 0 {
            connected.join(pair.first, pair.second)
            if pair.wins > 0 { reaches[pair.first * count + pair.second] = true }
            if pair.losses > 0 { reaches[pair.second * count + pair.first] = true }
        }
        for middle in 0..<count {
            for from in 0..<count where reaches[from * count + middle] {
                for to in 0..<count where reaches[middle * count + to] { reaches[from * count + to] = true }
            }
        }
        var parts = (0..<count).map { _ in [Part]() }
        for index in 0..<count {
            let members = (0..<count).filter { reaches[index * count + $0] && reaches[$0 * count + index] }
            guard members.first == index else { continue }
            let above = (0..<count).filter { reaches[$0 * count + index] }
            parts[connected.root(index)].append(Part(members: members, isTop: above.count == members.count))
        }
        groups = parts.filter { !$0.isEmpty }
    }
}

/// A weighted graph's Laplacian with the score of the first vertex held at 0.
///
/// Elimination sums the diagonal from what is off it and subtracts nothing, so that weights may lie 300 orders of magnitude apart.
///
/// Source: Grassmann, Taksar and Heyman 1985, Operations Research 33(5), for Markov chains.
private struct GroundedLaplacian {
    private let size: Int
    /// [size, size] weights, 0 on the diagonal.
    private var weights: [Double]

    init(_ size: Int) {
        self.size = size
        weights = [Double](repeating: 0, count: size * size)
    }

    mutating func connect(_ first: Int, _ second: Int, weight: Double) {
        weights[first * size + second] += weight
        weights[second * size + first] += weight
    }

    /// x with x₀ = 0 and Σ_j w_ij (x_i − x_j) = right_i for the others.
    func solution(_ right: [Double]) -> [Double] {
        var (weights, right) = (weights, right)
        var diagonal = right.map { _ in 0.0 }
        for pivot in (1..<size).reversed() {
            let row = pivot * size
            diagonal[pivot] = (0..<pivot).reduce(0) { $0 + weights[row + $1] }
            for other in 0..<pivot where weights[row + other] > 0 {
                let factor = weights[row + other] / diagonal[pivot]
                right[other] += factor * right[pivot]
                for third in 0..<pivot where third != other {
                    weights[other * size + third] += factor * weights[row + third]
                }
            }
        }
        var solution = right.map { _ in 0.0 }
        for pivot in 1..<size {
            let known = (0..<pivot).reduce(right[pivot]) { $0 + weights[pivot * size + $1] * solution[$1] }
            solution[pivot] = known / diagonal[pivot]
        }
        return solution
    }
}
