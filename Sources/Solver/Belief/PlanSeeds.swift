internal import GameModel

/// The first plans: backups at beliefs that are reached from the openings.
///
/// Beliefs are collected turn by turn, the likeliest few of those that the most promising responses lead to. From the last
/// turn back, each gets the plan α = argmax_a [R_t(·, a) + Σ_o T_{a,o} argmax_{α'} b T_{a,o} α'].
///
/// Source: Pineau, Gordon & Thrun 2003, Point-based value iteration (IJCAI).
struct PlanSeeds {
    let tables: BeliefTables
    let upper: StateInformedBound
    let plans: PlanBound
    /// How many beliefs are kept per turn.
    let width: Int
    /// Polled now and then; once true, later beliefs are left out, and each turn gets a plan that costs nothing to find.
    let shouldStop: () -> Bool

    /// - Complexity: O(T · width · |A| · |O| · plans · H).
    func run() {
        let layers = collect()
        let backup = PointBackup(tables, plans: plans)
        for turn in stride(from: tables.horizon, through: 1, by: -1) {
            if turn == tables.horizon {
                for response in 0..<tables.width {
                    plans.keep(turn: turn, plan: plans.store.last(response))
                }
                continue
            }
            for (index, belief) in layers[turn - 1].enumerated() {
                if shouldStop() {
                    if index == 0 || plans.kept(turn: turn).isEmpty { unsafe keepSimple(turn: turn, belief.base) }
                    break
                }
                plans.keep(turn: turn, plan: unsafe backup.plan(turn: turn, belief.base))
            }
        }
    }

    /// Keeps the plan of the response that pays most at once, and goes on with the same plan whatever is observed.
    private func keepSimple(turn: Int, _ belief: UnsafePointer<Double>) {
        let rewards = DoubleBuffer(count: 4 * tables.blocks)
        unsafe tables.products(belief, tables.rewards(turn: turn), into: rewards.base)
        let next = plans.kept(turn: turn + 1).first ?? 0
        let response = unsafe tables.largest(rewards.base)
        let successors = [Int32](repeating: next, count: tables.observations)
        plans.keep(turn: turn, plan: plans.store.plan(turn: turn, response: response, successors: successors))
    }

    /// Per turn, beliefs that are likely to be reached.
    private func collect() -> [[DoubleBuffer]] {
        var layers: [[DoubleBuffer]] = [tables.game.cues.indices.map { cue in unsafe copy(tables.opening(cue)) }]
        for turn in 1..<max(1, tables.horizon) {
            var next: [(mass: Double, belief: DoubleBuffer)] = []
            for belief in layers[turn - 1] where !shouldStop() {
                for response in unsafe promising(turn: turn, belief.base) {
                    for observation in 0..<tables.observations {
                        let child = DoubleBuffer(count: tables.stride)
                        unsafe tables.advance(
                            belief.base, turn: turn, response: response, observation: observation, into: child.base)
                        next.append(((0..<tables.stride).reduce(0) { unsafe $0 + child.base[$1] }, child))
                    }
                }
            }
            next.sort { $0.mass > $1.mass }
            layers.append(next.prefix(width).filter { $0.mass > 0 }.map(\.belief))
            // A turn that is never reached still needs a plan.
            if layers[turn].isEmpty { layers[turn].append(DoubleBuffer(count: tables.stride)) }
        }
        return layers
    }

    /// The responses of the two largest upper bounds.
    private func promising(turn: Int, _ belief: UnsafePointer<Double>) -> [Int] {
        let bounds = DoubleBuffer(count: 4 * tables.blocks)
        unsafe upper.responses(turn: turn, belief, into: bounds.base)
        return Array((0..<tables.width).sorted { unsafe bounds.base[$0] > bounds.base[$1] }.prefix(2))
    }

    private func copy(_ belief: UnsafePointer<Double>) -> DoubleBuffer {
        let buffer = DoubleBuffer(count: tables.stride)
        unsafe buffer.base.update(from: belief, count: tables.stride)
        return buffer
    }
}
