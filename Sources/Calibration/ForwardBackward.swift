internal import ParallelWork

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
            for conversation in conversationCount * block / blocks..<conversationCount * (block + 1) / blocks {
                scratch.add(conversation, tables, to: &part)
            }
            return part
        }
        return parts.dropFirst().reduce(into: parts.first ?? Expectation(model: self)) { $0.add($1) }
    }
}

/// Forward and backward passes over one conversation at a time, with storage that is kept.
struct ForwardBackward {
    let model: HiddenModel
    private var forward: [Double] = []
    private var scales: [Double] = []
    private var backward: [Double]
    private var next: [Double]

    init(model: HiddenModel) {
        self.model = model
        backward = [Double](repeating: 0, count: model.stateCount)
        next = backward
    }

    /// Adds a conversation's expected counts.
    mutating func add(_ conversation: Int, _ tables: HiddenTables, to part: inout Expectation) {
        let range = model.start[conversation]..<model.start[conversation + 1]
        let (types, states) = (model.typeCount, model.stateCount)
        let length = range.count
        let needed = types * length * states
        if forward.count < needed { forward = [Double](repeating: 0, count: needed) }
        if scales.count < types * length { scales = [Double](repeating: 0, count: types * length) }
        var logs = [Double](repeating: 0, count: types)
        for type in 0..<types { logs[type] = passForward(type, range, tables) }
        let best = logs.max() ?? 0
        guard best > -.infinity else {
            part.logLikelihood = -.infinity
            return
        }
        let total = logs.reduce(0) { $0 + CalibrationMath.exp($1 - best) }
        part.logLikelihood += model.weight[conversation] * (best + CalibrationMath.log(total))
        for type in 0..<types {
            let posterior = model.weight[conversation] * CalibrationMath.exp(logs[type] - best) / total
            guard posterior > 0 else { continue }
            part.prior[type] += posterior
            passBackward(type, range, tables, weight: posterior, to: &part)
        }
    }

    /// Fills the scaled forward probabilities of one type; returns log(prior · P(conversation | type)).
    private mutating func passForward(_ type: Int, _ range: Range<Int>, _ tables: HiddenTables) -> Double {
        let states = model.stateCount
        var log = CalibrationMath.log(tables.prior[type])
        var product = 1.0
        for (step, index) in range.enumerated() {
            let row = (type * range.count + step) * states
            let cell = (Int(model.signature[index]) * model.typeCount + type) * states
            var total = 0.0
            for state in 0..<states {
                var value = 0.0
                if step == 0 {
                    value = tables.initial[type * states + state]
                } else {
                    let before = (Int(model.signature[index - 1]) * model.typeCount + type) * states
                    let last = row - states
                    value = forward[last + state] * tables.moves[3 * (before + state) + 1]
                    if state > 0 { value += forward[last + state - 1] * tables.moves[3 * (before + state - 1) + 2] }
                    if state + 1 < states {
                        value += forward[last + state + 1] * tables.moves[3 * (before + state + 1)]
                    }
                }
                value *= tables.emission[cell + state]
                forward[row + state] = value
                total += value
            }
            guard total > 0 else { return -.infinity }
            scales[type * range.count + step] = total
            for state in 0..<states { forward[row + state] /= total }
            // One logarithm for many turns.
            product *= total
            if product < 1e-200 {
                log += CalibrationMath.log(product)
                product = 1
            }
        }
        return log + CalibrationMath.log(product)
    }

    private mutating func passBackward(
        _ type: Int, _ range: Range<Int>, _ tables: HiddenTables, weight: Double, to part: inout Expectation
    ) {
        let states = model.stateCount
        for state in 0..<states { backward[state] = 1 }
        for step in stride(from: range.count - 1, through: 0, by: -1) {
            let index = range.lowerBound + step
            let row = (type * range.count + step) * states
            let cell = (Int(model.signature[index]) * model.typeCount + type) * states
            if step < range.count - 1 {
                let after = (Int(model.signature[index + 1]) * model.typeCount + type) * states
                let scale = scales[type * range.count + step + 1]
                for state in 0..<states {
                    var sum = 0.0
                    for move in 0..<3 where (move > 0 || state > 0) && (move < 2 || state + 1 < states) {
                        let target = state + move - 1
                        let flow =
                            tables.moves[3 * (cell + state) + move] * tables.emission[after + target]
                            * backward[target] / scale
                        sum += flow
                        part.moves[3 * (cell + state) + move] += weight * forward[row + state] * flow
                    }
                    next[state] = sum
                }
                swap(&next, &backward)
            }
            for state in 0..<states {
                let visit = weight * forward[row + state] * backward[state]
                part.visits[cell + state] += visit
                if step == 0 { part.initial[type * states + state] += visit }
            }
        }
    }
}
