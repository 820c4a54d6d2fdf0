internal import GameModel

/// Upper bounds on the soft value of a belief: ``InformedBound`` with soft maxima.
///
/// The soft value is a supremum over policies of functions that are linear in the unnormalised belief, so it is sublinear:
/// V_t(b) ≤ Σ_h b(h) V_t(e_h), and likewise Q_t(b, a) ≤ Σ_h b(h) Q_t(e_h, a). With α_t(h, a) = R_t(h, a) + Σ_o U_{t+1}(e_h T_{a,o})
/// the soft maximum of Σ_h b(h) α_t(h, a), which is increasing in each of its arguments, therefore bounds V_t(b) from above. A
/// delay of d turns expands U_{t+1} d times before the hidden state is told.
///
/// Source: Krale, Koops, Junges, Simão & Jansen 2025 (arXiv:2502.06523) for the delays; the soft maximum in place of the
/// maximum needs only that it is increasing and that the value is sublinear.
final class SoftInformedBound {
    let tables: SoftTables
    /// [T, H, width]
    let vectors: DoubleBuffer
    /// A closer bound for the turns before the last, where one was made.
    var refined: TypeBlindBound?
    private let parts: [Part]

    /// What one turn of the look-ahead works on.
    private final class Part {
        let belief: DoubleBuffer
        let values: DoubleBuffer

        init(_ tables: SoftTables) {
            belief = DoubleBuffer(count: tables.base.stride)
            values = DoubleBuffer(count: tables.width)
        }
    }

    /// - Parameter shouldStop: polled at every state; once true, the hidden state is told at once in what is left: with
    ///   Σ_h' (e_h T_{a,o})(h') V_{t+1}(e_h') in place of U_{t+1}(e_h T_{a,o}), which is looser and as valid.
    /// - Complexity: O(T · H · (|A| · |O|)^(d+1) · H · |A|).
    init(_ tables: SoftTables, delay: Int, shouldStop: () -> Bool = { false }) {
        self.tables = tables
        let base = tables.base
        vectors = DoubleBuffer(count: base.horizon * base.hidden * tables.width)
        parts = (0...base.horizon).map { _ in Part(tables) }
        let basis = DoubleBuffer(count: base.stride)
        let known = DoubleBuffer(count: base.hidden)
        for turn in stride(from: base.horizon, through: 1, by: -1) {
            if turn < base.horizon {
                for h in 0..<base.hidden {
                    unsafe known.base[h] = tables.softMaximum(
                        vectors.base + (turn * base.hidden + h) * tables.width, weight: tables.weights[turn])
                }
            }
            for h in 0..<base.hidden {
                let isLate = delay < 0 || shouldStop()
                unsafe basis.base[h + 1] = 1
                for index in 0..<tables.width {
                    let row = ((turn - 1) * base.hidden + h) * tables.width + index
                    unsafe vectors.base[row] =
                        tables.rewards(turn: turn)[h * tables.width + index]
                        + (isLate
                            ? atOnce(turn: turn, hidden: h, index: index, known.base)
                            : continuation(turn: turn, basis.base, index: index, depth: delay))
                }
                unsafe basis.base[h + 1] = 0
            }
        }
    }

    /// Σ_o Σ_h' (e_h T_{a,o})(h') V_{t+1}(e_h').
    private func atOnce(turn: Int, hidden h: Int, index: Int, _ known: UnsafePointer<Double>) -> Double {
        guard turn < tables.base.horizon else { return 0 }
        return (0..<tables.base.observations).reduce(0.0) {
            unsafe $0
                + tables.base.ahead(
                    of: h, turn: turn, response: tables.responses[index], observation: $1, values: known)
        }
    }

    /// values[a] ≥ Q_t(b, a); returns |b|.
    func products(turn: Int, _ belief: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) -> Double {
        if let refined, turn < tables.base.horizon { return unsafe refined.products(turn: turn, belief, into: values) }
        let first = (turn &- 1) &* tables.base.hidden &* tables.width
        return unsafe tables.products(belief, vectors.base + first, into: values)
    }

    /// U_t(b) ≥ V_t(b), after `depth` turns of looking ahead; exact where the horizon is that near.
    func value(turn: Int, _ belief: UnsafePointer<Double>, depth: Int) -> Double {
        let values = unsafe parts[turn - 1].values.base
        let mass: Double
        if depth == 0 || turn == tables.base.horizon {
            mass = unsafe products(turn: turn, belief, into: values)
        } else {
            mass = unsafe tables.products(belief, tables.rewards(turn: turn), into: values)
            for index in 0..<tables.width {
                unsafe values[index] += continuation(turn: turn, belief, index: index, depth: depth - 1)
            }
        }
        // Where nothing is believed all values are 0, and so is their maximum.
        return unsafe tables.softMaximum(values, weight: tables.weights[turn - 1] * mass)
    }

    /// Σ_o U_{t+1}(b T_{a,o}).
    private func continuation(turn: Int, _ belief: UnsafePointer<Double>, index: Int, depth: Int) -> Double {
        guard turn < tables.base.horizon else { return 0 }
        let next = unsafe parts[turn].belief.base
        var sum = 0.0
        for observation in 0..<tables.base.observations {
            unsafe tables.base.advance(
                belief, turn: turn, response: tables.responses[index], observation: observation, into: next)
            sum += unsafe value(turn: turn + 1, next, depth: depth)
        }
        return sum
    }
}
