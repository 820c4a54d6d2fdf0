internal import NumericalMethods

/// A polynomial on a rectangle: f(x, y) ≈ Σ_ij c_ij T_i(s) T_j(r), s and r the places in the two intervals.
struct ChebyshevPatch: Sendable {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    /// [j][i]: per order in y, a series in x.
    private let rows: [[Double]]

    /// A value with its derivatives, per unit of x and of y.
    struct Jet {
        let value: Double
        let dx: Double
        let dy: Double
    }

    private init(x: ClosedRange<Double>, y: ClosedRange<Double>, rows: [[Double]]) {
        self.x = x
        self.y = y
        self.rows = rows
    }

    /// The interpolant of values [y nodes][x nodes].
    init(x: ClosedRange<Double>, y: ClosedRange<Double>, values: [[Double]]) {
        let inX = values.map {
            ChebyshevSeries(from: x.lowerBound, to: x.upperBound, values: $0).coefficients
        }
        let columns = (inX.first ?? []).indices.map { order in
            ChebyshevSeries(from: y.lowerBound, to: y.upperBound, values: inX.map { $0[order] }).coefficients
        }
        self.init(
            x: x, y: y,
            rows: (columns.first ?? []).indices.map { j in columns.map { $0[j] } })
    }

    /// The largest coefficient of the last two orders in x, and in y.
    var tails: (x: Double, y: Double) {
        let inX = rows.flatMap { $0.suffix(2) }.reduce(0) { max($0, abs($1)) }
        let inY = rows.suffix(2).joined().reduce(0) { max($0, abs($1)) }
        return (inX, inY)
    }

    /// Without the last orders whose coefficients are all below a size.
    func trimmed(below noise: Double) -> ChebyshevPatch {
        var kept = rows
        while kept.count > 1, kept[kept.count - 1].allSatisfy({ abs($0) <= noise }) { kept.removeLast() }
        var width = kept.first?.count ?? 1
        while width > 1, kept.allSatisfy({ abs($0[width - 1]) <= noise }) {
            width -= 1
            kept = kept.map { Array($0.prefix(width)) }
        }
        return ChebyshevPatch(x: x, y: y, rows: kept)
    }

    private func places(_ point: (Double, Double)) -> (Double, Double) {
        (
            (2 * point.0 - x.lowerBound - x.upperBound) / (x.upperBound - x.lowerBound),
            (2 * point.1 - y.lowerBound - y.upperBound) / (y.upperBound - y.lowerBound)
        )
    }

    func callAsFunction(_ point: (Double, Double)) -> Double {
        let (s, r) = places(point)
        return Self.clenshaw(rows.count, r) { Self.clenshaw(rows[$0], s) }
    }

    func jet(_ point: (Double, Double)) -> Jet {
        let (s, r) = places(point)
        let inX = rows.map { Self.withDerivative($0, s) }
        let value = Self.withDerivative(inX.map(\.value), r)
        let slope = Self.withDerivative(inX.map(\.slope), r)
        return Jet(
            value: value.value, dx: slope.value * 2 / (x.upperBound - x.lowerBound),
            dy: value.slope * 2 / (y.upperBound - y.lowerBound))
    }

    /// Bounds on |f_xx|, |f_xy| and |f_yy| over the rectangle, from |T_n'| ≤ n² and |T_n''| ≤ n²(n² − 1)/3.
    var curvature: (xx: Double, xy: Double, yy: Double) {
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (j, row) in rows.enumerated() {
            let jj = Double(j * j)
            for (i, coefficient) in row.enumerated() {
                let (ii, size) = (Double(i * i), abs(coefficient))
                xx += size * ii * (ii - 1) / 3
                yy += size * jj * (jj - 1) / 3
                xy += size * ii * jj
            }
        }
        let (sx, sy) = (2 / (x.upperBound - x.lowerBound), 2 / (y.upperBound - y.lowerBound))
        return (max(0, xx) * sx * sx, xy * sx * sy, max(0, yy) * sy * sy)
    }

    static func - (first: ChebyshevPatch, second: ChebyshevPatch) -> ChebyshevPatch {
        let height = max(first.rows.count, second.rows.count)
        let width = max(first.rows.first?.count ?? 0, second.rows.first?.count ?? 0)
        func at(_ series: ChebyshevPatch, _ j: Int, _ i: Int) -> Double {
            j < series.rows.count && i < series.rows[j].count ? series.rows[j][i] : 0
        }
        return ChebyshevPatch(
            x: first.x, y: first.y,
            rows: (0..<height).map { j in (0..<width).map { at(first, j, $0) - at(second, j, $0) } })
    }

    private static func clenshaw(_ coefficients: [Double], _ place: Double) -> Double {
        clenshaw(coefficients.count, place) { coefficients[$0] }
    }

    private static func clenshaw(_ count: Int, _ place: Double, _ coefficient: (Int) -> Double) -> Double {
        var (next, afterNext) = (0.0, 0.0)
        for order in stride(from: count - 1, to: 0, by: -1) {
            (next, afterNext) = (coefficient(order) + 2 * place * next - afterNext, next)
        }
        return coefficient(0) + place * next - afterNext
    }

    private static func withDerivative(_ coefficients: [Double], _ place: Double) -> (value: Double, slope: Double) {
        var (b1, b2, d1, d2) = (0.0, 0.0, 0.0, 0.0)
        for order in stride(from: coefficients.count - 1, to: 0, by: -1) {
            (d1, d2) = (2 * b1 + 2 * place * d1 - d2, d1)
            (b1, b2) = (coefficients[order] + 2 * place * b1 - b2, b1)
        }
        return (coefficients[0] + place * b1 - b2, b1 + place * d1 - d2)
    }
}
