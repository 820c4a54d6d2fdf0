internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Output

/// The work behind ``RolloutNoise``.
struct NoiseStudy: Sendable {
    let game: Game
    let nodes: [NoiseNode]
    let settings: RolloutNoise.Settings
    private let sampler: ReturnSampler
    private let moments: [ReturnMoments]
    private let reversal: ReversalProbability

    init(
        _ policy: Policy, game: Game, nodes: [NoiseNode], settings: RolloutNoise.Settings
    ) {
        (self.game, self.nodes, self.settings) = (game, nodes, settings)
        sampler = ReturnSampler(policy, game: game, seed: settings.seed, endings: settings.endings)
        moments = settings.windows.map {
            ReturnMoments(policy, game: game, window: $0, endings: settings.endings)
        }
        reversal = ReversalProbability(scale: game.amountScale)
    }

    /// What one node came to, by [window][n]: how often pairs were reversed, and how probable that was where means are normal.
    private struct NodeCount: Codable, Sendable {
        var reversed: [[Int]]
        var normal: [[Double]]
        /// By window: with means of infinitely many rollouts.
        var limit: [Double]
        var bias: [Double]
        var deviation: [Double]
    }

    func results(
        _ control: RunControl
    ) throws -> (cells: [RolloutNoise.Cell], windows: [RolloutNoise.Window], exact: Double?) {
        let (threads, stop) = (control.threads ?? 1, control.shouldStop)
        let counts = try control.mapUnits(of: "nodes", count: nodes.count, threads: threads, endsPart: false) {
            count(node: $0, stop)
        }
        if stop() { throw InterruptedError() }
        let rollouts = settings.rollouts
        let fits = try control.mapUnits(
            of: "fits", count: settings.windows.count * rollouts.count, threads: threads, shown: "fitting"
        ) { index in
            FitOutcome(fit: fit(window: index / rollouts.count, rollouts: rollouts[index % rollouts.count], stop))
        }.map(\.fit)
        if stop() { throw InterruptedError() }
        var cells: [RolloutNoise.Cell] = []
        for window in settings.windows.indices {
            for (place, rollouts) in settings.rollouts.enumerated() {
                let fit = fits[window * settings.rollouts.count + place]
                cells.append(
                    RolloutNoise.Cell(
                        window: settings.windows[window], rollouts: rollouts,
                        reversed: estimate(counts.map { $0.reversed[window][place] }),
                        normal: mean(counts.map { $0.normal[window][place] }),
                        byTurn: byTurn(counts.map { $0.reversed[window][place] }), distance: fit?.distance,
                        beta: fit?.beta))
            }
        }
        let sets = nodes.indices.map(sets)
        let needed = concurrentMap(count: settings.windows.count, threads: threads) {
            self.needed(window: $0, sets, stop)
        }
        if stop() { throw InterruptedError() }
        let windows = settings.windows.indices.map { window in
            RolloutNoise.Window(
                window: settings.windows[window], reversed: mean(counts.map { $0.limit[window] }),
                bias: mean(counts.map { $0.bias[window] }), deviation: mean(counts.map { $0.deviation[window] }),
                needed: needed[window])
        }
        return (cells, windows, exactDistance())
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    /// Pairs a window that is the whole, as the sampler counts them.
    private var pairs: [Int] { settings.windows.map { $0 ?? game.horizon } }

    private func label(_ node: Int, _ replication: Int) -> UInt64 {
        UInt64(node) * UInt64(settings.replications) + UInt64(replication)
    }

    /// - Parameter stop: where it says so, what is counted is of no use, and comes soon.
    private func count(node index: Int, _ stop: () -> Bool) -> NodeCount {
        let node = nodes[index]
        let shape = settings.windows.map { _ in settings.rollouts.map { _ in 0 } }
        var count = NodeCount(
            reversed: shape, normal: shape.map { $0.map(Double.init) }, limit: shape.map { _ in 0 },
            bias: shape.map { _ in 0 }, deviation: shape.map { _ in 0 })
        let known = moments.map { $0.moments(belief: node.belief, turn: node.turn, nodes: node.nodes) }
        for window in known.indices {
            count.bias[window] = mean(zip(known[window], node.values).map { abs($0.mean - $1) })
            count.deviation[window] = mean(known[window].map { $0.variance.squareRoot() })
        }
        let sets = sets(index)
        for window in known.indices {
            count.limit[window] = reversed(sets, node, known[window], rollouts: .infinity)
            count.normal[window] = settings.rollouts.map {
                reversed(sets, node, known[window], rollouts: Double($0))
            }
        }
        for replication in 0..<settings.replications {
            let label = label(index, replication)
            let chosen = sampler.candidates(settings.candidates, label: label)
            play(node, chosen, chosen.map { node.values[$0] }, label: label, into: &count.reversed, stop)
            if stop() { break }
        }
        return count
    }

    /// The candidates that are drawn at a node, in rising order, each set with its share of the replications.
    private func sets(_ node: Int) -> [(members: [Int], share: Double)] {
        var counts: [[Int]: Int] = [:]
        for replication in 0..<settings.replications {
            counts[sampler.candidates(settings.candidates, label: label(node, replication)).sorted(), default: 0] += 1
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { ($0.key, Double($0.value) / Double(settings.replications)) }
    }

    /// How probable it is at a node that candidates are the wrong way round, where means are normal.
    private func reversed(
        _ sets: [(members: [Int], share: Double)], _ node: NoiseNode, _ known: [(mean: Double, variance: Double)],
        rollouts: Double
    ) -> Double {
        sets.reduce(0) { sum, item in
            sum + item.share
                * reversal.value(
                    means: item.members.map { known[$0].mean },
                    deviations: item.members.map { (known[$0].variance / rollouts).squareRoot() },
                    values: item.members.map { node.values[$0] })
        }
    }

    /// Makes labels at a node: the first n rollouts of the largest number are those of n.
    private func play(
        _ node: NoiseNode, _ chosen: [Int], _ values: [Double], label: UInt64, into reversed: inout [[Int]],
        _ stop: () -> Bool
    ) {
        var sums = chosen.map { _ in pairs.map { _ in 0.0 } }
        var done = 0
        for (place, rollouts) in settings.rollouts.enumerated() {
            while done < rollouts {
                for (candidate, response) in chosen.enumerated() {
                    let number = UInt64(candidate) << 32 | UInt64(done)
                    sampler.add(response, at: node, windows: pairs, label: label, rollout: number, to: &sums[candidate])
                }
                done += 1
                if done % Self.rolloutsBetweenAsking == 0, stop() { return }
            }
            for window in pairs.indices {
                // Of equal means the first is the largest and the last the smallest: candidates stand in an order that was drawn.
                var (best, worst) = (0, 0)
                for candidate in chosen.indices {
                    // Sums of the same payoffs in another order differ by rounding.
                    let tolerance = Double(rollouts) * reversal.tolerance
                    if sums[candidate][window] - sums[best][window] > tolerance { best = candidate }
                    if sums[candidate][window] - sums[worst][window] <= tolerance { worst = candidate }
                }
                if values[worst] - values[best] > reversal.tolerance { reversed[window][place] += 1 }
            }
        }
    }

    private static let rolloutsBetweenAsking = 4096

    /// The mean over nodes; the nodes of an episode are not independent, so that its error is by episodes.
    private func estimate(_ counts: [Int]) -> Estimate {
        let count = Double(max(1, nodes.count))
        let mean = Double(counts.reduce(0, +)) / count / Double(settings.replications)
        var byEpisode: [Int: Double] = [:]
        for (node, reversed) in zip(nodes, counts) {
            byEpisode[node.episode, default: 0] += Double(reversed) / Double(settings.replications) - mean
        }
        let episodes = Double(byEpisode.count)
        guard episodes > 1 else { return Estimate(mean: mean, standardError: nil, count: nodes.count) }
        let variance = byEpisode.keys.sorted().reduce(0.0) { $0 + (byEpisode[$1] ?? 0) * (byEpisode[$1] ?? 0) }
        return Estimate(
            mean: mean, standardError: (variance * episodes / (episodes - 1)).squareRoot() / count, count: nodes.count)
    }

    private func byTurn(_ counts: [Int]) -> [(reversed: Double, nodes: Int)] {
        (1...game.horizon).map { turn in
            let own = zip(nodes, counts).filter { $0.0.turn == turn }.map(\.1)
            return (
                Double(own.reduce(0, +)) / Double(max(1, own.count)) / Double(settings.replications), own.count
            )
        }
    }

    /// The smallest n at which pairs are reversed as rarely as wanted, where means are normal; nil where that takes more than the most.
    ///
    /// - Parameter sets: of candidates, at every node.
    private func needed(window: Int, _ sets: [[(members: [Int], share: Double)]], _ stop: () -> Bool) -> Int? {
        let known = nodes.map { moments[window].moments(belief: $0.belief, turn: $0.turn, nodes: $0.nodes) }
        func isSeldom(_ rollouts: Int) -> Bool {
            mean(nodes.indices.map { reversed(sets[$0], nodes[$0], known[$0], rollouts: Double(rollouts)) })
                <= RolloutNoise.goal
        }
        var (low, high) = (0, 1)
        while !isSeldom(high) {
            guard high < RolloutNoise.mostRollouts, !stop() else { return nil }
            (low, high) = (high, min(2 * high, RolloutNoise.mostRollouts))
        }
        while high - low > 1, !stop() {
            let middle = (low + high) / 2
            if isSeldom(middle) { high = middle } else { low = middle }
        }
        return high
    }

    // MARK: What DPO learns

    /// The least mean distance of what DPO learns from π*, and where it is; nowhere, where every β is as good.
    private struct Fit: Codable, Sendable {
        let distance: Double
        let beta: Double?
    }

    /// A fit; nil where none converges.
    private struct FitOutcome: Codable, Sendable { let fit: Fit? }

    /// β is looked for between these shares of the largest difference of scores, in so many steps, then between the neighbours of the best
    /// one. Below, only the best answer is left; above, the reference is.
    private static let betaRange = (least: 1e-5, most: 10.0)
    private static let betaSteps = 120
    /// How closely, as a share of β.
    private static let betaTolerance = 1e-6

    /// The least mean distance of DPO's optimum from π*, over β.
    private func fit(window: Int, rollouts: Int, _ stop: () -> Bool) -> Fit? {
        var labelled: [(node: NoiseNode, optimum: PairCounts.Optimum, target: [Double])] = []
        for node in nodes {
            guard !stop(), let optimum = counts(node, window: window, rollouts: rollouts).optimum() else { return nil }
            labelled.append((node, optimum, target(node)))
        }
        func distance(_ beta: Double) -> Double {
            mean(labelled.map { Self.distance($0.optimum.policy(reference: $0.node.reference, beta: beta), $0.target) })
        }
        let spread = labelled.reduce(0) { max($0, $1.optimum.spread) }
        guard spread > 0 else { return Fit(distance: distance(1), beta: nil) }
        let ends = (Libm.log(Self.betaRange.least * spread), Libm.log(Self.betaRange.most * spread))
        let logs = (0...Self.betaSteps).map { ends.0 + (ends.1 - ends.0) * Double($0) / Double(Self.betaSteps) }
        let found = logs.map { stop() ? .infinity : distance(Libm.exp($0)) }
        guard let best = found.indices.min(by: { found[$0] < found[$1] }), !stop() else { return nil }
        let least = Fit(distance: found[best], beta: Libm.exp(logs[best]))
        guard best > 0, best < Self.betaSteps,
            let closer = try? bracketedMinimum(
                in: logs[best - 1]...logs[best + 1], near: logs[best], tolerance: Self.betaTolerance,
                { distance(Libm.exp($0)) }), closer.value < least.distance
        else { return least }
        return Fit(distance: closer.value, beta: Libm.exp(closer.point))
    }

    /// How often which response is preferred to which, over all sets of candidates, where means are normal.
    private func counts(_ node: NoiseNode, window: Int, rollouts: Int) -> PairCounts {
        let known = moments[window].moments(belief: node.belief, turn: node.turn, nodes: node.nodes)
        let all = game.responses.indices
        var wins = all.map { _ in all.map { _ in 0.0 } }
        func add(_ chosen: [Int]) {
            let means = chosen.map { known[$0].mean }
            let deviations = chosen.map { (known[$0].variance / Double(rollouts)).squareRoot() }
            for best in chosen.indices {
                for worst in chosen.indices where worst != best {
                    wins[chosen[best]][chosen[worst]] += reversal.probability(
                        best: best, worst: worst, means, deviations)
                }
            }
        }
        for first in all {
            for second in all where second > first {
                if settings.candidates == 2 {
                    add([first, second])
                } else {
                    for third in all where third > second { add([first, second, third]) }
                }
            }
        }
        return PairCounts(pairs: pairs(wins), completions: all.count)
    }

    private func pairs(_ wins: [[Double]]) -> [PairCounts.Pair] {
        wins.indices.flatMap { first in
            wins.indices.filter { $0 > first }.map { second in
                PairCounts.Pair(first: first, second: second, wins: wins[first][second], losses: wins[second][first])
            }
        }
    }

    /// π*(a) ∝ π_ref(a) exp(Q(a)/τ).
    private func target(_ node: NoiseNode) -> [Double] {
        let top = node.values.max() ?? 0
        let weights = zip(node.reference, node.values).map { $0 * Libm.exp(($1 - top) / settings.temperature) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// What exact labels lead to, fitted: p = σ((Q_a − Q_b)/τ), one row a pair of all responses; nil where a fit does not converge.
    private func exactDistance() -> Double? {
        var sum = 0.0
        for node in nodes {
            let scores = node.values.map { $0 / settings.temperature }
            let wins = scores.map { first in scores.map { logistic(first - $0) } }
            let counts = PairCounts(pairs: pairs(wins), completions: scores.count)
            guard let policy = counts.policy(reference: node.reference, beta: 1, start: scores) else { return nil }
            sum += Self.distance(policy, target(node))
        }
        return sum / Double(max(1, nodes.count))
    }

    private static func distance(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}
