internal import GameModel

/// Best-first search over beliefs: always into the response that promises most and the observation that is least certain.
///
/// Beliefs with few turns to go are settled by depth-first search; the others get edges, whose bounds come from the beliefs
/// one turn on. Bounds go back up the path that was followed.
///
/// Source: the choice of what to look into, Smith & Simmons 2004, Heuristic search value iteration (UAI), on the tree of
/// reachable beliefs (AO*, Nilsson 1980) in place of trials from the start.
final class BeliefSearch {
    let tables: BeliefTables
    let tree: SearchTree
    let plans: PlanBound
    let exact: DepthFirstSearch
    private let upper: StateInformedBound
    private let tolerant: TolerantSearch
    /// Beliefs with at most this many turns to go are bounded more closely by depth-first search, without edges of their own.
    private let tolerantTurns: Int
    /// Beliefs with at most this many turns to go are settled exactly.
    private let exactTurns: Int
    /// Beliefs with more turns to go are too much for a depth-first search's memory.
    private let deepTurns: Int
    private let limits: PlanLimits
    private let shouldStop: () -> Bool
    private let backup: PointBackup
    /// What the plans that are kept may be worth less than the tree knows, per probability of being there.
    let slack: Double
    private let row: DoubleBuffer
    /// Per response, whether its bound has been sharpened.
    private let isSharp: FixedArray<Bool>
    private let bounds: DoubleBuffer
    private let child: DoubleBuffer
    /// [T, stride] the beliefs of the path that is followed.
    private let beliefs: DoubleBuffer
    /// Per opening cue that can occur, its node.
    private(set) var roots: [(cue: Int, node: Int)] = []
    /// Whether the tree has taken all the memory it may.
    private(set) var isFull = false
    /// When the caller is asked again while a belief's responses are looked into.
    private var poll: Poll
    private var path: [(node: Int, edge: Int)] = []

    init(
        _ tables: BeliefTables, upper: StateInformedBound, plans: PlanBound, budget: BeliefBudget, slack: Double,
        shouldStop: @escaping () -> Bool
    ) {
        self.slack = slack
        self.tables = tables
        self.upper = upper
        self.plans = plans
        self.shouldStop = shouldStop
        exactTurns = budget.exactTurns
        tolerantTurns = budget.tolerantTurns
        deepTurns = budget.deepTurns
        limits = budget.plans
        backup = PointBackup(tables, plans: plans)
        exact = DepthFirstSearch(tables, upper: upper, lower: plans, shouldStop: shouldStop)
        tolerant = TolerantSearch(
            tables, upper: upper, plans: plans, planBytes: limits.bytes / 2, slack: slack, shouldStop: shouldStop)
        tree = SearchTree(tables, bytes: budget.treeBytes)
        poll = Poll(tables, every: 1)
        row = DoubleBuffer(count: 4 * tables.blocks)
        isSharp = FixedArray(capacity: tables.width)
        bounds = DoubleBuffer(count: 4 * tables.blocks)
        child = DoubleBuffer(count: tables.stride)
        beliefs = DoubleBuffer(count: tables.horizon * tables.stride)
    }

    /// Whether there is memory for the openings.
    func start() -> Bool {
        for cue in tables.game.cues.indices {
            let opening = unsafe tables.opening(cue)
            guard (0..<tables.stride).contains(where: { unsafe opening[$0] > 0 }) else { continue }
            guard tree.hasRoom(nodes: 1) else { return false }
            let node = tree.addNode(turn: 1)
            unsafe bound(node, opening)
            roots.append((cue, node))
        }
        return true
    }

    /// Starts from plans, one per opening cue.
    func adopt(_ plans: [Int32]) {
        for root in roots {
            let opening = unsafe tables.opening(root.cue)
            let value = self.plans.store.vector(turn: 1, plan: plans[root.cue]).enumerated().reduce(0.0) {
                unsafe $0 + opening[$1.offset + 1] * $1.element
            }
            tree.raise(root.node, to: value, plan: plans[root.cue])
        }
    }

    /// Σ over the openings.
    var lower: Double { roots.reduce(0) { $0 + tree.nodes[$1.node].lower } }
    var upperBound: Double { roots.reduce(0) { $0 + tree.nodes[$1.node].upper } }

    /// How a step ended.
    enum Step {
        case advanced
        /// The belief to be looked into is settled: what is left of the gap is rounding.
        case exhausted
        /// The caller asked to stop during a depth-first search.
        case stopped
        /// There is no memory left to go on with, depth first or otherwise.
        case full
    }

    /// Looks into one belief. Where there is no memory left to give it edges, it is settled by depth-first search.
    ///
    /// - Complexity: O(|A| · |O| · H · |A|), or a depth-first search.
    func step() -> Step {
        guard let root = widestRoot() else { return .exhausted }
        unsafe beliefs.base.update(from: tables.opening(root.cue), count: tables.stride)
        path.removeAll(keepingCapacity: true)
        let before = tree.nodeCount
        var node = descend(from: root.node)
        // Children that were settled as they were made still have to be counted.
        var hasMoved = tree.nodeCount > before
        var worthwhile = 0.0
        // What is found below a belief is often where the gap still is: go on from there rather than from the start.
        while !isStopped, !tree.nodes[node].isExact, tree.gap(node) >= worthwhile {
            hasMoved = true
            worthwhile = max(worthwhile, Self.persistence * tree.gap(node))
            if needsSearch(node) {
                guard tables.horizon - Int(tree.nodes[node].turn) < deepTurns else { return .full }
                settle(node)
            } else if !refresh(node) {
                lookInto(node)
                node = descend(from: node)
            } else {
                break
            }
        }
        guard hasMoved else { return .exhausted }
        improvePlans(node, response: tree.nodes[node].isExact ? exact.choice(turn: Int(tree.nodes[node].turn)) : -1)
        for (parent, edge) in path.reversed() {
            tree.sumUp(edge)
            tree.takeBest(parent)
            improvePlans(parent, response: edge - Int(tree.nodes[parent].firstEdge))
        }
        return isStopped ? .stopped : .advanced
    }

    /// Whether the caller asked to stop during a depth-first search.
    private var isStopped: Bool { exact.isStopped || tolerant.isStopped }

    /// A search goes on below a belief as long as what it finds there has this share of the gap that it began with.
    private static let persistence = 0.3

    /// Follows the most promising responses and the widest observations to a belief that has not been looked into.
    private func descend(from start: Int) -> Int {
        var node = start
        while tree.nodes[node].firstEdge >= 0, !tree.nodes[node].isExact {
            let edge = tree.mostPromising(node)
            if tree.edges[edge].firstChild < 0 {
                guard tree.hasRoom(nodes: tables.observations) else { break }
                follow(edge, of: node)
            }
            path.append((node, edge))
            let next = tree.widest(edge)
            let turn = Int(tree.nodes[node].turn)
            unsafe tables.advance(
                belief(turn: turn), turn: turn, response: edge - Int(tree.nodes[node].firstEdge),
                observation: next - Int(tree.edges[edge].firstChild), into: belief(turn: turn + 1))
            node = next
        }
        return node
    }

    /// Whether a belief is to be settled by depth-first search: close to the end, or for want of memory.
    private func needsSearch(_ node: Int) -> Bool {
        if tables.horizon - Int(tree.nodes[node].turn) < exactTurns || isTolerant(node) { return true }
        guard tree.nodes[node].firstEdge >= 0 || !tree.hasRoom(nodes: 0) else { return false }
        isFull = true
        return true
    }

    /// Whether a belief is close enough to the end to be bounded within a tolerance, and its plans would find room.
    private func isTolerant(_ node: Int) -> Bool {
        tables.horizon - Int(tree.nodes[node].turn) < tolerantTurns && tree.nodes[node].firstEdge < 0
            && tolerant.hasRoom
    }

    /// Whether plans that were made since close half of a belief's gap.
    private func refresh(_ node: Int) -> Bool {
        let turn = Int(tree.nodes[node].turn)
        let gap = tree.gap(node)
        let known = unsafe plans.best(turn: turn, belief(turn: turn))
        tree.raise(node, to: known.value, plan: known.plan)
        return tree.gap(node) < gap / 2
    }

    /// The belief of the node of a turn on the path.
    private func belief(turn: Int) -> UnsafeMutablePointer<Double> {
        unsafe beliefs.base + (turn - 1) * tables.stride
    }

    /// A plan is made where the tree knows one that closes this share of what the kept plans leave open.
    private static let worthMaking = 0.05

    /// Makes the plan that begins with a response at a belief of the path, where the tree knows that it is worth more there
    /// than those that are kept, and keeps it.
    private func improvePlans(_ node: Int, response: Int) {
        let turn = Int(tree.nodes[node].turn)
        guard response >= 0, turn < tables.horizon, plans.store.bytes < limits.bytes / 2 else { return }
        let belief = unsafe UnsafePointer(belief(turn: turn))
        let known = unsafe plans.best(turn: turn, belief)
        let tolerance = unsafe slack * tables.mass(belief)
        adopt(known, node, tolerance)
        let open = tree.nodes[node].upper - known.value
        guard tree.nodes[node].lower - known.value > max(tolerance, Self.worthMaking * open),
            let better = unsafe backup.improve(
                turn: turn, belief, response: response, floor: known.value + tolerance)
        else { return }
        adopt(better, node, tolerance)
    }

    /// Takes a plan over where it raises the lower bound, or is worth what is known to be the value.
    private func adopt(_ plan: (value: Double, plan: Int32), _ node: Int, _ tolerance: Double) {
        if !tree.nodes[node].isExact {
            tree.raise(node, to: plan.value, plan: plan.plan)
        } else if tree.nodes[node].plan < 0, plan.value >= tree.nodes[node].lower - tolerance {
            tree.nodes[node].plan = plan.plan
        }
    }

    private func widestRoot() -> (cue: Int, node: Int)? {
        roots.max { first, second in
            let (a, b) = (tree.nodes[first.node], tree.nodes[second.node])
            return a.upper - a.lower < b.upper - b.lower
        }
    }

    /// The bounds of a new leaf.
    private func bound(_ node: Int, _ belief: UnsafePointer<Double>) {
        let turn = Int(tree.nodes[node].turn)
        let value = unsafe upper.value(turn: turn, belief)
        let known = unsafe plans.best(turn: turn, belief)
        if turn == tables.horizon {
            tree.settle(node, value: value, plan: known.plan)
        } else {
            tree.raise(node, to: known.value, plan: known.plan)
            tree.lowerUpper(node, to: max(value, known.value))
        }
    }

    private func follow(_ edge: Int, of node: Int) {
        let turn = Int(tree.nodes[node].turn)
        let response = edge - Int(tree.nodes[node].firstEdge)
        tree.edges[edge].firstChild = Int32(tree.nodeCount)
        for observation in 0..<tables.observations {
            let next = tree.addNode(turn: turn + 1)
            unsafe tables.advance(
                belief(turn: turn), turn: turn, response: response, observation: observation, into: child.base)
            unsafe bound(next, child.base)
        }
        tree.sumUp(edge)
    }

    /// What a search to within a tolerance leaves of the gap that it finds.
    private static let tightening = 0.1

    /// Beliefs looked into depth first.
    var depthFirstSteps: Int { exact.expansions + tolerant.expansions }

    /// Narrows the bounds of a node, or finds its value, by depth-first search; with its plan, where that is too dear to be found again and there
    /// is room: half of what plans may take is left to the policy itself, which finds again what was not kept.
    private func settle(_ node: Int) {
        let turn = Int(tree.nodes[node].turn)
        let belief = unsafe UnsafePointer(belief(turn: turn))
        if isTolerant(node) {
            let gap = tree.gap(node)
            let found = unsafe tolerant.bounds(turn: turn, belief, allowed: Self.tightening * gap)
            tree.raise(node, to: found.lower, plan: found.plan)
            tree.lowerUpper(node, to: max(found.upper, tree.nodes[node].lower))
            // A gap that is nothing but rounding does not shrink; it is settled.
            if tree.gap(node) <= 0.5 * gap || tolerant.isStopped || !tolerant.hasRoom { return }
        }
        let value = unsafe exact.value(turn: turn, belief, floor: -.infinity)
        var plan: Int32 = -1
        if tables.horizon - turn >= exactTurns, !exact.isStopped, plans.store.bytes < limits.bytes / 2 {
            plan = unsafe PlanExtraction(search: self, limits: limits).settledPlan(turn: turn, belief)
        }
        if exact.isStopped {
            tree.lowerUpper(node, to: value)
        } else {
            tree.settle(node, value: value, plan: plan)
        }
    }

    /// Gives a leaf edges.
    private func lookInto(_ node: Int) {
        let turn = Int(tree.nodes[node].turn)
        let belief = unsafe UnsafePointer(belief(turn: turn))
        unsafe tables.products(belief, tables.rewards(turn: turn), into: row.base)
        unsafe upper.responses(turn: turn, belief, into: bounds.base)
        // Bounds are sharpened by looking ahead, largest first, until the largest is a sharpened one: the others cannot
        // be the node's bound.
        for response in 0..<tables.width { isSharp[response] = false }
        while true {
            var response = 0
            for other in 1..<max(1, tables.width) where unsafe bounds.base[other] > bounds.base[response] {
                response = other
            }
            guard !isSharp[response] else { break }
            isSharp[response] = true
            // A bound that is not sharpened is wider, and as valid.
            if poll.isDue, shouldStop() { break }
            var value = unsafe row.base[response]
            for observation in 0..<tables.observations {
                unsafe tables.advance(
                    belief, turn: turn, response: response, observation: observation, into: child.base)
                value += unsafe upper.value(turn: turn + 1, child.base)
            }
            unsafe bounds.base[response] = min(bounds.base[response], value)
        }
        unsafe tree.addEdges(node, rewards: row.base, bounds: bounds.base)
        tree.takeBest(node)
    }
}
