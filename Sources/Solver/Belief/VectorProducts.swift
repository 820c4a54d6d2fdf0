/// Products of one belief with many vectors at once.
enum VectorProducts {
    /// values[v] = Σ_h belief[h] · vectors(h, v), for vectors laid out as [blocks, count, 4].
    ///
    /// - Parameter values: room for 4 · blocks numbers.
    /// - Complexity: O(count · blocks) vector operations.
    @inline(__always)
    static func run(
        _ belief: UnsafePointer<Double>, count: Int, _ vectors: UnsafePointer<Double>, blocks: Int,
        into values: UnsafeMutablePointer<Double>
    ) {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        let sums = unsafe UnsafeMutableRawPointer(values).assumingMemoryBound(to: SIMD4<Double>.self)
        for block in 0..<blocks {
            var sum = SIMD4<Double>(repeating: 0)
            let row = unsafe rows + block &* count
            for h in 0..<count { unsafe sum += belief[h] * row[h] }
            unsafe sums[block] = sum
        }
    }

    /// The largest of the products, and the first vector that it is reached at.
    @inline(__always)
    static func best(
        _ belief: UnsafePointer<Double>, count: Int, _ vectors: UnsafePointer<Double>, blocks: Int
    ) -> (value: Double, index: Int) {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        var best = SIMD4<Double>(repeating: -.infinity)
        var places = SIMD4<Double>(repeating: 0)
        for block in 0..<blocks {
            var sum = SIMD4<Double>(repeating: 0)
            let row = unsafe rows + block &* count
            for h in 0..<count { unsafe sum += belief[h] * row[h] }
            let isBetter = sum .> best
            best.replace(with: sum, where: isBetter)
            places.replace(with: Double(block), where: isBetter)
        }
        var lane = 0
        for other in 1..<4
        where best[other] > best[lane] || best[other] == best[lane] && places[other] < places[lane] { lane = other }
        return (best[lane], Int(places[lane]) &* 4 &+ lane)
    }

    /// The largest of the products.
    @inline(__always)
    static func largest(
        _ belief: UnsafePointer<Double>, count: Int, _ vectors: UnsafePointer<Double>, blocks: Int
    ) -> Double {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        var best = SIMD4<Double>(repeating: -.infinity)
        for block in 0..<blocks {
            var sum = SIMD4<Double>(repeating: 0)
            let row = unsafe rows + block &* count
            for h in 0..<count { unsafe sum += belief[h] * row[h] }
            best = best.replacing(with: sum, where: sum .> best)
        }
        return best.max()
    }
}
