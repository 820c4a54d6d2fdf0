internal import GameModel
internal import NumericalMethods

/// Best-first search over beliefs: always into the leaf with the widest bounds among those that the responses that promise most lead to.
///
/// Beliefs with few turns to go are settled by depth-first search; the others get edges, whose bounds come from the beliefs
/// one turn on. Bounds go back up the path that was followed. In larger games several leaves are looked into at the same time: how
/// many does not depend on the threads, and what is found is entered, and beliefs are settled, in the order in which they were chosen.
///
/// Source: AO* (Nilsson 1980) with the leaf of the largest error first, as in Ross, Pineau, Paquet & Chaib-draa 2008, Online planning
/// algorithms for POMDPs, JAIR 32 (doi:10.1613/jair.2567), AEMS2.
final class BeliefSearch {
    let tables: BeliefTables
    let tree: SearchTree
    let plans: PlanBound
    let exact: DepthFirstSearch
    let rounds: PlanRounds
    private let upper: StateInformedBound
    private let tolerant: TolerantSearch
    /// Beliefs with at most this many turns to go are bounded more closely by depth-first search, without edges of their own.
    private let tolerantTurns: Int
    /// Beliefs with at most this many turns to go are settled exactly.
    private let exactTurns: Int
    /// Beliefs with more turns to go are too much for a depth-first search's memory.
    private let deepTurns: Int
    private let limits: PlanLimits
    /// Plans of a turn that are looked through quickly.
    private let searchPlans: Int
    private let threads: Int
    private let shouldStop: @Sendable () -> Bool
    private let backup: PointBackup
    /// What the plans that are kept may be worth less than the tree knows, per probability of being there.
    let slack: Double
    /// The leaves that are looked into at the same time.
    private let expansions: [LeafExpansion]
    /// Per opening cue that can occur, its node.
    private(set) var roots: [(cue: Int, node: Int)] = []
    /// Whether the tree has taken all the memory it may.
    private(set) var isFull = false

    init(
        _ tables: BeliefTables, upper: StateInformedBound, plans: PlanBound, budget: BeliefBudget, slack: Double,
        unit: Double, threads: Int, shouldStop: @escaping @Sendable () -> Bool
    ) {
        self.slack = slack
        self.tables = tables
        self.upper = upper
        self.plans = plans
        self.threads = threads
        self.shouldStop = shouldStop
        exactTurns = budget.exactTurns
        tolerantTurns = budget.tolerantTurns
        deepTurns = budget.deepTurns
        limits = budget.plans
        searchPlans = budget.searchPlans
        backup = PointBackup(tables, plans: plans)
        exact = DepthFirstSearch(tables, upper: upper, lower: plans, shouldStop: shouldStop)
        tolerant = TolerantSearch(
            tables, upper: upper, plans: plans, planBytes: limits.bytes / 2, slack: slack, shouldStop: shouldStop)
        tree = SearchTree(tables, bytes: budget.treeBytes, unit: unit)
        rounds = PlanRounds(
            tables, upper: upper, plans: plans, planBytes: limits.bytes / 4 * 3, slack: slack, threads: threads,
            shouldStop: shouldStop)
        expansions = (0..<budget.leavesAtATime).map { _ in LeafExpansion(tables, upper: upper, plans: plans) }
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
            let value = unsafe self.plans.worth(plans[root.cue], turn: 1, tables.opening(root.cue))
            tree.raise(root.node, to: value, plan: plans[root.cue])
        }
    }

    /// Σ over the openings.
    var lower: Double { roots.reduce(0) { $0 + tree.nodes[$1.node].lower } }
    var upperBound: Double { roots.reduce(0) { $0 + tree.nodes[$1.node].upper } }

    /// How a step ended.
    enum Step {
        /// So many beliefs were looked into.
        case advanced(Int)
        /// The belief to be looked into is settled: what is left of the gap is rounding.
        case exhausted
        /// The caller asked to stop during a depth-first search.
        case stopped
        /// There is no memory left to go on with, depth first or otherwise.
        case full
    }

    /// Looks into the leaves with the widest bounds. Where there is no memory left to give one edges, it is settled by depth-first search.
    ///
    /// - Parameter most: how many beliefs may be looked into.
    /// - Complexity: O(|A| · |O| · H · |A|) per belief, or a depth-first search.
    func step(most: Int = .max) -> Step {
        var (count, moves) = (0, 0)
        while count + moves < min(most, expansions.count) {
            guard let root = widestRoot(), tree.widestLeaf(root.node) > 0 else { break }
            let leaf = expansions[count]
            unsafe leaf.begin(node: root.node, tables.opening(root.cue))
            descend(leaf)
            let turn = Int(tree.nodes[leaf.node].turn)
            leaf.isForSearch = leaf.response < 0 && isSettled(turn: turn)
            if !leaf.isForSearch, !hasRoom(leaves: count + 1) {
                let isNews = !isFull
                isFull = true
                // What others found is entered first, and the caller may not want to go on.
                guard count + moves == 0 else { break }
                guard !isNews else { return .advanced(0) }
                guard tables.horizon - turn < deepTurns else { return .full }
                leaf.isForSearch = true
            }
            if !leaf.isForSearch, leaf.response < 0, refresh(leaf) {
                goBack(leaf)
                moves += 1
            } else {
                tree.claim(leaf.node, path: leaf.path)
                count += 1
            }
        }
        guard count > 0 else { return moves > 0 ? .advanced(moves) : .exhausted }
        workOut(count)
        for leaf in expansions.prefix(count) {
            if leaf.isForSearch { settle(leaf) } else { enter(leaf) }
        }
        return isStopped ? .stopped : .advanced(count + moves)
    }

    /// Settles a belief depth first, with its plan where that is known.
    private func settle(_ leaf: LeafExpansion) {
        let turn = Int(tree.nodes[leaf.node].turn)
        if !isStopped { unsafe settle(leaf.node, UnsafePointer(leaf.belief(turn: turn))) }
        tree.release(leaf.node)
        if tree.nodes[leaf.node].isExact { improvePlans(leaf, leaf.node, response: exact.choice(turn: turn)) }
        goBack(leaf)
    }

    /// Whether the caller asked to stop during a depth-first search.
    private var isStopped: Bool { exact.isStopped || tolerant.isStopped }

    /// Follows the most promising responses to the widest leaf, or to a response that has not been followed.
    private func descend(_ leaf: LeafExpansion) {
        while tree.nodes[leaf.node].firstEdge >= 0, !tree.nodes[leaf.node].isExact {
            let edge = tree.mostPromising(leaf.node)
            let response = tree.response(edge)
            guard tree.edges[edge].firstChild >= 0 else {
                (leaf.edge, leaf.response) = (edge, response)
                return
            }
            let next = tree.widest(edge)
            let turn = Int(tree.nodes[leaf.node].turn)
            leaf.path.append((leaf.node, edge))
            unsafe tables.advance(
                leaf.belief(turn: turn), turn: turn, response: response,
                observation: next - Int(tree.edges[edge].firstChild), into: leaf.belief(turn: turn + 1))
            leaf.node = next
        }
    }

    /// Works out what is to be known of the first leaves, each apart from the others.
    private func workOut(_ count: Int) {
        nonisolated(unsafe) let this = self
        _ = concurrentMap(count: count, threads: threads) { index in
            let leaf = unsafe this.expansions[index]
            unsafe leaf.workOut(
                turn: Int(this.tree.nodes[leaf.node].turn), isLooked: { unsafe !this.isSettled(turn: $0) },
                shouldStop: this.shouldStop)
            return 0
        }
    }

    /// Enters what was worked out into the tree.
    private func enter(_ leaf: LeafExpansion) {
        var node = leaf.node
        if leaf.response >= 0 {
            let edge = leaf.edge
            let turn = Int(tree.nodes[node].turn) + 1
            let first = tree.nodeCount
            tree.edges[edge].firstChild = Int32(first)
            for child in leaf.children {
                let next = tree.addNode(turn: turn)
                if turn == tables.horizon {
                    let plan = child.last < 0 ? child.plan : plans.store.last(child.last)
                    tree.settle(next, value: child.upper, plan: plan)
                } else {
                    tree.raise(next, to: child.lower, plan: child.plan)
                    tree.lowerUpper(next, to: child.upper)
                }
            }
            leaf.path.append((node, edge))
            node = leaf.chosen < 0 ? -1 : first + leaf.chosen
        }
        if node >= 0 {
            unsafe tree.addEdges(node, rewards: leaf.rewards.base, bounds: leaf.bounds.base)
            tree.takeBest(node)
        }
        goBack(leaf)
    }

    /// Takes what is known at the end of a path back to its opening.
    private func goBack(_ leaf: LeafExpansion) {
        for (parent, edge) in leaf.path.reversed() {
            tree.sumUp(edge)
            tree.takeBest(parent)
            improvePlans(leaf, parent, response: tree.response(edge))
        }
    }

    /// Whether there is memory to look into so many leaves.
    private func hasRoom(leaves: Int) -> Bool { tree.hasRoom(nodes: leaves * tables.observations, looks: leaves) }

    /// Whether a belief of a turn is close enough to the end to be settled exactly, or bounded within a tolerance where its plans would find
    /// room.
    private func isSettled(turn: Int) -> Bool {
        let left = tables.horizon - turn
        return left < exactTurns || left < tolerantTurns && tolerant.hasRoom
    }

    /// Whether plans that were made since close half of a leaf's gap.
    private func refresh(_ leaf: LeafExpansion) -> Bool {
        let turn = Int(tree.nodes[leaf.node].turn)
        let gap = tree.gap(leaf.node)
        let known = unsafe plans.best(turn: turn, leaf.belief(turn: turn))
        tree.raise(leaf.node, to: known.value, plan: known.plan)
        return tree.gap(leaf.node) < gap / 2
    }

    /// A plan is made where the tree knows one that closes this share of what the kept plans leave open.
    private static let worthMaking = 0.05
    /// The same once rounds make plans for many beliefs at once.
    private static let worthMakingBesides = 0.5

    /// Makes the plan that begins with a response at a belief of the path, where the tree knows that it is worth more there
    /// than those that are kept, and keeps it.
    private func improvePlans(_ leaf: LeafExpansion, _ node: Int, response: Int) {
        let turn = Int(tree.nodes[node].turn)
        guard response >= 0, turn < tables.horizon, plans.store.bytes < limits.bytes / 2 else { return }
        let belief = unsafe UnsafePointer(leaf.belief(turn: turn))
        let known = unsafe plans.best(turn: turn, belief)
        let tolerance = unsafe slack * tables.mass(belief)
        adopt(known, node, tolerance)
        let open = tree.nodes[node].upper - known.value
        guard
            tree.nodes[node].lower - known.value
                > max(tolerance, (rounds.count > 0 ? Self.worthMakingBesides : Self.worthMaking) * open),
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
            (tree.widestLeaf(first.node), tree.gap(first.node)) < (tree.widestLeaf(second.node), tree.gap(second.node))
        }
    }

    /// Makes better plans for many beliefs at once, and raises the lower bounds of the tree to what they are worth.
    func improvePlans() {
        rounds.run(tree: tree, roots: roots.map(\.node))
        // The openings have all the plans of the round, the rest of the tree those that are looked through quickly.
        for root in roots {
            let known = unsafe plans.best(turn: 1, tables.opening(root.cue))
            tree.raise(root.node, to: known.value, plan: known.plan)
        }
        rounds.thin(to: searchPlans)
        let beliefs = DoubleBuffer(count: (tables.horizon + 1) * tables.stride)
        var poll = Poll(tables, every: 1)
        for root in roots {
            unsafe beliefs.base.update(from: tables.opening(root.cue), count: tables.stride)
            unsafe lookAgain(root.node, beliefs.base, least: Self.worthLooking * tree.gap(root.node), &poll)
        }
    }

    /// Of the gap of an opening, what must be open at a node for its lower bound to be raised by a round: gaps add up, so that these are few.
    private static let worthLooking = 1e-3

    /// - Parameters:
    ///   - belief: of the node; behind it, room for those of later turns.
    ///   - least: the smallest gap of a node that is looked at.
    /// - Returns: whether the caller did not ask to stop.
    @discardableResult private func lookAgain(
        _ node: Int, _ belief: UnsafeMutablePointer<Double>, least: Double, _ poll: inout Poll
    ) -> Bool {
        let item = tree.nodes[node]
        guard !item.isExact, tree.gap(node) >= least else { return true }
        if poll.isDue, shouldStop() { return false }
        let turn = Int(item.turn)
        let known = unsafe plans.best(turn: turn, belief)
        tree.raise(node, to: known.value, plan: known.plan)
        guard item.firstEdge >= 0 else { return true }
        var goesOn = true
        for edge in item.edges where goesOn && tree.edges[edge].firstChild >= 0 {
            for observation in 0..<tables.observations where goesOn {
                let next = unsafe belief + tables.stride
                unsafe tables.advance(
                    belief, turn: turn, response: tree.response(edge), observation: observation, into: next)
                goesOn = unsafe lookAgain(Int(tree.edges[edge].firstChild) + observation, next, least: least, &poll)
            }
            tree.sumUp(edge)
        }
        tree.takeBest(node)
        return goesOn
    }

    /// The bounds of a new leaf.
    private func bound(_ node: Int, _ belief: UnsafePointer<Double>) {
        let turn = Int(tree.nodes[node].turn)
        let value = unsafe upper.value(turn: turn, belief)
        let known = unsafe plans.best(turn: turn, belief)
        if turn == tables.horizon {
            let scratch = DoubleBuffer(count: 4 * tables.blocks)
            let isKept = known.value >= value
            let plan = isKept ? known.plan : plans.store.last(unsafe tables.lastResponse(belief, scratch.base))
            tree.settle(node, value: value, plan: plan)
        } else {
            tree.raise(node, to: known.value, plan: known.plan)
            tree.lowerUpper(node, to: max(value, known.value))
        }
    }

    /// What a search to within a tolerance leaves of the gap that it finds.
    private static let tightening = 0.1

    /// Beliefs looked into depth first.
    var depthFirstSteps: Int { exact.expansions + tolerant.expansions }

    /// Narrows the bounds of a node, or finds its value, by depth-first search; with its plan, where that is too dear to be found again and there
    /// is room: half of what plans may take is left to the policy itself, which finds again what was not kept.
    private func settle(_ node: Int, _ belief: UnsafePointer<Double>) {
        let turn = Int(tree.nodes[node].turn)
        if tables.horizon - turn < tolerantTurns, tree.nodes[node].firstEdge < 0, tolerant.hasRoom {
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
            plan = unsafe settledPlan(turn: turn, belief, hasRoom: { plans.store.bytes < limits.bytes })
        }
        if exact.isStopped {
            tree.lowerUpper(node, to: value)
        } else {
            tree.settle(node, value: value, plan: plan)
        }
    }

    /// An optimal plan for a belief, by depth-first search; the best one that is kept where there is no room.
    func settledPlan(turn: Int, _ belief: UnsafePointer<Double>, hasRoom: () -> Bool) -> Int32 {
        _ = unsafe exact.value(turn: turn, belief, floor: -.infinity)
        let response = exact.choice(turn: turn)
        guard response >= 0, hasRoom(), !exact.isStopped else { return unsafe plans.best(turn: turn, belief).plan }
        guard turn < tables.horizon else { return plans.store.last(response) }
        let child = DoubleBuffer(count: tables.stride)
        let successors = (0..<tables.observations).map { observation in
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child.base)
            return unsafe settledPlan(turn: turn + 1, child.base, hasRoom: hasRoom)
        }
        return plans.store.plan(turn: turn, response: response, successors: successors)
    }
}
