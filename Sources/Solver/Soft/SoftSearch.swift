internal import GameModel

/// Best-first search over reachable beliefs for the soft optimum: in rounds, always into the leaves that matter most.
///
/// The soft maximum is convex, so between lower and upper values of the responses it rises by at most Σ_a π_U(a) (U(a) − L(a)),
/// π_U being the soft answer to the upper values. The gap at the root is therefore at most the sum over leaves of
/// reach · gap, with reach under π_U: the leaves with the largest terms are looked into.
final class SoftSearch {
    let tables: SoftTables
    let upper: SoftInformedBound
    let plans: SoftPlans
    let graph: SoftGraph
    private let exactTurns: Int
    private let lookahead: Int
    /// How many nodes may be looked into: each becomes one of the policy's.
    private let limit: Int
    /// How many of them become nodes of the policy.
    private let policyLimit: Int
    /// Per opening cue that can occur, its node and probability.
    private(set) var roots: [(cue: Int, node: Int, chance: Double)] = []
    private(set) var isFull = false
    private let here: DoubleBuffer
    private let child: DoubleBuffer
    private let lowerValues: DoubleBuffer
    private let upperValues: DoubleBuffer

    init(
        _ tables: SoftTables, upper: SoftInformedBound, plans: SoftPlans, exactTurns: Int, lookahead: Int, bytes: Int,
        limit: Int, policyLimit: Int = .max
    ) {
        self.tables = tables
        self.upper = upper
        self.plans = plans
        self.exactTurns = exactTurns
        self.lookahead = lookahead
        self.limit = limit
        self.policyLimit = policyLimit
        graph = SoftGraph(tables, bytes: bytes)
        here = DoubleBuffer(count: tables.base.stride)
        child = DoubleBuffer(count: tables.base.stride)
        lowerValues = DoubleBuffer(count: tables.width)
        upperValues = DoubleBuffer(count: tables.width)
    }

    /// Whether there is memory for the openings.
    func start() -> Bool {
        guard graph.hasRoom(nodes: tables.game.cues.count) else { return false }
        for cue in tables.game.cues.indices {
            unsafe child.base.update(from: tables.base.opening(cue), count: tables.base.stride)
            let chance = unsafe normalise(child.base)
            guard chance > 0 else { continue }
            roots.append((cue, unsafe node(turn: 1, child.base), chance))
        }
        return true
    }

    /// Σ over the openings.
    var lowerBound: Double { roots.reduce(0) { $0 + $1.chance * graph.layers[0].nodes[$1.node].lower } }
    var upperBound: Double { roots.reduce(0) { $0 + $1.chance * graph.layers[0].nodes[$1.node].upper } }

    /// One round: the leaves that matter most are looked into, and all bounds are brought up to date.
    ///
    /// - Returns: whether there was anything to look into.
    /// - Complexity: O(edges + leaves log leaves), and O(|A| · |O| · (plans · H + the exact turns)) per leaf.
    func round(tolerance: Double, maximum: Int, shouldStop: () -> Bool) -> Bool {
        spreadReach()
        let leaves = worstLeaves(tolerance: tolerance)
        let count = min(leaves.count, max(32, graph.expandedCount / 3), maximum - graph.expandedCount)
        let before = graph.expandedCount
        var done = 0
        for leaf in leaves.prefix(max(0, count)) {
            guard graph.hasRoom, graph.policyNodes != nil || graph.expandedCount < limit else {
                isFull = true
                break
            }
            if shouldStop() { break }
            if done + before >= policyLimit { graph.closePolicy() }
            expand(turn: leaf.turn, node: leaf.node)
            done += 1
        }
        backUp()
        return done > 0
    }

    private func worstLeaves(tolerance: Double) -> [(turn: Int, node: Int, weight: Double)] {
        var leaves: [(turn: Int, node: Int, weight: Double)] = []
        for (index, layer) in graph.layers.enumerated() {
            for (number, node) in layer.nodes.enumerated() where node.edges < 0 {
                let weight = node.reach * (node.upper - node.lower)
                if weight > tolerance { leaves.append((index + 1, number, weight)) }
            }
        }
        return leaves.sorted { $0.weight > $1.weight }
    }

    private func expand(turn: Int, node: Int) {
        let base = tables.base
        unsafe graph.belief(turn: turn, node: node, into: here.base)
        var (children, chances): ([Int32], [Double]) = ([], [])
        for response in turn < base.horizon ? tables.responses : [] {
            for observation in 0..<base.observations {
                unsafe base.advance(
                    here.base, turn: turn, response: response, observation: observation, into: child.base)
                let chance = unsafe normalise(child.base)
                chances.append(chance)
                children.append(chance > 0 ? Int32(unsafe self.node(turn: turn + 1, child.base)) : -1)
            }
        }
        graph.expand(turn: turn, node: node, children: children, chances: chances)
    }

    /// Divides by |b|, which is returned.
    private func normalise(_ belief: UnsafeMutablePointer<Double>) -> Double {
        let mass = unsafe tables.mass(belief)
        guard mass > 0 else { return 0 }
        for h in 0..<tables.base.stride { unsafe belief[h] /= mass }
        return mass
    }

    private func node(turn: Int, _ belief: UnsafePointer<Double>) -> Int {
        unsafe graph.node(turn: turn, belief) {
            let known = unsafe plans.best(turn: turn, belief)
            let toGo = tables.base.horizon - turn
            let bound = unsafe upper.value(turn: turn, belief, depth: toGo < exactTurns ? toGo : lookahead)
            return (known.value, known.plan, bound)
        }
    }

    /// Brings the bounds of all nodes that have been looked into up to date, from the last turn back.
    func backUp() {
        for turn in stride(from: tables.base.horizon, through: 1, by: -1) {
            for node in graph.layers[turn - 1].expanded {
                let weight = measure(turn: turn, node: Int(node))
                graph.narrow(
                    turn: turn, node: Int(node), lower: unsafe tables.softMaximum(lowerValues.base, weight: weight),
                    upper: unsafe tables.softMaximum(upperValues.base, weight: weight))
            }
        }
    }

    /// Bounds on the action values of a node that has been looked into, left in the scratch.
    ///
    /// - Returns: the weight of the divergence there, τ_t |b|.
    private func measure(turn: Int, node: Int) -> Double {
        let base = tables.base
        unsafe graph.belief(turn: turn, node: node, into: here.base)
        let weight = unsafe tables.weights[turn - 1] * tables.goalMass(here.base)
        unsafe tables.products(here.base, tables.rewards(turn: turn), into: lowerValues.base)
        unsafe upperValues.base.update(from: lowerValues.base, count: tables.width)
        guard turn < base.horizon else { return weight }
        let first = Int(graph.layers[turn - 1].nodes[node].edges) * tables.width * base.observations
        for index in 0..<tables.width {
            for edge in first + index * base.observations..<first + (index + 1) * base.observations {
                let next = Int(graph.layers[turn - 1].children[edge])
                guard next >= 0 else { continue }
                let chance = graph.layers[turn - 1].chances[edge]
                unsafe lowerValues.base[index] += chance * graph.layers[turn].nodes[next].lower
                unsafe upperValues.base[index] += chance * graph.layers[turn].nodes[next].upper
            }
        }
        return weight
    }

    /// The soft answer to the lower bounds of a node that has been looked into: what the returned policy does there.
    func strategy(turn: Int, node: Int) -> [Double] {
        let weight = measure(turn: turn, node: node)
        return unsafe tables.strategy(lowerValues.base, weight: weight)
    }

    private func spreadReach() {
        graph.clearReach()
        for root in roots { graph.addReach(turn: 1, node: root.node, root.chance) }
        let base = tables.base
        for turn in 1..<max(1, base.horizon) {
            for (place, node) in graph.layers[turn - 1].expanded.enumerated() {
                let reach = graph.layers[turn - 1].nodes[Int(node)].reach
                guard reach > 0 else { continue }
                let weight = measure(turn: turn, node: Int(node))
                let strategy = unsafe tables.strategy(upperValues.base, weight: weight)
                let first = place * tables.width * base.observations
                for edge in 0..<tables.width * base.observations {
                    let next = graph.layers[turn - 1].children[first + edge]
                    guard next >= 0 else { continue }
                    let chance = graph.layers[turn - 1].chances[first + edge]
                    graph.addReach(
                        turn: turn + 1, node: Int(next), reach * strategy[edge / base.observations] * chance)
                }
            }
        }
    }
}
