/// Several functions of one variable, each known to rounding by polynomials on pieces of an interval.
package struct PiecewiseSeries: Sendable {
    package struct Piece: Sendable {
        package let lower: Double
        package let upper: Double
        /// One per function.
        package let series: [ChebyshevSeries]
        /// Whether the polynomials agree with the functions to the tolerance.
        package let isResolved: Bool

        package init(lower: Double, upper: Double, series: [ChebyshevSeries], isResolved: Bool) {
            self.lower = lower
            self.upper = upper
            self.series = series
            self.isResolved = isResolved
        }
    }

    package private(set) var pieces: [Piece] = []
    /// The largest value met, which tolerances are fractions of.
    package private(set) var scale = 0.0
    /// How often the functions were evaluated.
    package private(set) var evaluations = 0

    /// How far polynomials may be from the functions, as a fraction of the largest value.
    package static let tolerance = 1e-12

    /// Whether the functions are known to be straight lines.
    private let isStraight: Bool
    private let shouldStop: @Sendable () -> Bool

    /// Where evaluations have been made, by the bits of the argument.
    private var known: [UInt64: [Double]] = [:]

    /// The values of all functions at each of some points.
    package typealias Functions = (_ points: [Double]) throws -> [[Double]]

    /// Represents functions on an interval, halved until polynomials of degree 32 suffice.
    ///
    /// A piece is accepted when the last three coefficients are below the tolerance and the polynomials agree with the functions
    /// at two more points.
    ///
    /// - Parameters:
    ///   - depth: how often the interval may be halved; a piece at the end of it is kept unresolved.
    ///   - isStraight: whether the functions are known to be straight lines.
    ///   - shouldStop: polled before a piece is represented; once true, straight lines are taken from their ends, and anything else is a
    ///     polynomial of degree 4 that stays unresolved.
    /// - Throws: whatever the functions throw.
    package init(
        from lower: Double, to upper: Double, depth: Int = 10, isStraight: Bool = false,
        shouldStop: @escaping @Sendable () -> Bool = { false }, _ functions: Functions
    ) throws {
        (self.isStraight, self.shouldStop) = (isStraight, shouldStop)
        try represent(from: lower, to: upper, depth: depth, functions)
        known = [:]
    }

    private mutating func values(_ points: [Double], _ functions: Functions) throws -> [[Double]] {
        let missing = points.filter { known[$0.bitPattern] == nil }
        for (point, row) in zip(missing, try functions(missing)) { known[point.bitPattern] = row }
        evaluations += missing.count
        return points.map { known[$0.bitPattern] ?? [] }
    }

    private mutating func represent(
        from lower: Double, to upper: Double, depth: Int, _ functions: Functions
    ) throws {
        let hasTime = !shouldStop()
        for degree in hasTime ? [4, 8, 16, 32] : [isStraight ? 1 : 4] {
            let rows = try values(ChebyshevSeries.nodes(from: lower, to: upper, degree: degree), functions)
            scale = rows.joined().reduce(scale) { max($0, abs($1)) }
            let series = (rows.first ?? []).indices.map { index in
                ChebyshevSeries(from: lower, to: upper, values: rows.map { $0[index] })
            }
            guard hasTime else {
                pieces.append(Piece(lower: lower, upper: upper, series: series, isResolved: isStraight))
                return
            }
            let noise = Self.tolerance * scale
            let hasConverged = series.allSatisfy { $0.coefficients.suffix(3).allSatisfy { abs($0) <= noise } }
            if hasConverged, try agrees(series, from: lower, to: upper, within: 10 * noise, functions) {
                pieces.append(Piece(lower: lower, upper: upper, series: series, isResolved: true))
                return
            }
            if degree == 32, depth == 0 {
                pieces.append(Piece(lower: lower, upper: upper, series: series, isResolved: false))
                return
            }
        }
        let middle = 0.5 * (lower + upper)
        try represent(from: lower, to: middle, depth: depth - 1, functions)
        try represent(from: middle, to: upper, depth: depth - 1, functions)
    }

    /// Whether polynomials have the functions' values at two points that are no nodes of any degree.
    private mutating func agrees(
        _ series: [ChebyshevSeries], from lower: Double, to upper: Double, within tolerance: Double,
        _ functions: Functions
    ) throws -> Bool {
        let points = [0.2718281, 0.8414709].map { lower + $0 * (upper - lower) }
        let rows = try values(points, functions)
        return zip(points, rows).allSatisfy { point, row in
            zip(series, row).allSatisfy { abs($0(point) - $1) <= tolerance }
        }
    }

    /// The values of all functions at a point, by the polynomials.
    package func callAsFunction(_ x: Double) -> [Double] {
        let piece = pieces.first { x <= $0.upper } ?? pieces[pieces.count - 1]
        return piece.series.map { $0(x) }
    }
}
