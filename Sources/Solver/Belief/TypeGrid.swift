/// Points of the simplex of user types, and how any belief over types is split among the nearest of them.
///
/// With the cumulative coordinates y_i = Σ_{j ≥ i} p_j, 1 ≥ y_2 ≥ … ≥ y_n ≥ 0, the points are the descending tuples of levels
/// 0 = l_0 < … < l_M = 1, and every box of levels is cut into the simplices of Kuhn's triangulation: the fractional parts in
/// descending order say which corners a belief is split among, and with what weights. Levels lie closer near 0 and 1, since
/// that is where posteriors end up.
///
/// Source: Lovejoy 1991, Operations Research 39 (doi:10.1287/opre.39.1.162), with levels that are not evenly spaced.
struct TypeGrid {
    /// n
    let users: Int
    /// M
    let levels: Int
    /// How many points there are: C(M + n − 1, n − 1).
    let count: Int
    private let lookup: Lookup
    private static let cells = 1024

    /// - Parameter limit: how many points there may be at most; at least the n corners are made.
    init(users: Int, limit: Int) {
        self.users = users
        var levels = 1
        while users > 1, levels < 512, Self.count(users: users, levels: levels + 1) <= limit { levels += 1 }
        self.levels = levels
        count = Self.count(users: users, levels: levels)
        lookup = Lookup(users: users, levels: levels, cells: Self.cells)
    }

    /// What every split looks up, where it can be read without counting references.
    private final class Lookup {
        /// [M + 1] l_k
        let levels: DoubleBuffer
        /// [M] 1 / (l_{k+1} − l_k)
        let inverses: DoubleBuffer
        /// [cells + 1] the last level at or below each of evenly spaced places; the last but one at 1.
        let first: FixedArray<Int>
        /// [n − 1, M + 1] what a level of a coordinate adds to the index of a point.
        let places: FixedArray<Int>

        init(users: Int, levels count: Int, cells: Int) {
            levels = DoubleBuffer(count: count + 1)
            inverses = DoubleBuffer(count: count)
            first = FixedArray(capacity: cells + 1)
            places = FixedArray(capacity: max(0, users - 1) * (count + 1))
            for index in 0...count {
                // Smoothstep: monotone, flat at both ends, exact at 0, 1/2 and 1.
                let share = Double(index) / Double(count)
                unsafe levels.base[index] = share * share * (3 - 2 * share)
            }
            for index in 0..<count { unsafe inverses.base[index] = 1 / (levels.base[index + 1] - levels.base[index]) }
            var low = 0
            for cell in 0...cells {
                while low + 1 < count, unsafe levels.base[low + 1] <= Double(cell) / Double(cells) { low += 1 }
                first[cell] = low
            }
            for axis in 0..<max(0, users - 1) {
                for index in 0...count {
                    places[axis * (count + 1) + index] = TypeGrid.binomial(index + users - 2 - axis, users - 1 - axis)
                }
            }
        }
    }

    /// How many points M levels make; `Int.max` where that is beyond counting.
    static func count(users: Int, levels: Int) -> Int { binomial(levels + users - 1, users - 1) }

    /// n! / (k! (n − k)!), or `Int.max` where a partial product is beyond counting: from the smaller side, so that C(n, n − 1) is
    /// n for any n.
    private static func binomial(_ n: Int, _ k: Int) -> Int {
        guard k >= 0, k <= n else { return 0 }
        var result = 1
        for index in 0..<min(k, n - k) {
            let (product, overflow) = result.multipliedReportingOverflow(by: n - index)
            guard !overflow else { return .max }
            result = product / (index + 1)
        }
        return result
    }

    /// Calls `body` with the index and the coordinates p of every point.
    func forEachPoint(_ body: (Int, [Double]) -> Void) {
        var tuple = [Int](repeating: 0, count: users - 1)
        visit(axis: 0, upTo: levels, &tuple, body)
    }

    private func visit(axis: Int, upTo top: Int, _ tuple: inout [Int], _ body: (Int, [Double]) -> Void) {
        guard axis < users - 1 else {
            let y = [1] + tuple.map { unsafe lookup.levels.base[$0] } + [0]
            let index = tuple.indices.reduce(0) { $0 + lookup.places[$1 * (levels + 1) + tuple[$1]] }
            body(index, (0..<users).map { y[$0] - y[$0 + 1] })
            return
        }
        for value in 0...top {
            tuple[axis] = value
            visit(axis: axis + 1, upTo: value, &tuple, body)
        }
    }

    /// Splits an unnormalised belief over types among n points: b = Σ weight_i · point_i.
    ///
    /// - Parameters:
    ///   - belief: b_θ at the places 0, `step`, 2 · `step`, …
    ///   - mass: Σ_θ b_θ, above 0.
    ///   - fractions: scratch for n numbers.
    /// - Complexity: O(n²).
    @inline(__always)
    func split(
        _ belief: UnsafePointer<Double>, step: Int, mass: Double, fractions: UnsafeMutablePointer<Double>,
        points: UnsafeMutablePointer<Int>, weights: UnsafeMutablePointer<Double>
    ) {
        let axes = users &- 1
        let (level, inverse) = unsafe (lookup.levels.base, lookup.inverses.base)
        var index = 0
        var y = mass
        let scale = 1 / mass
        // points[1...] holds, until the end, by how much the index grows along each axis, sorted with the fractions.
        for axis in 0..<axes {
            unsafe y -= belief[axis &* step]
            let share = min(1, max(0, y * scale))
            var low = lookup.first[Int(share * Double(Self.cells))]
            while low &+ 1 < levels, unsafe level[low &+ 1] <= share { low &+= 1 }
            let place = axis &* (levels &+ 1) &+ low
            index &+= lookup.places[place]
            let growth = lookup.places[place &+ 1] &- lookup.places[place]
            let fraction = unsafe min(1, (share - level[low]) * inverse[low])
            var slot = axis
            while slot > 0, unsafe fractions[slot &- 1] < fraction {
                unsafe fractions[slot] = fractions[slot &- 1]
                unsafe points[slot &+ 1] = points[slot]
                slot &-= 1
            }
            unsafe fractions[slot] = fraction
            unsafe points[slot &+ 1] = growth
        }
        unsafe points[0] = index
        var last = 1.0
        for slot in 0..<axes {
            unsafe points[slot &+ 1] &+= points[slot]
            unsafe weights[slot] = mass * (last - fractions[slot])
            last = unsafe fractions[slot]
        }
        unsafe weights[axes] = mass * last
    }
}
