internal import NumericalMethods

/// How one user who looks ahead reacts where its expectations lie in a box, and bounds on what that brings.
struct WatchedReactions {
    let watcher: AnticipatedResponse.Watcher

    /// Own values of the reactions, expectations taken from a list.
    @inline(__always)
    private func values(_ expected: [Double]) -> [Double] {
        watcher.utility.indices.map { index in
            let place = watcher.expectation[index]
            return place < 0 ? watcher.utility[index] : watcher.utility[index] + watcher.weight * expected[place]
        }
    }

    /// (1/λ) log Σ exp(λ v), and the choice probabilities.
    private func logit(_ values: [Double]) -> (inclusive: Double, shares: [Double]) {
        let best = values.max() ?? 0
        var shares = values.map { Libm.exp(watcher.rationality * ($0 - best)) }
        let total = shares.reduce(0, +)
        for index in shares.indices { shares[index] /= total }
        return (best + Libm.log(total) / watcher.rationality, shares)
    }

    /// U of the turn and the choice probabilities, expectations taken from a list.
    func choice(_ expected: [Double]) -> (inclusive: Double, shares: [Double]) { logit(values(expected)) }

    /// The least and the greatest probability of each reaction in a box of expectations.
    func range(_ low: [Double], _ high: [Double]) -> [(low: Double, high: Double)] {
        let (least, most) = (values(low), values(high))
        return watcher.utility.indices.map { index in
            guard watcher.expectation[index] >= 0 else { return (0, 0) }
            return (share(index, least, most), share(index, most, least))
        }
    }

    /// The probability of a reaction whose value stands in one list while those of all others stand in another.
    private func share(_ index: Int, _ own: [Double], _ others: [Double]) -> Double {
        var odds = 0.0
        for other in others.indices where other != index {
            odds += Libm.exp(watcher.rationality * (others[other] - own[index]))
        }
        return 1 / (1 + odds)
    }

    /// At least the largest Σ p c + μ ℓ − ν·y over a box.
    ///
    /// Two bounds, of which the lower is taken. Near its centre the function stays within its slope and the largest second derivative:
    /// with ρ the direction's weight per reaction (0 for endings), d²/ds² Σ p c = (λδ)² Cov(c, (ρ − Eρ)²) and
    /// d²/ds² ℓ = λδ² Var ρ, and a covariance is at most a quarter of the product of two ranges. In a large box each part is bounded by itself: Σ p c is a
    /// ratio of linear functions of exp(λ v), largest where the best reactions stand at their upper ends.
    ///
    /// - Parameters:
    ///   - worth: c per reaction.
    ///   - prices: ν per expectation.
    func largest(
        _ low: [Double], _ high: [Double], worth: [Double], prices: [Double]
    ) -> Double {
        let middle = zip(low, high).map { ($0 + $1) / 2 }
        let (inclusive, shares) = choice(middle)
        let mean = zip(shares, worth).reduce(0) { $0 + $1.0 * $1.1 }
        var (centre, slope, longest, count, linear) = (mean + watcher.price * inclusive, 0.0, 0.0, 0, 0.0)
        for (index, place) in watcher.expectation.enumerated() where place >= 0 {
            let (radius, share) = ((high[place] - low[place]) / 2, shares[index])
            centre -= prices[place] * middle[place]
            linear += max(-prices[place] * low[place], -prices[place] * high[place])
            guard radius > 0 else { continue }
            count += 1
            longest = max(longest, radius)
            let rise =
                watcher.weight * share
                * (watcher.rationality * (worth[index] - mean) + watcher.price) - prices[place]
            slope += abs(rise) * radius
        }
        guard count > 0 else { return centre }
        // Weights of a direction lie in [0, r] or [−r, 0] with one expectation, and in [−r, r] with several.
        let spread = count == 1 ? longest : 2 * longest
        let (step, spanned) = (watcher.rationality * watcher.weight, (worth.max() ?? 0) - (worth.min() ?? 0))
        let curvature =
            (step * step * spanned + max(0, watcher.price) * step * watcher.weight) * spread * spread / 4
        let near = centre + slope + curvature / 2
        let far =
            best(low, high, worth) + linear
            + watcher.price * choice(watcher.price >= 0 ? high : low).inclusive
        // λ² may overflow.
        return near.isNaN ? far : min(near, far)
    }

    /// Weights that together are less than this are too near to underflow for their ratios.
    private static var leastTotal: Double { 1e-200 }

    /// The largest Σ p c over a box.
    private func best(_ low: [Double], _ high: [Double], _ worth: [Double]) -> Double {
        let (least, most) = (values(low), values(high))
        let order = worth.indices.sorted { (worth[$0], $0) > (worth[$1], $1) }
        let top = most.max() ?? 0
        let (small, large) = (
            order.map { Libm.exp(watcher.rationality * (least[$0] - top)) },
            order.map { Libm.exp(watcher.rationality * (most[$0] - top)) }
        )
        var best = -Double.infinity
        for taken in 0...order.count {
            var (total, sum) = (0.0, 0.0)
            for (rank, index) in order.enumerated() {
                let weight = rank < taken ? large[rank] : small[rank]
                total += weight
                sum += weight * worth[index]
            }
            if total < Self.leastTotal {
                // All of this choice lies far below the top: it is weighed from a top of its own.
                let values = order.indices.map { $0 < taken ? most[order[$0]] : least[order[$0]] }
                let shares = logit(values).shares
                (total, sum) = (1, zip(order, shares).reduce(0) { $0 + worth[$1.0] * $1.1 })
            }
            best = max(best, sum / total)
        }
        return best
    }
}
