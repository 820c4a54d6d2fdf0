internal import NumericalMethods

extension HiddenModel {
    /// Expected counts of alternatives, for the maximisation step.
    func counts(_ expectation: Expectation) -> (reactions: [Double], moves: [Double]) {
        var reactionCounts = [Double](repeating: 0, count: reactions.alternativeCount)
        for (cell, alternative) in reactionAlternative.enumerated() where alternative >= 0 {
            reactionCounts[alternative] += expectation.visits[cell]
        }
        var moveCounts = [Double](repeating: 0, count: moves.alternativeCount)
        for cell in moveContext.indices where moveContext[cell] >= 0 {
            for (move, alternative) in alternatives(ofMoves: cell) {
                moveCounts[alternative] += expectation.moves[3 * cell + move]
            }
        }
        return (reactionCounts, moveCounts)
    }

    // One vector for everything: log-odds of the types and of each type's states against the most common one, then the
    // coefficients. Shares that are 0 have no log-odds; they are left out.

    /// Which shares have log-odds.
    struct FreeShares {
        var prior: [Int]
        var initial: [[Int]]
        /// The most common type, and state of each type, which the others are compared with.
        var largestPrior: Int
        var largestInitial: [Int]

        init(_ parameters: HiddenParameters) {
            largestPrior = Self.largest(parameters.prior)
            largestInitial = parameters.initial.map(Self.largest)
            prior = Self.free(parameters.prior)
            initial = parameters.initial.map(Self.free)
        }

        private static func largest(_ shares: [Double]) -> Int { shares.firstIndex(of: shares.max() ?? 0) ?? 0 }

        /// All but the largest and those on the boundary.
        private static func free(_ shares: [Double]) -> [Int] {
            shares.indices.filter { $0 != largest(shares) && shares[$0] > 1e-8 }
        }
    }

    /// The values of that vector.
    func estimates(_ parameters: HiddenParameters, _ free: FreeShares) -> [Double] {
        free.prior.map { Libm.log(parameters.prior[$0] / parameters.prior[free.largestPrior]) }
            + free.initial.enumerated().flatMap { type, states in
                let row = parameters.initial[type]
                return states.map { Libm.log(row[$0] / row[free.largestInitial[type]]) }
            } + parameters.reactions + parameters.moves
    }

    /// The coordinates of one scale of that vector.
    func map(_ free: FreeShares) -> Standardisation {
        let shares = free.prior.count + free.initial.reduce(0) { $0 + $1.count }
        return Standardisation(joining: [Standardisation(identity: shares), scaledReactions.map, scaledMoves.map])
    }

    /// The gradient of the log-likelihood in coordinates of one scale, one per conversation that counts.
    ///
    /// - Complexity: O(transitions · (types · states + entries of a context)).
    func clusterScores(_ parameters: HiddenParameters, _ free: FreeShares) -> [[Double]] {
        let tables = HiddenTables(self, parameters)
        let probabilities = (
            reactions.probabilities(parameters.reactions), moves.probabilities(parameters.moves)
        )
        var part = Expectation(model: self)
        var scratch = ForwardBackward(model: self)
        var scores: [[Double]] = []
        for conversation in 0..<conversationCount where weight[conversation] > 0 {
            scratch.add(conversation, self, tables, to: &part)
            var score = shareScore(part, parameters, free)
            var reactionScore = [Double](repeating: 0, count: parameters.reactions.count)
            var moveScore = [Double](repeating: 0, count: parameters.moves.count)
            for number in Set(signature[start[conversation]..<start[conversation + 1]]).sorted() {
                for cell in Int(number) * cells..<(Int(number) + 1) * cells {
                    addScore(of: cell, part, probabilities, to: &reactionScore, &moveScore)
                    part.visits[cell] = 0
                    for move in 0..<3 { part.moves[3 * cell + move] = 0 }
                }
            }
            for index in part.prior.indices { part.prior[index] = 0 }
            for index in part.initial.indices { part.initial[index] = 0 }
            score += reactionScore + moveScore
            scores.append(score)
        }
        return scores
    }

    private func addScore(
        of cell: Int, _ part: Expectation, _ probabilities: ([Double], [Double]), to reactionScore: inout [Double],
        _ moveScore: inout [Double]
    ) {
        let alternative = reactionAlternative[cell]
        if alternative >= 0, part.visits[cell] > 0 {
            scaledReactions.model.addScore(
                alternative, of: reactions.context(of: alternative), probabilities.0, times: part.visits[cell],
                to: &reactionScore)
        }
        guard moveContext[cell] >= 0 else { return }
        let context = moves.context(of: moveContext[cell])
        for (move, alternative) in alternatives(ofMoves: cell) where part.moves[3 * cell + move] > 0 {
            scaledMoves.model.addScore(
                alternative, of: context, probabilities.1, times: part.moves[3 * cell + move], to: &moveScore)
        }
    }

    /// The moves that exist in a cell, from better to worse, with their alternatives.
    func alternatives(ofMoves cell: Int) -> Zip2Sequence<[Int], PartialRangeFrom<Int>> {
        let state = cell % stateCount
        return zip((0..<3).filter { ($0 > 0 || state > 0) && ($0 < 2 || state < stateCount - 1) }, moveContext[cell]...)
    }

    /// The gradient of the log-likelihood in coordinates of one scale, by Fisher's identity: the expected score of what is hidden.
    ///
    /// Source: Dempster, Laird & Rubin 1977, Eq. 3.2.
    func score(_ expectation: Expectation, _ parameters: HiddenParameters, _ free: FreeShares) -> [Double] {
        var score = shareScore(expectation, parameters, free)
        let (reactionCounts, moveCounts) = counts(expectation)
        score += scaledReactions.gradient(reactionCounts, parameters.reactions)
        if !parameters.moves.isEmpty { score += scaledMoves.gradient(moveCounts, parameters.moves) }
        return score
    }

    /// The part of the gradient that belongs to the log-odds.
    private func shareScore(_ expectation: Expectation, _ parameters: HiddenParameters, _ free: FreeShares) -> [Double]
    {
        let conversations = expectation.prior.reduce(0, +)
        var score = free.prior.map { expectation.prior[$0] - conversations * parameters.prior[$0] }
        for (type, states) in free.initial.enumerated() {
            score += states.map {
                expectation.initial[type * stateCount + $0] - expectation.prior[type] * parameters.initial[type][$0]
            }
        }
        return score
    }

    /// The names and the gradient at parameters, in that vector.
    package func gradient(_ parameters: HiddenParameters) -> (names: [String], values: [Double]) {
        let free = FreeShares(parameters)
        let expected = expectation(parameters, threads: 1)
        let (reactionCounts, moveCounts) = counts(expected)
        var values = shareScore(expected, parameters, free)
        values += reactions.derivatives(reactionCounts, parameters.reactions).gradient
        if !parameters.moves.isEmpty { values += moves.derivatives(moveCounts, parameters.moves).gradient }
        return (names(free), values)
    }

    /// The parameters moved by a step in that vector.
    package func moved(_ parameters: HiddenParameters, by step: [Double]) -> HiddenParameters {
        moved(parameters, by: step, FreeShares(parameters))
    }

    /// The parameters moved by a step in that vector.
    func moved(_ parameters: HiddenParameters, by step: [Double], _ free: FreeShares) -> HiddenParameters {
        var (result, position) = (parameters, 0)
        func tilt(_ shares: [Double], _ indices: [Int]) -> [Double] {
            var weights = shares
            for index in indices {
                weights[index] *= Libm.exp(step[position])
                position += 1
            }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
        result.prior = tilt(parameters.prior, free.prior)
        for type in parameters.initial.indices {
            result.initial[type] = tilt(parameters.initial[type], free.initial[type])
        }
        for index in result.reactions.indices {
            result.reactions[index] += step[position]
            position += 1
        }
        for index in result.moves.indices {
            result.moves[index] += step[position]
            position += 1
        }
        return result
    }

    /// Names of that vector's entries.
    func names(_ free: FreeShares) -> [String] {
        let start = design.prefix.isEmpty ? "" : "\(design.prefix)."
        return free.prior.map { "\(start)prior.\(design.types[$0])" }
            + free.initial.enumerated().flatMap { type, states in
                states.map { "\(start)initial.\(design.types[type]).\(design.states[$0])" }
            } + reactionNames + moveNames
    }
}
