internal import NumericalMethods

/// Plays conversations turn by turn: what came before is remembered, responses are those that were observed, and the end is
/// where it was or where a model of the end has it.
struct ConversationPlayer: Sendable {
    let observed: ObservedTransitions
    let episodes: [Range<Int>]
    private let ending: Ending?
    private let templates: [[Int]]
    let seed: UInt64

    /// A model of the end with its coefficients' distribution.
    private struct Ending: Sendable {
        let columns: Columns
        let coefficients: [Double]
        let draw: @Sendable ([Double]) -> [Double]
    }

    /// Conversations longer than this many times the longest observed are cut; a hazard of nearly 0 would never end.
    private static let longest = 20
    /// A turn with fewer conversations than this says too little about what helpers do in it.
    private static let fewest = 20

    /// - Parameter observed: transitions of which every one has what is played.
    init(
        _ observed: ObservedTransitions, lengths: PredictiveCheck.Lengths?, seed: UInt64
    ) throws(CalibrationError) {
        self.observed = observed
        self.seed = seed
        episodes = observed.episodes
        ending = try lengths.map { lengths throws(CalibrationError) in
            let deviations = try lengths.fit.scaled.deviations()
            let design = lengths.model.design
            let columns = try Columns(
                design.terms, of: observed, phases: design.phases,
                references: Columns.References(state: design.referenceState, response: design.referenceResponse))
            return Ending(columns: columns, coefficients: lengths.fit.coefficients) { deviations($0) }
        }
        // Rows by turn; late turns, which few conversations have, together.
        var byTurn: [[Int]] = []
        for range in episodes {
            for (step, index) in range.enumerated() {
                if step == byTurn.count { byTurn.append([]) }
                byTurn[step].append(index)
            }
        }
        while byTurn.count > 1, let last = byTurn.last, last.count < Self.fewest {
            byTurn.removeLast()
            byTurn[byTurn.count - 1] += last
        }
        templates = byTurn
    }

    /// Plays every conversation.
    ///
    /// - Parameter step: the category of a turn, from the transition as it is played (its `before`, levels and numbers follow
    ///   what was played) and the index of the random numbers; the state of the conversation is its own to keep.
    func play<State>(
        sample: Int, begin: (Int) -> State,
        step: (inout State, ObservedTransitions.Transition, _ index: UInt64) -> Int
    ) -> [[Int]] {
        let shift = ending.map { ending in
            zip(
                ending.coefficients,
                ending.draw(
                    PredictiveCheck.normals(ending.coefficients.count, sample: sample, seed: seed, purpose: 9))
            ).map { $0 + $1 }
        }
        let cap = Self.longest * (episodes.map(\.count).max() ?? 1)
        return episodes.enumerated().map { number, range in
            var (played, state) = ([Int](), begin(number))
            let first = observed.transitions[range.lowerBound]
            while true {
                let index =
                    ending == nil
                    ? UInt64(range.lowerBound + played.count) : UInt64(number) << 24 | UInt64(played.count)
                var transition = template(range, played.count, sample, index)
                transition.turn = first.turn + played.count
                transition.before = played.last ?? first.before
                remember(&transition, first: first.before, played)
                played.append(step(&state, transition, index))
                guard let ending, let shift else {
                    if played.count == range.count { return played }
                    continue
                }
                let score = zip(ending.columns.values(transition) ?? [], shift).reduce(0) { $0 + $1.0 * $1.1 }
                let hazard = 1 / (1 + Libm.exp(-score))
                if unit(6, index, sample) < hazard || played.count == cap { return played }
            }
        }
    }

    /// The observed turn, or after the last one a turn of some conversation at about the same place.
    private func template(
        _ range: Range<Int>, _ step: Int, _ sample: Int, _ index: UInt64
    ) -> ObservedTransitions.Transition {
        if step < range.count { return observed.transitions[range.lowerBound + step] }
        let pool = templates[min(step, templates.count - 1)]
        return observed.transitions[pool[Int(unit(8, index, sample) * Double(pool.count))]]
    }

    /// Sets levels and numbers that say what was played before.
    private func remember(_ transition: inout ObservedTransitions.Transition, first: Int?, _ played: [Int]) {
        for (factor, echo) in observed.echoes {
            guard let echo else { continue }
            let place = played.count + 1 - echo.lag
            let state = place < echo.earliest ? nil : place == 0 ? first : played[place - 1]
            transition.levels[factor] = state.map { echo.levels[$0] } ?? echo.none
        }
        for (number, scores) in observed.runningScores {
            guard let scores else { continue }
            transition.numbers[number] = played.reduce(0) { $0 + scores[$1] } / Double(played.count + 2)
        }
    }

    func unit(_ purpose: UInt64, _ index: UInt64, _ sample: Int) -> Double {
        CalibrationRandom.unit(
            CalibrationRandom.words(seed: seed, purpose: purpose, index: index, block: UInt64(sample)).0)
    }

    /// A category from probabilities and a number in [0, 1).
    static func choice(_ probabilities: some Sequence<Double>, _ unit: Double) -> Int {
        var left = unit
        var last = 0
        for (candidate, probability) in probabilities.enumerated() {
            left -= probability
            if probability > 0 { last = candidate }
            if left < 0 { break }
        }
        return last
    }

    /// exp(values · coefficients of each category), normalised, the reference's predictor being 0.
    static func probabilities(
        _ values: [Double], _ coefficients: ArraySlice<Double>, categories: Int, reference: Int
    ) -> [Double] {
        var next = coefficients.startIndex
        let utilities = (0..<categories).map { category -> Double in
            guard category != reference else { return 0 }
            defer { next += values.count }
            return values.indices.reduce(0) { $0 + values[$1] * coefficients[next + $1] }
        }
        let best = utilities.max() ?? 0
        let weights = utilities.map { Libm.exp($0 - best) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }
}
