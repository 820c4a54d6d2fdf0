/// Joins segments that share ends into curves.
struct SegmentChains {
    typealias Point = BoundaryMap.Point
    private struct End: Hashable {
        let pair: [Int]
        let point: Point
    }

    private var segments: [(pair: [Int], from: Point, to: Point)] = []
    private var ends: [End: [Int]] = [:]

    mutating func add(_ pair: [Int], _ from: Point, _ to: Point) {
        guard from != to else { return }
        ends[End(pair: pair, point: from), default: []].append(segments.count)
        ends[End(pair: pair, point: to), default: []].append(segments.count)
        segments.append((pair, from, to))
    }

    /// The curves, in the order of their first segments.
    var curves: [BoundaryMap.Curve] {
        var isUsed = [Bool](repeating: false, count: segments.count)
        var curves: [BoundaryMap.Curve] = []
        for start in segments.indices where !isUsed[start] {
            isUsed[start] = true
            let (pair, from, to) = segments[start]
            let ahead = follow(to, pair, &isUsed)
            let behind = follow(from, pair, &isUsed)
            curves.append(BoundaryMap.Curve(responses: pair, points: behind.reversed() + [from, to] + ahead))
        }
        return curves
    }

    private func follow(_ start: Point, _ pair: [Int], _ isUsed: inout [Bool]) -> [Point] {
        var points: [Point] = []
        var point = start
        while let next = ends[End(pair: pair, point: point)]?.first(where: { !isUsed[$0] }) {
            isUsed[next] = true
            point = segments[next].from == point ? segments[next].to : segments[next].from
            points.append(point)
        }
        return points
    }
}
