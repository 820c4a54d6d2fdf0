/// Makes a policy of no more plans than there is room for out of one of more.
///
/// Turn by turn, plans that conversations come to seldom give way to those that they come to often: each to the one that is worth most in its
/// place. All conversations that come to a plan are one measure over the hidden state, and plans are linear in it, so that what a change costs
/// is known exactly but for what later turns lose.
struct PlanMerging {
    private let tables: BeliefTables
    private let plans: PlanBound
    /// How many plans a policy may be made of.
    private let limit: Int

    private var store: PlanStore { plans.store }

    init(_ plans: PlanBound, limit: Int) { (self.plans, self.limit, tables) = (plans, limit, plans.tables) }

    /// A plan with the measure of those who come to it.
    private struct Visited {
        let plan: Int32
        let measure: DoubleBuffer
        var mass = 0.0
    }

    /// A turn once it is merged: the plans that stay, and for each plan that was there the one that serves.
    private struct Layer {
        var kept: [Int32]
        var serving: [Int32: Int32]
    }

    /// - Parameter roots: per opening that can occur, its cue and its plan.
    /// - Returns: the plans of the openings: the same where they are few enough. At least one plan a turn stays.
    /// - Complexity: O(plans · |O| · H) and, for a plan that gives way, O(plans of its turn · H).
    func openings(_ roots: [(cue: Int, plan: Int32)]) -> [Int32] {
        let counts = reached(roots.map(\.plan))
        guard counts.reduce(0, +) > limit else { return roots.map(\.plan) }
        let most = Self.most(counts, limit: limit)
        var layers: [Layer] = []
        var (visited, places) = ([Visited](), [Int32: Int]())
        for root in roots { unsafe add(root.plan, tables.opening(root.cue), to: &visited, &places) }
        let next = DoubleBuffer(count: tables.stride)
        for turn in 1...tables.horizon {
            // What is said first is kept.
            let serving = merge(&visited, turn: turn, to: turn == 1 ? .max : most)
            layers.append(Layer(kept: visited.map(\.plan), serving: serving))
            guard turn < tables.horizon else { break }
            var following: [Visited] = []
            places.removeAll(keepingCapacity: true)
            for item in visited {
                let response = store.response(turn: turn, plan: item.plan)
                for (observation, plan) in store.successors(turn: turn, plan: item.plan).enumerated() {
                    unsafe tables.advance(
                        item.measure.base, turn: turn, response: response, observation: observation, into: next.base)
                    unsafe add(plan, next.base, to: &following, &places)
                }
            }
            visited = following
        }
        let made = rebuilt(layers)
        return roots.map { made[$0.plan] ?? $0.plan }
    }

    /// [T] how many plans of each turn a policy is made of.
    private func reached(_ roots: [Int32]) -> [Int] {
        var plans = Set(roots)
        return (1...tables.horizon).map { turn in
            defer { plans = Set(plans.flatMap { store.successors(turn: turn, plan: $0) }) }
            return plans.count
        }
    }

    /// The most plans that each turn may keep for all to be no more than the limit; at least one.
    private static func most(_ counts: [Int], limit: Int) -> Int {
        var (low, high) = (1, max(1, limit))
        while low < high {
            let middle = (low + high + 1) / 2
            if counts.reduce(0, { $0 + min($1, middle) }) <= limit { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Adds those who come to a plan.
    ///
    /// - Parameter places: of the plans in the list.
    private func add(
        _ plan: Int32, _ measure: UnsafePointer<Double>, to visited: inout [Visited], _ places: inout [Int32: Int]
    ) {
        let place = places[plan] ?? visited.count
        if place == visited.count {
            places[plan] = place
            visited.append(Visited(plan: plan, measure: DoubleBuffer(count: tables.stride)))
        }
        for h in 0..<tables.stride { unsafe visited[place].measure.base[h] += measure[h] }
        visited[place].mass += unsafe tables.mass(measure)
    }

    /// Leaves the plans that most come to, in the order in which they were met.
    ///
    /// - Returns: which plan serves in the place of each.
    private func merge(_ visited: inout [Visited], turn: Int, to most: Int) -> [Int32: Int32] {
        var serving = [Int32: Int32](uniqueKeysWithValues: visited.map { ($0.plan, $0.plan) })
        guard visited.count > most else { return serving }
        let order = visited.indices.sorted { (-visited[$0].mass, $0) < (-visited[$1].mass, $1) }
        let staying = Set(order.prefix(most))
        var kept = visited.indices.filter(staying.contains).map { visited[$0] }
        for place in visited.indices where !staying.contains(place) {
            let item = visited[place]
            var (best, largest) = (0, -Double.infinity)
            for (index, other) in kept.enumerated() {
                let worth = unsafe self.plans.worth(other.plan, turn: turn, item.measure.base)
                if worth > largest { (best, largest) = (index, worth) }
            }
            serving[item.plan] = kept[best].plan
            for h in 0..<tables.stride { unsafe kept[best].measure.base[h] += item.measure.base[h] }
            kept[best].mass += item.mass
        }
        visited = kept
        return serving
    }

    /// The plans that stay, made of those that stay of the next turn.
    ///
    /// - Returns: by plan of the first turn, what it has become.
    private func rebuilt(_ layers: [Layer]) -> [Int32: Int32] {
        var made: [Int32: Int32] = [:]
        for turn in (1...tables.horizon).reversed() {
            let following = turn < tables.horizon ? layers[turn].serving : [:]
            var these: [Int32: Int32] = [:]
            for plan in layers[turn - 1].kept {
                let successors = store.successors(turn: turn, plan: plan).map { next in
                    following[next].flatMap { made[$0] } ?? next
                }
                these[plan] = store.plan(
                    turn: turn, response: store.response(turn: turn, plan: plan), successors: successors)
            }
            made = these
        }
        return made
    }
}
