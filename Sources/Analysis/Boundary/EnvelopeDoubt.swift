internal import NumericalMethods

/// Where another response may still be best than the one that an envelope says.
struct EnvelopeDoubt {
    /// A part of a cell in which the cell's response is not settled.
    struct Part {
        let response: Int
        let corners: [[Double]]
    }

    /// What the optimal value lies between.
    struct Bounds: Equatable {
        let lower: Double
        let upper: Double
    }

    /// Per cell, whether its response is settled all over it.
    fileprivate(set) var isSettled: [Bool] = []
    /// Per cell and corner.
    fileprivate(set) var bounds: [[Bounds]] = []
    fileprivate(set) var parts: [Part] = []
}

/// What the optimal value does not exceed, worked out once per place: triangles share their corners.
private final class Ceiling {
    private struct Key: Hashable {
        let x: Double
        let y: Double
    }

    private var known: [Key: Double] = [:]
    private let upper: ([Double]) -> Double

    init(_ upper: @escaping ([Double]) -> Double) { self.upper = upper }

    func callAsFunction(_ place: [Double]) -> Double {
        // Places nearer than this are one, as everywhere on an envelope.
        let key = Key(x: (place[0] * 1e10).rounded(), y: (place[1] * 1e10).rounded())
        if let value = known[key] { return value }
        let value = upper(place)
        known[key] = value
        return value
    }
}

/// What is known at a place of a cell.
private struct Standing {
    let place: [Double]
    /// The optimal value is the plan's up to rounding.
    let isExact: Bool
    /// What is left open is as little as was asked for, and less than the plan leads by.
    let isClose: Bool
}

extension EnvelopeSearch {
    /// A triangle smaller than this part of the coordinates' triangle is not divided; what that costs is a fraction of a second.
    private static var finest: Double { 1.0 / 32 }
    /// A triangle that is settled at no corner is not searched for settled parts below this size.
    private static var coarsest: Double { 1.0 / 8 }

    /// What the optimal value lies between at a place.
    func bounds(at place: [Double]) -> EnvelopeDoubt.Bounds {
        let lower = envelope.value(at: place)
        return EnvelopeDoubt.Bounds(lower: lower, upper: max(lower, interpolated(place)))
    }

    /// Whether the optimal value is the envelope's up to rounding at a place.
    func isProved(at place: [Double]) -> Bool {
        let bounds = bounds(at: place)
        return bounds.upper - bounds.lower <= rounding
    }

    /// Where the responses of cells are not settled.
    ///
    /// On a cell the best plan's value is linear, what the optimal value does not exceed is convex, and so is the best of the other
    /// responses' plans. A condition that bounds their sum therefore holds all over a triangle where it holds at its corners: what
    /// is called settled is. Triangles that are not are divided, down to 1/32 of a side.
    ///
    /// - Complexity: some hundred linear programs over the places asked about, none where the search came to a proof.
    func doubt(of cells: [PlanEnvelope.Cell]) -> EnvelopeDoubt {
        var doubt = EnvelopeDoubt()
        guard gap > 0 || !isComplete else {
            doubt.isSettled = cells.map { _ in true }
            doubt.bounds = cells.map { cell in
                cell.corners.map {
                    let value = ConvexPolygon.product(cell.values, $0)
                    return EnvelopeDoubt.Bounds(lower: value, upper: value)
                }
            }
            return doubt
        }
        let ceiling = Ceiling { interpolated($0) }
        for cell in cells {
            doubt.bounds.append(
                cell.corners.map {
                    let value = ConvexPolygon.product(cell.values, $0)
                    return EnvelopeDoubt.Bounds(lower: value, upper: max(value, ceiling($0)))
                })
            let corners = cell.corners.map { standing($0, cell, cells, ceiling) }
            var open: [[[Double]]] = []
            var isWhole = true
            for index in corners.indices.dropFirst().dropLast() {
                let triangle = [corners[0], corners[index], corners[index + 1]]
                let found = parts(triangle, cell, cells, ceiling)
                isWhole = isWhole && found.isWhole
                open += found.parts
            }
            doubt.isSettled.append(open.isEmpty)
            if isWhole { open = [cell.corners] }
            doubt.parts += open.map { EnvelopeDoubt.Part(response: cell.response, corners: $0) }
        }
        return doubt
    }

    /// Whether no other response may be best at a place of a cell.
    func isSettled(at place: [Double], in cell: PlanEnvelope.Cell, among cells: [PlanEnvelope.Cell]) -> Bool {
        let found = standing(place, cell, cells, Ceiling { interpolated($0) })
        return found.isExact || found.isClose
    }

    private func standing(
        _ place: [Double], _ cell: PlanEnvelope.Cell, _ cells: [PlanEnvelope.Cell], _ ceiling: Ceiling
    ) -> Standing {
        let own = ConvexPolygon.product(cell.values, place)
        let left = ceiling(place) - own
        let other = cells.reduce(-Double.infinity) {
            $1.response == cell.response ? $0 : max($0, ConvexPolygon.product($1.values, place))
        }
        return Standing(
            place: place, isExact: left <= rounding, isClose: left <= allowed(at: place) && left < own - other)
    }

    /// The parts of a triangle that are not settled, and whether they are all of it.
    private func parts(
        _ triangle: [Standing], _ cell: PlanEnvelope.Cell, _ cells: [PlanEnvelope.Cell], _ ceiling: Ceiling
    ) -> (parts: [[[Double]]], isWhole: Bool) {
        if triangle.allSatisfy(\.isExact) || triangle.allSatisfy(\.isClose) { return ([], false) }
        let places = triangle.map(\.place)
        let size = (0..<3).reduce(0) { max($0, ConvexPolygon.distance(places[$1], places[($1 + 1) % 3])) }
        let isOpen = triangle.allSatisfy { !$0.isExact && !$0.isClose }
        guard size > (isOpen ? Self.coarsest : Self.finest) else { return ([places], true) }
        let middles = (0..<3).map {
            standing(ConvexPolygon.between(places[$0], places[($0 + 1) % 3], 0.5), cell, cells, ceiling)
        }
        let smaller = [
            [triangle[0], middles[0], middles[2]], [middles[0], triangle[1], middles[1]],
            [middles[2], middles[1], triangle[2]], [middles[0], middles[1], middles[2]],
        ].map { parts($0, cell, cells, ceiling) }
        if smaller.allSatisfy(\.isWhole) { return ([places], true) }
        return (smaller.flatMap(\.parts), false)
    }
}
