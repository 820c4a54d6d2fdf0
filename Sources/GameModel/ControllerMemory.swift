/// What a finite-memory controller remembers: the last k observations, with or without the turn, or a node of an explicit
/// graph.
public struct MemoryKind: Sendable, Hashable, CustomStringConvertible {
    /// k ≥ 0: how many of the latest observations are remembered. 0 remembers nothing.
    public var observations: Int
    /// Whether the turn is known too.
    public var usesTurn: Bool
    /// Whether nodes and successors were given one by one: see
    /// ``ControllerMemory/init(layers:initial:successors:followsResponses:game:)``.
    public private(set) var isGraph = false

    public init(observations: Int, usesTurn: Bool) {
        self.observations = observations
        self.usesTurn = usesTurn
    }

    /// `stationary`, `turn`, `last`, `last-turn`, `last-2`, `last-2-turn`, …, or `graph`.
    public var description: String {
        if isGraph { return "graph" }
        return switch (observations, usesTurn) {
        case (0, false): "stationary"
        case (0, true): "turn"
        case (1, _): usesTurn ? "last-turn" : "last"
        default: "last-\(observations)\(usesTurn ? "-turn" : "")"
        }
    }

    /// One strategy for all turns.
    public static let stationary = MemoryKind(observations: 0, usesTurn: false)
    /// The last observation and the turn.
    public static let lastWithTurn = MemoryKind(observations: 1, usesTurn: true)
    /// An explicit graph: every node belongs to one turn, and what it remembers is how one gets there.
    public static let graph: MemoryKind = {
        var kind = MemoryKind(observations: 0, usesTurn: true)
        kind.isGraph = true
        return kind
    }()
}

/// The memory of a finite-memory controller, laid out for one game: nodes, and how observations move between them.
///
/// A node n is what is remembered when the model has to speak. Nodes that remember the same things after the next
/// observation form a class, so that the successor is next(class(n), o). The passes of evaluation work on classes, which is
/// where their speed comes from: with the last observation as memory every node of a turn is in one class.
///
/// A graph may also remember what the model itself said. Then a class has as many exits as there are responses, and the
/// successor is next(class(n), a, o); otherwise it has one exit, whatever the response.
///
/// Invariant: with `usesTurn`, the nodes and the classes of a turn are contiguous and no node belongs to two turns.
public struct ControllerMemory: Sendable, Equatable {
    public let kind: MemoryKind
    /// The observations remembered at each node, oldest first; empty for the nodes of a graph.
    public let remembered: [[Int]]
    /// Per node, its class.
    public let classes: [Int]
    /// Per turn (index turn − 1), the nodes that can be occupied.
    public let nodeRanges: [Range<Int>]
    /// Per turn (index turn − 1), the classes of those nodes.
    public let classRanges: [Range<Int>]
    /// How many exits a class has: 1, or |A| where the next node depends on the response.
    public let branches: Int
    /// [classes, branches, observations] the next node, or −1 where there is none.
    public let successors: [Int32]
    /// Per opening cue, the first node; only a graph may draw it among several.
    public let initial: [NodeDistribution]

    /// Whether the first node is drawn for some opening.
    public var drawsFirstNode: Bool { initial.contains { $0.only == nil } }

    public var nodeCount: Int { remembered.count }
    public var classCount: Int { classRanges.last?.upperBound ?? 0 }

    /// Which of a class's exits a response takes.
    @inlinable
    public func branch(of response: Int) -> Int { branches == 1 ? 0 : response }

    /// The exits of a turn's classes: class · branches + branch.
    public func exits(turn: Int) -> Range<Int> {
        let classes = classRanges[turn - 1]
        return classes.lowerBound * branches..<classes.upperBound * branches
    }

    /// next(n, a, o): the node after a response and an observation, or −1 where there is none.
    ///
    /// - Parameter observation: index of a later observation (not an opening).
    /// - Complexity: O(1).
    public func successor(of node: Int, after response: Int, observation: Int, game: Game) -> Int {
        let exit = classes[node] * branches + branch(of: response)
        return Int(successors[exit * game.observations.count + observation])
    }

    /// Lays out the memory by following every observation from the openings on.
    ///
    /// - Throws: ``GameError`` if k is negative or the strategies would need more than ``GameLimits/tableEntries`` numbers.
    /// - Complexity: O(nodes · |O|), where a turn has up to |O|^k nodes.
    public init(_ kind: MemoryKind, game: Game) throws(GameError) {
        guard !kind.isGraph else {
            throw GameError("controller", "is a graph; it must be given with its nodes and successors")
        }
        guard kind.observations >= 0 else {
            throw GameError("controller", "remembers \(kind.observations) observations; it must be at least 0")
        }
        var layout = MemoryLayoutBuilder(kind: kind, game: game)
        try layout.run()
        self.kind = kind
        remembered = layout.nodes.map(\.observations)
        classes = layout.classOfNode
        branches = 1
        successors = layout.successors
        initial = layout.initial.map { NodeDistribution($0) }
        if kind.usesTurn {
            nodeRanges = layout.nodeLayers
            classRanges = layout.classLayers
        } else {
            nodeRanges = Array(repeating: 0..<layout.nodes.count, count: game.horizon)
            classRanges = Array(repeating: 0..<layout.classKeys.count, count: game.horizon)
        }
    }

    /// The parts of a memory that was laid out elsewhere and checked.
    init(
        graphOf layers: [Range<Int>], branches: Int, initial: [NodeDistribution], successors: [Int32]
    ) {
        kind = .graph
        let count = layers.last?.upperBound ?? 0
        remembered = Array(repeating: [], count: count)
        classes = Array(0..<count)
        nodeRanges = layers
        classRanges = layers
        self.branches = branches
        self.successors = successors
        self.initial = initial
    }

    /// The turn of a node, from 1, or nil where the memory does not include the turn.
    public func turn(of node: Int) -> Int? {
        guard kind.usesTurn, let layer = nodeRanges.firstIndex(where: { $0.contains(node) }) else { return nil }
        return layer + 1
    }
}

/// Breadth-first layout of the nodes that can be reached.
private struct MemoryLayoutBuilder {
    struct Key: Hashable {
        var layer: Int
        var observations: [Int]
    }

    let kind: MemoryKind
    let horizon: Int
    let responseCount: Int
    let observations: ObservationIndex
    var nodes: [Key] = []
    var nodeIndex: [Key: Int] = [:]
    var classKeys: [Key] = []
    var classIndex: [Key: Int] = [:]
    var classOfNode: [Int] = []
    var successors: [Int32] = []
    var initial: [Int] = []
    var nodeLayers: [Range<Int>] = []
    var classLayers: [Range<Int>] = []

    init(kind: MemoryKind, game: Game) {
        self.kind = kind
        horizon = game.horizon
        responseCount = game.responses.count
        observations = game.observations
    }

    mutating func run() throws(GameError) {
        for opening in observations.openings {
            initial.append(try node(layer: 0, observations: Array([opening].suffix(kind.observations))))
        }
        var first = 0
        for turn in 0..<horizon {
            let layer = first..<nodes.count
            let firstClass = classKeys.count
            for node in layer { assignClass(node) }
            nodeLayers.append(layer)
            classLayers.append(firstClass..<classKeys.count)
            first = layer.upperBound
            guard turn + 1 < horizon else { break }
            for group in firstClass..<classKeys.count { try addSuccessors(of: group, layer: turn + 1) }
        }
        fillLastRows()
    }

    private mutating func node(layer: Int, observations: [Int]) throws(GameError) -> Int {
        let key = Key(layer: kind.usesTurn ? layer : 0, observations: observations)
        if let known = nodeIndex[key] { return known }
        guard (nodes.count + 1) * responseCount <= GameLimits.tableEntries else {
            throw GameError(
                "controller",
                "\(kind) needs more than \(GameLimits.tableEntries) numbers; remember fewer observations")
        }
        nodes.append(key)
        nodeIndex[key] = nodes.count - 1
        return nodes.count - 1
    }

    /// A node's class: its layer and what it will still remember once the next observation has come.
    private mutating func assignClass(_ node: Int) {
        let key = Key(
            layer: nodes[node].layer,
            observations: Array(nodes[node].observations.suffix(max(0, kind.observations - 1))))
        if let known = classIndex[key] {
            classOfNode.append(known)
            return
        }
        classKeys.append(key)
        classIndex[key] = classKeys.count - 1
        classOfNode.append(classKeys.count - 1)
    }

    private mutating func addSuccessors(of group: Int, layer: Int) throws(GameError) {
        for observation in 0..<observations.count {
            guard !observations.openings.contains(observation) else {
                successors.append(-1)
                continue
            }
            let sequence = Array((classKeys[group].observations + [observation]).suffix(kind.observations))
            successors.append(Int32(try node(layer: layer, observations: sequence)))
        }
    }

    /// The classes met first in the last turn lead nowhere.
    private mutating func fillLastRows() {
        let missing = classKeys.count * observations.count - successors.count
        successors += [Int32](repeating: -1, count: missing)
    }
}
