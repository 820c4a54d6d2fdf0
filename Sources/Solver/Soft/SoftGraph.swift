/// The graph of reachable beliefs as far as it has been looked into, with bounds on the soft value of each.
///
/// Beliefs are normalised here and equal ones of a turn are one node, whatever led to them: a belief is all that counts. A node
/// that has been looked into has a child per response and observation; the others are leaves. The memory that it may take is
/// fixed once.
final class SoftGraph {
    struct Node {
        /// Bounds on V_t(b) of the normalised belief, in the goal's units.
        var lower: Double
        var upper: Double
        /// P(the belief is reached) under soft answers to the upper bounds.
        var reach = 0.0
        /// Where the node's edges start, or −1 for a leaf.
        var edges: Int32 = -1
        /// The plan that the lower bound of a leaf comes from.
        var plan: Int32
    }

    /// One turn's beliefs.
    struct Layer {
        var nodes: [Node] = []
        /// [nodes, stride] normalised beliefs, padded as ``BeliefTables`` pads them.
        var beliefs: [Double] = []
        /// The nodes that have been looked into, in the order in which they were.
        var expanded: [Int32] = []
        /// [expanded, width, observations] the node of the next turn, −1 where the observation cannot come.
        var children: [Int32] = []
        /// [expanded, width, observations] P(o | b, a)
        var chances: [Double] = []
        fileprivate var index: [UInt64: Int32] = [:]
    }

    private(set) var layers: [Layer]
    private let tables: SoftTables
    private let limit: Int
    private(set) var bytes = 0
    /// Per turn, how many of the nodes that have been looked into become nodes of a policy: the first ones.
    private(set) var policyNodes: [Int]?
    /// What one more node, and the edges of one node, may come to take; arrays that grow hold up to twice what they use.
    private let nodeBytes: Int
    private let edgeBytes: Int

    init(_ tables: SoftTables, bytes: Int) {
        self.tables = tables
        limit = bytes
        layers = Array(repeating: Layer(), count: tables.base.horizon)
        nodeBytes = 2 * (MemoryLayout<Node>.stride + 8 * tables.base.stride + 24)
        edgeBytes = 2 * (12 * tables.width * tables.base.observations + 4)
    }

    /// Whether a node can be looked into, with as many new children as it may have.
    var hasRoom: Bool { bytes + edgeBytes + nodeBytes * tables.width * tables.base.observations <= limit }

    func hasRoom(nodes: Int) -> Bool { bytes + nodes * nodeBytes <= limit }

    /// The node of a normalised belief, made if it is new.
    func node(turn: Int, _ belief: UnsafePointer<Double>, bounds: () -> (lower: Double, plan: Int32, upper: Double))
        -> Int
    {
        let key = unsafe hash(belief)
        if let known = layers[turn - 1].index[key], unsafe isSame(turn: turn, Int(known), belief) { return Int(known) }
        let (lower, plan, upper) = bounds()
        let number = layers[turn - 1].nodes.count
        layers[turn - 1].nodes.append(Node(lower: lower, upper: max(lower, upper), plan: plan))
        for h in 0..<tables.base.stride { unsafe layers[turn - 1].beliefs.append(belief[h]) }
        if layers[turn - 1].index[key] == nil { layers[turn - 1].index[key] = Int32(number) }
        bytes += nodeBytes
        return number
    }

    /// Copies a node's belief.
    func belief(turn: Int, node: Int, into belief: UnsafeMutablePointer<Double>) {
        let first = node * tables.base.stride
        for h in 0..<tables.base.stride { unsafe belief[h] = layers[turn - 1].beliefs[first + h] }
    }

    /// Gives a leaf its edges; the last turn's nodes have none and are merely marked.
    func expand(turn: Int, node: Int, children: [Int32], chances: [Double]) {
        layers[turn - 1].nodes[node].edges = Int32(layers[turn - 1].expanded.count)
        layers[turn - 1].expanded.append(Int32(node))
        layers[turn - 1].children += children
        layers[turn - 1].chances += chances
        bytes += edgeBytes
    }

    /// Leaves what is looked into from now on out of the policy.
    func closePolicy() { if policyNodes == nil { policyNodes = layers.map(\.expanded.count) } }

    /// How many nodes of a turn become nodes of the policy.
    func policyCount(turn: Int) -> Int { policyNodes?[turn - 1] ?? layers[turn - 1].expanded.count }

    /// Narrows the bounds of a node; a bound never gets worse.
    func narrow(turn: Int, node: Int, lower: Double, upper: Double) {
        let known = layers[turn - 1].nodes[node]
        layers[turn - 1].nodes[node].lower = max(known.lower, lower)
        layers[turn - 1].nodes[node].upper = max(min(known.upper, upper), max(known.lower, lower))
    }

    func clearReach() {
        for turn in layers.indices {
            for node in layers[turn].nodes.indices { layers[turn].nodes[node].reach = 0 }
        }
    }

    func addReach(turn: Int, node: Int, _ amount: Double) { layers[turn - 1].nodes[node].reach += amount }

    var nodeCount: Int { layers.reduce(0) { $0 + $1.nodes.count } }
    var expandedCount: Int { layers.reduce(0) { $0 + $1.expanded.count } }

    /// Beliefs count as equal where they agree to 2^−46 per entry: far above rounding, and far below what a value can show.
    private static let grid = 0x1p46

    private func hash(_ belief: UnsafePointer<Double>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for h in 1...tables.base.hidden {
            let cell = unsafe UInt64((belief[h] * Self.grid).rounded())
            hash = (hash ^ cell) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return hash
    }

    private func isSame(turn: Int, _ node: Int, _ belief: UnsafePointer<Double>) -> Bool {
        let first = node * tables.base.stride
        return (1...tables.base.hidden).allSatisfy {
            unsafe abs(layers[turn - 1].beliefs[first + $0] - belief[$0]) <= 1 / Self.grid
        }
    }
}
