internal import GameModel

/// Conditional plans: a response now and, per observation, a plan for the next turn, each with its exact vector of values.
///
/// A plan of turn t is worth Σ_h b(h) α(h) at the belief b, with α(h) = R_t(h, a) + Σ_o (T_{a,o} α_{next(o)})(h). Equal plans are
/// stored once, so the plans that an optimal policy uses form a graph that is far smaller than its tree.
final class PlanStore {
    private let tables: BeliefTables
    /// Per turn (index turn − 1).
    private var layers: [Layer]
    private(set) var bytes = 0

    private struct Layer {
        var responses: [Int32] = []
        /// [plans, observations]
        var successors: [Int32] = []
        /// [plans, H]
        var vectors: [Double] = []
        var index = PlanIndex()
    }

    init(_ tables: BeliefTables) {
        self.tables = tables
        layers = Array(repeating: Layer(), count: tables.horizon)
    }

    /// How many plans there are.
    var total: Int { layers.reduce(0) { $0 + $1.responses.count } }

    func count(turn: Int) -> Int { layers[turn - 1].responses.count }

    func response(turn: Int, plan: Int32) -> Int { Int(layers[turn - 1].responses[Int(plan)]) }

    /// The plan that follows an observation.
    func successor(turn: Int, plan: Int32, observation: Int) -> Int32 {
        layers[turn - 1].successors[Int(plan) * tables.observations + observation]
    }

    /// The plans that follow the observations; none in the last turn.
    func successors(turn: Int, plan: Int32) -> ArraySlice<Int32> {
        let width = turn == tables.horizon ? 0 : tables.observations
        let first = Int(plan) * width
        return layers[turn - 1].successors[first..<first + width]
    }

    /// α(h) of a plan.
    func vector(turn: Int, plan: Int32) -> ArraySlice<Double> {
        let first = Int(plan) * tables.hidden
        return layers[turn - 1].vectors[first..<first + tables.hidden]
    }

    /// The plan with these parts, made if it is new.
    ///
    /// - Parameter successors: one plan of the next turn per observation; empty in the last turn.
    /// - Complexity: O(|O| · H).
    func plan(turn: Int, response: Int, successors: [Int32]) -> Int32 {
        let hash = PlanIndex.hash(response, successors)
        let known = layers[turn - 1].index.find(hash) { plan in
            response == layers[turn - 1].responses[plan] && hasSuccessors(turn: turn, plan: plan, successors)
        }
        if let known { return known }
        let values = vector(turn: turn, response: response, successors: successors)
        let plan = Int32(layers[turn - 1].responses.count)
        layers[turn - 1].responses.append(Int32(response))
        layers[turn - 1].successors += successors
        layers[turn - 1].vectors += values
        layers[turn - 1].index.insert(hash, plan)
        bytes += Self.bytes(game: tables.game)
        return plan
    }

    /// The plan of the last turn that gives a response.
    func last(_ response: Int) -> Int32 { plan(turn: tables.horizon, response: response, successors: []) }

    /// What a plan takes: arrays that grow and the index hold up to twice what they use.
    static func bytes(game: Game) -> Int {
        2 * (8 * game.hiddenCount + 4 * (game.shownReactions.count * game.cues.count + 1) + 16)
    }

    /// What a plan with these parts would be worth at a belief, without making it.
    ///
    /// - Complexity: O(|O| · H).
    func worth(turn: Int, response: Int, successors: [Int32], at belief: UnsafePointer<Double>) -> Double {
        var value = 0.0
        for (h, worth) in vector(turn: turn, response: response, successors: successors).enumerated() {
            unsafe value += belief[h + 1] * worth
        }
        return value
    }

    private func hasSuccessors(turn: Int, plan: Int, _ successors: [Int32]) -> Bool {
        let first = plan * successors.count
        for place in successors.indices where layers[turn - 1].successors[first + place] != successors[place] {
            return false
        }
        return true
    }

    private func vector(turn: Int, response: Int, successors: [Int32]) -> [Double] {
        let rewards = unsafe tables.rewards(turn: turn)
        var values = (0..<tables.hidden).map {
            unsafe rewards[(response / 4 * tables.hidden + $0) * 4 + response % 4]
        }
        for (observation, next) in successors.enumerated() {
            unsafe layers[turn].vectors.withUnsafeBufferPointer { vectors in
                guard let base = vectors.baseAddress else { return }
                unsafe tables.addBack(
                    base + Int(next) * tables.hidden, turn: turn, response: response, observation: observation,
                    to: &values)
            }
        }
        return values
    }
}
