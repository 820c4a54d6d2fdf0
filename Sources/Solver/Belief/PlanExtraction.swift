/// How much conditional plans may take.
struct PlanLimits {
    let bytes: Int
    /// How many plans a policy may be made of: each becomes a node of its controller. Plans that no policy uses do not count.
    let count: Int
}

/// Turns what a search knows into plans: the policy whose value is the search's lower bound.
///
/// Where the plans would take more than they may, the best plan kept for the belief is used instead, which is worth less.
final class PlanExtraction {
    let search: BeliefSearch
    let limits: PlanLimits
    /// What may still be done, where the search was stopped; nil for as much as it takes.
    private let afterwards: BeliefBudget.Afterwards?
    /// Whether somebody interrupts: nothing more is then found again.
    private let isInterrupted: () -> Bool
    /// Nodes of the tree gone back to, and plans that were there before.
    private var visits = 0
    private let before: Int
    /// Per turn, the plans that the policy is made of so far.
    private var used: [Set<Int32>]
    private var usedCount = 0
    private var tables: BeliefTables { search.tables }
    private var store: PlanStore { search.plans.store }

    init(
        search: BeliefSearch, limits: PlanLimits, afterwards: BeliefBudget.Afterwards? = nil,
        isInterrupted: @escaping () -> Bool = { false }
    ) {
        self.isInterrupted = isInterrupted
        self.search = search
        self.limits = limits
        self.afterwards = afterwards
        before = search.plans.store.total
        used = Array(repeating: [], count: search.tables.horizon)
    }

    /// The best plan known for a node of the tree.
    ///
    /// - Complexity: O(nodes below · H) and a depth-first search per belief that was settled by one.
    func plan(node: Int, _ belief: UnsafePointer<Double>) -> Int32 {
        let item = search.tree.nodes[node]
        let turn = Int(item.turn)
        if item.plan >= 0 { return use(item.plan, turn: turn) }
        visits += 1
        guard hasRoom else { return use(unsafe search.plans.best(turn: turn, belief).plan, turn: turn) }
        let kept = unsafe search.plans.best(turn: turn, belief)
        if unsafe kept.value >= item.lower - search.slack * tables.mass(belief) { return use(kept.plan, turn: turn) }
        if item.isExact { return unsafe settledPlan(turn: turn, belief) }
        guard item.firstEdge >= 0 else { return use(kept.plan, turn: turn) }
        let first = Int(item.firstEdge)
        let edges = first..<first + tables.width
        guard let best = edges.max(by: { search.tree.edges[$0].lower < search.tree.edges[$1].lower }),
            search.tree.edges[best].lower > kept.value
        else { return use(kept.plan, turn: turn) }
        let child = Int(search.tree.edges[best].firstChild)
        let next = DoubleBuffer(count: tables.stride)
        let successors = (0..<tables.observations).map { observation in
            unsafe tables.advance(
                belief, turn: turn, response: best - first, observation: observation, into: next.base)
            return unsafe plan(node: child + observation, next.base)
        }
        return use(store.plan(turn: turn, response: best - first, successors: successors), turn: turn)
    }

    /// Counts a plan and all that it goes on with among those that the policy is made of.
    ///
    /// - Complexity: O(|O|) per plan that is counted for the first time.
    private func use(_ plan: Int32, turn: Int) -> Int32 {
        guard used[turn - 1].insert(plan).inserted else { return plan }
        usedCount += 1
        for next in store.successors(turn: turn, plan: plan) { _ = use(next, turn: turn + 1) }
        return plan
    }

    private var hasRoom: Bool {
        store.bytes < limits.bytes && usedCount < limits.count
            && (afterwards.map { visits < $0.nodes && store.total - before < $0.plans } ?? true)
            && !isInterrupted()
    }

    /// An optimal plan for a belief, by depth-first search.
    func settledPlan(turn: Int, _ belief: UnsafePointer<Double>) -> Int32 {
        _ = unsafe search.exact.value(turn: turn, belief, floor: -.infinity)
        let response = search.exact.choice(turn: turn)
        guard response >= 0, hasRoom, !search.exact.isStopped else {
            return use(unsafe search.plans.best(turn: turn, belief).plan, turn: turn)
        }
        guard turn < tables.horizon else {
            return use(store.plan(turn: turn, response: response, successors: []), turn: turn)
        }
        let child = DoubleBuffer(count: tables.stride)
        let successors = (0..<tables.observations).map { observation in
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child.base)
            return unsafe settledPlan(turn: turn + 1, child.base)
        }
        return use(store.plan(turn: turn, response: response, successors: successors), turn: turn)
    }
}
