/// Lower bounds on the value of a belief: the best of some plans of its turn.
///
/// V_t(b) ≥ max_α Σ_h b(h) α(h). Each turn keeps a limited number of plans; where there is no room left, the plan that was
/// best least often makes way.
final class PlanBound {
    let tables: BeliefTables
    let store: PlanStore
    /// How many plans a turn keeps, a multiple of four.
    let capacity: Int
    /// How many plans a turn may hold at most, a multiple of four.
    let ceiling: Int
    /// [T] how many plans a turn may hold until others make way.
    private let limits: FixedArray<Int>
    /// [T, ceiling / 4, H, 4]
    private let vectors: DoubleBuffer
    /// [T] how many plans a turn keeps.
    private let counts: FixedArray<Int>
    /// [T, ceiling] the plans kept and how often each was best.
    private let plans: FixedArray<Int32>
    private let uses: FixedArray<Int>

    init(_ tables: BeliefTables, store: PlanStore, capacity: Int, ceiling: Int = 0) {
        self.tables = tables
        self.store = store
        self.capacity = (capacity + 3) & ~3
        self.ceiling = max(self.capacity, (ceiling + 3) & ~3)
        vectors = DoubleBuffer(count: tables.horizon * self.ceiling * tables.hidden, zeroed: false)
        counts = FixedArray(capacity: tables.horizon)
        limits = FixedArray(capacity: tables.horizon)
        plans = FixedArray(capacity: tables.horizon * self.ceiling)
        uses = FixedArray(capacity: tables.horizon * self.ceiling)
        for turn in 0..<tables.horizon { (counts[turn], limits[turn]) = (0, self.capacity) }
        for place in 0..<tables.horizon * self.ceiling { uses[place] = 0 }
    }

    static func bytes(_ tables: BeliefTables, capacity: Int) -> Int {
        8 * tables.horizon * ((capacity + 3) & ~3) * tables.hidden
    }

    /// T
    var turns: Int { tables.horizon }

    /// The plans that a turn keeps.
    func kept(turn: Int) -> [Int32] { (0..<counts[turn - 1]).map { plans[(turn - 1) * ceiling + $0] } }

    /// What a plan is worth at a belief, kept or not.
    ///
    /// - Complexity: O(H).
    func worth(_ plan: Int32, turn: Int, _ belief: UnsafePointer<Double>) -> Double {
        store.vector(turn: turn, plan: plan).enumerated().reduce(0) {
            unsafe $0 + belief[$1.offset + 1] * $1.element
        }
    }

    /// The best plan for a belief and its value.
    ///
    /// - Complexity: O(plans · H).
    func best(turn: Int, _ belief: UnsafePointer<Double>) -> (value: Double, plan: Int32) {
        let best = unsafe find(turn: turn, belief)
        guard best.place >= 0 else { return (-.infinity, -1) }
        uses[best.place] &+= 1
        return (best.value, plans[best.place])
    }

    /// The same, not counted as a use: for many threads at once.
    func look(turn: Int, _ belief: UnsafePointer<Double>) -> (value: Double, plan: Int32) {
        let best = unsafe find(turn: turn, belief)
        return best.place < 0 ? (-.infinity, -1) : (best.value, plans[best.place])
    }

    @inline(__always)
    private func find(turn: Int, _ belief: UnsafePointer<Double>) -> (value: Double, place: Int) {
        let count = counts[turn &- 1]
        guard count > 0 else { return (-.infinity, -1) }
        let first = (turn &- 1) &* ceiling
        let best = unsafe VectorProducts.best(
            belief + 1, count: tables.hidden, vectors.base + first &* tables.hidden, blocks: (count &+ 3) / 4)
        return (best.value, first &+ best.index)
    }

    /// Keeps these plans of a turn in place of those that it has, and leaves room for as many more as a turn begins with.
    func replace(turn: Int, with plans: [Int32]) {
        counts[turn - 1] = 0
        limits[turn - 1] = min(ceiling, (plans.count + capacity + 3) & ~3)
        for plan in plans.prefix(ceiling) { keep(turn: turn, plan: plan) }
    }

    /// Keeps a plan, if it is not kept already.
    func keep(turn: Int, plan: Int32) {
        let first = (turn - 1) * ceiling
        let range = first..<first + counts[turn - 1]
        guard !range.contains(where: { plans[$0] == plan }) else { return }
        let place: Int
        if range.count < limits[turn - 1] {
            place = range.upperBound
            counts[turn - 1] += 1
        } else {
            place = range.min { uses[$0] < uses[$1] } ?? first
            for index in range { uses[index] /= 2 }
        }
        uses[place] = (range.lazy.map { self.uses[$0] }.max() ?? 0) / 2
        let column = place - first
        let layer = unsafe vectors.base + first * tables.hidden
        // A plan that begins a vector of four also fills up the rest of it.
        let fillers = column % 4 == 0 && place == range.upperBound ? 4 : 1
        for lane in column % 4..<column % 4 + fillers {
            plans[first + column / 4 * 4 + lane] = plan
            for (h, value) in store.vector(turn: turn, plan: plan).enumerated() {
                unsafe layer[(column / 4 * tables.hidden + h) * 4 + lane] = value
            }
        }
    }
}
