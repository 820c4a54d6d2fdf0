internal import CGSL

/// Two normal variables of mean 0 and variance 1.
public enum BivariateNormal {
    /// P(X > x, Y > y).
    ///
    /// - Parameters:
    ///   - x: any number but NaN; so is `y`.
    ///   - correlation: ρ in [−1, 1].
    /// - Returns: a probability, accurate to about 10⁻¹⁵; of one below 10⁻¹⁰ three digits are right at least.
    /// - Complexity: 20 exponentials; below 10⁻¹⁰, some ten times as much.
    ///
    /// Source: A. Genz 2004, Numerical computation of rectangular bivariate and trivariate normal and t probabilities, Statistics and
    /// Computing 14, 251–260, doi:10.1023/B:STCO.0000035304.20635.31: the integral over the correlation of Drezner & Wesolowsky 1990, and near
    /// ±1 what is left of it beside its expansion there.
    public static func upperTail(_ x: Double, _ y: Double, correlation: Double) -> Double {
        precondition(abs(correlation) <= 1, "a correlation is in [-1, 1]")
        let (first, second) = (Distributions.standardNormalUpperTail(x), Distributions.standardNormalUpperTail(y))
        // Squares of what lies beyond would be no numbers.
        guard abs(x) < farthest, abs(y) < farthest else { return x <= -farthest ? second : y <= -farthest ? first : 0 }
        guard correlation != 0 else { return first * second }
        let large =
            abs(correlation) < expandedFrom ? first * second + gained(x, y, correlation) : nearOne(x, y, correlation)
        return large > small || abs(correlation) == 1 ? large : rare(x, y, correlation)
    }

    /// Beyond it a tail is 0 as a number, and 1 on the other side.
    private static let farthest = 40.0

    /// Probabilities below this are differences of larger numbers above, of which too few digits are left.
    private static let small = 1e-10

    /// What P(X > x, Y > y) is more than without correlation.
    private static func gained(_ x: Double, _ y: Double, _ correlation: Double) -> Double {
        let angle = Libm.asin(correlation)
        let (squares, product) = ((x * x + y * y) / 2, x * y)
        let sum = Rule.shared.sum { place in
            let sine = Libm.sin(angle * (place + 1) / 2)
            return Libm.exp((sine * product - squares) / (1 - sine * sine))
        }
        return sum * angle / (4 * .pi)
    }

    /// P(X > x, Y > y) by its expansion at a correlation of ±1.
    private static func nearOne(_ x: Double, _ y: Double, _ correlation: Double) -> Double {
        // Near −1 the same with −Y, whose tail is what is left of X's.
        let isNegative = correlation < 0
        let other = isNegative ? -y : y
        let missing = lost(x, other, isNegative ? -correlation : correlation)
        let joint = isNegative ? max(0, interval(x, other)) : Distributions.standardNormalUpperTail(max(x, other))
        return min(1, max(0, isNegative ? joint + missing : joint - missing))
    }

    /// Correlations from which on the expansion is used.
    private static let expandedFrom = 0.925
    /// Exponents below this give nothing.
    private static let least = -100.0

    /// What P(X > x, Y > y) is less at a positive correlation than at 1.
    private static func lost(_ x: Double, _ y: Double, _ correlation: Double) -> Double {
        let rest = (1 - correlation) * (1 + correlation)
        guard rest > 0 else { return 0 }
        let (gap, product) = (abs(x - y), x * y)
        let (square, width) = (gap * gap, rest.squareRoot())
        let (c, d) = ((4 - product) / 8, (12 - product) / 16)
        var sum = 0.0
        let exponent = -(square / rest + product) / 2
        if exponent > least {
            sum =
                width * Libm.exp(exponent)
                * (1 - c * (square - rest) * (1 - d * square / 5) / 3 + c * d * rest * rest / 5)
        }
        if -product < -least {
            sum -=
                Libm.exp(-product / 2) * (2 * Double.pi).squareRoot()
                * Distributions.standardNormalUpperTail(gap / width) * gap
                * (1 - c * square * (1 - d * square / 5) / 3)
        }
        sum +=
            width / 2
            * Rule.shared.sum { place in
                let part = width / 2 * (place + 1)
                let variance = part * part
                let exponent = -(square / variance + product) / 2
                guard exponent > least else { return 0 }
                let root = (1 - variance).squareRoot()
                return Libm.exp(exponent)
                    * (Libm.exp(-product * variance / (2 * (1 + root) * (1 + root))) / root
                        - (1 + c * variance * (1 + d * variance)))
            }
        return sum / (2 * .pi)
    }

    /// A small P(X > x, Y > y), to a share of itself: with r = |ρ|, ∫ φ(z) Φ((−x ∓ √r z) / √(1 − r)) Φ((−y + √r z) / √(1 − r)) dz.
    ///
    /// The logarithm of the integrand is concave: the rule is laid about its largest place, closest there, until nothing is left on either side.
    private static func rare(_ x: Double, _ y: Double, _ correlation: Double) -> Double {
        GSLRuntime.switchErrorHandlerOff()
        let share = abs(correlation)
        let (slope, width) = (share.squareRoot(), (1 - share).squareRoot())
        let lean = correlation < 0 ? -slope : slope
        func first(_ z: Double) -> Double { (lean * z - x) / width }
        func second(_ z: Double) -> Double { (slope * z - y) / width }
        func logarithm(_ z: Double) -> Double { -z * z / 2 + logBelow(first(z)) + logBelow(second(z)) }
        // The second derivative is at most −1, so that the largest place is no farther than the first one is large.
        var (z, curvature) = (0.0, 1.0)
        var (low, high) = (-Double.infinity, Double.infinity)
        for _ in 0..<mostSteps {
            let (left, right) = (first(z), second(z))
            // φ(u) / Φ(u)
            let (above, below) = (gsl_sf_hazard(-left), gsl_sf_hazard(-right))
            let rise = -z + (lean * above + slope * below) / width
            curvature = 1 + share / (width * width) * (above * (above + left) + below * (below + right))
            if rise > 0 { low = z } else { high = z }
            (low, high) = (max(low, z - abs(rise)), min(high, z + abs(rise)))
            let step = rise / curvature
            guard abs(step) * curvature.squareRoot() > closeToTop else { break }
            z = z + step > low && z + step < high ? z + step : (low + high) / 2
        }
        let (top, unit) = (logarithm(z), 1 / curvature.squareRoot())
        var sum = 1.0
        for side in [-1.0, 1] {
            var place = ruleStep
            while true {
                let height = logarithm(z + side * unit * Libm.sinh(place)) - top
                guard height > least else { break }
                sum += Libm.exp(height) * Libm.cosh(place)
                place += ruleStep
            }
        }
        return Libm.exp(top) * sum * ruleStep * unit / (2 * Double.pi).squareRoot()
    }

    private static let mostSteps = 100
    /// How close to the largest place a rule is laid, in its own units.
    private static let closeToTop = 1e-3
    /// A step of the rule, which is even in arsinh: the error of even steps falls faster than any power.
    private static let ruleStep = 0.25

    /// log P(Z < z)
    private static func logBelow(_ z: Double) -> Double { gsl_sf_log_erfc(-z / 2.0.squareRoot()) - Libm.log(2) }

    /// P(low < Z < high); below 0 where `low` is the larger. The tails of the nearer side are subtracted.
    private static func interval(_ low: Double, _ high: Double) -> Double {
        low < 0
            ? Distributions.standardNormalUpperTail(-high) - Distributions.standardNormalUpperTail(-low)
            : Distributions.standardNormalUpperTail(low) - Distributions.standardNormalUpperTail(high)
    }

    /// Gauss–Legendre quadrature of 20 points over [−1, 1].
    private struct Rule {
        static let shared = Rule()
        private let points: [(place: Double, weight: Double)]

        private init() {
            let count = 20
            guard let table = unsafe gsl_integration_glfixed_table_alloc(count) else {
                preconditionFailure("GSL has no memory for twenty points")
            }
            defer { unsafe gsl_integration_glfixed_table_free(table) }
            points = (0..<count).map { index in
                var (place, weight) = (0.0, 0.0)
                unsafe gsl_integration_glfixed_point(-1, 1, index, &place, &weight, table)
                return (place, weight)
            }
        }

        @inline(__always)
        func sum(_ value: (Double) -> Double) -> Double { points.reduce(0) { $0 + $1.weight * value($1.place) } }
    }
}
