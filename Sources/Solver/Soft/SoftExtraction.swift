internal import GameModel

/// Turns what a search knows into a controller: the policy whose value is the search's lower bound.
///
/// Nodes that were looked into become nodes of their own, with the soft answer to their lower bounds; leaves go on with the plan
/// that their lower bound comes from. The next node depends on response and observation.
final class SoftExtraction {
    private let search: SoftSearch
    private let tables: SoftTables
    private let child: DoubleBuffer
    private let here: DoubleBuffer
    /// Per turn, the plans in use, in the order met, with their places.
    private var used: [[Int32]]
    private var places: [[Int32: Int]]

    init(_ search: SoftSearch) {
        self.search = search
        tables = search.tables
        child = DoubleBuffer(count: search.tables.base.stride)
        here = DoubleBuffer(count: search.tables.base.stride)
        used = Array(repeating: [], count: search.tables.base.horizon)
        places = Array(repeating: [:], count: search.tables.base.horizon)
    }

    /// - Throws: `GameError` if the graph is larger than a controller may be.
    /// - Complexity: O(nodes · |A| · |O|).
    func controller() throws(GameError) -> Policy {
        let base = tables.base
        var initial = [Int](repeating: 0, count: base.game.cues.count)
        for root in search.roots { initial[root.cue] = place(turn: 1, node: root.node) }
        // Cues that nobody opens with go where the first possible one goes.
        for cue in initial.indices where !search.roots.contains(where: { $0.cue == cue }) {
            initial[cue] = search.roots.first.map { initial[$0.cue] } ?? 0
        }
        var (successors, strategies): ([[Int]], [Double]) = ([], [])
        for turn in 1...base.horizon {
            for node in search.graph.layers[turn - 1].expanded.prefix(search.graph.policyCount(turn: turn)) {
                strategies += full(search.strategy(turn: turn, node: Int(node)))
                if turn < base.horizon { successors.append(nextOfNode(turn: turn, node: Int(node))) }
            }
            // Later turns may add to the plans of the next turn only, so these are complete.
            for plan in used[turn - 1] {
                let layer = search.plans.layers[turn - 1]
                strategies += full(Array(layer.strategies[Int(plan) * tables.width..<(Int(plan) + 1) * tables.width]))
                if turn < base.horizon { successors.append(nextOfPlan(turn: turn, plan: Int(plan))) }
            }
            // A turn that nothing leads to still needs a node.
            if turn < base.horizon, count(turn: turn + 1) == 0 { _ = place(turn: turn + 1, plan: 0) }
        }
        return try assemble(initial: initial, successors: successors, strategies: strategies)
    }

    private func assemble(
        initial: [Int], successors: [[Int]], strategies: [Double]
    ) throws(GameError) -> Policy {
        let layers = (1...tables.base.horizon).map { count(turn: $0) }
        var numbered: [Int] = []
        var (row, first) = (0, 0)
        for layer in layers.dropLast() {
            first += layer
            for _ in 0..<layer {
                numbered += successors[row].map { $0 + first }
                row += 1
            }
        }
        let memory = try ControllerMemory(
            layers: layers, initial: initial, successors: numbered, followsResponses: true, game: tables.game)
        return try Policy(memory: memory, strategies: strategies, game: tables.game)
    }

    private func count(turn: Int) -> Int {
        search.graph.policyCount(turn: turn) + used[turn - 1].count
    }

    /// The place in its turn of a node of the search.
    private func place(turn: Int, node: Int) -> Int {
        let item = search.graph.layers[turn - 1].nodes[node]
        let isOwn = item.edges >= 0 && Int(item.edges) < search.graph.policyCount(turn: turn)
        return isOwn ? Int(item.edges) : place(turn: turn, plan: item.plan)
    }

    private func place(turn: Int, plan: Int32) -> Int {
        let before = search.graph.policyCount(turn: turn)
        if let known = places[turn - 1][plan] { return before + known }
        places[turn - 1][plan] = used[turn - 1].count
        used[turn - 1].append(plan)
        return before + used[turn - 1].count - 1
    }

    /// [|A|, observations] places in the next turn.
    private func nextOfNode(turn: Int, node: Int) -> [Int] {
        let base = tables.base
        let layer = search.graph.layers[turn - 1]
        unsafe search.graph.belief(turn: turn, node: node, into: here.base)
        let first = Int(layer.nodes[node].edges) * tables.width * base.observations
        return base.game.responses.indices.flatMap { response in
            (0..<base.observations).map { observation in
                if let index = tables.responses.firstIndex(of: response) {
                    let next = layer.children[first + index * base.observations + observation]
                    return next >= 0 ? place(turn: turn + 1, node: Int(next)) : place(turn: turn + 1, plan: 0)
                }
                // A response that the reference never gives: nobody goes there, but its value may be asked for.
                unsafe base.advance(
                    here.base, turn: turn, response: response, observation: observation, into: child.base)
                return place(turn: turn + 1, plan: unsafe search.plans.best(turn: turn + 1, child.base).plan)
            }
        }
    }

    private func nextOfPlan(turn: Int, plan: Int) -> [Int] {
        let base = tables.base
        let first = plan * tables.width * base.observations
        return base.game.responses.indices.flatMap { response in
            (0..<base.observations).map { observation in
                guard let index = tables.responses.firstIndex(of: response) else {
                    return place(turn: turn + 1, plan: 0)
                }
                let next = search.plans.layers[turn - 1].successors[first + index * base.observations + observation]
                return place(turn: turn + 1, plan: next)
            }
        }
    }

    /// A strategy over all responses.
    private func full(_ strategy: [Double]) -> [Double] {
        var row = [Double](repeating: 0, count: tables.game.responses.count)
        for (index, response) in tables.responses.enumerated() { row[response] = strategy[index] }
        return row
    }
}
