/// Joins segments that share ends into curves.
///
/// Ends on either side of two rectangles come from different polynomials; ends within 10^−8 of the map's size are the same.
struct SegmentChains {
    typealias Point = BoundaryMap.Point
    private struct End: Hashable {
        let pair: [Int]
        let x: Double
        let y: Double
    }

    /// The size of the map.
    let width: Double
    let height: Double

    private var segments: [(pair: [Int], from: Point, to: Point)] = []
    private var ends: [End: [Int]] = [:]

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    private func end(_ pair: [Int], _ point: Point) -> End {
        End(pair: pair, x: (point.x / width * 1e8).rounded(), y: (point.y / height * 1e8).rounded())
    }

    mutating func add(_ pair: [Int], _ from: Point, _ to: Point) {
        guard from != to else { return }
        ends[end(pair, from), default: []].append(segments.count)
        ends[end(pair, to), default: []].append(segments.count)
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
        while let next = ends[end(pair, point)]?.first(where: { !isUsed[$0] }) {
            isUsed[next] = true
            let here = end(pair, point)
            point = end(pair, segments[next].from) == here ? segments[next].to : segments[next].from
            points.append(point)
        }
        return points
    }
}
