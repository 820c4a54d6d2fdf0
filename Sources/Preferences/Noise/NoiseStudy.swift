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

    init(
        _ policy: Policy, game: Game, nodes: [NoiseNode], settings: RolloutNoise.Settings
    ) {
        (self.game, self.nodes, self.settings) = (game, nodes, settings)
        sampler = ReturnSampler(policy, game: game, seed: settings.seed)
        moments = settings.windows.map { ReturnMoments(policy, game: game, window: $0) }
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
                        beta: fit?.beta ?? 0))
            }
        }
        let needed = concurrentMap(count: settings.windows.count, threads: threads) { self.needed(window: $0, stop) }
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
        let share = 1 / Double(settings.replications)
        for replication in 0..<settings.replications {
            let label = label(index, replication)
            let chosen = sampler.candidates(settings.candidates, label: label)
            let values = chosen.map { node.values[$0] }
            for window in known.indices {
                let means = chosen.map { known[window][$0].mean }
                count.limit[window] +=
                    share * ReversalProbability.value(means: means, deviations: means.map { _ in 0 }, values: values)
                for (place, rollouts) in settings.rollouts.enumerated() {
                    let deviations = chosen.map { (known[window][$0].variance / Double(rollouts)).squareRoot() }
                    count.normal[window][place] +=
                        share * ReversalProbability.value(means: means, deviations: deviations, values: values)
                }
            }
            play(node, chosen, values, label: label, into: &count.reversed, stop)
            if stop() { break }
        }
        return count
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
                    if Self.order(sums[candidate][window], sums[best][window]) > 0 { best = candidate }
                    if Self.order(sums[candidate][window], sums[worst][window]) <= 0 { worst = candidate }
                }
                if values[best] < values[worst] { reversed[window][place] += 1 }
            }
        }
    }

    private static let rolloutsBetweenAsking = 4096

    /// Sums of the same payoffs in another order differ by this much at most, as a share of them: they are equal.
    private static let rounding = 1e-11

    /// 1, 0 or −1: whether the first is larger, equal but for rounding, or smaller.
    private static func order(_ first: Double, _ second: Double) -> Int {
        let difference = first - second
        guard abs(difference) > rounding * max(1, abs(first), abs(second)) else { return 0 }
        return difference > 0 ? 1 : -1
    }

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

    /// The smallest n at which pairs are reversed as rarely as wanted, where means are normal.
    private func needed(window: Int, _ stop: () -> Bool) -> Int? {
        let sets = sample(window)
        func reversed(_ rollouts: Int) -> Double {
            mean(
                sets.map { set in
                    ReversalProbability.value(
                        means: set.means, deviations: set.variances.map { ($0 / Double(rollouts)).squareRoot() },
                        values: set.values)
                })
        }
        var (low, high) = (0, 1)
        while reversed(high) > RolloutNoise.goal {
            (low, high) = (high, high * 2)
            guard high <= RolloutNoise.mostRollouts, !stop() else { return nil }
        }
        while high - low > 1, !stop() {
            let middle = (low + high) / 2
            if reversed(middle) > RolloutNoise.goal { low = middle } else { high = middle }
        }
        return high
    }

    private struct CandidateSet {
        let means: [Double]
        let variances: [Double]
        let values: [Double]
    }

    /// The first candidates of every node: enough for a search.
    private func sample(_ window: Int) -> [CandidateSet] {
        nodes.indices.map { index in
            let node = nodes[index]
            let known = moments[window].moments(belief: node.belief, turn: node.turn, nodes: node.nodes)
            let chosen = sampler.candidates(settings.candidates, label: label(index, 0))
            return CandidateSet(
                means: chosen.map { known[$0].mean }, variances: chosen.map { known[$0].variance },
                values: chosen.map { node.values[$0] })
        }
    }

    // MARK: What DPO learns

    /// The least mean distance of what DPO learns from π*, and where it is.
    private struct Fit: Codable, Sendable {
        let distance: Double
        let beta: Double
    }

    /// A fit; nil where none converges.
    private struct FitOutcome: Codable, Sendable { let fit: Fit? }

    /// The least mean distance of DPO's optimum from π*, over β.
    private func fit(window: Int, rollouts: Int, _ stop: () -> Bool) -> Fit? {
        var labelled: [(node: NoiseNode, counts: PairCounts, target: [Double])] = []
        for node in nodes {
            if stop() { return nil }
            labelled.append((node, counts(node, window: window, rollouts: rollouts), target(node)))
        }
        var best: Fit?
        for beta in LabelSettings.betaGrid {
            var (sum, isComplete) = (0.0, true)
            for item in labelled {
                if stop() { return nil }
                guard let policy = item.counts.policy(reference: item.node.reference, beta: beta) else {
                    isComplete = false
                    break
                }
                sum += Self.distance(policy, item.target)
            }
            guard isComplete else { continue }
            let distance = sum / Double(max(1, nodes.count))
            if distance < best?.distance ?? .infinity { best = Fit(distance: distance, beta: beta) }
        }
        return best
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
                    wins[chosen[best]][chosen[worst]] += ReversalProbability.probability(
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
