/// Upper bounds on the value of a belief, one set of vectors per turn: the informed bound with a delay of several turns.
///
/// α_t(h, a) = R_t(h, a) + Σ_o U_{t+1}^d(e_h T_{a,o}), where U^0_t(b) = max_a Σ_h b(h) α_t(h, a) and
/// U^d_t(b) = max_a [Σ_h b(h) R_t(h, a) + Σ_o U_{t+1}^{d−1}(b T_{a,o})]. With d = 0 this is the fast informed bound; with
/// d = 1 the tighter informed bound: the model is told the hidden state two turns late instead of one. Values are
/// sublinear in the belief, so every d gives an upper bound, and a larger d a tighter one.
///
/// Source: Krale, Koops, Junges, Simão & Jansen 2025 (arXiv:2502.06523), with one set of vectors per turn and any delay.
final class InformedBound {
    private let tables: BeliefTables
    /// [T, blocks, H, 4]; fillers repeat the first response.
    private let vectors: DoubleBuffer
    /// [T, stride + 4 · blocks] scratch of the look-ahead, one part per turn.
    private let scratch: DoubleBuffer

    /// - Parameters:
    ///   - delay: d; −1 to tell the hidden state at once, which is looser and takes no time: α_t(h, a) = R_t(h, a) +
    ///     Σ_o Σ_h' (e_h T_{a,o})(h') max_a' α_{t+1}(h', a').
    ///   - shouldStop: polled at every state; once true, what is left is done with d = −1.
    /// - Complexity: O(T · H · (|A| · |O|)^(d+1) · H · |A|).
    init(_ tables: BeliefTables, delay: Int, shouldStop: () -> Bool = { false }) {
        self.tables = tables
        vectors = DoubleBuffer(count: tables.horizon * tables.blocks * tables.hidden * 4)
        scratch = DoubleBuffer(count: (tables.horizon + 1) * (tables.stride + 4 + 4 * tables.blocks))
        let basis = DoubleBuffer(count: tables.stride)
        let best = DoubleBuffer(count: tables.stride)
        for turn in stride(from: tables.horizon, through: 1, by: -1) {
            if turn < tables.horizon { unsafe largest(turn: turn + 1, into: best.base) }
            for h in 0..<tables.hidden {
                unsafe basis.base[h + 1] = 1
                if delay < 0 || shouldStop() {
                    unsafe fillAtOnce(turn: turn, hidden: h, best: best.base)
                } else {
                    unsafe fill(turn: turn, hidden: h, basis: basis.base, delay: delay)
                }
                unsafe basis.base[h + 1] = 0
            }
        }
    }

    /// best[h] = max_a α_t(h, a).
    private func largest(turn: Int, into best: UnsafeMutablePointer<Double>) {
        let layer = unsafe vectors(turn: turn)
        for h in 0..<tables.hidden {
            var value = -Double.infinity
            for column in 0..<tables.blocks * 4 {
                value = unsafe max(value, layer[(column / 4 * tables.hidden + h) * 4 + column % 4])
            }
            unsafe best[h] = value
        }
    }

    /// - Complexity: O(|A| · |O|).
    private func fillAtOnce(turn: Int, hidden h: Int, best: UnsafePointer<Double>) {
        let layer = (turn - 1) * tables.blocks * tables.hidden
        for column in 0..<tables.blocks * 4 {
            let response = column < tables.width ? column : 0
            let source = (response / 4 * tables.hidden + h) * 4 + response % 4
            var value = unsafe tables.rewards(turn: turn)[source]
            for observation in 0..<(turn < tables.horizon ? tables.observations : 0) {
                value += unsafe tables.ahead(
                    of: h, turn: turn, response: response, observation: observation, values: best)
            }
            unsafe vectors.base[(layer + column / 4 * tables.hidden + h) * 4 + column % 4] = value
        }
    }

    /// [blocks, H, 4] the vectors of a turn.
    @inline(__always)
    func vectors(turn: Int) -> UnsafePointer<Double> {
        unsafe UnsafePointer(vectors.base + (turn &- 1) &* tables.blocks &* tables.hidden &* 4)
    }

    /// U^0_t(b); exact in the last turn.
    ///
    /// - Complexity: O(H · |A|).
    @inline(__always)
    func value(turn: Int, _ belief: UnsafePointer<Double>) -> Double {
        // What one hidden state leads to is 0 nearly everywhere.
        unsafe VectorProducts.largest(
            belief + 1, count: tables.hidden, vectors(turn: turn), blocks: tables.blocks,
            among: tables.support(belief))
    }

    private func fill(turn: Int, hidden h: Int, basis: UnsafeMutablePointer<Double>, delay: Int) {
        let layer = (turn - 1) * tables.blocks * tables.hidden
        for column in 0..<tables.blocks * 4 {
            let response = column < tables.width ? column : 0
            let index = (layer + column / 4 * tables.hidden + h) * 4 + column % 4
            let source = (response / 4 * tables.hidden + h) * 4 + response % 4
            var value = unsafe tables.rewards(turn: turn)[source]
            if turn < tables.horizon {
                value += unsafe continuation(turn: turn, basis, response: response, delay: delay)
            }
            unsafe vectors.base[index] = value
        }
    }

    /// U^d_t(b).
    private func value(turn: Int, _ belief: UnsafePointer<Double>, delay: Int) -> Double {
        guard delay > 0, turn < tables.horizon else { return unsafe value(turn: turn, belief) }
        let rewards = unsafe part(turn: turn) + ((tables.stride + 3) & ~3)
        unsafe tables.products(belief, tables.rewards(turn: turn), into: rewards)
        var best = -Double.infinity
        for response in 0..<tables.width {
            let value =
                unsafe rewards[response]
                + continuation(turn: turn, belief, response: response, delay: delay - 1)
            best = max(best, value)
        }
        return best
    }

    /// Σ_o U^d_{t+1}(b T_{a,o}).
    private func continuation(turn: Int, _ belief: UnsafePointer<Double>, response: Int, delay: Int) -> Double {
        let next = unsafe part(turn: turn + 1)
        var sum = 0.0
        for observation in 0..<tables.observations {
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: next)
            sum += unsafe value(turn: turn + 1, next, delay: delay)
        }
        return sum
    }

    /// The scratch of a turn: a belief, and behind it one number per response.
    private func part(turn: Int) -> UnsafeMutablePointer<Double> {
        unsafe scratch.base + (turn - 1) * (((tables.stride + 3) & ~3) + 4 * tables.blocks)
    }
}
