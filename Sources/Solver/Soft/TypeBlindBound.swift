internal import GameModel
internal import NumericalMethods

/// Upper bounds on the soft value that reveal what the state would be given each type, a turn late, and nothing of the type.
///
/// A belief is a sum of beliefs at the points of ``TypeBlindTurn``, and Q_t is sublinear in the belief, so the sum of their values
/// bounds it. The values at the points come from the beliefs that they lead to, split anew, and the soft maximum is taken over
/// the sums: all points of a belief share one strategy. Because the value is smooth, what is lost is of second order in the
/// size of the cells, where revealing type and state loses at first order; and cells are cut where beliefs are, along what bends the
/// value (``SimplexCutting``). At every point the smaller of this and the informed bound is kept.
///
/// Source: fixed-grid bounds, Lovejoy 1991, Operations Research 39 (doi:10.1287/opre.39.1.162); the coupling by rank is the quantile
/// transform.
@safe final class TypeBlindBound {
    private let tables: SoftTables
    private let turns: [TypeBlindTurn]
    /// What is known without the table; held while it is made.
    private var informed: SoftInformedBound?
    private let blocks: Int
    private let users: Int
    private let states: Int
    private let scratch: TypeBlindTurn.Scratch
    /// [|Θ|] s(θ): how much of the goal's mass a type's belief counts.
    private let goalShares: [Double]

    /// A response whose share of the strategy cannot exceed this keeps the informed bound: what is lost is at most as much times τ.
    private static let leastShare = 1e-5

    /// - Parameters:
    ///   - turns: the points of the turns 1 … T − 1.
    ///   - threads: over which combinations are spread; never changes a bound.
    ///   - shouldStop: polled at every combination; once true, the rest of the table is taken from the informed bound.
    /// - Complexity: O(T · points · |A| · |O| · |Θ| · shares · |A|).
    init(
        _ tables: SoftTables, informed: SoftInformedBound, turns: [TypeBlindTurn], threads: Int,
        shouldStop: @escaping @Sendable () -> Bool
    ) {
        self.tables = tables
        self.informed = informed
        self.turns = turns
        blocks = (tables.width + 3) / 4
        (users, states) = (tables.game.users.count, tables.game.states.count)
        scratch = TypeBlindTurn.Scratch(users: users, states: states, blocks: blocks)
        goalShares = (0..<users).map { tables.goalShare($0 * tables.game.states.count) }
        // Threads write rows of their own and read later turns only.
        nonisolated(unsafe) let bound = self
        for turn in stride(from: tables.base.horizon - 1, through: 1, by: -1) {
            _ = concurrentMap(count: turns[turn - 1].combinations, threads: threads) { combination in
                unsafe bound.fill(turn: turn, combination: combination, isLate: shouldStop())
                return 0
            }
        }
        self.informed = nil
    }

    /// values[a] ≥ Q_t(b, a) before the last turn; returns |b|.
    func products(turn: Int, _ belief: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) -> Double {
        let layer = turns[turn &- 1]
        let count = unsafe layer.split(belief, scratch)
        var (mass, goal) = (0.0, 0.0)
        for user in 0..<users {
            let share = unsafe scratch.mix.base[user]
            mass += share
            goal += goalShares[user] * share
        }
        guard mass > 0 else {
            for index in 0..<tables.width { unsafe values[index] = 0 }
            return 0
        }
        unsafe layer.sum(
            mass: mass, shares: scratch.shares.base, of: scratch.combinations, from: 0, count: count, scratch)
        unsafe values.update(from: scratch.sums.base, count: tables.width)
        return goal
    }

    /// Replaces a belief before the last turn by a draw of what the bound reveals of it.
    func reveal(turn: Int, _ belief: UnsafeMutablePointer<Double>, at draw: Double) {
        unsafe turns[turn - 1].reveal(belief, at: draw, scratch)
    }

    /// Where the responses and observations lead from the states of one combination, whatever the mixture of types.
    private final class Edges {
        /// [edges, |Θ|] P(o | θ, a)
        let likelihoods: DoubleBuffer
        /// [edges + 1] the first share of each edge.
        let first: FixedArray<Int>
        let combinations: FixedArray<Int>
        let shares: DoubleBuffer
        /// [edges, |Θ|, 4 · blocks] in the last turn but one, what the last turn is worth.
        let ends: DoubleBuffer

        init(edges: Int, users: Int, most: Int, blocks: Int) {
            likelihoods = DoubleBuffer(count: edges * users)
            first = FixedArray(capacity: edges + 1)
            combinations = FixedArray(capacity: edges * most)
            shares = DoubleBuffer(count: edges * most, zeroed: false)
            ends = DoubleBuffer(count: edges * users * 4 * blocks)
        }
    }

    private func fill(turn: Int, combination: Int, isLate: Bool) {
        let layer = turns[turn - 1]
        let scratch = TypeBlindTurn.Scratch(users: users, states: states, blocks: blocks)
        let belief = DoubleBuffer(count: tables.base.stride)
        let known = DoubleBuffer(count: tables.width)
        let row = DoubleBuffer(count: tables.width)
        let edges = isLate ? nil : self.edges(turn: turn, combination: combination, scratch)
        for mix in 0..<layer.mixes.count {
            unsafe layer.belief(mix: mix, combination: combination, into: belief.base)
            let mass = unsafe informed?.products(turn: turn, belief.base, into: known.base) ?? 0
            let out = unsafe layer.values.base + (mix &* layer.combinations &+ combination) &* 4 &* blocks
            for filler in 0..<4 * blocks { unsafe out[filler] = 0 }
            unsafe out.update(from: known.base, count: tables.width)
            guard let edges else { continue }
            unsafe tables.products(belief.base, tables.rewards(turn: turn), into: row.base)
            let point = layer.mixes.point(mix)
            let weight = tables.weights[turn - 1] * mass
            // The most promising first: what is left of the others is judged against what is known of them.
            let order = (0..<tables.width).sorted { unsafe (-known.base[$0], $0) < (-known.base[$1], $1) }
            var best = -Double.infinity
            for index in order {
                let excess = unsafe known.base[index] - best
                if weight > 0, tables.shares[index] * Libm.exp(excess / weight) < Self.leastShare { continue }
                var value = unsafe row.base[index]
                for observation in 0..<tables.base.observations {
                    value += ahead(
                        turn: turn, edge: index &* tables.base.observations &+ observation, point, edges, scratch)
                }
                unsafe out[index] = min(known.base[index], value)
                best = max(best, unsafe out[index])
            }
        }
    }

    /// U_{t+1} of the belief that an edge leads to.
    @inline(__always)
    private func ahead(
        turn: Int, edge: Int, _ point: ArraySlice<Double>, _ edges: Edges, _ scratch: TypeBlindTurn.Scratch
    ) -> Double {
        let first = point.startIndex
        var (mass, goal) = (0.0, 0.0)
        for user in 0..<users {
            let share = unsafe point[first &+ user] * edges.likelihoods.base[edge &* users &+ user]
            unsafe scratch.mix.base[user] = share
            mass += share
            goal += goalShares[user] * share
        }
        guard mass > 0 else { return 0 }
        if turn &+ 1 == tables.base.horizon {
            for column in 0..<4 &* blocks { unsafe scratch.sums.base[column] = 0 }
            for user in 0..<users {
                let ends = unsafe edges.ends.base + (edge &* users &+ user) &* 4 &* blocks
                for column in 0..<4 &* blocks {
                    unsafe scratch.sums.base[column] += point[first &+ user] * ends[column]
                }
            }
        } else {
            let start = edges.first[edge]
            unsafe turns[turn].sum(
                mass: mass, shares: edges.shares.base + start, of: edges.combinations, from: start,
                count: edges.first[edge &+ 1] &- start, scratch)
        }
        return unsafe tables.softMaximum(scratch.sums.base, weight: tables.weights[turn] * goal)
    }

    private func edges(turn: Int, combination: Int, _ scratch: TypeBlindTurn.Scratch) -> Edges {
        let base = tables.base
        let most = TypeBlindTurn.shares(users: users, states: states) + users
        let edges = Edges(edges: tables.width * base.observations, users: users, most: most, blocks: blocks)
        let belief = DoubleBuffer(count: base.stride)
        let next = DoubleBuffer(count: base.stride)
        // Every type with mass 1, so that what follows holds for any mixture.
        for user in 0..<users {
            let point = turns[turn - 1].profile(of: user, in: combination)
            for (state, probability) in point.enumerated() {
                unsafe belief.base[1 + user * states + state] = probability
            }
        }
        var count = 0
        for (index, response) in tables.responses.enumerated() {
            for observation in 0..<base.observations {
                let edge = index * base.observations + observation
                unsafe base.advance(
                    belief.base, turn: turn, response: response, observation: observation, into: next.base)
                edges.first[edge] = count
                for user in 0..<users {
                    var mass = 0.0
                    for state in 0..<states { unsafe mass += next.base[1 + user * states + state] }
                    unsafe edges.likelihoods.base[edge * users + user] = mass
                }
                guard turn + 1 < base.horizon else {
                    end(edge: edge, next, edges)
                    continue
                }
                let shares = unsafe turns[turn].split(next.base, scratch)
                for share in 0..<shares {
                    edges.combinations[count] = scratch.combinations[share]
                    unsafe edges.shares.base[count] = scratch.shares.base[share]
                    count += 1
                }
            }
        }
        edges.first[tables.width * base.observations] = count
        return edges
    }

    /// What the last turn is worth after an edge, per type and response.
    private func end(edge: Int, _ next: DoubleBuffer, _ edges: Edges) {
        let rewards = unsafe tables.rewards(turn: tables.base.horizon)
        for user in 0..<users {
            let out = unsafe edges.ends.base + (edge * users + user) * 4 * blocks
            for state in 0..<states {
                let hidden = user * states + state
                for index in 0..<tables.width {
                    unsafe out[index] += next.base[1 + hidden] * rewards[hidden * tables.width + index]
                }
            }
        }
    }
}
