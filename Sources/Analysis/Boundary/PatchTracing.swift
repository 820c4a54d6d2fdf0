/// Traces the boundaries between the largest of several functions on one rectangle where they are polynomials.
///
/// Marching over cells: where the boundary enters and leaves a cell is found on its edges by bisection, where three labels meet by
/// Newton's method. A cell in which bounds on slopes and curvatures leave room for more than that is divided.
struct PatchTracing {
    typealias Point = BoundaryMap.Point
    private(set) var patches: [BoundaryMap.Patch] = []
    private(set) var segments: [(pair: [Int], from: Point, to: Point)] = []
    private(set) var corners: [BoundaryMap.Corner] = []
    private(set) var undecided: [Point] = []
    /// The cells that ``undecided`` are the middles of, with the response that is told there.
    private(set) var open: [BoundaryMap.Patch] = []

    private let series: [ChebyshevPatch]
    /// [a, b] the difference of two functions, with bounds on its second derivatives.
    private let differences: [[(series: ChebyshevPatch, curvature: (xx: Double, xy: Double, yy: Double))]]
    private let noise: Double

    /// - Parameter noise: what values are known to.
    init(_ series: [ChebyshevPatch], noise: Double) {
        self.series = series
        self.noise = noise
        differences = series.map { first in
            series.map { second in
                let difference = first - second
                return (difference, difference.curvature)
            }
        }
    }

    private func label(_ point: Point) -> Int {
        var best = (index: 0, value: -Double.infinity)
        for index in series.indices {
            let value = series[index]((point.x, point.y))
            if value > best.value { best = (index, value) }
        }
        return best.index
    }

    /// A cell: its corners counterclockwise from the lower left.
    struct Cell {
        let x: ClosedRange<Double>
        let y: ClosedRange<Double>

        var corners: [Point] {
            [
                Point(x: x.lowerBound, y: y.lowerBound), Point(x: x.upperBound, y: y.lowerBound),
                Point(x: x.upperBound, y: y.upperBound), Point(x: x.lowerBound, y: y.upperBound),
            ]
        }

        var centre: Point {
            Point(x: 0.5 * (x.lowerBound + x.upperBound), y: 0.5 * (y.lowerBound + y.upperBound))
        }

        var half: (x: Double, y: Double) {
            (0.5 * (x.upperBound - x.lowerBound), 0.5 * (y.upperBound - y.lowerBound))
        }

        var quarters: [Cell] {
            let middle = centre
            return [
                Cell(x: x.lowerBound...middle.x, y: y.lowerBound...middle.y),
                Cell(x: middle.x...x.upperBound, y: y.lowerBound...middle.y),
                Cell(x: middle.x...x.upperBound, y: middle.y...y.upperBound),
                Cell(x: x.lowerBound...middle.x, y: middle.y...y.upperBound),
            ]
        }
    }

    /// Traces a cell.
    ///
    /// - Parameter depth: how often it may be divided.
    mutating func trace(_ cell: Cell, depth: Int) {
        let walk = walk(cell)
        let crossings = walk.filter { $0.after != nil }
        let labels = Set(walk.map(\.label))
        if isSettled(cell, labels: labels, crossings: crossings.count) {
            if crossings.isEmpty {
                patches.append(BoundaryMap.Patch(response: walk[0].label, corners: cell.corners))
                return
            }
            if crossings.count == 2 { return add(walk, through: nil) }
            if let meeting = meeting(of: labels.sorted(), near: crossings.map(\.point), in: cell) {
                corners.append(BoundaryMap.Corner(responses: labels.sorted(), point: meeting))
                return add(walk, through: meeting)
            }
        }
        guard depth > 0 else {
            undecided.append(cell.centre)
            open.append(BoundaryMap.Patch(response: label(cell.centre), corners: cell.corners, isSettled: false))
            if crossings.count == 2 { return add(walk, through: nil) }
            patches.append(BoundaryMap.Patch(response: label(cell.centre), corners: cell.corners))
            return
        }
        for quarter in cell.quarters { trace(quarter, depth: depth - 1) }
    }

    /// A point of the outline of a cell: the label there and, at a crossing, the label after it.
    private struct Stop {
        let point: Point
        let label: Int
        let after: Int?
    }

    /// Once around a cell.
    private func walk(_ cell: Cell) -> [Stop] {
        let corners = cell.corners
        var stops: [Stop] = []
        for (index, corner) in corners.enumerated() {
            stops.append(Stop(point: corner, label: label(corner), after: nil))
            stops += crossings(from: corner, to: corners[(index + 1) % 4])
        }
        return stops
    }

    /// Where the label changes along an edge. The same points whichever way the edge is walked.
    private func crossings(from first: Point, to last: Point) -> [Stop] {
        if (last.x, last.y) < (first.x, first.y) {
            return crossings(from: last, to: first).reversed().map {
                Stop(point: $0.point, label: $0.after ?? $0.label, after: $0.label)
            }
        }
        func at(_ share: Double) -> Point {
            Point(x: first.x + share * (last.x - first.x), y: first.y + share * (last.y - first.y))
        }
        var stops: [Stop] = []
        var (place, here) = (0.0, label(first))
        let end = label(last)
        while here != end, stops.count < 8 {
            var (low, high) = (place, 1.0)
            while true {
                let middle = 0.5 * (low + high)
                guard middle > low, middle < high else { break }
                if label(at(middle)) == here { low = middle } else { high = middle }
            }
            let next = label(at(high))
            stops.append(Stop(point: at(high), label: here, after: next))
            (place, here) = (high, next)
        }
        return stops
    }

    /// Whether bounds on the functions allow nothing in the cell but what its outline shows.
    private func isSettled(_ cell: Cell, labels: Set<Int>, crossings: Int) -> Bool {
        guard
            crossings == 0 && labels.count == 1 || crossings == 2 && labels.count == 2
                || crossings == 3 && labels.count == 3
        else { return false }
        for other in series.indices where !labels.contains(other) {
            guard labels.contains(where: { isAbove($0, other, in: cell) }) else { return false }
        }
        let sorted = labels.sorted()
        for (index, a) in sorted.enumerated() {
            for b in sorted.dropFirst(index + 1) where !isMonotone(a, b, in: cell) { return false }
        }
        return true
    }

    /// Whether one function exceeds another in the whole cell.
    private func isAbove(_ a: Int, _ b: Int, in cell: Cell) -> Bool {
        let (series, curvature) = differences[a][b]
        let jet = series.jet((cell.centre.x, cell.centre.y))
        let half = cell.half
        let bend =
            0.5 * curvature.xx * half.x * half.x + curvature.xy * half.x * half.y
            + 0.5 * curvature.yy * half.y * half.y
        // Functions that are equal everywhere have no boundary between them.
        return jet.value + 2 * noise >= abs(jet.dx) * half.x + abs(jet.dy) * half.y + bend
    }

    /// Whether the boundary between two functions is a single curve in the cell.
    private func isMonotone(_ a: Int, _ b: Int, in cell: Cell) -> Bool {
        let (series, curvature) = differences[a][b]
        let jet = series.jet((cell.centre.x, cell.centre.y))
        let half = cell.half
        return abs(jet.dx) > curvature.xx * half.x + curvature.xy * half.y
            || abs(jet.dy) > curvature.xy * half.x + curvature.yy * half.y
    }

    /// Where three functions are equal, by Newton's method from the middle of the crossings; nil if that is outside.
    private func meeting(of labels: [Int], near points: [Point], in cell: Cell) -> Point? {
        var point = (
            points.reduce(0) { $0 + $1.x } / Double(points.count), points.reduce(0) { $0 + $1.y } / Double(points.count)
        )
        let half = cell.half
        for _ in 0..<30 {
            let first = differences[labels[0]][labels[1]].series.jet(point)
            let second = differences[labels[0]][labels[2]].series.jet(point)
            let determinant = first.dx * second.dy - first.dy * second.dx
            guard determinant != 0 else { return nil }
            let step = (
                (first.dy * second.value - second.dy * first.value) / determinant,
                (second.dx * first.value - first.dx * second.value) / determinant
            )
            point = (point.0 + step.0, point.1 + step.1)
            guard abs(point.0 - cell.centre.x) <= half.x, abs(point.1 - cell.centre.y) <= half.y else { return nil }
            if abs(step.0) <= 1e-14 * half.x + 1e-15, abs(step.1) <= 1e-14 * half.y + 1e-15 { break }
        }
        return Point(x: point.0, y: point.1)
    }

    /// Adds a cell's parts, cut at its crossings and, with three of them, at the point where they meet.
    private mutating func add(_ walk: [Stop], through meeting: Point?) {
        let crossings = walk.indices.filter { walk[$0].after != nil }
        for (index, start) in crossings.enumerated() {
            let stop = crossings[(index + 1) % crossings.count]
            var outline = [walk[start].point]
            var place = start
            repeat {
                place = (place + 1) % walk.count
                outline.append(walk[place].point)
            } while place != stop
            if let meeting { outline.append(meeting) }
            patches.append(BoundaryMap.Patch(response: walk[start].after ?? walk[start].label, corners: outline))
            let pair = [walk[start].label, walk[start].after ?? walk[start].label].sorted()
            if let meeting {
                segments.append((pair, walk[start].point, meeting))
            } else if index == 0 {
                segments.append((pair, walk[start].point, walk[stop].point))
            }
        }
    }
}
