/// The best plan at one belief that goes on with the plans kept for the next turn.
///
/// α = R_t(·, a) + Σ_o T_{a,o} argmax_{α'} b T_{a,o} α'.
///
/// Source: Pineau, Gordon & Thrun 2003, Point-based value iteration (IJCAI).
final class PointBackup {
    private let tables: BeliefTables
    private let plans: PlanBound
    /// Whether plans that are looked up count as used; not where several threads look them up.
    private let counts: Bool
    private let rewards: DoubleBuffer
    private let child: DoubleBuffer
    /// The plans behind the response that was looked into last.
    private(set) var successors: [Int32]
    private var best: [Int32]

    init(_ tables: BeliefTables, plans: PlanBound, counts: Bool = true) {
        self.counts = counts
        self.tables = tables
        self.plans = plans
        rewards = DoubleBuffer(count: 4 * tables.blocks)
        child = DoubleBuffer(count: tables.stride)
        successors = Array(repeating: 0, count: tables.observations)
        best = successors
    }

    /// The best plan over all responses.
    ///
    /// - Complexity: O(|A| · |O| · plans · H).
    func plan(turn: Int, _ belief: UnsafePointer<Double>) -> Int32 {
        unsafe prepare(turn: turn, belief)
        var (value, response) = (-Double.infinity, 0)
        for candidate in 0..<tables.width {
            let sum = unsafe look(turn: turn, belief, response: candidate)
            guard sum > value else { continue }
            (value, response) = (sum, candidate)
            swap(&best, &successors)
        }
        return store(turn: turn, response: response, best)
    }

    /// The best plan that begins with a response, if it is worth more than `floor` at the belief: it is then kept.
    ///
    /// - Complexity: O(|O| · plans · H).
    func improve(turn: Int, _ belief: UnsafePointer<Double>, response: Int, floor: Double)
        -> (value: Double, plan: Int32)?
    {
        unsafe prepare(turn: turn, belief)
        let sum = unsafe look(turn: turn, belief, response: response)
        guard sum > floor else { return nil }
        let plan = store(turn: turn, response: response, successors)
        plans.keep(turn: turn, plan: plan)
        return (sum, plan)
    }

    /// To be called for a belief before its responses are looked into.
    func prepare(turn: Int, _ belief: UnsafePointer<Double>) {
        unsafe tables.products(belief, tables.rewards(turn: turn), into: rewards.base)
    }

    private func store(turn: Int, response: Int, _ successors: [Int32]) -> Int32 {
        plans.store.plan(
            turn: turn, response: response, successors: turn == tables.horizon ? [] : successors)
    }

    /// What a response is worth with the best plans behind it, which are left in `successors`.
    func look(turn: Int, _ belief: UnsafePointer<Double>, response: Int) -> Double {
        var value = unsafe rewards.base[response]
        guard turn < tables.horizon else { return value }
        for observation in 0..<tables.observations {
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child.base)
            let next =
                unsafe counts ? plans.best(turn: turn + 1, child.base) : plans.look(turn: turn + 1, child.base)
            value += next.value
            successors[observation] = next.plan
        }
        return value
    }
}
