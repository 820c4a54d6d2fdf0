internal import NumericalMethods

extension HiddenModel {
    /// Expected counts of alternatives and of true responses, for the maximisation step.
    struct Counts {
        var reactions: [Double]
        var moves: [Double]
        /// [states · |A|]; empty where responses are read as they are.
        var responses: [Double]
    }

    /// - Parameter tables: those that the expectation was computed with.
    func counts(_ expectation: Expectation, _ tables: HiddenTables) -> Counts {
        var counts = Counts(
            reactions: [Double](repeating: 0, count: reactions.alternativeCount),
            moves: [Double](repeating: 0, count: moves.alternativeCount),
            responses: [Double](repeating: 0, count: responseRows.count * responseLabels.count))
        for cell in 0..<readingStart.count - 1 {
            for index in readings(of: cell) {
                let reading = readings[index]
                let expected = tables.expected(index, in: cell, self, expectation)
                if reading.reactionAlternative >= 0 {
                    counts.reactions[Int(reading.reactionAlternative)] += expected.visits
                }
                if reading.response >= 0 { counts.responses[Int(reading.response)] += expected.visits }
                let flows = [expected.moves.0, expected.moves.1, expected.moves.2]
                for (move, alternative) in alternatives(ofMoves: reading, in: cell) {
                    counts.moves[alternative] += flows[move]
                }
            }
        }
        return counts
    }

    // One vector for everything: log-odds of the types, of each type's states and of true responses against the most common one,
    // then the coefficients. Shares that are 0 have no log-odds; they are left out.

    /// Which shares have log-odds.
    struct FreeShares {
        var prior: [Int]
        var initial: [[Int]]
        var responses: [[Int]]
        /// The most common type, state of each type and response in each state, which the others are compared with.
        var largestPrior: Int
        var largestInitial: [Int]
        var largestResponses: [Int]

        var count: Int { prior.count + (initial + responses).reduce(0) { $0 + $1.count } }

        init(_ parameters: HiddenParameters) {
            largestPrior = Self.largest(parameters.prior)
            largestInitial = parameters.initial.map(Self.largest)
            prior = Self.free(parameters.prior)
            initial = parameters.initial.map(Self.free)
            largestResponses = parameters.responses.map(Self.largest)
            responses = parameters.responses.map(Self.free)
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
            }
            + free.responses.enumerated().flatMap { state, responses in
                let row = parameters.responses[state]
                return responses.map { Libm.log(row[$0] / row[free.largestResponses[state]]) }
            } + parameters.reactions + parameters.moves
    }

    /// The coordinates of one scale of that vector.
    func map(_ free: FreeShares) -> Standardisation {
        return Standardisation(joining: [Standardisation(identity: free.count), scaledReactions.map, scaledMoves.map])
    }

    /// The gradient of the log-likelihood in coordinates of one scale, one per conversation that counts.
    ///
    /// - Complexity: O(transitions · (types · states + entries of a context)).
    func clusterScores(_ parameters: HiddenParameters, _ free: FreeShares) -> [[Double]] {
        let tables = HiddenTables(self, parameters)
        var part = Expectation(model: self)
        var scratch = ForwardBackward(model: self)
        var (scores, places): ([[Double]], [Int: Int]) = ([], [:])
        for conversation in 0..<conversationCount where weight[conversation] > 0 {
            scratch.add(conversation, self, tables, to: &part)
            var gathered = ScoreParts(self)
            for number in Set(signature[start[conversation]..<start[conversation + 1]]).sorted() {
                for cell in Int(number) * cells..<(Int(number) + 1) * cells {
                    addScore(of: cell, part, tables, to: &gathered)
                    part.visits[cell] = 0
                    for move in 0..<3 { part.moves[3 * cell + move] = 0 }
                }
            }
            let score =
                shareScore(part, gathered.responses, parameters, free) + gathered.reactions + gathered.moves
            for index in part.prior.indices { part.prior[index] = 0 }
            for index in part.initial.indices { part.initial[index] = 0 }
            // A conversation may have been cut into several chains.
            if let place = places[cluster[conversation]] {
                scores[place] = zip(scores[place], score).map { $0 + $1 }
            } else {
                places[cluster[conversation]] = scores.count
                scores.append(score)
            }
        }
        return scores
    }

    /// What one conversation adds to the gradient.
    private struct ScoreParts {
        var reactions: [Double]
        var moves: [Double]
        /// Expected counts of true responses.
        var responses: [Double]

        init(_ model: HiddenModel) {
            reactions = [Double](repeating: 0, count: model.reactionNames.count)
            moves = [Double](repeating: 0, count: model.moveNames.count)
            responses = [Double](repeating: 0, count: model.responseRows.count * model.responseLabels.count)
        }
    }

    private func addScore(
        of cell: Int, _ part: Expectation, _ tables: HiddenTables, to score: inout ScoreParts
    ) {
        for index in readings(of: cell) {
            let reading = readings[index]
            let expected = tables.expected(index, in: cell, self, part)
            if reading.response >= 0 { score.responses[Int(reading.response)] += expected.visits }
            let alternative = Int(reading.reactionAlternative)
            if alternative >= 0, expected.visits > 0 {
                scaledReactions.model.addScore(
                    alternative, of: reactions.context(of: alternative), tables.reactionTable, times: expected.visits,
                    to: &score.reactions)
            }
            guard reading.moveContext >= 0 else { continue }
            let context = moves.context(of: Int(reading.moveContext))
            let flows = [expected.moves.0, expected.moves.1, expected.moves.2]
            for (move, alternative) in alternatives(ofMoves: reading, in: cell) where flows[move] > 0 {
                scaledMoves.model.addScore(
                    alternative, of: context, tables.moveTable, times: flows[move], to: &score.moves)
            }
        }
    }

    /// The moves that exist in a cell, from better to worse, with their alternatives; none where nothing follows.
    func alternatives(ofMoves reading: Reading, in cell: Int) -> Zip2Sequence<[Int], PartialRangeFrom<Int>> {
        let (state, first) = (cell % stateCount, Int(reading.moveContext))
        let moves = (0..<3).filter { first >= 0 && ($0 > 0 || state > 0) && ($0 < 2 || state < stateCount - 1) }
        return zip(moves, first...)
    }

    /// The gradient of the log-likelihood in coordinates of one scale, by Fisher's identity: the expected score of what is hidden.
    ///
    /// Source: Dempster, Laird & Rubin 1977, Eq. 3.2.
    func score(
        _ parameters: HiddenParameters, _ free: FreeShares, threads: Int, weights: ReadingWeights? = nil
    ) -> [Double] {
        let tables = HiddenTables(self, parameters, weights: weights)
        let expectation = expectation(tables, threads: threads)
        let counts = counts(expectation, tables)
        var score = shareScore(expectation, counts.responses, parameters, free)
        score += scaledReactions.gradient(counts.reactions, parameters.reactions)
        if !parameters.moves.isEmpty { score += scaledMoves.gradient(counts.moves, parameters.moves) }
        return score
    }

    /// The part of the gradient that belongs to the log-odds.
    private func shareScore(
        _ expectation: Expectation, _ responses: [Double], _ parameters: HiddenParameters, _ free: FreeShares
    ) -> [Double] {
        let conversations = expectation.prior.reduce(0, +)
        var score = free.prior.map { expectation.prior[$0] - conversations * parameters.prior[$0] }
        for (type, states) in free.initial.enumerated() {
            score += states.map {
                expectation.initial[type * stateCount + $0] - expectation.prior[type] * parameters.initial[type][$0]
            }
        }
        for (row, names) in free.responses.enumerated() {
            let own = responses[row * responseLabels.count..<(row + 1) * responseLabels.count]
            let total = own.reduce(0, +)
            score += names.map { own[own.startIndex + $0] - total * parameters.responses[row][$0] }
        }
        return score
    }

    /// The names and the gradient at parameters, in that vector.
    package func gradient(_ parameters: HiddenParameters) -> (names: [String], values: [Double]) {
        let free = FreeShares(parameters)
        let tables = HiddenTables(self, parameters)
        let expected = expectation(tables, threads: 1)
        let counts = counts(expected, tables)
        var values = shareScore(expected, counts.responses, parameters, free)
        values += reactions.derivatives(counts.reactions, parameters.reactions).gradient
        if !parameters.moves.isEmpty { values += moves.derivatives(counts.moves, parameters.moves).gradient }
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
        for row in parameters.responses.indices {
            result.responses[row] = tilt(parameters.responses[row], free.responses[row])
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
            }
            + free.responses.enumerated().flatMap { row, responses in
                let state = responseRows[row].isEmpty ? "" : "\(responseRows[row])."
                return responses.map { "\(start)response.\(state)\(responseLabels[$0])" }
            } + reactionNames + moveNames
    }
}
