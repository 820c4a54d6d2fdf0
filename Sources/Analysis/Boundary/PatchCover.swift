internal import NumericalMethods

/// Several functions of two variables, each known nearly to rounding by polynomials on rectangles that cover their domain.
struct PatchCover: Sendable {
    struct Patch: Sendable {
        let x: ClosedRange<Double>
        let y: ClosedRange<Double>
        /// One per function.
        let series: [ChebyshevPatch]
        let isResolved: Bool
    }

    private(set) var patches: [Patch] = []
    private(set) var scale = 0.0
    private(set) var evaluations = 0
    private var known: [Point: [Double]] = [:]

    private struct Point: Hashable {
        let x: UInt64
        let y: UInt64
    }

    /// How far polynomials may be from the functions, as a fraction of the largest value.
    static let tolerance = 1e-11

    typealias Functions = (_ points: [(Double, Double)]) throws -> [[Double]]

    /// Represents functions on a rectangle, halved along the harder side until 16 × 16 orders suffice.
    init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, depth: Int = 8, _ functions: Functions
    ) throws {
        try cover(x, y, depth: depth, functions)
        known = [:]
    }

    private mutating func values(_ points: [(Double, Double)], _ functions: Functions) throws -> [[Double]] {
        let missing = points.filter { known[Self.key($0)] == nil }
        for (point, row) in zip(missing, try functions(missing)) { known[Self.key(point)] = row }
        evaluations += missing.count
        return points.map { known[Self.key($0)] ?? [] }
    }

    private static func key(_ point: (Double, Double)) -> Point {
        Point(x: point.0.bitPattern, y: point.1.bitPattern)
    }

    private mutating func cover(
        _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, depth: Int, _ functions: Functions
    ) throws {
        var tails = (x: 0.0, y: 0.0)
        for degree in [8, 16] {
            let xs = ChebyshevSeries.nodes(from: x.lowerBound, to: x.upperBound, degree: degree)
            let ys = ChebyshevSeries.nodes(from: y.lowerBound, to: y.upperBound, degree: degree)
            let rows = try values(ys.flatMap { y in xs.map { ($0, y) } }, functions)
            scale = rows.joined().reduce(scale) { max($0, abs($1)) }
            let noise = Self.tolerance * scale
            let series = (rows.first ?? []).indices.map { function in
                ChebyshevPatch(
                    x: x, y: y,
                    values: ys.indices.map { j in xs.indices.map { rows[j * xs.count + $0][function] } })
            }
            tails = series.reduce((0, 0)) { (max($0.0, $1.tails.x), max($0.1, $1.tails.y)) }
            let isResolved = try max(tails.x, tails.y) <= noise && agrees(series, x, y, 100 * noise, functions)
            if isResolved || degree == 16 && depth == 0 {
                patches.append(
                    Patch(x: x, y: y, series: series.map { $0.trimmed(below: 0.01 * noise) }, isResolved: isResolved))
                return
            }
        }
        if tails.x >= tails.y {
            let middle = 0.5 * (x.lowerBound + x.upperBound)
            try cover(x.lowerBound...middle, y, depth: depth - 1, functions)
            try cover(middle...x.upperBound, y, depth: depth - 1, functions)
        } else {
            let middle = 0.5 * (y.lowerBound + y.upperBound)
            try cover(x, y.lowerBound...middle, depth: depth - 1, functions)
            try cover(x, middle...y.upperBound, depth: depth - 1, functions)
        }
    }

    private mutating func agrees(
        _ series: [ChebyshevPatch], _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ tolerance: Double,
        _ functions: Functions
    ) throws -> Bool {
        let points = [(0.2718281, 0.6180339), (0.8414709, 0.1414213)].map {
            (
                x.lowerBound + $0.0 * (x.upperBound - x.lowerBound),
                y.lowerBound + $0.1 * (y.upperBound - y.lowerBound)
            )
        }
        let rows = try values(points, functions)
        return zip(points, rows).allSatisfy { point, row in
            zip(series, row).allSatisfy { abs($0(point) - $1) <= tolerance }
        }
    }
}
