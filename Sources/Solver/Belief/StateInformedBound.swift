internal import GameModel
internal import NumericalMethods

/// Upper bounds on the value of a belief that never reveal the user type: the model is told the state, a turn late.
///
/// b^x is the belief's part at state x, a vector over types. W_t(a, x, b^x) = R_t(b^x, a) + Σ_o U_{t+1}(b^x T_{a,o}) and
/// U_t(b) = max_a Σ_x W_t(a, x, b^x): once a response is given, the state that it was given in is revealed. W is kept at the
/// points of a ``TypeGrid`` and interpolated between them. All of this only ever adds information, and values are sublinear
/// in the belief, so U bounds the optimum from above. Because the type persists and the state forgets, this is far tighter than
/// to reveal both, as the informed bounds do; and at every point of the grid the smaller of W and the informed bound is kept, so
/// that it is never looser than either.
///
/// Source: fixed-grid bounds, Lovejoy 1991, Operations Research 39 (doi:10.1287/opre.39.1.162); revealing what matters
/// least: the informed bounds of Hauskrecht 2000, JAIR 13 (doi:10.1613/jair.678), with the state alone revealed.
@safe final class StateInformedBound {
    private let tables: BeliefTables
    private let grid: TypeGrid
    private let states: Int
    /// [T − 1, X, grid points, 4 · blocks] W; fillers repeat the first response. The last turn is linear and needs no grid.
    private let values: DoubleBuffer
    /// [T − 1, blocks, H, 4] the same where the grid has nothing but corners: every hidden state is a point, and a bound one product. Empty
    /// otherwise.
    private let vectors: DoubleBuffer
    private let scratch: Scratch

    /// What one thread works on.
    @safe final class Scratch {
        /// n fractions, then H weights.
        let numbers: DoubleBuffer
        let points: UnsafeMutablePointer<Int>
        let sums: DoubleBuffer

        fileprivate init(_ tables: BeliefTables) {
            numbers = DoubleBuffer(count: tables.game.users.count + tables.hidden)
            unsafe points = .allocate(capacity: tables.hidden)
            unsafe points.initialize(repeating: 0, count: tables.hidden)
            sums = DoubleBuffer(count: 4 * tables.blocks)
        }

        deinit { unsafe points.deallocate() }
    }

    static func bytes(game: Game, points: Int) -> Int {
        8 * (game.horizon - 1) * game.states.count * points * 4 * ((game.responses.count + 3) / 4)
    }

    /// Multiplications that making the table takes.
    static func steps(game: Game, points: Int) -> Double {
        [game.horizon, game.states.count, points, game.shownReactions.count, game.cues.count, game.hiddenCount].reduce(
            Double(game.responses.count * game.responses.count)
        ) { $0 * Double($1) }
    }

    /// The points of the largest grid whose table is made in about so many seconds; at least those of the corners.
    ///
    /// A point has at most as many types as there are levels, and leads to three states: what a response is worth there is a sum of so many rows.
    ///
    /// - Parameter limit: how many there may be.
    static func points(game: Game, seconds: Double, limit: Int) -> Int {
        let users = game.users.count
        let sums = [game.horizon, game.states.count, game.responses.count, game.shownReactions.count, game.cues.count]
            .reduce(1.0) { $0 * Double($1) }
        var points = users
        for levels in 2...512 {
            let next = TypeGrid.count(users: users, levels: levels)
            let perSum = 12 * ((game.responses.count + 3) / 4) * min(users, levels) + 30 * users
            let steps = sums * Double(next) * Double(perSum)
            guard users > 1, next <= limit, steps <= seconds * stepsPerSecond else { break }
            points = next
        }
        return points
    }

    /// Multiplications, roughly: what was measured on games of 5 to 20 types.
    private static let stepsPerSecond = 1e9

    /// - Parameters:
    ///   - limit: how many points the grid may have.
    ///   - threads: over which the points are spread; never changes a bound.
    ///   - shouldStop: polled now and then; once true, the rest of the table is taken from the informed bound.
    /// - Complexity: O(T · X · points · |A| · |O| · H · |A|).
    init(
        _ tables: BeliefTables, informed: InformedBound, points limit: Int, threads: Int = 1,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.tables = tables
        states = tables.game.states.count
        grid = TypeGrid(users: tables.game.users.count, limit: limit)
        values = DoubleBuffer(count: (tables.horizon - 1) * states * grid.count * 4 * tables.blocks, zeroed: false)
        let isLinear = grid.levels == 1
        vectors = DoubleBuffer(
            count: isLinear ? (tables.horizon - 1) * tables.hidden * 4 * tables.blocks : 0, zeroed: false)
        scratch = Scratch(tables)
        var shares = [Double](repeating: 0, count: grid.count * grid.users)
        grid.forEachPoint { point, coordinates in
            shares.replaceSubrange(point * grid.users..<(point + 1) * grid.users, with: coordinates)
        }
        let parts = (grid.count + Self.part - 1) / Self.part
        // Threads write rows of their own and read later turns only.
        nonisolated(unsafe) let bound = self
        nonisolated(unsafe) let known = informed
        for turn in stride(from: tables.horizon - 1, through: 1, by: -1) {
            let shares = shares
            _ = concurrentMap(count: states * parts, threads: threads) { index in
                let first = index % parts * Self.part
                unsafe bound.fill(
                    turn: turn, state: index / parts, points: first..<min(first + Self.part, bound.grid.count),
                    shares: shares, isLate: shouldStop(), informed: known)
                return 0
            }
            if isLinear { arrange(turn: turn, shares: shares) }
        }
    }

    /// Copies the rows of a turn, one per hidden state, to where they are read from.
    private func arrange(turn: Int, shares: [Double]) {
        let layer = unsafe vectors.base + (turn - 1) * tables.blocks * tables.hidden * 4
        for point in 0..<grid.count {
            guard let user = (0..<grid.users).first(where: { shares[point * grid.users + $0] == 1 }) else { continue }
            for state in 0..<states {
                let row = unsafe self.row(turn: turn, state: state, point: point)
                let h = user * states + state
                for column in 0..<4 * tables.blocks {
                    unsafe layer[(column / 4 * tables.hidden + h) * 4 + column % 4] = row[column]
                }
            }
        }
    }

    /// How many points a thread takes at a time.
    private static let part = 32

    /// - Parameter isLate: whether the rows are taken from the informed bound alone.
    private func fill(
        turn: Int, state: Int, points: Range<Int>, shares: [Double], isLate: Bool, informed: InformedBound
    ) {
        guard !isLate else { return take(turn: turn, state: state, points: points, shares: shares, from: informed) }
        let belief = DoubleBuffer(count: tables.stride)
        let next = DoubleBuffer(count: tables.stride)
        let rewards = DoubleBuffer(count: 4 * tables.blocks)
        let known = DoubleBuffer(count: 4 * tables.blocks)
        let scratch = Scratch(tables)
        // Where one step leads from the state.
        let near = max(0, state - 1)..<min(states, state + 2)
        for point in points {
            for user in 0..<grid.users {
                unsafe belief.base[1 + user * states + state] = shares[point * grid.users + user]
            }
            let present = (0..<grid.users).filter { shares[point * grid.users + $0] > 0 }
            // What another point wrote.
            for h in 0..<tables.stride { unsafe next.base[h] = 0 }
            unsafe tables.products(belief.base, tables.rewards(turn: turn), into: rewards.base)
            unsafe tables.products(belief.base, informed.vectors(turn: turn), into: known.base)
            let row = unsafe self.row(turn: turn, state: state, point: point)
            for response in 0..<tables.width {
                var value = unsafe rewards.base[response]
                for observation in 0..<tables.observations {
                    unsafe tables.advance(
                        belief.base, turn: turn, response: response, observation: observation, users: present,
                        states: near, into: next.base)
                    value += unsafe self.value(turn: turn + 1, next.base, scratch, among: near)
                }
                unsafe row[response] = min(value, known.base[response])
            }
            for filler in tables.width..<4 * tables.blocks { unsafe row[filler] = row[0] }
        }
    }

    /// Rows from the informed bound: of all hidden states only one per type is possible at a point.
    ///
    /// - Complexity: O(points · types · |A|), however many states there are.
    private func take(turn: Int, state: Int, points: Range<Int>, shares: [Double], from informed: InformedBound) {
        let vectors = unsafe informed.vectors(turn: turn)
        for point in points {
            let row = unsafe self.row(turn: turn, state: state, point: point)
            for response in 0..<tables.width { unsafe row[response] = 0 }
            for user in 0..<grid.users where shares[point * grid.users + user] > 0 {
                let (share, hidden) = (shares[point * grid.users + user], user * states + state)
                for response in 0..<tables.width {
                    unsafe row[response] +=
                        share * vectors[(response / 4 * tables.hidden + hidden) * 4 + response % 4]
                }
            }
            for filler in tables.width..<4 * tables.blocks { unsafe row[filler] = row[0] }
        }
    }

    @inline(__always)
    private func row(turn: Int, state: Int, point: Int) -> UnsafeMutablePointer<Double> {
        unsafe values.base + (((turn &- 1) &* states &+ state) &* grid.count &+ point) &* 4 &* tables.blocks
    }

    /// What a thread of its own works on.
    func makeScratch() -> Scratch { Scratch(tables) }

    /// values[a] ≥ Q_t(b, a), for a thread of its own.
    func responses(
        turn: Int, _ belief: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>, _ scratch: Scratch
    ) {
        unsafe responses(turn: turn, belief, into: values, scratch, among: 0..<states)
    }

    /// values[k] ≥ V_t(b_k) of several beliefs, which lie a stride apart, for a thread of its own.
    ///
    /// - Complexity: O(count · H · |A|).
    func values(
        turn: Int, _ beliefs: UnsafePointer<Double>, count: Int, into values: UnsafeMutablePointer<Double>,
        _ scratch: Scratch
    ) {
        guard turn < tables.horizon, grid.levels == 1 else {
            for index in 0..<count {
                unsafe values[index] = value(turn: turn, beliefs + index &* tables.stride, scratch, among: 0..<states)
            }
            return
        }
        unsafe VectorProducts.largest(
            beliefs + 1, beliefs: count, stride: tables.stride, count: tables.hidden, layer(turn: turn),
            blocks: tables.blocks, into: values)
    }

    private func layer(turn: Int) -> UnsafePointer<Double> {
        unsafe UnsafePointer(vectors.base + (turn &- 1) &* tables.blocks &* tables.hidden &* 4)
    }

    /// values[a] ≥ Q_t(b, a).
    ///
    /// - Complexity: O(H · |A|).
    @inline(__always)
    func responses(turn: Int, _ belief: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        unsafe responses(turn: turn, belief, into: values, scratch, among: 0..<states)
    }

    @inline(__always)
    private func responses(
        turn: Int, _ belief: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>, _ scratch: Scratch,
        among: Range<Int>
    ) {
        guard turn < tables.horizon else {
            unsafe tables.products(belief, tables.rewards(turn: turn), into: values)
            return
        }
        if grid.levels == 1 {
            let range = unsafe tables.support(belief)
            return unsafe VectorProducts.run(
                belief + 1, count: tables.hidden, layer(turn: turn), blocks: tables.blocks, among: range, into: values)
        }
        let weights = unsafe scratch.numbers.base + grid.users
        let points = unsafe scratch.points
        // Rows of the table with their weights, those of weight 0 left out.
        var count = 0
        for state in among {
            var mass = 0.0
            for user in 0..<grid.users { unsafe mass += belief[1 &+ user &* states &+ state] }
            guard mass > 0 else { continue }
            unsafe grid.split(
                belief + 1 + state, step: states, mass: mass, fractions: scratch.numbers.base, points: points + count,
                weights: weights + count)
            let (first, row) = (count, state &* grid.count)
            for corner in first..<first &+ grid.users where unsafe weights[corner] != 0 {
                unsafe weights[count] = weights[corner]
                unsafe points[count] = (row &+ points[corner]) &* tables.blocks
                count &+= 1
            }
        }
        let layer =
            unsafe UnsafeRawPointer(row(turn: turn, state: 0, point: 0)).assumingMemoryBound(to: SIMD4<Double>.self)
        let out = unsafe UnsafeMutableRawPointer(values).assumingMemoryBound(to: SIMD4<Double>.self)
        // Two vectors of four share a line of the cache.
        var block = 0
        while block &+ 1 < tables.blocks {
            var (sum, next) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0))
            for entry in 0..<count {
                let base = unsafe layer + (points[entry] &+ block)
                unsafe sum += weights[entry] * base[0]
                unsafe next += weights[entry] * base[1]
            }
            unsafe (out[block], out[block &+ 1]) = (sum, next)
            block &+= 2
        }
        if block < tables.blocks {
            var sum = SIMD4<Double>(repeating: 0)
            for entry in 0..<count { unsafe sum += weights[entry] * layer[points[entry] &+ block] }
            unsafe out[block] = sum
        }
    }

    /// U_t(b); exact in the last turn.
    @inline(__always)
    func value(turn: Int, _ belief: UnsafePointer<Double>) -> Double {
        unsafe value(turn: turn, belief, scratch, among: 0..<states)
    }

    @inline(__always)
    private func value(
        turn: Int, _ belief: UnsafePointer<Double>, _ scratch: Scratch, among: Range<Int>
    ) -> Double {
        let sums = unsafe scratch.sums.base
        unsafe responses(turn: turn, belief, into: sums, scratch, among: among)
        var best = unsafe sums[0]
        for response in 1..<max(1, tables.width) { unsafe best = max(best, sums[response]) }
        return best
    }
}
