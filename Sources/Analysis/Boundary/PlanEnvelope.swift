internal import NumericalMethods

/// The upper envelope of plans' planes over a convex polygon: per plane that is largest somewhere, the polygon where it is.
///
/// A plane that others take the last of its cell from is dropped, since it is nowhere above them: what is kept, and what an
/// addition costs, grows with the cells and not with the plans ever found.
struct PlanEnvelope {
    struct Cell {
        /// What the plan is worth at the three vertices of the places' coordinates.
        let values: [Double]
        let response: Int
        /// The number under which the plan was added.
        let plan: Int
        fileprivate(set) var corners: [[Double]]
    }

    /// Corners of the polygon, in order around it.
    let domain: [[Double]]
    private(set) var cells: [Cell] = []

    /// Twice the area of a cell that is nothing but rounding: 10^−10 a side.
    private static let leastArea = 1e-20

    /// The size of what is paid, which values are sums of.
    private let unit: Double

    init(over domain: [[Double]], unit: Double) {
        self.domain = domain
        self.unit = unit
    }

    /// The largest value at the vertices of the coordinates, at least the size of what is paid.
    var scale: Double { cells.reduce(unit) { $1.values.reduce($0) { max($0, abs($1)) } } }

    func value(at place: [Double]) -> Double {
        cells.reduce(-Double.infinity) { max($0, ConvexPolygon.product($1.values, place)) }
    }

    /// Adds a plane where it is above all others.
    ///
    /// - Returns: whether it is above them anywhere.
    /// - Complexity: O(cells · their corners).
    mutating func add(_ values: [Double], response: Int, plan: Int) -> Bool {
        var own = domain
        for cell in cells {
            own = ConvexPolygon.clipped(own, keeping: zip(values, cell.values).map { $0 - $1 })
            guard Self.isCell(own) else { return false }
        }
        for index in cells.indices {
            cells[index].corners = ConvexPolygon.clipped(
                cells[index].corners, keeping: zip(cells[index].values, values).map { $0 - $1 })
        }
        cells.removeAll { !Self.isCell($0.corners) }
        cells.append(Cell(values: values, response: response, plan: plan, corners: own))
        return true
    }

    private static func isCell(_ polygon: [[Double]]) -> Bool {
        polygon.count >= 3 && abs(ConvexPolygon.area(polygon)) > leastArea
    }
}
