/// Convex polygons of places: triples that sum to 1, corners in order around.
package enum ConvexPolygon {
    package static func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    package static func distance(_ a: [Double], _ b: [Double]) -> Double {
        var largest = 0.0
        for index in a.indices { largest = max(largest, abs(a[index] - b[index])) }
        return largest
    }

    package static func between(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
        a.indices.map { a[$0] + share * (b[$0] - a[$0]) }
    }

    /// The mean of the corners, which lies inside.
    package static func middle(_ polygon: [[Double]]) -> [Double] {
        (0..<3).map { axis in polygon.reduce(0) { $0 + $1[axis] } / Double(polygon.count) }
    }

    /// The part of a polygon where side · w ≥ 0.
    ///
    /// Source: Sutherland & Hodgman 1974, Reentrant polygon clipping.
    package static func clipped(_ polygon: [[Double]], keeping side: [Double]) -> [[Double]] {
        let heights = polygon.map { product(side, $0) }
        guard heights.contains(where: { $0 < 0 }) else { return polygon }
        var result: [[Double]] = []
        for (index, here) in heights.enumerated() {
            let next = (index + 1) % polygon.count
            let there = heights[next]
            if here >= 0 { result.append(polygon[index]) }
            if (here > 0 && there < 0) || (here < 0 && there > 0) {
                result.append(between(polygon[index], polygon[next], here / (here - there)))
            }
        }
        return result
    }

    /// Twice the area in the plane of the first two numbers; positive where corners go around counterclockwise.
    package static func area(_ polygon: [[Double]]) -> Double {
        guard let first = polygon.first else { return 0 }
        var sum = 0.0
        for index in polygon.indices.dropFirst() {
            let (a, b) = (polygon[index], polygon[(index + 1) % polygon.count])
            sum += (a[0] - first[0]) * (b[1] - first[1]) - (b[0] - first[0]) * (a[1] - first[1])
        }
        return sum
    }
}

/// Numbers of places; places within 10^−10 of each other are the same.
package struct PlaceNumbers {
    private struct Bin: Hashable {
        let x: Int
        let y: Int
    }

    package private(set) var places: [[Double]] = []
    private var bins: [Bin: [Int]] = [:]

    package init() {}
    private static let nearness = 1e-10

    private static func bin(_ place: [Double], _ dx: Int = 0, _ dy: Int = 0) -> Bin {
        Bin(x: Int((place[0] * 1e9).rounded()) + dx, y: Int((place[1] * 1e9).rounded()) + dy)
    }

    /// The number of a place that is known.
    package func number(of place: [Double]) -> Int? {
        for dx in -1...1 {
            for dy in -1...1 {
                let found = bins[Self.bin(place, dx, dy)]?.first {
                    ConvexPolygon.distance(places[$0], place) < Self.nearness
                }
                if let found { return found }
            }
        }
        return nil
    }

    /// The number of a place; the next one if it is new.
    package mutating func add(_ place: [Double]) -> Int {
        if let known = number(of: place) { return known }
        bins[Self.bin(place), default: []].append(places.count)
        places.append(place)
        return places.count - 1
    }
}
