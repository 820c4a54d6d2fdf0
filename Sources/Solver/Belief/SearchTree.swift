/// The part of the tree of beliefs that has been looked into, with bounds on the value of each.
///
/// A node is a belief after a history; the belief itself is not stored but found again on the way down. Looking into a node bounds each of its
/// responses; those that may be worth more than the best known plan become edges, and the beliefs that a response leads to become nodes
/// only when it is followed. The memory that nodes and edges may take is fixed once and never grows.
final class SearchTree {
    struct Node {
        /// Bounds on V_t(b), in the goal's units times the probability of the history.
        var lower: Double
        var upper: Double
        /// −1 for a leaf.
        fileprivate(set) var firstEdge: Int32 = -1
        let turn: Int16
        /// How many edges; the complement of that where the value was found by depth-first search, which saves a word.
        private var count: Int16 = 0
        /// The gap of the widest leaf below, along the most promising responses, in units of the tree; of a leaf, what it is counted as until it
        /// is looked into.
        var widest: Float = .infinity
        /// A plan that is worth the lower bound; −1 where that comes from the edges, or from a search that can be repeated.
        var plan: Int32 = -1

        fileprivate init(turn: Int) {
            (lower, upper, self.turn) = (-.infinity, .infinity, Int16(turn))
        }

        /// Whether the value was found by depth-first search.
        var isExact: Bool { count < 0 }

        /// Its edges, by response; none of a leaf.
        var edges: Range<Int> {
            let first = Int(firstEdge)
            return first..<first + Int(isExact ? ~count : count)
        }

        fileprivate mutating func settle() { if !isExact { count = ~count } }

        fileprivate mutating func take(edges: Range<Int>) {
            (firstEdge, count) = (Int32(edges.lowerBound), Int16(edges.count))
        }
    }

    /// A response that may be the best.
    struct Edge {
        /// Σ_h b(h) R_t(h, a)
        var reward: Double
        var lower: Double
        var upper: Double
        /// The first of the nodes that follow, one per observation; −1 before the response is followed.
        var firstChild: Int32 = -1
        /// The gap of the widest leaf below, in units of the tree.
        var widest: Float = .infinity
    }

    let tables: BeliefTables
    let nodes: FixedArray<Node>
    let edges: FixedArray<Edge>
    /// By edge. Beside them, since an edge would grow by a word.
    private let responses: FixedArray<Int16>
    private(set) var nodeCount = 0
    private(set) var edgeCount = 0
    /// What the tree may take.
    private let bytes: Int
    /// The unit of the gaps of widest leaves: of the goal's size, so that they have room in 32 bits.
    private let unit: Double
    private static let edgeBytes = MemoryLayout<Edge>.stride + MemoryLayout<Int16>.stride
    private static let nodeBytes = MemoryLayout<Node>.stride

    /// - Parameters:
    ///   - bytes: what the tree may take.
    ///   - unit: above 0, of the size of the values.
    init(_ tables: BeliefTables, bytes: Int, unit: Double) {
        self.tables = tables
        self.unit = unit
        // Indices are 32 bits wide.
        self.bytes = min(max(0, bytes), Int(Int32.max) * Self.nodeBytes)
        // Nodes and edges share the memory in whatever proportion the search needs. Each is given a range of addresses for the
        // most there can be of it, so that nothing is ever copied; memory is taken only as the ranges are written.
        nodes = FixedArray(capacity: self.bytes / Self.nodeBytes)
        edges = FixedArray(capacity: self.bytes / Self.edgeBytes)
        responses = FixedArray(capacity: self.bytes / Self.edgeBytes)
    }

    /// What the tree has taken.
    var bytesUsed: Int { nodeCount * Self.nodeBytes + edgeCount * Self.edgeBytes }

    /// Whether `count` more nodes and the edges of some more nodes fit.
    func hasRoom(nodes count: Int, looks: Int = 1) -> Bool {
        (nodeCount + count) * Self.nodeBytes + (edgeCount + looks * tables.width) * Self.edgeBytes <= bytes
    }

    /// Adds a leaf.
    func addNode(turn: Int) -> Int {
        nodes[nodeCount] = Node(turn: turn)
        nodeCount += 1
        return nodeCount - 1
    }

    /// Lowers the upper bound of a node; a bound never gets worse.
    func lowerUpper(_ node: Int, to upper: Double) { nodes[node].upper = min(nodes[node].upper, upper) }

    /// Raises the lower bound of a node to what a plan is worth there, if that is more.
    func raise(_ node: Int, to value: Double, plan: Int32) {
        guard value > nodes[node].lower else { return }
        (nodes[node].lower, nodes[node].plan) = (value, plan)
    }

    /// Upper − lower bound.
    @inline(__always)
    func gap(_ node: Int) -> Double { nodes[node].upper - nodes[node].lower }

    func settle(_ node: Int, value: Double, plan: Int32 = -1) {
        nodes[node].plan = plan
        nodes[node].settle()
        nodes[node].lower = value
        nodes[node].upper = value
    }

    /// Makes the edges of a leaf from a row of rewards and a row of bounds. Responses whose bound is no more than the leaf's lower bound are
    /// left out, but for one with the largest.
    func addEdges(_ node: Int, rewards: UnsafePointer<Double>, bounds: UnsafePointer<Double>) {
        let (first, best) = unsafe (edgeCount, tables.largest(bounds))
        for response in 0..<tables.width where unsafe bounds[response] > nodes[node].lower || response == best {
            unsafe edges[edgeCount] = Edge(reward: rewards[response], lower: -.infinity, upper: bounds[response])
            responses[edgeCount] = Int16(response)
            edgeCount += 1
        }
        nodes[node].take(edges: first..<edgeCount)
    }

    /// Which response an edge is.
    @inline(__always)
    func response(_ edge: Int) -> Int { Int(responses[edge]) }

    /// Sums the children of an edge into its bounds.
    func sumUp(_ edge: Int) {
        let first = Int(edges[edge].firstChild)
        guard first >= 0 else { return }
        var (lower, upper) = (edges[edge].reward, edges[edge].reward)
        for child in first..<first + tables.observations {
            lower += nodes[child].lower
            upper += nodes[child].upper
        }
        edges[edge].lower = max(edges[edge].lower, lower)
        edges[edge].upper = min(edges[edge].upper, upper)
        edges[edge].widest = widestBelow(edge)
    }

    private func widestBelow(_ edge: Int) -> Float {
        let first = Int(edges[edge].firstChild)
        return (first..<first + tables.observations).reduce(0) { max($0, widestLeaf($1)) }
    }

    /// Takes the best of a node's edges as its bounds.
    func takeBest(_ node: Int) {
        var (lower, upper) = (-Double.infinity, -Double.infinity)
        for edge in nodes[node].edges {
            lower = max(lower, edges[edge].lower)
            upper = max(upper, edges[edge].upper)
        }
        raise(node, to: lower, plan: -1)
        // No response that was left out is worth more than the lower bound.
        lowerUpper(node, to: max(upper, nodes[node].lower))
        let best = mostPromising(node)
        nodes[node].widest = edges[best].firstChild < 0 ? size(node) : edges[best].widest
    }

    /// The gap of a node in units of the tree.
    @inline(__always)
    private func size(_ node: Int) -> Float { Float(gap(node) / unit) }

    /// The gap of the widest leaf that the most promising responses lead to from a node, in units of the tree; 0 where all is settled.
    @inline(__always)
    func widestLeaf(_ node: Int) -> Float {
        nodes[node].isExact ? 0 : min(nodes[node].widest, size(node))
    }

    /// Counts a leaf, or the most promising response of a node that nobody followed yet, as settled while somebody looks into it: others are
    /// then found along the same path, until ``takeBest(_:)`` counts it again.
    func claim(_ node: Int, path: [(node: Int, edge: Int)]) {
        nodes[node].widest = 0
        for (parent, edge) in path.reversed() {
            edges[edge].widest = widestBelow(edge)
            nodes[parent].widest = edges[edge].widest
        }
    }

    /// Counts a node that was claimed again.
    func release(_ node: Int) {
        if nodes[node].firstEdge < 0 { nodes[node].widest = .infinity } else { takeBest(node) }
    }

    /// The edge with the largest upper bound.
    func mostPromising(_ node: Int) -> Int {
        var best = Int(nodes[node].firstEdge)
        for edge in nodes[node].edges where edges[edge].upper > edges[best].upper { best = edge }
        return best
    }

    /// The child with the widest leaf below.
    func widest(_ edge: Int) -> Int {
        let first = Int(edges[edge].firstChild)
        var best = first
        for child in first..<first + tables.observations where widestLeaf(child) > widestLeaf(best) { best = child }
        return best
    }
}
