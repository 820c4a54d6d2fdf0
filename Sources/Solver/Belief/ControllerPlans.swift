internal import GameModel

/// Turns a finite-memory controller into conditional plans that are worth at least as much: one per turn and node.
///
/// μ_t(n, h), the probability of being at node n and hidden state h, comes from a forward pass. From the last turn back, the node
/// n of turn t then gets the response that is best where it is used, with α = R_t(·, a) + Σ_o T_{a,o} α_{t+1,next(n,o)} and
/// a = argmax Σ_h μ_t(n, h) α(h). The value is linear in every node's strategy while the others stand, and μ_t does not depend
/// on later turns, so no step lowers it; a controller that randomises loses nothing.
struct ControllerPlans {
    let tables: BeliefTables
    let controller: Policy
    private var memory: ControllerMemory { controller.memory }

    /// - Throws: ``SolverError`` if the controller was laid out for another game.
    init(_ controller: Policy, tables: BeliefTables) throws(SolverError) {
        let (memory, game) = (controller.memory, tables.game)
        guard controller.responseCount == game.responses.count, memory.nodeRanges.count == game.horizon,
            memory.initial.count == game.cues.count,
            memory.successors.count == memory.classCount * memory.branches * game.observations.count
        else {
            throw SolverError(
                "a controller to start from was made for another game; hand in controllers of this game only")
        }
        self.tables = tables
        self.controller = controller
    }

    /// Keeps the plans of the likeliest nodes.
    ///
    /// - Parameters:
    ///   - bytes: what beliefs and plans may take on the way.
    ///   - shouldStop: polled now and then.
    /// - Returns: per opening cue, the plan of turn 1; nil if there was no memory for them, or no time.
    /// - Complexity: O(nodes · |A| · |O| · H).
    func keep(in plans: PlanBound, bytes: Int, shouldStop: () -> Bool) -> [Int32]? {
        let node = 8 * tables.stride + PlanStore.bytes(game: tables.game)
        guard memory.nodeCount <= bytes / node, let occupied = occupancies(shouldStop: shouldStop) else { return nil }
        var poll = Poll(tables, every: tables.width)
        var next: [Int: Int32] = [:]
        for turn in stride(from: tables.horizon, through: 1, by: -1) {
            var here: [Int: Int32] = [:]
            var masses: [(mass: Double, plan: Int32)] = []
            for (index, node) in memory.nodeRanges[turn - 1].enumerated() {
                if poll.isDue, shouldStop() { return nil }
                let belief = unsafe occupied[turn - 1].base + index * tables.stride
                let plan = unsafe best(turn: turn, node: node, belief, next, plans.store)
                here[node] = plan
                unsafe masses.append((tables.mass(belief), plan))
            }
            // Half of the room is left to the plans of the search.
            masses.sort { ($0.mass, $1.plan) > ($1.mass, $0.plan) }
            for item in masses.prefix(plans.capacity / 2) { plans.keep(turn: turn, plan: item.plan) }
            next = here
        }
        return memory.initial.enumerated().map { cue, start in
            // Of a mixture, the part that is worth most here: at least what the mixture is worth.
            start.entries.compactMap { next[$0.node] }.map { plan in
                (plan: plan, worth: unsafe plans.worth(plan, turn: 1, tables.opening(cue)))
            }.max { $0.worth < $1.worth }?.plan ?? -1
        }
    }

    private func best(
        turn: Int, node: Int, _ belief: UnsafePointer<Double>, _ next: [Int: Int32], _ store: PlanStore
    ) -> Int32 {
        var best = (value: -Double.infinity, response: 0, successors: [Int32]())
        for response in 0..<tables.width {
            let successors = (0..<(turn == tables.horizon ? 0 : tables.observations)).map {
                next[follow(node, response, $0)] ?? 0
            }
            // Only the best one is made: all of them would fill the memory with plans that nobody follows.
            let value = unsafe store.worth(turn: turn, response: response, successors: successors, at: belief)
            if value > best.value || response == 0 { best = (value, response, successors) }
        }
        return store.plan(turn: turn, response: best.response, successors: best.successors)
    }

    private func follow(_ node: Int, _ response: Int, _ observation: Int) -> Int {
        memory.successor(
            of: node, after: response, observation: tables.game.observations.cueCount + observation, game: tables.game)
    }

    /// Per turn, μ as [nodes of the turn, stride].
    private func occupancies(shouldStop: () -> Bool) -> [DoubleBuffer]? {
        var poll = Poll(tables, every: tables.width)
        let layers = memory.nodeRanges.map { DoubleBuffer(count: $0.count * tables.stride) }
        let share = DoubleBuffer(count: tables.stride)
        for (cue, start) in memory.initial.enumerated() {
            for entry in start.entries {
                let place = (entry.node - memory.nodeRanges[0].lowerBound) * tables.stride
                for h in 0..<tables.stride {
                    unsafe layers[0].base[place + h] += entry.probability * tables.opening(cue)[h]
                }
            }
        }
        for turn in 1..<max(1, tables.horizon) {
            let next = memory.nodeRanges[turn].lowerBound
            for (index, node) in memory.nodeRanges[turn - 1].enumerated() {
                let belief = unsafe layers[turn - 1].base + index * tables.stride
                guard unsafe tables.mass(belief) > 0 else { continue }
                if poll.isDue, shouldStop() { return nil }
                for (response, weight) in controller.strategy(at: node).enumerated() where weight > 0 {
                    for observation in 0..<tables.observations {
                        unsafe tables.advance(
                            belief, turn: turn, response: response, observation: observation, into: share.base)
                        let place = (follow(node, response, observation) - next) * tables.stride
                        for h in 0..<tables.stride {
                            unsafe layers[turn].base[place + h] += weight * share.base[h]
                        }
                    }
                }
            }
        }
        return layers
    }
}
