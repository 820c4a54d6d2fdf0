internal import GameModel
internal import Solver

/// The responses along a limit's curve.
extension LimitSearch {
    func line(_ decision: Int, curve: LimitCurve) throws -> DecisionLine {
        var segments: [DecisionLine.Segment] = []
        var unreached: [ClosedRange<Double>] = []
        for (low, high) in zip(vertices, vertices.dropFirst()) where high.limit > low.limit {
            let (first, last) = (numerators(low, decision), numerators(high, decision))
            let cuts = [0] + crossings(first, last) + [1]
            for (from, to) in zip(cuts, cuts.dropFirst()) where to > from {
                let middle = zip(first, last).map { $0 + 0.5 * (from + to) * ($1 - $0) }
                let used = Self.used(middle)
                let ends = [from, to].map { low.limit + $0 * (high.limit - low.limit) }
                guard let top = used.max(by: { middle[$0] < middle[$1] }) else {
                    if let last = unreached.last, last.upperBound == ends[0] {
                        unreached[unreached.count - 1] = last.lowerBound...ends[1]
                    } else {
                        unreached.append(ends[0]...ends[1])
                    }
                    continue
                }
                let piece = DecisionLine.Segment(lower: ends[0], upper: ends[1], response: top, responses: used)
                if let before = segments.last, before.upper == piece.lower, before.response == top,
                    before.responses == used
                {
                    segments[segments.count - 1] = DecisionLine.Segment(
                        lower: before.lower, upper: piece.upper, response: top, responses: used)
                } else {
                    segments.append(piece)
                }
            }
        }
        let switches = zip(segments, segments.dropFirst()).filter { $0.upper == $1.lower }.map { below, above in
            DecisionLine.Switch(
                value: above.lower, below: below.response, above: above.response,
                uncertainty: uncertainty(at: above.lower, curve))
        }
        // What is mixed on a piece that leaves too much open says little of the best policy there.
        let open = curve.pieces.filter { !$0.isComplete }.map { $0.lower...$0.upper }
        let values = curve.pieces.flatMap { [$0.valueAtLower, $0.valueAtUpper] }
        return DecisionLine(
            decision: policy.decisions[decision], segments: segments, switches: switches, undecided: [],
            open: open
                + switches.filter { $0.uncertainty > Self.certain }.map {
                    max(curve.start, $0.value - $0.uncertainty)...min(curve.end, $0.value + $0.uncertainty)
                },
            completeness: !curve.isComplete ? .unfinished : curve.gap == 0 ? .proved : .provedUpTo(gap: curve.gap),
            unreached: unreached,
            effect: segments.count > 1 ? .infinity : (values.max() ?? 0) - (values.min() ?? 0))
    }

    /// Σ_i w_i P(history | i) π_i(a) of a vertex's mixture.
    func numerators(_ vertex: Vertex, _ decision: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: game.responses.count)
        for part in vertex.parts {
            for (response, share) in shares[part.column][decision].enumerated() {
                sums[response] += part.weight * share
            }
        }
        return sums
    }

    /// Where two linear functions cross inside (0, 1), in order.
    private func crossings(_ first: [Double], _ last: [Double]) -> [Double] {
        var places: [Double] = []
        for a in first.indices {
            for b in first.indices where b > a {
                let (start, end) = (first[a] - first[b], last[a] - last[b])
                guard (start < 0) != (end < 0), abs(start) > 1e-12, abs(end) > 1e-12 else { continue }
                places.append(start / (start - end))
            }
        }
        return places.sorted()
    }

    /// A switch that is known to this is known.
    private static var certain: Double { 1e-9 }

    /// What is left open moves a corner by no more than itself divided by the change of price there; inside a piece, by no more than
    /// the piece.
    private func uncertainty(at limit: Double, _ curve: LimitCurve) -> Double {
        if let index = curve.pieces.dropLast().firstIndex(where: { $0.upper == limit }) {
            let (before, after) = (curve.pieces[index], curve.pieces[index + 1])
            return 1e-10 + max(before.gap, after.gap) / max(before.price - after.price, 1e-12 * scale)
        }
        let piece = curve.pieces.first { $0.lower <= limit && limit <= $0.upper }
        return piece.map { $0.gap == 0 ? 1e-10 : $0.upper - $0.lower } ?? 1e-10
    }
}
