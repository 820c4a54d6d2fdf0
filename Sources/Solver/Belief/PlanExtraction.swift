internal import HeapModule

/// How much conditional plans may take.
struct PlanLimits {
    let bytes: Int
    /// How many plans a policy may be made of: each becomes a node of its controller. Plans that no policy uses do not count.
    let count: Int
}

/// Turns what a search knows into plans: the policy whose value is the search's lower bound.
///
/// The tree is gone through again, always where the best plan that is kept is worth least beside what the tree knows: where plans would take more
/// than they may, or there is no time for more of them, the kept ones serve at the places where that costs least.
final class PlanExtraction {
    let search: BeliefSearch
    let limits: PlanLimits
    /// What may still be done, where the search was stopped; nil for as much as it takes.
    private let afterwards: BeliefBudget.Afterwards?
    /// Whether somebody interrupts: nothing more is then found again.
    private let isInterrupted: () -> Bool
    private let places: FixedArray<Place>
    private var placeCount = 0
    private let placeLimit: Int
    /// Places where a plan is to be made, or found by depth-first search, by what that gains.
    private var open = Heap<Loss>()
    /// Nodes of the tree whose kept plans were looked through, and plans that there were before.
    private var visits = 0
    private let before: Int
    /// Places at which a plan is to be made.
    private var chosen = 0
    /// Per turn, the plans that the policy is made of so far, with how often.
    private var used: [[Int32: Int]]
    private var usedCount = 0
    /// How many they may be.
    private var countLimit = Int.max
    private let beliefs: DoubleBuffer
    private var tables: BeliefTables { search.tables }
    private var store: PlanStore { search.plans.store }

    /// A node of the tree that the policy comes to.
    private struct Place {
        let node: Int32
        /// The place before it; −1 at an opening.
        let parent: Int32
        /// The best plan known so far, and what it is worth.
        var plan: Int32
        var value: Double
        /// The places that follow, one per observation; −1 where none do.
        var first: Int32 = -1
    }

    /// What a place's plan is worth less than the tree knows. The largest comes first, of equals the one that was met first.
    private struct Loss: Comparable {
        let loss: Double
        let place: Int32

        static func < (first: Loss, second: Loss) -> Bool {
            (first.loss, second.place) < (second.loss, first.place)
        }
    }

    init(
        search: BeliefSearch, limits: PlanLimits, afterwards: BeliefBudget.Afterwards?,
        isInterrupted: @escaping () -> Bool
    ) {
        self.isInterrupted = isInterrupted
        self.search = search
        self.limits = limits
        self.afterwards = afterwards
        before = search.plans.store.total
        // As much as plans may take; see ``BeliefBudget``.
        placeLimit = min(Int(Int32.max), max(search.roots.count, limits.bytes / MemoryLayout<Place>.stride))
        places = FixedArray(capacity: placeLimit)
        used = Array(repeating: [:], count: search.tables.horizon)
        beliefs = DoubleBuffer(count: (search.tables.horizon + 1) * search.tables.stride)
    }

    /// The best plans known for the openings of the search, in their order.
    ///
    /// - Complexity: O(T · H) for every node that is gone back to, O(kept plans · H) where a plan is made, and a depth-first search per belief
    ///   that was settled by one.
    func openings() -> [Int32] {
        for root in search.roots { unsafe add(root.node, after: -1, known: -1, tables.opening(root.cue)) }
        // The kept plans alone may be more than there is room for: then no more are made than that.
        countLimit = max(limits.count, usedCount)
        while let next = open.popMax(), hasRoom { choose(Int(next.place)) }
        // What follows a place was met after it.
        for place in (0..<placeCount).reversed() where places[place].first >= 0 { make(place) }
        return search.roots.indices.map { places[$0].plan }
    }

    /// Adds a place with the best plan that is kept for it.
    ///
    /// - Parameter known: what the plan of the place before goes on with here; −1 where it gives another response.
    private func add(_ node: Int, after parent: Int, known: Int32, _ belief: UnsafePointer<Double>) {
        let item = search.tree.nodes[node]
        let turn = Int(item.turn)
        var place = Place(node: Int32(node), parent: Int32(parent), plan: item.plan, value: item.lower)
        if item.plan < 0 {
            visits += 1
            let kept = unsafe search.plans.best(turn: turn, belief)
            (place.plan, place.value) = (kept.plan, kept.value)
            if known >= 0, known != kept.plan {
                let value = unsafe search.plans.worth(known, turn: turn, belief)
                if value >= kept.value { (place.plan, place.value) = (known, value) }
            }
            let loss = item.lower - place.value
            if unsafe loss > search.slack * tables.mass(belief), item.isExact || isWorthMore(item, than: place.value) {
                open.insert(Loss(loss: loss, place: Int32(placeCount)))
            }
        }
        places[placeCount] = place
        placeCount += 1
        use(place.plan, turn: turn)
    }

    /// Whether a response of a node is known to be worth more.
    private func isWorthMore(_ item: SearchTree.Node, than value: Double) -> Bool {
        item.firstEdge >= 0 && search.tree.edges[best(item)].lower > value
    }

    /// The edge with the largest lower bound.
    private func best(_ item: SearchTree.Node) -> Int {
        item.edges.max { search.tree.edges[$0].lower < search.tree.edges[$1].lower } ?? Int(item.firstEdge)
    }

    /// Finds a better plan for a place: by depth-first search, or by one that goes on with the plans of places that follow.
    private func choose(_ place: Int) {
        let (item, kept) = (search.tree.nodes[Int(places[place].node)], places[place].plan)
        let turn = Int(item.turn)
        let belief = unsafe belief(of: place)
        release(kept, turn: turn)
        if item.isExact {
            let found = unsafe search.settledPlan(turn: turn, belief, hasRoom: { hasRoom })
            let value = unsafe search.plans.worth(found, turn: turn, belief)
            if value > places[place].value { (places[place].plan, places[place].value) = (found, value) }
            return use(places[place].plan, turn: turn)
        }
        let edge = best(item)
        let response = search.tree.response(edge)
        let (next, first) = unsafe (belief + tables.stride, placeCount)
        let isFollowed = store.response(turn: turn, plan: kept) == response
        chosen += 1
        for observation in 0..<tables.observations {
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: next)
            let known = isFollowed ? store.successor(turn: turn, plan: kept, observation: observation) : -1
            unsafe add(Int(search.tree.edges[edge].firstChild) + observation, after: place, known: known, next)
        }
        places[place].first = Int32(first)
    }

    /// Makes the plan of a place out of those of the places that follow, unless the kept one is worth more after all.
    private func make(_ place: Int) {
        let (item, first) = (search.tree.nodes[Int(places[place].node)], Int(places[place].first))
        let (turn, edge, next) = (Int(item.turn), best(item), first..<first + tables.observations)
        let value = next.reduce(search.tree.edges[edge].reward) { $0 + places[$1].value }
        if value <= places[place].value {
            use(places[place].plan, turn: turn)
            if usedCount + chosen <= countLimit { return }
            release(places[place].plan, turn: turn)
        }
        let plan = store.plan(
            turn: turn, response: search.tree.response(edge), successors: next.map { places[$0].plan })
        (places[place].plan, places[place].value) = (plan, value)
    }

    /// The belief at a place, found again from its opening; behind it there is room for those that follow.
    ///
    /// - Complexity: O(T · H).
    private func belief(of place: Int) -> UnsafeMutablePointer<Double> {
        var (path, origin) = ([Int](), place)
        while places[origin].parent >= 0 {
            path.append(origin)
            origin = Int(places[origin].parent)
        }
        unsafe beliefs.base.update(from: tables.opening(search.roots[origin].cue), count: tables.stride)
        var belief = unsafe beliefs.base
        for (turn, place) in zip(1..., path.reversed()) {
            let parent = places[Int(places[place].parent)]
            let item = search.tree.nodes[Int(parent.node)]
            let next = unsafe belief + tables.stride
            unsafe tables.advance(
                belief, turn: turn, response: search.tree.response(best(item)), observation: place - Int(parent.first),
                into: next)
            unsafe belief = next
        }
        return unsafe belief
    }

    /// Counts a plan and all that it goes on with among those that the policy is made of.
    ///
    /// - Complexity: O(|O|) per plan that is counted for the first time.
    private func use(_ plan: Int32, turn: Int) {
        used[turn - 1][plan, default: 0] += 1
        guard used[turn - 1][plan] == 1 else { return }
        usedCount += 1
        for next in store.successors(turn: turn, plan: plan) { use(next, turn: turn + 1) }
    }

    /// Takes a use of a plan back.
    private func release(_ plan: Int32, turn: Int) {
        guard let count = used[turn - 1][plan] else { return }
        used[turn - 1][plan] = count > 1 ? count - 1 : nil
        guard count == 1 else { return }
        usedCount -= 1
        for next in store.successors(turn: turn, plan: plan) { release(next, turn: turn + 1) }
    }

    /// Whether one more plan may be made, and the places that follow it be looked at.
    private var hasRoom: Bool {
        placeCount + tables.observations <= placeLimit
            && store.bytes + chosen * PlanStore.bytes(game: tables.game) < limits.bytes
            && usedCount + chosen <= countLimit
            && (afterwards.map { visits < $0.nodes && store.total - before + chosen < $0.plans } ?? true)
            && !isInterrupted()
    }
}
