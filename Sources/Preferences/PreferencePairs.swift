internal import GameModel
internal import Output

/// One row of preference data: a prompt and two of its completions, one of them chosen.
public struct PreferencePair: Sendable, Equatable {
    public let prompt: PromptRecord
    /// Indices into the prompt's completions.
    public let chosen: Int
    public let rejected: Int
    /// P(chosen ≻ rejected) = σ((β/τ)(Q_chosen − Q_rejected)); 1 in hard mode without a temperature.
    public let probability: Double
    /// Which of the rows of its pair it is, from 0.
    public let index: Int
    public let isTest: Bool

    /// Derived from the words of the row and its index.
    ///
    /// - Complexity: one hash of the two completions.
    public var id: String {
        ContentHash.short(
            "\(prompt.id) \(prompt.completions[chosen].content) \(prompt.completions[rejected].content) \(index)")
    }
}

/// All rows of a long table, made on demand and always in the same order.
public struct PreferencePairs: Sendable {
    public let table: LongTable
    public let settings: LabelSettings
    public let temperature: Double
    /// DPO's β: the labels are right for this ratio to the temperature only.
    public let beta: Double
    /// How far DPO's optimum on these rows lies from the target, exactly; nil in other modes than quota.
    public let recovery: QuotaRecovery?
    /// Pairs of completions with equal values, and with values that differ by rounding only or by less than 10^−3 of the median
    /// difference.
    public let ties: Int
    public let nearTies: Int
    /// Pairs of completions that the reference gives.
    let compared: Int
    /// Differences up to this are ties or near ties.
    private let nearTie: Double
    /// Pairs left out because one response has reference probability 0, because they tie (in hard mode, or on
    /// request) or, in hard mode, because the difference is within the margin.
    public let leftOut: Int

    /// - Throws: ``PreferenceError`` if the settings contradict each other.
    /// - Complexity: O(prompts · |A|²), and where β is chosen by recovery or labels are quota, O(|A|³) for each of 1000 prompts
    ///   and β of the grid, and for each prompt once.
    public init(_ table: LongTable, settings: LabelSettings, temperature: Double) throws(PreferenceError) {
        try settings.check(temperature: temperature)
        self.table = table
        self.settings = settings
        self.temperature = temperature
        let differences = table.prompts.flatMap { prompt in
            Self.unordered(prompt).map { abs(prompt.gap($0.0, $0.1)) }
        }
        let median = differences.sorted().dropFirst(differences.count / 2).first ?? 0
        let exact = table.prompts.reduce(0) { count, prompt in
            count
                + Self.unordered(prompt).count {
                    prompt.completions[$0.0].value == prompt.completions[$0.1].value
                }
        }
        ties = exact
        compared = differences.count
        nearTies = differences.count { $0 < 1e-3 * median || $0 == 0 } - exact
        let all = table.prompts.reduce(0) { $0 + $1.completions.count * ($1.completions.count - 1) / 2 }
        let nearTie = 1e-3 * median
        self.nearTie = nearTie
        let tooClose = differences.count { Self.isLeftOut($0, settings, nearTie: nearTie) }
        leftOut = all - differences.count + tooClose
        let rounding = QuotaRounding(rowsPerPair: settings.rowsPerPair, seed: settings.seed, temperature: temperature)
        func expected(_ prompts: [PromptRecord]) -> ExpectedRecovery {
            ExpectedRecovery(prompts, rounding) { prompt in
                Self.unordered(prompt).filter { first, second in
                    !Self.isLeftOut(abs(prompt.gap(first, second)), settings, nearTie: nearTie)
                }
            }
        }
        if let given = settings.beta {
            beta = given
        } else if settings.betaRule == .median || temperature == 0 {
            beta = LabelSettings.medianBeta(differences: differences, temperature: temperature)
        } else {
            beta = expected(ExpectedRecovery.leading(table.prompts)).bestBeta
        }
        recovery = settings.mode == .quota ? expected(table.prompts).recovery(beta: beta) : nil
    }

    private static func isLeftOut(_ difference: Double, _ settings: LabelSettings, nearTie: Double) -> Bool {
        (settings.dropsTies && (difference == 0 || difference < nearTie))
            || (settings.mode == .hard && (difference == 0 || difference < settings.margin))
            || (settings.mode == .soft && settings.leavesOutTies && difference == 0)
    }

    /// Calls `body` with every row, prompt by prompt.
    ///
    /// - Parameter split: true for the rows of the test split only, false for the others only, nil for all.
    public func visit(test split: Bool? = nil, _ body: (PreferencePair) throws -> Void) throws {
        for prompt in table.prompts {
            let isTest = isTest(prompt)
            if let split, split != isTest { continue }
            for (first, second) in Self.unordered(prompt) {
                for pair in rows(prompt, first, second, isTest: isTest) { try body(pair) }
            }
        }
    }

    /// Whether a prompt belongs to the test split: all its rows do or none.
    func isTest(_ prompt: PromptRecord) -> Bool {
        SeededUnit.value("split \(settings.seed) \(prompt.id)") < settings.testShare
    }

    /// Pairs of completions that both have positive reference probability, in order.
    private static func unordered(_ prompt: PromptRecord) -> [(Int, Int)] {
        let indices = prompt.completions.indices.filter { prompt.completions[$0].reference > 0 }
        return indices.enumerated().flatMap { position, first in
            indices[(position + 1)...].map { (first, $0) }
        }
    }

    private func rows(_ prompt: PromptRecord, _ first: Int, _ second: Int, isTest: Bool) -> [PreferencePair] {
        let difference = prompt.gap(first, second)
        guard !Self.isLeftOut(abs(difference), settings, nearTie: nearTie) else { return [] }
        let (better, worse) = difference >= 0 ? (first, second) : (second, first)
        let probability = temperature > 0 ? logistic(beta / temperature * abs(difference)) : 1
        func row(_ index: Int, _ betterIsChosen: Bool) -> PreferencePair {
            let (chosen, rejected) = betterIsChosen ? (better, worse) : (worse, better)
            return PreferencePair(
                prompt: prompt, chosen: chosen, rejected: rejected,
                probability: betterIsChosen ? probability : 1 - probability, index: index, isTest: isTest)
        }
        switch settings.mode {
        case .soft, .hard: return [row(0, true)]
        case .quota:
            let rounding = QuotaRounding(
                rowsPerPair: settings.rowsPerPair, seed: settings.seed, temperature: temperature)
            let count = rounding.wins(probability, draw: rounding.draw(prompt, first, second))
            return (0..<settings.rowsPerPair).map { row($0, $0 < count) }
        case .sampled:
            return (0..<settings.rowsPerPair).map { index in
                row(
                    index,
                    SeededUnit.value("label \(settings.seed) \(prompt.id) \(first) \(second) \(index)")
                        < probability)
            }
        }
    }
}
