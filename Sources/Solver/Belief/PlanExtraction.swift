/// How much conditional plans may take.
struct PlanLimits {
    let bytes: Int
    /// How many plans there may be: a controller of more nodes is refused.
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
    /// Nodes of the tree gone back to, and plans that were there before.
    private var visits = 0
    private let before: Int
    private var tables: BeliefTables { search.tables }
    private var store: PlanStore { search.plans.store }

    init(search: BeliefSearch, limits: PlanLimits, afterwards: BeliefBudget.Afterwards? = nil) {
        self.search = search
        self.limits = limits
        self.afterwards = afterwards
        before = search.plans.store.total
    }

    /// The best plan known for a node of the tree.
    ///
    /// - Complexity: O(nodes below · H) and a depth-first search per belief that was settled by one.
    func plan(node: Int, _ belief: UnsafePointer<Double>) -> Int32 {
        let item = search.tree.nodes[node]
        if item.plan >= 0 { return item.plan }
        visits += 1
        let turn = Int(item.turn)
        guard hasRoom else { return unsafe search.plans.best(turn: turn, belief).plan }
        let kept = unsafe search.plans.best(turn: turn, belief)
        if unsafe kept.value >= item.lower - search.slack * tables.mass(belief) { return kept.plan }
        if item.isExact { return unsafe settledPlan(turn: turn, belief) }
        guard item.firstEdge >= 0 else { return kept.plan }
        let first = Int(item.firstEdge)
        let edges = first..<first + tables.width
        guard let best = edges.max(by: { search.tree.edges[$0].lower < search.tree.edges[$1].lower }),
            search.tree.edges[best].lower > kept.value
        else { return kept.plan }
        let child = Int(search.tree.edges[best].firstChild)
        let next = DoubleBuffer(count: tables.stride)
        let successors = (0..<tables.observations).map { observation in
            unsafe tables.advance(
                belief, turn: turn, response: best - first, observation: observation, into: next.base)
            return unsafe plan(node: child + observation, next.base)
        }
        return store.plan(turn: turn, response: best - first, successors: successors)
    }

    private var hasRoom: Bool {
        store.bytes < limits.bytes && store.total < limits.count
            && (afterwards.map { visits < $0.nodes && store.total - before < $0.plans } ?? true)
    }

    /// An optimal plan for a belief, by depth-first search.
    func settledPlan(turn: Int, _ belief: UnsafePointer<Double>) -> Int32 {
        _ = unsafe search.exact.value(turn: turn, belief, floor: -.infinity)
        let response = search.exact.choice(turn: turn)
        guard response >= 0, hasRoom, !search.exact.isStopped else {
            return unsafe search.plans.best(turn: turn, belief).plan
        }
        guard turn < tables.horizon else { return store.plan(turn: turn, response: response, successors: []) }
        let child = DoubleBuffer(count: tables.stride)
        let successors = (0..<tables.observations).map { observation in
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child.base)
            return unsafe settledPlan(turn: turn + 1, child.base)
        }
        return store.plan(turn: turn, response: response, successors: successors)
    }
}
