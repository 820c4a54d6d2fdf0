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
        visits = [Double](repeating: 0, count: model.reactionAlternative.count)
        moves = [Double](repeating: 0, count: 3 * model.reactionAlternative.count)
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
    /// P(reaction | θ, x); 1 where none was observed, 0 where the state is known to be another.
    let emission: [Double]
    /// P(x−1, x, x+1 | θ, x).
    let moves: [Double]

    init(_ model: HiddenModel, _ parameters: HiddenParameters) {
        prior = parameters.prior
        initial = parameters.initial.flatMap { $0 }
        let reactions = model.reactions.probabilities(parameters.reactions)
        emission = model.reactionAlternative.map { $0 == -2 ? 0 : $0 == -1 ? 1 : reactions[$0] }
        var moves = [Double](repeating: 0, count: 3 * model.moveContext.count)
        if model.stateCount > 1 {
            let table = model.moves.probabilities(parameters.moves)
            for (cell, first) in model.moveContext.enumerated() where first >= 0 {
                let state = cell % model.stateCount
                var alternative = first
                for move in 0..<3 where (move > 0 || state > 0) && (move < 2 || state < model.stateCount - 1) {
                    moves[3 * cell + move] = table[alternative]
                    alternative += 1
                }
            }
        } else {
            for cell in model.moveContext.indices { moves[3 * cell + 1] = 1 }
        }
        self.moves = moves
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
        let tables = HiddenTables(self, parameters)
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
