internal import GameModel

/// Plans of stochastic policies: a strategy now and, per response and observation, a plan for the next turn, each with its
/// exact vector of values, KL terms included.
///
/// Every plan is a policy from its turn on, so Σ_h b(h) α(h) is a lower bound on V_t(b) at every belief; it is the tangent of the
/// soft value's lower bound at the belief that the plan was made for.
///
/// Source: point-based backups, Pineau, Gordon & Thrun 2003 (IJCAI), with soft maxima.
final class SoftPlans {
    private let tables: SoftTables
    private let child: DoubleBuffer
    private let values: DoubleBuffer
    private(set) var layers: [Layer]

    struct Layer {
        /// [plans, width]
        var strategies: [Double] = []
        /// [plans, width, observations]; empty in the last turn.
        var successors: [Int32] = []
        /// [plans, H] α(h)
        var vectors: [Double] = []
        /// [plans / 4, H, 4] the same, four side by side; what fills up the last four repeats its first.
        var columns: [Double] = []
        var count = 0
    }

    init(_ tables: SoftTables) {
        self.tables = tables
        child = DoubleBuffer(count: tables.base.stride)
        values = DoubleBuffer(count: tables.width)
        layers = Array(repeating: Layer(), count: tables.base.horizon)
    }

    /// The plan that is worth most at a belief.
    ///
    /// - Complexity: O(plans · H).
    func best(turn: Int, _ belief: UnsafePointer<Double>) -> (value: Double, plan: Int32) {
        let hidden = tables.base.hidden
        let blocks = (layers[turn &- 1].count &+ 3) / 4
        return unsafe layers[turn &- 1].columns.withUnsafeBufferPointer { columns in
            guard let base = columns.baseAddress else { return (-.infinity, 0) }
            let best = unsafe VectorProducts.best(belief + 1, count: hidden, base, blocks: blocks)
            return (best.value, Int32(truncatingIfNeeded: best.index))
        }
    }

    /// Adds the plan that answers softly at a belief and goes on with the best plans of the next turn.
    ///
    /// - Complexity: O(|A| · |O| · (plans + 1) · H).
    ///
    /// - Parameter gain: what it must be worth more there than the plans that there are; nil for a plan in any case.
    func add(turn: Int, _ belief: UnsafePointer<Double>, gain: Double? = nil) {
        let base = tables.base
        let mass = unsafe tables.products(belief, tables.rewards(turn: turn), into: values.base)
        var successors: [Int32] = []
        if turn < base.horizon {
            for (index, response) in tables.responses.enumerated() {
                for observation in 0..<base.observations {
                    unsafe base.advance(
                        belief, turn: turn, response: response, observation: observation, into: child.base)
                    let next = unsafe best(turn: turn + 1, child.base)
                    unsafe values.base[index] += next.value
                    successors.append(next.plan)
                }
            }
        }
        let weight = tables.weights[turn - 1] * mass
        if let gain, layers[turn - 1].count > 0,
            unsafe tables.softMaximum(values.base, weight: weight) <= best(turn: turn, belief).value + gain
        {
            return
        }
        let strategy = unsafe tables.strategy(values.base, weight: weight)
        let vector = vector(turn: turn, strategy: strategy, successors: successors)
        layers[turn - 1].strategies += strategy
        layers[turn - 1].successors += successors
        layers[turn - 1].vectors += vector
        let column = layers[turn - 1].count
        layers[turn - 1].count += 1
        if column % 4 == 0 { layers[turn - 1].columns += vector.flatMap { [$0, $0, $0, $0] } }
        for (h, value) in vector.enumerated() {
            layers[turn - 1].columns[(column / 4 * base.hidden + h) * 4 + column % 4] = value
        }
    }

    /// α(h) = Σ_a π(a) [R_t(h, a) + Σ_o (T_{a,o} α_{next(a, o)})(h)] − τ_t KL(π ‖ π_ref).
    private func vector(turn: Int, strategy: [Double], successors: [Int32]) -> [Double] {
        let base = tables.base
        let divergence = tables.divergence(strategy, turn: turn)
        var vector = (0..<base.hidden).map { -tables.goalShare($0) * divergence }
        for (index, response) in tables.responses.enumerated() where strategy[index] > 0 {
            var row = (0..<base.hidden).map { unsafe tables.rewards(turn: turn)[$0 * tables.width + index] }
            for observation in 0..<(successors.isEmpty ? 0 : base.observations) {
                let next = Int(successors[index * base.observations + observation])
                unsafe layers[turn].vectors.withUnsafeBufferPointer { vectors in
                    guard let first = vectors.baseAddress else { return }
                    unsafe base.addBack(
                        first + next * base.hidden, turn: turn, response: response, observation: observation,
                        to: &row)
                }
            }
            for h in 0..<base.hidden { vector[h] += strategy[index] * row[h] }
        }
        return vector
    }
}

/// Makes plans at the beliefs that are met most often, from the last turn back.
struct SoftPlanSeeds {
    let tables: SoftTables
    let upper: SoftInformedBound
    let plans: SoftPlans
    /// How many beliefs are kept per turn.
    let width: Int
    /// Polled at every belief; once true, each turn makes do with one plan.
    let shouldStop: () -> Bool

    /// - Parameter sampled: per turn, [samples, H] beliefs to make plans at in place of those that are met most often.
    /// - Complexity: O(T · width · |A| · |O| · (width · H + log)).
    func run(at sampled: [[Double]]? = nil) {
        let layers = sampled == nil ? collect() : []
        let belief = DoubleBuffer(count: tables.base.stride)
        for turn in stride(from: tables.base.horizon, through: 1, by: -1) {
            for (index, belief) in (layers.isEmpty ? [] : layers[turn - 1]).enumerated()
            where index == 0 || !shouldStop() {
                unsafe plans.add(turn: turn, belief.base)
            }
            guard let sampled else { continue }
            let (hidden, rows) = (tables.base.hidden, sampled[turn - 1])
            // A turn that is never reached still needs a plan.
            if rows.isEmpty { unsafe plans.add(turn: turn, belief.base) }
            for sample in 0..<rows.count / hidden where sample == 0 || !shouldStop() {
                guard plans.layers[turn - 1].count < width else { break }
                for h in 0..<hidden { unsafe belief.base[h + 1] = rows[sample * hidden + h] }
                unsafe plans.add(turn: turn, belief.base, gain: Self.worthMaking * tables.weights[turn - 1])
            }
            for h in 0..<hidden { unsafe belief.base[h + 1] = 0 }
        }
    }

    /// A sampled belief gets a plan where that is worth more than this share of τ.
    private static let worthMaking = 1e-6

    /// Per turn the heaviest beliefs under soft answers to the upper bound, weighed by reach.
    private func collect() -> [[DoubleBuffer]] {
        let base = tables.base
        var layers: [[DoubleBuffer]] = [
            base.game.cues.indices.map { cue in
                let belief = DoubleBuffer(count: base.stride)
                unsafe belief.base.update(from: base.opening(cue), count: base.stride)
                return belief
            }
        ]
        let values = DoubleBuffer(count: tables.width)
        for turn in 1..<max(1, base.horizon) {
            var next: [(mass: Double, belief: DoubleBuffer)] = []
            for belief in layers[turn - 1] where !shouldStop() {
                let mass = unsafe upper.products(turn: turn, belief.base, into: values.base)
                let strategy = unsafe tables.strategy(values.base, weight: tables.weights[turn - 1] * mass)
                for (index, response) in tables.responses.enumerated() {
                    for observation in 0..<base.observations {
                        let child = DoubleBuffer(count: base.stride)
                        unsafe base.advance(
                            belief.base, turn: turn, response: response, observation: observation, into: child.base)
                        for h in 0..<base.stride { unsafe child.base[h] *= strategy[index] }
                        next.append((unsafe tables.mass(child.base), child))
                    }
                }
            }
            next.sort { $0.mass > $1.mass }
            layers.append(next.prefix(width).filter { $0.mass > 0 }.map(\.belief))
            // A turn that is never reached still needs a plan.
            if layers[turn].isEmpty { layers[turn].append(DoubleBuffer(count: base.stride)) }
        }
        return layers
    }
}
