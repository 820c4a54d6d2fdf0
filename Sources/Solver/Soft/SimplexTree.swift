/// A simplex of n corners that was cut in two again and again, and how any point of it is split among the corners of its cell.
///
/// Every cut halves an edge of a cell: the point in the middle takes the place of one end or of the other. A point with the
/// weights w among the corners is in the half of the end that weighs more, which keeps |w_i − w_j| while the middle takes
/// twice the smaller weight. Cells need not fit together at their faces: any splitting of a belief among beliefs bounds a
/// sublinear value, whatever the neighbours do.
///
/// Source: bisection of simplices, Rivara 1984, SIAM J. Numer. Anal. 21 (doi:10.1137/0721042); the use for bounds as in Lovejoy
/// 1991, Operations Research 39 (doi:10.1287/opre.39.1.162), with cells where the value bends and beliefs are.
package final class SimplexTree {
    /// n
    package let corners: Int
    /// [points, n] coordinates; the first n are the corners themselves.
    package private(set) var points: [Double] = []
    package private(set) var count = 0
    private let cells: FixedArray<Cell>
    /// [cells, n] the points at a cell's corners.
    private let places: FixedArray<Int32>
    /// [cells, n] a cell's corners from the lowest point to the highest.
    private let orders: FixedArray<Int32>
    private var index: [UInt64: [Int32]] = [:]

    /// A cell that was cut has the halves `child` (without the corner j) and `child` + 1 (without i); others have −1.
    struct Cell: BitwiseCopyable {
        var i: Int32
        var j: Int32
        var child: Int32
    }

    /// - Parameter limit: how many cells there may be.
    package init(corners: Int, limit: Int) {
        self.corners = corners
        cells = FixedArray(capacity: limit)
        places = FixedArray(capacity: limit * corners)
        orders = FixedArray(capacity: limit * corners)
        for corner in 0..<corners {
            let point = (0..<corners).map { $0 == corner ? 1.0 : 0 }
            places[corner] = self.place(of: point)
        }
        close(0)
    }

    /// The points at the corners of a cell.
    package func place(cell: Int, corner: Int) -> Int { Int(places[cell &* corners &+ corner]) }

    /// The corner of a cell with a rank among its points.
    package func corner(cell: Int, rank: Int) -> Int { Int(orders[cell &* corners &+ rank]) }

    package func point(_ place: Int) -> ArraySlice<Double> { points[place * corners..<(place + 1) * corners] }

    /// Cuts a leaf along an edge; its halves are the cells `next` and `next` + 1.
    func cut(_ cell: Int, i: Int, j: Int, next: Int) {
        let (a, b) = (point(place(cell: cell, corner: i)), point(place(cell: cell, corner: j)))
        let middle = Int32(place(of: zip(a, b).map { ($0 + $1) / 2 }))
        cells[cell] = Cell(i: Int32(i), j: Int32(j), child: Int32(next))
        for corner in 0..<corners {
            let old = places[cell * corners + corner]
            places[next * corners + corner] = corner == j ? middle : old
            places[(next + 1) * corners + corner] = corner == i ? middle : old
        }
        close(next)
        close(next + 1)
    }

    /// Follows the weights of a point among the corners of the simplex down to its cell, where they become the weights among the
    /// corners of that cell.
    ///
    /// - Complexity: O(n) at first, then O(1) a cut.
    @inline(__always)
    func split(_ weights: UnsafeMutablePointer<Double>) -> Int {
        var cell = 0
        while true {
            let cut = cells[cell]
            guard cut.child >= 0 else { return cell }
            cell = unsafe Int(cut.child) &+ Self.descend(weights, Int(cut.i), Int(cut.j))
        }
    }

    /// The same for weights in an array.
    package func split(_ weights: inout [Double]) -> Int {
        unsafe weights.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe split(base)
        }
    }

    /// Halves an edge in the weights of a point; 0 for the half with the corner i.
    @inline(__always)
    static func descend(_ weights: UnsafeMutablePointer<Double>, _ i: Int, _ j: Int) -> Int {
        let (a, b) = unsafe (weights[i], weights[j])
        if a >= b {
            unsafe (weights[i], weights[j]) = (a - b, 2 * b)
            return 0
        }
        unsafe (weights[j], weights[i]) = (b - a, 2 * a)
        return 1
    }

    /// Makes a cell a leaf.
    private func close(_ cell: Int) {
        cells[cell] = Cell(i: 0, j: 0, child: -1)
        let height = (0..<corners).map { corner in
            point(place(cell: cell, corner: corner)).enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element }
        }
        let order = (0..<corners).sorted { (height[$0], $0) < (height[$1], $1) }
        for rank in 0..<corners { orders[cell * corners + rank] = Int32(order[rank]) }
    }

    /// The place of a point, made if it is new. Coordinates are sums of powers of two as far as cells are cut, so that equal points
    /// are equal bit by bit.
    private func place(of point: [Double]) -> Int32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for coordinate in point {
            hash = (hash ^ coordinate.bitPattern) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        for known in index[hash, default: []] where Array(self.point(Int(known))) == point { return known }
        index[hash, default: []].append(Int32(count))
        points += point
        count += 1
        return Int32(count - 1)
    }
}
