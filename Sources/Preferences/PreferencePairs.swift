internal import GameModel
internal import Output

/// One row of preference data: a prompt and two of its completions, one of them chosen.
public struct PreferencePair: Sendable, Equatable {
    public let prompt: PromptRecord
    /// Indices into the prompt's completions.
    public let chosen: Int
    public let rejected: Int
    /// P(chosen ≻ rejected) = σ((β/τ)(Q_chosen − Q_rejected)), its mean over the draws where it is uncertain what an answer is; 1 in hard
    /// mode without a temperature.
    public let probability: Double
    /// Which of the rows of its pair it is, from 0.
    public let index: Int
    public let isTest: Bool

    /// One for the prompt and the two answers, whichever is chosen: derived from their words.
    ///
    /// - Complexity: one hash of the two completions.
    public var pairID: String {
        let (first, second) = (prompt.completions[chosen].content, prompt.completions[rejected].content)
        let isSorted = first.utf8.lexicographicallyPrecedes(second.utf8)
        return ContentHash.short("pair \(prompt.id) \(isSorted ? first : second) \(isSorted ? second : first)")
    }

    /// One for the row: derived from its words and its index.
    ///
    /// - Complexity: one hash of the two completions.
    public var rowID: String {
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
    /// How far DPO's optimum on these rows lies from the target for a stock trainer, which takes rows as they are; nil without a
    /// temperature.
    public let stockRecovery: QuotaRecovery?
    /// The same for a trainer that weighs both orientations by `p_chosen`; nil in other modes than soft.
    public let weighedRecovery: QuotaRecovery?
    /// Pairs of completions with equal values, and with values that differ by rounding only or by less than 10^−3 of the median
    /// difference.
    public let ties: Int
    public let nearTies: Int
    /// Pairs of completions that the reference gives.
    let compared: Int
    /// Pairs that have rows.
    let kept: Int
    /// Pairs that have none, by reason.
    public let omissions: OmissionCounts
    /// In the modes quota and sampled, rows of other pairs that are left out since they would choose what may not be chosen.
    public let rowsLeftOut: Int
    let rules: PairRules

    /// Pairs that have no row.
    public var leftOut: Int { omissions.total }

    /// How far DPO's optimum on quota labels lies from the target; nil in other modes.
    public var recovery: QuotaRecovery? { settings.mode == .quota ? stockRecovery : nil }

    /// - Throws: ``PreferenceError`` if the settings contradict each other.
    /// - Complexity: O(prompts · |A|³), and where β is chosen by recovery as much for each of 1000 prompts and β of the grid.
    public init(_ table: LongTable, settings: LabelSettings, temperature: Double) throws(PreferenceError) {
        try settings.check(temperature: temperature)
        self.table = table
        self.settings = settings
        self.temperature = temperature
        let differences = table.prompts.flatMap(\.differences)
        let median = differences.sorted().dropFirst(differences.count / 2).first ?? 0
        let exact = table.prompts.reduce(0) { $0 + $1.equalPairs }
        ties = exact
        compared = differences.count
        nearTies = differences.count { $0 < 1e-3 * median || $0 == 0 } - exact
        let rules = PairRules(settings: settings, temperature: temperature, nearTie: 1e-3 * median)
        self.rules = rules
        if let given = settings.beta {
            beta = given
        } else if settings.betaRule == .median || temperature == 0 {
            beta = LabelSettings.medianBeta(differences: differences, temperature: temperature)
        } else {
            let rounding = QuotaRounding(settings, temperature: temperature)
            beta = ExpectedRecovery(ExpectedRecovery.leading(table.prompts), rounding, rules).bestBeta
        }
        let tally = PairTally(table, rules, beta: beta)
        (kept, omissions, rowsLeftOut) = (tally.kept, tally.omissions, tally.rowsLeftOut)
        stockRecovery = tally.stock.recovery
        weighedRecovery = settings.mode == .soft ? tally.weighed.recovery : nil
    }

    /// Calls `body` with every row, prompt by prompt.
    ///
    /// - Parameter split: true for the rows of the test split only, false for the others only, nil for all.
    public func visit(test split: Bool? = nil, _ body: (PreferencePair) throws -> Void) throws {
        for prompt in table.prompts {
            let isTest = isTest(prompt)
            if let split, split != isTest { continue }
            for pair in rules.pairs(prompt, beta: beta).kept {
                for row in PairRows(rules).rows(prompt, pair) where row.betterIsChosen || pair.worseMayBeChosen {
                    let preference = row.betterIsChosen ? pair.preference.value : 1 - pair.preference.value
                    try body(
                        PreferencePair(
                            prompt: prompt, chosen: row.betterIsChosen ? pair.better : pair.worse,
                            rejected: row.betterIsChosen ? pair.worse : pair.better, probability: preference,
                            index: row.index, isTest: isTest))
                }
            }
        }
    }

    /// Whether a prompt belongs to the test split: all its rows do or none.
    func isTest(_ prompt: PromptRecord) -> Bool {
        SeededUnit.value("split \(settings.seed) \(prompt.id)") < settings.testShare
    }
}

extension PromptRecord {
    /// |ΔQ| of pairs that the reference gives.
    fileprivate var differences: [Double] { possible.map { abs(gap($0.0, $0.1)) } }

    /// Pairs that the reference gives and that have exactly the same value.
    fileprivate var equalPairs: Int { possible.count { completions[$0.0].value == completions[$0.1].value } }

    private var possible: [(Int, Int)] {
        let indices = completions.indices.filter { completions[$0].reference > 0 }
        return indices.enumerated().flatMap { position, first in indices[(position + 1)...].map { (first, $0) } }
    }
}
