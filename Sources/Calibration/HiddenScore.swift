extension HiddenModel {
    /// Expected counts of alternatives, for the maximisation step.
    func counts(_ expectation: Expectation) -> (reactions: [Double], moves: [Double]) {
        var reactionCounts = [Double](repeating: 0, count: reactions.alternativeCount)
        for (cell, alternative) in reactionAlternative.enumerated() where alternative >= 0 {
            reactionCounts[alternative] += expectation.visits[cell]
        }
        var moveCounts = [Double](repeating: 0, count: moves.alternativeCount)
        for (cell, first) in moveContext.enumerated() where first >= 0 {
            let state = cell % stateCount
            var alternative = first
            for move in 0..<3 where (move > 0 || state > 0) && (move < 2 || state < stateCount - 1) {
                moveCounts[alternative] += expectation.moves[3 * cell + move]
                alternative += 1
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

        init(_ parameters: HiddenParameters) {
            prior = Self.free(parameters.prior)
            initial = parameters.initial.map(Self.free)
        }

        /// All but the largest, which is what they are compared with, and but those on the boundary.
        private static func free(_ shares: [Double]) -> [Int] {
            let largest = shares.max() ?? 0
            let reference = shares.firstIndex(of: largest)
            return shares.indices.filter { $0 != reference && shares[$0] > 1e-8 }
        }
    }

    /// The gradient of the log-likelihood in that vector, by Fisher's identity: the expected score of what is hidden.
    ///
    /// Source: Dempster, Laird & Rubin 1977, Eq. 3.2.
    func score(_ expectation: Expectation, _ parameters: HiddenParameters, _ free: FreeShares) -> [Double] {
        let conversations = expectation.prior.reduce(0, +)
        var score = free.prior.map { expectation.prior[$0] - conversations * parameters.prior[$0] }
        for (type, states) in free.initial.enumerated() {
            score += states.map {
                expectation.initial[type * stateCount + $0] - expectation.prior[type] * parameters.initial[type][$0]
            }
        }
        let (reactionCounts, moveCounts) = counts(expectation)
        score += reactions.derivatives(reactionCounts, parameters.reactions).gradient
        if !parameters.moves.isEmpty { score += moves.derivatives(moveCounts, parameters.moves).gradient }
        return score
    }

    /// The names and the gradient at parameters, in that vector.
    package func gradient(_ parameters: HiddenParameters) -> (names: [String], values: [Double]) {
        let free = FreeShares(parameters)
        return (names(free), score(expectation(parameters, threads: 1), parameters, free))
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
                weights[index] *= CalibrationMath.exp(step[position])
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
