internal import NumericalMethods

/// A pair of answers that has rows.
struct JudgedPair: Equatable {
    /// Indices into the prompt's completions, in their order.
    let first: Int
    let second: Int
    /// The same two by how probable it is that they are preferred.
    let better: Int
    let worse: Int
    /// |Q(first) − Q(second)|, in the goal's units.
    let gap: Double
    /// P(better ≻ worse), and P(worse ≻ better) computed on its own, since the difference from 1 loses what is small.
    let preference: PreferenceProbability
    /// Whether rows may choose the worse answer.
    let worseMayBeChosen: Bool
}

/// P(a ≻ b) and P(b ≻ a).
struct PreferenceProbability: Equatable {
    let value: Double
    let complement: Double

    var turned: PreferenceProbability { PreferenceProbability(value: complement, complement: value) }
}

/// Which pairs of a prompt's answers have rows: the one place where pairs are left out.
struct PairRules: Sendable {
    let settings: LabelSettings
    let temperature: Double
    /// Differences up to this are near ties where those are dropped.
    let nearTie: Double

    private static func all(_ prompt: PromptRecord) -> [(Int, Int)] {
        let indices = prompt.completions.indices
        return indices.flatMap { first in indices.dropFirst(first + 1).map { (first, $0) } }
    }

    /// The pairs that have rows, in order, and how many have none.
    ///
    /// - Parameter beta: DPO's β; nil while it is being chosen, when all pairs of a prompt count.
    /// - Complexity: O(|A|²) and a sort; with uncertain labels times the draws.
    func pairs(_ prompt: PromptRecord, beta: Double?) -> (kept: [JudgedPair], omitted: OmissionCounts) {
        var (kept, omitted) = ([JudgedPair](), OmissionCounts())
        for (first, second) in Self.all(prompt) {
            let pair = judged(prompt, first, second, beta: beta ?? 1)
            if let reason = omission(prompt, pair) {
                omitted.add(reason)
            } else {
                kept.append(pair)
            }
        }
        let isOneWay = settings.mode == .soft || settings.mode == .hard
        guard beta != nil, isOneWay, let most = settings.pairsPerPrompt, kept.count > most else {
            return (kept, omitted)
        }
        let selected = PairCover.pairs(of: prompt, kept, most: most)
        for _ in selected.count..<kept.count { omitted.add(.surplus) }
        return (selected, omitted)
    }

    /// All pairs of completions, whether they have rows or not.
    func judged(_ prompt: PromptRecord, beta: Double) -> [JudgedPair] {
        Self.all(prompt).map { judged(prompt, $0.0, $0.1, beta: beta) }
    }

    private func judged(_ prompt: PromptRecord, _ first: Int, _ second: Int, beta: Double) -> JudgedPair {
        let difference = prompt.gap(first, second)
        let forward = prompt.probability(first, second, slope: temperature > 0 ? beta / temperature : nil)
        let firstIsBetter = difference != 0 ? difference > 0 : forward.value >= forward.complement
        let (better, worse) = firstIsBetter ? (first, second) : (second, first)
        return JudgedPair(
            first: first, second: second, better: better, worse: worse, gap: abs(difference),
            preference: firstIsBetter ? forward : forward.turned,
            worseMayBeChosen: mayBeChosen(prompt, worse, over: better))
    }

    /// Why a pair has no row; nil where it has.
    private func omission(_ prompt: PromptRecord, _ pair: JudgedPair) -> PairOmission? {
        let (better, worse) = (prompt.completions[pair.better], prompt.completions[pair.worse])
        guard better.reference > 0, worse.reference > 0 else { return .reference }
        if let reason = closeness(prompt, pair) { return reason }
        if settings.minimumCertainty > 0, prompt.certainty(pair.better, over: pair.worse) < settings.minimumCertainty {
            return .uncertain
        }
        if !settings.keepsOverLimit, better.exceedsLimit == true {
            return worse.exceedsLimit == true ? .bothExceedLimit : .exceedsLimit
        }
        return mayBeChosen(prompt, pair.better, over: pair.worse) ? nil : .neverChosen
    }

    /// Whether two answers are too near to each other to be compared.
    private func closeness(_ prompt: PromptRecord, _ pair: JudgedPair) -> PairOmission? {
        let isEven = pair.gap == 0 && pair.preference.value == pair.preference.complement
        if settings.dropsTies, pair.gap == 0 || pair.gap < nearTie { return pair.gap == 0 ? .tie : .nearTie }
        if settings.mode == .hard, pair.gap == 0 { return .tie }
        if settings.mode == .hard, pair.gap < settings.margin { return .margin }
        if settings.mode == .soft, settings.leavesOutTies, isEven { return .tie }
        guard settings.mode == .soft || settings.mode == .hard, temperature > 0 else { return nil }
        // The mean of the values and most of what the answers may be do not agree on which is better.
        if pair.preference.value < pair.preference.complement { return .nearTie }
        guard settings.mode == .soft, settings.tieBand > 0 else { return nil }
        // What π* makes of the odds of the two does not depend on β, and neither does what is a tie.
        let odds = prompt.probability(pair.better, pair.worse, slope: 1 / temperature)
        guard (odds.value - odds.complement) / 2 < settings.tieBand else { return nil }
        return isEven ? .tie : .nearTie
    }

    /// Whether a row may choose an answer over another one.
    private func mayBeChosen(_ prompt: PromptRecord, _ completion: Int, over other: Int) -> Bool {
        let (chosen, rejected) = (prompt.completions[completion], prompt.completions[other])
        guard !settings.neverChosen.contains(chosen.response) else { return false }
        return settings.keepsOverLimit || chosen.exceedsLimit != true || rejected.exceedsLimit == true
    }

    /// Whether an answer may be called good by itself, in forms that compare nothing.
    func mayBeGood(_ completion: PromptRecord.Completion) -> Bool {
        !settings.neverChosen.contains(completion.response)
            && (settings.keepsOverLimit || completion.exceedsLimit != true)
    }
}

extension PromptRecord {
    /// P(first ≻ second) = σ(slope · (Q(first) − Q(second))); where it is uncertain what an answer is, the mean over the draws.
    ///
    /// - Parameter slope: β/τ; nil without a temperature, where the answer that is worth more is preferred for certain.
    func probability(_ first: Int, _ second: Int, slope: Double?) -> PreferenceProbability {
        let difference = gap(first, second)
        guard let slope else {
            let value = difference == 0 ? 0.5 : difference > 0 ? 1.0 : 0.0
            return PreferenceProbability(value: value, complement: 1 - value)
        }
        let (a, b) = (completions[first], completions[second])
        let draws = max(a.draws.count, b.draws.count)
        guard draws > 0 else {
            return PreferenceProbability(
                value: logistic(slope * difference), complement: logistic(-slope * difference))
        }
        var (value, complement) = (0.0, 0.0)
        for draw in 0..<draws {
            let gap = a.value(in: draw) - b.value(in: draw)
            value += logistic(slope * gap)
            complement += logistic(-slope * gap)
        }
        return PreferenceProbability(value: value / Double(draws), complement: complement / Double(draws))
    }

    /// Whether it is uncertain what some answer is.
    var isUncertain: Bool { completions.contains { !$0.draws.isEmpty } }
}

extension PromptRecord.Completion {
    /// Q under a draw of what the answer may be; its value where that is certain.
    fileprivate func value(in draw: Int) -> Double { draws.isEmpty ? value : draws[draw % draws.count] }
}

/// A few pairs that say what all of them say.
enum PairCover {
    /// Pairs that connect the same answers as all of them: the best answer against every other first, then what joins answers that
    /// nothing joins yet, then what differs most, up to the number asked for.
    ///
    /// With certain labels π* within what pairs connect follows from any of them that connect it, so a trainer that reads `p_chosen`
    /// loses nothing.
    ///
    /// - Parameter most: how many; more only where fewer do not connect the answers.
    /// - Complexity: O(pairs · log pairs).
    static func pairs(of prompt: PromptRecord, _ pairs: [JudgedPair], most: Int) -> [JudgedPair] {
        let compared = Set(pairs.flatMap { [$0.first, $0.second] }).sorted()
        let best = compared.reduce(compared.first ?? 0) {
            prompt.completions[$1].value > prompt.completions[$0].value ? $1 : $0
        }
        let order = pairs.indices.sorted { a, b in
            let (first, second) = (pairs[a], pairs[b])
            let stars = (first.better == best, second.better == best)
            if stars.0 != stars.1 { return stars.0 }
            return first.gap == second.gap ? a < b : first.gap > second.gap
        }
        var groups = DisjointGroups(prompt.completions.count)
        var taken = Set(order.filter { groups.join(pairs[$0].first, pairs[$0].second) })
        for index in order where taken.count < most { taken.insert(index) }
        return taken.sorted().map { pairs[$0] }
    }
}

/// Which of n things are connected.
struct DisjointGroups {
    private var parents: [Int]

    init(_ count: Int) { parents = Array(0..<count) }

    mutating func root(_ index: Int) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }

    /// - Returns: whether they were not connected before.
    @discardableResult
    mutating func join(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (root(first), root(second))
        guard a != b else { return false }
        parents[max(a, b)] = min(a, b)
        return true
    }
}
