internal import NumericalMethods

/// Expected counts of everything hidden, given the conversations and parameters.
struct Expectation: Sendable {
    /// log P(data), nats.
    var logLikelihood = 0.0
    /// Expected weight of each type, and of each type's first state.
    var prior: [Double]
    var initial: [Double]
    /// Per signature, type and state: how often the reaction was given there; and the three moves.
    var visits: [Double]
    var moves: [Double]

    init(model: HiddenModel) {
        prior = [Double](repeating: 0, count: model.typeCount)
        initial = [Double](repeating: 0, count: model.cells)
        visits = [Double](repeating: 0, count: model.readingStart.count - 1)
        moves = [Double](repeating: 0, count: 3 * (model.readingStart.count - 1))
    }

    mutating func add(_ other: Expectation) {
        logLikelihood += other.logLikelihood
        for index in prior.indices { prior[index] += other.prior[index] }
        for index in initial.indices { initial[index] += other.initial[index] }
        for index in visits.indices { visits[index] += other.visits[index] }
        for index in moves.indices { moves[index] += other.moves[index] }
    }
}

/// Probabilities per signature, type and state, at given parameters.
struct HiddenTables: Sendable {
    let prior: [Double]
    let initial: [Double]
    /// P(labels | θ, x); 1 where none was observed, 0 where the state is known to be another.
    let emission: [Double]
    /// P(x−1, x, x+1 | θ, x, labels).
    let moves: [Double]
    /// P(reading | θ, x, labels), one per reading.
    let shares: [Double]
    /// P(alternative | context) of reactions and of moves.
    let reactionTable: [Double]
    let moveTable: [Double]

    /// - Parameter weights: P(label | truth) of readings; nil for that of the model's own matrices.
    init(_ model: HiddenModel, _ parameters: HiddenParameters, weights: ReadingWeights? = nil) {
        prior = parameters.prior
        initial = parameters.initial.flatMap { $0 }
        reactionTable = model.reactions.probabilities(parameters.reactions)
        moveTable = model.stateCount > 1 ? model.moves.probabilities(parameters.moves) : []
        let (weights, responses) = (weights ?? ReadingWeights(model.misreading), parameters.responses.flatMap(\.self))
        let cells = model.readingStart.count - 1
        var emission = [Double](repeating: 0, count: cells)
        var shares = [Double](repeating: 1, count: model.readings.count)
        for cell in 0..<cells {
            var total = 0.0
            for index in model.readings(of: cell) {
                let reading = model.readings[index]
                var value = weights.weight(reading)
                if reading.response >= 0 { value *= responses[Int(reading.response)] }
                if reading.reactionAlternative >= 0 { value *= reactionTable[Int(reading.reactionAlternative)] }
                shares[index] = value
                total += value
            }
            emission[cell] = total
            for index in model.readings(of: cell) { shares[index] = total > 0 ? shares[index] / total : 0 }
        }
        (self.emission, self.shares) = (emission, shares)
        moves = Self.moves(model, shares, moveTable)
    }

    /// The mean of the readings' moves.
    private static func moves(_ model: HiddenModel, _ shares: [Double], _ table: [Double]) -> [Double] {
        let cells = model.readingStart.count - 1
        var moves = [Double](repeating: 0, count: 3 * cells)
        for cell in 0..<cells {
            guard model.stateCount > 1 else {
                moves[3 * cell + 1] = 1
                continue
            }
            for index in model.readings(of: cell) {
                for (move, alternative) in model.alternatives(ofMoves: model.readings[index], in: cell) {
                    moves[3 * cell + move] += shares[index] * table[alternative]
                }
            }
        }
        return moves
    }

    /// How often a reading was the true one, and moved the state each way, of what is expected of its cell.
    ///
    /// Given the state and the next, which reading is true does not depend on the rest of the conversation.
    func expected(
        _ index: Int, in cell: Int, _ model: HiddenModel, _ expectation: Expectation
    ) -> (visits: Double, moves: (Double, Double, Double)) {
        let (visits, first) = (expectation.visits[cell], 3 * cell)
        let flows = (expectation.moves[first], expectation.moves[first + 1], expectation.moves[first + 2])
        guard model.readings(of: cell).count > 1 else { return (visits, flows) }
        var own = [0.0, 0.0, 0.0]
        for (move, alternative) in model.alternatives(ofMoves: model.readings[index], in: cell)
        where expectation.moves[first + move] > 0 {
            own[move] = expectation.moves[first + move] * shares[index] * moveTable[alternative] / moves[first + move]
        }
        // Visits that nothing followed: the last turns of chains. Rounding may leave a little less than none.
        let last = max(0, visits - flows.0 - flows.1 - flows.2)
        return (own[0] + own[1] + own[2] + last * shares[index], (own[0], own[1], own[2]))
    }
}

extension HiddenModel {
    /// Conversations that are summed up together; fixed, so that sums do not depend on the number of threads.
    private static let blocks = 64

    /// The expectation step.
    ///
    /// Source: Baum, Petrie, Soules & Weiss 1970; scaled as in Rabiner 1989, Proc. IEEE 77, §V.A.
    ///
    /// - Complexity: O(transitions · types · states).
    func expectation(_ parameters: HiddenParameters, threads: Int) -> Expectation {
        expectation(HiddenTables(self, parameters), threads: threads)
    }

    func expectation(_ tables: HiddenTables, threads: Int) -> Expectation {
        let blocks = min(Self.blocks, conversationCount)
        let parts = concurrentMap(count: blocks, threads: threads) { block -> Expectation in
            var part = Expectation(model: self)
            var scratch = ForwardBackward(model: self)
            for conversation in conversationCount * block / blocks..<conversationCount * (block + 1) / blocks
            where weight[conversation] > 0 {
                scratch.add(conversation, self, tables, to: &part)
            }
            return part
        }
        return parts.dropFirst().reduce(into: parts.first ?? Expectation(model: self)) { $0.add($1) }
    }
}

/// Forward and backward passes over one conversation at a time, with storage that is kept.
///
/// The inner loops read through spans: an array would be retained and released at every look-up, and two threads that count
/// references to the same arrays are slower than one.
struct ForwardBackward {
    let types: Int
    let states: Int
    private var forward: [Double] = []
    private var scales: [Double] = []
    private var rows: [Double]

    init(model: HiddenModel) {
        types = model.typeCount
        states = model.stateCount
        rows = [Double](repeating: 0, count: 2 * model.stateCount)
    }

    /// Adds a conversation's expected counts.
    mutating func add(_ conversation: Int, _ model: HiddenModel, _ tables: HiddenTables, to part: inout Expectation) {
        let range = model.start[conversation]..<model.start[conversation + 1]
        let weight = model.weight[conversation]
        var logs = [Double](repeating: -.infinity, count: types)
        passForward(conversation, model, tables, known: model.knownType[conversation], logs: &logs)
        let best = logs.max() ?? 0
        guard best > -.infinity else {
            part.logLikelihood = -.infinity
            return
        }
        let total = logs.reduce(0) { $0 + Libm.exp($1 - best) }
        part.logLikelihood += weight * (best + Libm.log(total))
        for type in 0..<types {
            let posterior = weight * Libm.exp(logs[type] - best) / total
            guard posterior > 0 else { continue }
            part.prior[type] += posterior
            Self.passBackward(
                type, (types, states), model.signature.span.extracting(range), tables, forward, scales,
                weight: posterior, rows: &rows, visits: &part.visits, flows: &part.moves)
            let first = type * range.count * states
            for state in 0..<states {
                part.initial[type * states + state] += posterior * forward[first + state] * rows[state]
            }
        }
    }

    /// Fills the scaled forward probabilities of all types, or of the one that was observed, and log(prior · P(conversation | type)).
    mutating func passForward(
        _ conversation: Int, _ model: HiddenModel, _ tables: HiddenTables, known: Int, logs: inout [Double]
    ) {
        let range = model.start[conversation]..<model.start[conversation + 1]
        let needed = types * range.count * states
        if forward.count < needed { forward = [Double](repeating: 0, count: needed) }
        if scales.count < types * range.count { scales = [Double](repeating: 0, count: types * range.count) }
        for type in 0..<types where known < 0 || known == type {
            logs[type] = Self.passForward(
                type, (types, states), model.signature.span.extracting(range), tables, &forward, &scales)
        }
    }

    /// P(what was observed in a turn | the turns before, the type), after ``passForward(_:_:_:known:logs:)``.
    func scale(type: Int, step: Int, of length: Int) -> Double { scales[type * length + step] }

    private static func passForward(
        _ type: Int, _ shape: (types: Int, states: Int), _ signature: Span<Int32>, _ tables: HiddenTables,
        _ forward: inout [Double], _ scales: inout [Double]
    ) -> Double {
        let (length, types, states) = (signature.count, shape.types, shape.states)
        let (emission, moves, initial) = (tables.emission.span, tables.moves.span, tables.initial.span)
        var forward = forward.mutableSpan
        var scales = scales.mutableSpan
        var log = Libm.log(tables.prior[type])
        var product = 1.0
        var before = 0
        for step in 0..<length {
            let row = (type * length + step) * states
            let cell = (Int(signature[step]) * types + type) * states
            var total = 0.0
            for state in 0..<states {
                var value = 0.0
                if step == 0 {
                    value = initial[type * states + state]
                } else {
                    let last = row - states
                    value = forward[last + state] * moves[3 * (before + state) + 1]
                    if state > 0 { value += forward[last + state - 1] * moves[3 * (before + state - 1) + 2] }
                    if state + 1 < states { value += forward[last + state + 1] * moves[3 * (before + state + 1)] }
                }
                value *= emission[cell + state]
                forward[row + state] = value
                total += value
            }
            scales[type * length + step] = total
            guard total > 0 else { return -.infinity }
            for state in 0..<states { forward[row + state] /= total }
            // One logarithm for many turns.
            product *= total
            if product < 1e-200 {
                log += Libm.log(product)
                product = 1
            }
            before = cell
        }
        return log + Libm.log(product)
    }

    /// - Parameter rows: two rows of states, the backward probabilities of a turn and those of the turn before; afterwards the
    ///   first has those of the first turn.
    private static func passBackward(
        _ type: Int, _ shape: (types: Int, states: Int), _ signature: Span<Int32>, _ tables: HiddenTables,
        _ forward: [Double], _ scales: [Double], weight: Double, rows: inout [Double], visits: inout [Double],
        flows: inout [Double]
    ) {
        let (length, types, states) = (signature.count, shape.types, shape.states)
        let (emission, moves) = (tables.emission.span, tables.moves.span)
        let (forward, scales) = (forward.span, scales.span)
        var visits = visits.mutableSpan
        var flows = flows.mutableSpan
        var backward = rows.mutableSpan
        for state in 0..<states { backward[state] = 1 }
        var after = 0
        for step in stride(from: length - 1, through: 0, by: -1) {
            let row = (type * length + step) * states
            let cell = (Int(signature[step]) * types + type) * states
            if step < length - 1 {
                let scale = scales[type * length + step + 1]
                for state in 0..<states {
                    var sum = 0.0
                    for move in 0..<3 where (move > 0 || state > 0) && (move < 2 || state + 1 < states) {
                        let target = state + move - 1
                        let flow =
                            moves[3 * (cell + state) + move] * emission[after + target] * backward[target] / scale
                        sum += flow
                        flows[3 * (cell + state) + move] += weight * forward[row + state] * flow
                    }
                    backward[states + state] = sum
                }
                for state in 0..<states { backward[state] = backward[states + state] }
            }
            for state in 0..<states { visits[cell + state] += weight * forward[row + state] * backward[state] }
            after = cell
        }
    }
}
