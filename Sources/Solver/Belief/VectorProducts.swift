/// Products of one belief with many vectors at once.
enum VectorProducts {
    /// values[v] = Σ_h belief[h] · vectors(h, v), for vectors laid out as [blocks, count, 4].
    ///
    /// - Parameters:
    ///   - range: outside of it the belief is 0; nil for all of it.
    ///   - values: room for 4 · blocks numbers.
    /// - Complexity: O(count · blocks) vector operations.
    @inline(__always)
    static func run(
        _ belief: UnsafePointer<Double>, count: Int, _ vectors: UnsafePointer<Double>, blocks: Int,
        among range: Range<Int>? = nil, into values: UnsafeMutablePointer<Double>
    ) {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        let sums = unsafe UnsafeMutableRawPointer(values).assumingMemoryBound(to: SIMD4<Double>.self)
        let range = range ?? 0..<count
        for block in 0..<blocks {
            var sum = SIMD4<Double>(repeating: 0)
            let row = unsafe rows + block &* count
            for h in range { unsafe sum += belief[h] * row[h] }
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

    /// The largest of the products of a belief that is 0 outside of a range.
    ///
    /// - Complexity: O(range · blocks) vector operations.
    @inline(__always)
    static func largest(
        _ belief: UnsafePointer<Double>, count: Int, _ vectors: UnsafePointer<Double>, blocks: Int,
        among range: Range<Int>
    ) -> Double {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        var best = SIMD4<Double>(repeating: -.infinity)
        for block in 0..<blocks {
            var sum = SIMD4<Double>(repeating: 0)
            let row = unsafe rows + block &* count
            for h in range { unsafe sum += belief[h] * row[h] }
            best = best.replacing(with: sum, where: sum .> best)
        }
        return best.max()
    }

    /// largest[k] = max_v Σ_h belief_k[h] · vectors(h, v), for beliefs that lie `stride` numbers apart.
    ///
    /// Four beliefs at a time read each vector once; the sums are those of ``largest(_:count:_:blocks:among:)``, bit by bit.
    ///
    /// - Complexity: O(beliefs · count · blocks) vector operations.
    static func largest(
        _ belief: UnsafePointer<Double>, beliefs: Int, stride: Int, count: Int, _ vectors: UnsafePointer<Double>,
        blocks: Int, into largest: UnsafeMutablePointer<Double>
    ) {
        let rows = unsafe UnsafeRawPointer(vectors).assumingMemoryBound(to: SIMD4<Double>.self)
        var first = 0
        while first &+ 3 < beliefs {
            let (p, q) = unsafe (belief + first &* stride, belief + (first &+ 1) &* stride)
            let (r, s) = unsafe (belief + (first &+ 2) &* stride, belief + (first &+ 3) &* stride)
            let lowest = SIMD4<Double>(repeating: -.infinity)
            var (bestP, bestQ, bestR, bestS) = (lowest, lowest, lowest, lowest)
            for block in 0..<blocks {
                let row = unsafe rows + block &* count
                var (sumP, sumQ) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0))
                var (sumR, sumS) = (sumP, sumP)
                for h in 0..<count {
                    let vector = unsafe row[h]
                    unsafe sumP += p[h] * vector
                    unsafe sumQ += q[h] * vector
                    unsafe sumR += r[h] * vector
                    unsafe sumS += s[h] * vector
                }
                bestP = bestP.replacing(with: sumP, where: sumP .> bestP)
                bestQ = bestQ.replacing(with: sumQ, where: sumQ .> bestQ)
                bestR = bestR.replacing(with: sumR, where: sumR .> bestR)
                bestS = bestS.replacing(with: sumS, where: sumS .> bestS)
            }
            unsafe largest[first] = bestP.max()
            unsafe largest[first &+ 1] = bestQ.max()
            unsafe largest[first &+ 2] = bestR.max()
            unsafe largest[first &+ 3] = bestS.max()
            first &+= 4
        }
        while first < beliefs {
            unsafe largest[first] = Self.largest(
                belief + first &* stride, count: count, vectors, blocks: blocks, among: 0..<count)
            first &+= 1
        }
    }
}
