/// Where in its memory a policy may be: nodes with their probabilities.
///
/// Most memories know it: one node with probability 1. A memory that draws its first node (a mixture of policies, drawn once
/// per conversation) may be at several, and what the policy has said tells them apart: P(n | h, a) ∝ P(n | h) π(a | n). The
/// strategy at a history is Σ_n P(n | h) π(a | n).
///
/// Invariant: probabilities are above 0 and sum to 1 up to rounding, and no node comes twice.
///
/// Source: the equivalence of mixed and behaviour strategies under perfect recall, Kuhn 1953
/// (doi:10.1515/9781400881970-012).
public struct NodeDistribution: Sendable, Equatable {
    /// A node with its probability.
    public struct Entry: Sendable, Equatable {
        public let node: Int
        public let probability: Double
    }

    public let entries: [Entry]

    /// One node for certain.
    public init(_ node: Int) { entries = [Entry(node: node, probability: 1)] }

    /// Nodes with probabilities; nodes that come twice are joined.
    ///
    /// - Throws: ``GameError`` if the probabilities are not a distribution or one of them is 0.
    public init(_ nodes: [(node: Int, probability: Double)], place: String) throws(GameError) {
        try GameError.checkDistribution(nodes.map(\.probability), count: nodes.count, place: place)
        guard nodes.allSatisfy({ $0.probability > 0 }) else {
            throw GameError(place, "has a node of probability 0; leave it out")
        }
        entries = Self.joined(nodes.map { Entry(node: $0.node, probability: $0.probability) })
    }

    private init(entries: [Entry]) { self.entries = entries }

    /// The node, if there is only one.
    public var only: Int? { entries.count == 1 ? entries[0].node : nil }

    /// Σ_n P(n) π(a | n).
    ///
    /// - Complexity: O(nodes · |A|).
    public func strategy(of controller: Policy) -> [Double] {
        if let only { return Array(controller.strategy(at: only)) }
        var strategy = [Double](repeating: 0, count: controller.responseCount)
        for entry in entries {
            for (response, share) in controller.strategy(at: entry.node).enumerated() {
                strategy[response] += entry.probability * share
            }
        }
        return strategy
    }

    /// P(n | a): what a response tells of the node.
    ///
    /// A response that no node gives tells nothing: the policy has been departed from, and goes on as it would have.
    ///
    /// - Complexity: O(nodes).
    public func after(_ response: Int, of controller: Policy) -> NodeDistribution {
        guard entries.count > 1 else { return self }
        let shares = entries.map {
            $0.probability * controller.strategies[$0.node * controller.responseCount + response]
        }
        let total = shares.reduce(0, +)
        guard total > 0 else { return self }
        return NodeDistribution(
            entries: zip(entries, shares).compactMap { entry, share in
                share > 0 ? Entry(node: entry.node, probability: share / total) : nil
            })
    }

    /// The nodes of the next turn after a response and an observation; what the response tells of the node is not counted
    /// here, see ``after(_:of:)``.
    ///
    /// - Parameter observation: index of a later observation (not an opening), in a turn before the last.
    /// - Complexity: O(nodes²).
    public func moved(
        after response: Int, by observation: Int, memory: ControllerMemory, game: Game
    ) -> NodeDistribution {
        NodeDistribution(
            entries: Self.joined(
                entries.map { entry in
                    let next = memory.successor(
                        of: entry.node, after: response, observation: observation, game: game)
                    return Entry(node: next, probability: entry.probability)
                }))
    }

    private static func joined(_ entries: [Entry]) -> [Entry] {
        var joined: [Entry] = []
        for entry in entries {
            if let known = joined.firstIndex(where: { $0.node == entry.node }) {
                joined[known] = Entry(
                    node: entry.node, probability: joined[known].probability + entry.probability)
            } else {
                joined.append(entry)
            }
        }
        return joined
    }
}
