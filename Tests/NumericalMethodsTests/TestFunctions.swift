import NumericalMethods

/// An error of a caller's function, to see whether it comes back unchanged.
enum Broken: Error, Equatable {
    case after(calls: Int)
}

/// Notes what was asked of an objective.
final class Recorder {
    var valueCalls = 0
    var gradientCalls = 0
    var points: [[Double]] = []

    func note(_ point: Span<Double>) {
        points.append(point.indices.map { point[$0] })
    }
}

/// Rosenbrock's valley, f = Σ 100 (x[i+1] − x[i]²)² + (1 − x[i])², minimum 0 at (1, …, 1).
enum Rosenbrock {
    static let start = [-1.2, 1]

    static func start(_ dimension: Int) -> [Double] {
        (0..<dimension).map { start[$0 % 2] }
    }

    static func value(_ x: Span<Double>) -> Double {
        var sum = 0.0
        for index in 0..<(x.count - 1) {
            let valley = x[index + 1] - x[index] * x[index]
            let slope = 1 - x[index]
            sum += 100 * valley * valley + slope * slope
        }
        return sum
    }

    static func valueAndGradient(_ x: Span<Double>, _ gradient: inout MutableSpan<Double>) -> Double {
        gradient.update(repeating: 0)
        for index in 0..<(x.count - 1) {
            let valley = x[index + 1] - x[index] * x[index]
            gradient[index] += -400 * x[index] * valley - 2 * (1 - x[index])
            gradient[index + 1] += 200 * valley
        }
        return value(x)
    }
}

/// A bowl, f = c + ½ Σ h[i] (x[i] − m[i])², minimum c at m.
struct Bowl {
    var curvatures: [Double]
    var minimum: [Double]
    var offset = 0.0

    func value(_ x: Span<Double>) -> Double {
        var sum = offset
        for index in x.indices {
            let distance = x[index] - minimum[index]
            sum += 0.5 * curvatures[index] * distance * distance
        }
        return sum
    }

    func valueAndGradient(_ x: Span<Double>, _ gradient: inout MutableSpan<Double>) -> Double {
        for index in x.indices { gradient[index] = curvatures[index] * (x[index] - minimum[index]) }
        return value(x)
    }
}

/// The largest distance of a coordinate between two points.
func distance(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).map { abs($0 - $1) }.max() ?? 0
}
