public import GameModel

/// Q: what each response is worth to a policy that then goes on as it is, given the hidden state.
///
/// A model does not know the hidden state; ``expected(belief:turn:node:)`` averages over what it believes. Solvers make
/// these tables, and exporters and explanations read them.
public struct ActionValues: Sendable {
    public let memory: ControllerMemory
    public let hiddenCount: Int
    public let responseCount: Int
    /// [turns or 1, H, classes, |A|] values in the goal's units, counted from the turn on.
    private let table: [Double]
    /// The same shape: minus what limits on rare types cost there, per unit of ``Belief/rare``; empty where none has a price.
    private let rareTable: [Double]

    /// - Parameters:
    ///   - table: one layer per turn, or a single one where the memory includes the turn.
    ///   - rareTable: the same for the prices of limits on rare types; empty where none has one.
    public init(
        memory: ControllerMemory, hiddenCount: Int, responseCount: Int, table: [Double], rareTable: [Double] = []
    ) {
        let layers = memory.kind.usesTurn ? 1 : memory.nodeRanges.count
        precondition(table.count == layers * hiddenCount * memory.classCount * responseCount)
        self.memory = memory
        self.hiddenCount = hiddenCount
        self.responseCount = responseCount
        precondition(rareTable.isEmpty || rareTable.count == table.count)
        self.table = table
        self.rareTable = rareTable
    }

    /// |Q|, entry by entry: averaged over a belief it is the size of what the values are sums of.
    public var magnitudes: ActionValues {
        ActionValues(
            memory: memory, hiddenCount: hiddenCount, responseCount: responseCount, table: table.map(abs),
            rareTable: rareTable.map(abs))
    }

    /// Q(b, n, a) = Σ_h b(h) Q_t(h, n, a): one value per response, in the goal's units. For limits on rare types,
    /// their prices are added by ``Belief/rare``.
    ///
    /// - Complexity: O(H · |A|).
    public func expected(belief: Belief, turn: Int, node: Int) -> [Double] {
        var values = [Double](repeating: 0, count: responseCount)
        add(belief.probabilities, table, turn: turn, node: node, to: &values)
        if !rareTable.isEmpty { add(belief.rare, rareTable, turn: turn, node: node, to: &values) }
        return values
    }

    /// Σ_h w(h) Q_t(h, n, a) for any measure w over hidden states, one value per response; prices of limits on rare types are left out.
    ///
    /// - Complexity: O(H · |A|).
    package func expected(measure: [Double], turn: Int, node: Int) -> [Double] {
        var values: [Double] = []
        append(measure: measure, turn: turn, node: node, to: &values)
        return values
    }

    /// The same, added at the end of a list.
    package func append(measure: [Double], turn: Int, node: Int, to list: inout [Double]) {
        let start = list.count
        list += repeatElement(0, count: responseCount)
        add(measure, table, turn: turn, node: node, to: &list, from: start)
    }

    /// - Parameter start: where the values of the responses begin.
    private func add(
        _ measure: [Double], _ table: [Double], turn: Int, node: Int, to values: inout [Double], from start: Int = 0
    ) {
        let layer = memory.kind.usesTurn ? 0 : turn - 1
        for (hidden, weight) in measure.enumerated() where weight > 0 {
            let row = ((layer * hiddenCount + hidden) * memory.classCount + memory.classes[node]) * responseCount
            for response in 0..<responseCount { values[start + response] += weight * table[row + response] }
        }
    }
}

extension ActionValues {
    /// Q(h, a) = Σ_n P(n | h, a) Q(b, n, a): one value per response, in the goal's units.
    ///
    /// With them V(h) = Σ_a π(a | h) Q(h, a) holds for a mixture as for any policy: that it gave a says which of its policies
    /// it follows.
    ///
    /// - Complexity: O(nodes · H · |A| + nodes · |A|).
    public func expected(
        belief: Belief, turn: Int, nodes: NodeDistribution, controller: Policy
    ) -> [Double] {
        if let only = nodes.only { return expected(belief: belief, turn: turn, node: only) }
        let rows = nodes.entries.map { expected(belief: belief, turn: turn, node: $0.node) }
        return (0..<responseCount).map { response in
            // A response that the controller does not know is one that it never gives.
            let posterior = response < controller.responseCount ? nodes.after(response, of: controller) : nodes
            return posterior.entries.reduce(0) { sum, entry in
                let row = nodes.entries.firstIndex { $0.node == entry.node } ?? 0
                return sum + entry.probability * rows[row][response]
            }
        }
    }
}
