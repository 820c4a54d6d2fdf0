internal import GameModel

/// The plans that a policy uses, as a controller: one node per plan, one response per node.
struct PlanGraph {
    let store: PlanStore
    let game: Game
    /// Per opening cue, its plan of turn 1.
    let roots: [Int32]

    /// - Throws: `GameError` if the graph has more nodes than a controller may have.
    /// - Complexity: O(nodes · (|O| + |A|)).
    func controller() throws(GameError) -> Policy {
        var layers: [[Int32]] = []
        var successors: [Int] = []
        var strategies: [Double] = []
        var frontier = roots
        var first = 0
        var initial: [Int] = []
        for turn in 1...game.horizon {
            let (plans, numbers) = numbered(frontier)
            if turn == 1 { initial = roots.compactMap { numbers[$0] } }
            frontier = []
            for plan in plans {
                let response = store.response(turn: turn, plan: plan)
                strategies += game.responses.indices.map { $0 == response ? 1 : 0 }
                guard turn < game.horizon else { continue }
                frontier += (0..<game.observations.later.count).map {
                    store.successor(turn: turn, plan: plan, observation: $0)
                }
            }
            layers.append(plans)
            first += plans.count
            if turn < game.horizon {
                let next = numbered(frontier).numbers
                successors += frontier.compactMap { next[$0].map { $0 + first } }
            }
        }
        let memory = try ControllerMemory(
            layers: layers.map(\.count), initial: initial, successors: successors, game: game)
        return try Policy(memory: memory, strategies: strategies, game: game)
    }

    /// Plans without repetition, in the order met, with their places.
    private func numbered(_ plans: [Int32]) -> (plans: [Int32], numbers: [Int32: Int]) {
        var list: [Int32] = []
        var numbers: [Int32: Int] = [:]
        for plan in plans where numbers[plan] == nil {
            numbers[plan] = list.count
            list.append(plan)
        }
        return (list, numbers)
    }
}
