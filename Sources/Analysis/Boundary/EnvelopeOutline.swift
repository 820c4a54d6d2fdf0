internal import NumericalMethods

/// What is seen of an envelope by responses only: regions, the boundaries between them, and where three meet.
struct EnvelopeOutline {
    struct Edge {
        /// The responses on both sides first; others that are worth the same after them.
        let responses: [Int]
        let from: [Double]
        let to: [Double]
    }

    /// Cells side by side with the same response, as one polygon.
    struct Region {
        let response: Int
        /// Around the region first counterclockwise; then around its holes, clockwise.
        let rings: [[[Double]]]
        /// The cells that it is made of.
        let cells: [Int]
    }

    private(set) var edges: [Edge] = []
    private(set) var corners: [(responses: [Int], place: [Double])] = []
    private(set) var regions: [Region] = []
    /// The largest difference between planes of different responses where they should be equal.
    private(set) var residual = 0.0

    /// Cells that are more than rounding.
    let cells: [PlanEnvelope.Cell]
    private let noise: Double
    private var numbers = PlaceNumbers()

    /// A side of a cell, between two numbered places.
    private struct Side: Hashable {
        let from: Int
        let to: Int
        var reversed: Side { Side(from: to, to: from) }
    }

    init(of envelope: PlanEnvelope) {
        cells = envelope.cells.filter { abs(ConvexPolygon.area($0.corners)) > 1e-14 }
        noise = 1e-9 * envelope.scale
        let outer = boundaries()
        for response in Set(cells.map(\.response)).sorted() {
            regions += joined(outer.filter { cells[$0.cell].response == response }, response)
        }
    }

    /// Per response, what its best plan is worth at a place.
    private func best(_ place: [Double]) -> [Int: Double] {
        var best: [Int: Double] = [:]
        for cell in cells {
            best[cell.response] = max(best[cell.response] ?? -.infinity, ConvexPolygon.product(cell.values, place))
        }
        return best
    }

    /// Responses whose plans are worth the most at a place.
    private func top(_ place: [Double]) -> [Int] {
        let best = best(place)
        let largest = best.values.max() ?? 0
        return best.filter { $0.value >= largest - noise }.keys.sorted()
    }

    /// Fills edges and corners; the sides of cells beyond which another response is best or the domain ends.
    private mutating func boundaries() -> [(side: Side, cell: Int)] {
        var sides: [(side: Side, cell: Int)] = []
        var owners: [Side: Int] = [:]
        for (index, cell) in cells.enumerated() {
            let around = ConvexPolygon.area(cell.corners) < 0 ? cell.corners.reversed() : cell.corners
            var ring: [Int] = []
            for place in around {
                let number = numbers.add(place)
                if ring.last != number { ring.append(number) }
            }
            if ring.count > 1, ring.first == ring.last { ring.removeLast() }
            for (position, from) in ring.enumerated() where ring.count > 2 {
                let side = Side(from: from, to: ring[(position + 1) % ring.count])
                owners[side] = index
                sides.append((side, index))
            }
        }
        for place in numbers.places {
            let meeting = top(place)
            if meeting.count > 2 { corners.append((meeting, place)) }
        }
        let outer = sides.filter { item in
            owners[item.side.reversed].map { cells[$0].response != cells[item.cell].response } ?? true
        }
        for (side, index) in outer {
            let (from, to) = (numbers.places[side.from], numbers.places[side.to])
            let own = cells[index].response
            let meeting = top(ConvexPolygon.between(from, to, 0.5))
            // The side of the other cell is told once, by the cell that comes first.
            guard owners[side.reversed].map({ $0 > index }) ?? (meeting.count > 1) else { continue }
            let other = owners[side.reversed].map { cells[$0].response } ?? meeting.first { $0 != own } ?? own
            let more = meeting.filter { $0 != own && $0 != other }
            edges.append(Edge(responses: [own, other].sorted() + more, from: from, to: to))
            for place in [from, to] {
                let best = best(place)
                residual = max(residual, abs((best[own] ?? 0) - (best[other] ?? 0)))
            }
        }
        return outer
    }

    /// Follows sides around; rings with a positive area are regions, the others holes of the smallest region around them.
    private func joined(_ sides: [(side: Side, cell: Int)], _ response: Int) -> [Region] {
        var next: [Int: [Int]] = [:]
        for item in sides { next[item.side.from, default: []].append(item.side.to) }
        var rings: [[[Double]]] = []
        for item in sides {
            var ring: [Int] = []
            var place = item.side.from
            while let following = next[place]?.first {
                ring.append(place)
                next[place]?.removeFirst()
                place = following
            }
            if ring.count > 2 { rings.append(ring.map { numbers.places[$0] }) }
        }
        var around = rings.filter { ConvexPolygon.area($0) > 1e-14 }.map { [$0] }
        for hole in rings where ConvexPolygon.area(hole) < -1e-14 {
            let homes = around.indices.filter { index in
                hole.contains { Self.contains(around[index][0], $0) } && !around[index].contains(hole)
            }
            let sizes = around.map { ConvexPolygon.area($0[0]) }
            if let home = homes.min(by: { sizes[$0] < sizes[$1] }) { around[home].append(hole) }
        }
        return around.map { rings in
            let own = cells.indices.filter { index in
                guard cells[index].response == response else { return false }
                let middle = ConvexPolygon.middle(cells[index].corners)
                return Self.contains(rings[0], middle) && !rings.dropFirst().contains { Self.contains($0, middle) }
            }
            return Region(response: response, rings: rings, cells: own)
        }
    }

    /// Whether a ray from a place crosses a ring an odd number of times.
    private static func contains(_ ring: [[Double]], _ place: [Double]) -> Bool {
        var isInside = false
        for (index, a) in ring.enumerated() {
            let b = ring[(index + 1) % ring.count]
            if (a[1] > place[1]) != (b[1] > place[1]),
                place[0] < (b[0] - a[0]) * (place[1] - a[1]) / (b[1] - a[1]) + a[0]
            {
                isInside.toggle()
            }
        }
        return isInside
    }
}
