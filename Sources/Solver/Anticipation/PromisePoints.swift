internal import GameModel

/// An upper bound on W_t that grows tighter with every direction at which it is known better.
///
/// W ≤ c · v + W(rest) wherever (b, μ) = c · (point) + rest with c ≥ 0 and rest ≥ 0 in the beliefs, since W is subadditive and
/// homogeneous; the rest is bounded corner by corner. The best single point and the best c are taken.
///
/// Source: the sawtooth bound, Hauskrecht 2000, JAIR 13 (doi:10.1613/jair.678), with corners of both signs for what users expect.
struct PromisePoints {
    private let hidden: Int
    private let watchful: Int
    /// [H] bound on W at a corner of the beliefs.
    private let corner: [Double]
    /// [F] range of what is expected.
    private let low: [Double]
    private let high: [Double]
    /// [points, H + F] and what the point lowers the corners' bound by.
    private var coordinates: [Double] = []
    private var gains: [Double] = []
    /// How many points were left when it was last looked which of them are needed.
    private var pruned = PromisePoints.leastPruned

    init(_ frame: PromiseFrame, turn: Int) {
        let (layer, width) = (frame.layers[turn - 1], frame.game.responses.count)
        hidden = frame.game.hiddenCount
        watchful = frame.watchful.count
        corner = (0..<hidden).map { h in
            var alone = [Double](repeating: 0, count: frame.game.hiddenCount)
            alone[h] = 1
            let values = Array(layer.alpha[h * width..<(h + 1) * width])
            // After the last turn nothing is chosen.
            guard turn <= frame.game.horizon else { return values[0] }
            return frame.choice.value(turn: turn, belief: alone, of: values)
        }
        low = frame.watchful.map { layer.low[$0] }
        high = frame.watchful.map { layer.high[$0] }
    }

    var count: Int { gains.count }

    /// The bound from corners alone.
    private func corners(_ direction: PromiseDirection) -> Double {
        var value = 0.0
        for h in 0..<hidden { value += direction.belief[h] * corner[h] }
        for f in 0..<watchful { value += PromiseFrame.dearest(direction.price[f], low[f], high[f]) }
        return value
    }

    /// The bound at a direction.
    ///
    /// - Complexity: O(points · (H + F²)).
    func value(_ direction: PromiseDirection) -> Double {
        let corners = corners(direction)
        var drop = 0.0
        for point in gains.indices {
            let start = point * (hidden + watchful)
            var most = Double.infinity
            for h in 0..<hidden where coordinates[start + h] * most > direction.belief[h] {
                most = direction.belief[h] / coordinates[start + h]
            }
            guard most > 0, most < .infinity else { continue }
            drop = min(drop, change(most, direction.price, point))
            // The change is convex in c and bends where a price is used up.
            for f in 0..<watchful {
                let bend = direction.price[f] / coordinates[start + hidden + f]
                if bend > 0, bend < most { drop = min(drop, change(bend, direction.price, point)) }
            }
        }
        return corners + drop
    }

    /// What c · point + rest changes of the corners' bound.
    @inline(__always)
    private func change(_ share: Double, _ price: [Double], _ point: Int) -> Double {
        var value = share * gains[point]
        let start = point * (hidden + watchful) + hidden
        for f in 0..<watchful {
            let used = share * coordinates[start + f]
            value += PromiseFrame.dearest(used, low[f], high[f])
            value += PromiseFrame.dearest(price[f] - used, low[f], high[f])
            value -= PromiseFrame.dearest(price[f], low[f], high[f])
        }
        return value
    }

    /// Learns that W is at most `value` at a direction.
    mutating func learn(_ direction: PromiseDirection, _ value: Double) {
        let scale = direction.belief.reduce(0, +)
        guard scale > 0 else { return }
        let gain = (value - corners(direction)) / scale
        guard gain < 0 else { return }
        let row = direction.belief.map { $0 / scale } + direction.price.map { $0 / scale }
        let width = hidden + watchful
        for point in gains.indices where coordinates[point * width..<(point + 1) * width].elementsEqual(row) {
            gains[point] = min(gains[point], gain)
            return
        }
        coordinates += row
        gains.append(gain)
        if gains.count >= 2 * pruned { prune() }
    }

    /// Drops the points that say nothing which the others do not.
    private mutating func prune() {
        let width = hidden + watchful
        var point = 0
        while point < gains.count {
            let row = Array(coordinates[point * width..<(point + 1) * width])
            let own = PromiseDirection(belief: Array(row[..<hidden]), price: Array(row[hidden...]))
            let gain = gains.remove(at: point)
            coordinates.removeSubrange(point * width..<(point + 1) * width)
            guard value(own) > corners(own) + gain else { continue }
            coordinates.insert(contentsOf: row, at: point * width)
            gains.insert(gain, at: point)
            point += 1
        }
        pruned = max(Self.leastPruned, gains.count)
    }

    private static var leastPruned: Int { 32 }
}
