/// Plans that outlive a change of prices: what a plan does is worth something else then, but is as good a start.
struct WarmStart {
    private let plans: PlanBound

    /// - Parameter roots: the plans of the policy found, which are kept besides those that the search kept.
    init(_ plans: PlanBound, roots: [Int32]) {
        for root in roots { plans.keep(turn: 1, plan: root) }
        self.plans = plans
    }

    /// Keeps the same plans in another search of the same game.
    ///
    /// - Complexity: O(plans · |O| · H), plans that follow others included.
    func pass(on heir: PlanBound) {
        var known: [[Int32: Int32]] = Array(repeating: [:], count: plans.turns)
        for turn in stride(from: plans.turns, through: 1, by: -1) {
            for plan in plans.kept(turn: turn) {
                heir.keep(turn: turn, plan: copy(plan, turn: turn, to: heir.store, &known))
            }
        }
    }

    private func copy(_ plan: Int32, turn: Int, to store: PlanStore, _ known: inout [[Int32: Int32]]) -> Int32 {
        if let present = known[turn - 1][plan] { return present }
        let successors = plans.store.successors(turn: turn, plan: plan).map {
            copy($0, turn: turn + 1, to: store, &known)
        }
        let made = store.plan(
            turn: turn, response: plans.store.response(turn: turn, plan: plan), successors: successors)
        known[turn - 1][plan] = made
        return made
    }
}
