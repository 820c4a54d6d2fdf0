/// How a pair becomes rows.
struct PairRows {
    /// A row of a pair, from 0.
    struct Row {
        let index: Int
        let betterIsChosen: Bool
    }

    private let settings: LabelSettings
    private let rounding: QuotaRounding

    init(_ rules: PairRules) {
        settings = rules.settings
        rounding = QuotaRounding(rules.settings, temperature: rules.temperature)
    }

    /// Those that choose the worse answer are among them, also where it may not be chosen.
    func rows(_ prompt: PromptRecord, _ pair: JudgedPair) -> [Row] {
        switch settings.mode {
        case .soft, .hard: return [Row(index: 0, betterIsChosen: true)]
        case .quota:
            let wins = rounding.wins(pair.preference, draw: rounding.draw(prompt, pair.first, pair.second))
            return (0..<settings.rowsPerPair).map { Row(index: $0, betterIsChosen: $0 < wins) }
        case .sampled:
            return (0..<settings.rowsPerPair).map { index in
                let draw = SeededUnit.value(
                    "label \(settings.seed) \(prompt.id) \(pair.first) \(pair.second) \(index)")
                return Row(index: index, betterIsChosen: draw < pair.preference.value)
            }
        }
    }
}

extension QuotaRounding {
    init(_ settings: LabelSettings, temperature: Double) {
        self.init(rowsPerPair: settings.rowsPerPair, seed: settings.seed, temperature: temperature)
    }
}

/// What all pairs of a table come to, counted once before a row is written.
struct PairTally {
    private(set) var kept = 0
    private(set) var omissions = OmissionCounts()
    private(set) var rowsLeftOut = 0
    private(set) var stock = RecoverySum()
    private(set) var weighed = RecoverySum()

    /// - Complexity: O(prompts · |A|³); with sampled labels a hash for every row.
    init(_ table: LongTable, _ rules: PairRules, beta: Double) {
        let (rows, isSoft) = (PairRows(rules), rules.settings.mode == .soft)
        for prompt in table.prompts {
            let pairs = rules.pairs(prompt, beta: beta)
            kept += pairs.kept.count
            omissions.add(pairs.omitted)
            let counts = pairs.kept.map { pair in
                let all = rows.rows(prompt, pair)
                let wins = all.count(where: \.betterIsChosen)
                if !pair.worseMayBeChosen { rowsLeftOut += all.count - wins }
                return PairCounts.Pair(
                    first: pair.better, second: pair.worse, wins: Double(wins),
                    losses: pair.worseMayBeChosen ? Double(all.count - wins) : 0)
            }
            guard rules.temperature > 0 else { continue }
            stock.add(
                prompt.distance(PairCounts(pairs: counts, completions: prompt.completions.count), beta: beta),
                reach: prompt.reach)
            guard isSoft else { continue }
            weighed.add(
                prompt.weighedDistance(pairs.kept, beta: beta, temperature: rules.temperature), reach: prompt.reach)
        }
    }
}
