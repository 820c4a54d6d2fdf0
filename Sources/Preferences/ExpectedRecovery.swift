/// How many of a pair's rows prefer the better response.
struct QuotaRounding: Sendable {
    let rowsPerPair: Int
    let seed: UInt64
    let temperature: Double

    /// Uniform in [0, 1), the same whatever β is.
    func draw(_ prompt: PromptRecord, _ first: Int, _ second: Int) -> Double {
        SeededUnit.value("quota \(seed) \(prompt.id) \(first) \(second)")
    }

    /// n · p rounded up or down by a draw so that the mean is n · p; at least one row each way where that rounds to a row, which keeps
    /// the optimum finite, and none where it does not: a row against p = 0.0005 would say 1/n.
    func wins(_ preference: PreferenceProbability, draw: Double) -> Int {
        let count = Double(rowsPerPair)
        guard preference.complement * count >= 0.5 else { return rowsPerPair }
        guard preference.value * count >= 0.5 else { return 0 }
        let exact = preference.value * count
        let floor = exact.rounded(.down)
        let extra = draw < exact - floor ? 1 : 0
        return min(rowsPerPair - 1, max(1, Int(floor) + extra))
    }

    /// The rows of a pair as counts.
    ///
    /// - Parameter leavesOut: whether rows that would choose what may not be chosen are left out.
    func counts(_ pair: JudgedPair, draw: Double, leavesOut: Bool) -> PairCounts.Pair {
        let wins = wins(pair.preference, draw: draw)
        return PairCounts.Pair(
            first: pair.better, second: pair.worse, wins: Double(wins),
            losses: pair.worseMayBeChosen || !leavesOut ? Double(rowsPerPair - wins) : 0)
    }
}

/// What quota labels would teach for any β, before a row is written.
struct ExpectedRecovery {
    private let prompts: [(record: PromptRecord, draws: [Int: Double])]
    private let rounding: QuotaRounding
    private let rules: PairRules

    init(_ prompts: [PromptRecord], _ rounding: QuotaRounding, _ rules: PairRules) {
        (self.rounding, self.rules) = (rounding, rules)
        self.prompts = prompts.map { prompt in
            let pairs = rules.pairs(prompt, beta: nil).kept
            return (
                prompt,
                Dictionary(
                    uniqueKeysWithValues: pairs.map {
                        (Self.key($0, prompt), rounding.draw(prompt, $0.first, $0.second))
                    })
            )
        }
    }

    private static func key(_ pair: JudgedPair, _ prompt: PromptRecord) -> Int {
        pair.first * prompt.completions.count + pair.second
    }

    /// The prompts that decide on β: at most 1000, those of the greatest reach, so that choosing costs the same for any file.
    static func leading(_ prompts: [PromptRecord]) -> [PromptRecord] {
        guard prompts.count > 1000 else { return prompts }
        let order = prompts.indices.sorted { (-prompts[$0].reach, $0) < (-prompts[$1].reach, $1) }
        return order.prefix(1000).map { prompts[$0] }
    }

    /// The smallest β of the grid at which the mean distance is least.
    var bestBeta: Double {
        var best = (beta: LabelSettings.betaGrid[0], distance: Double.infinity)
        for beta in LabelSettings.betaGrid {
            let distance = mean(beta: beta)
            if distance < best.distance { best = (beta, distance) }
        }
        return best.beta
    }

    /// The mean distance of DPO's optimum from the target; infinite where it cannot be computed.
    private func mean(beta: Double) -> Double {
        var sum = RecoverySum()
        // One row a pair says both orientations by its probability.
        let leavesOut = rules.settings.mode == .quota || rules.settings.mode == .sampled
        for (prompt, draws) in prompts {
            let pairs = rules.judged(prompt, beta: beta).compactMap { pair in
                draws[Self.key(pair, prompt)].map { rounding.counts(pair, draw: $0, leavesOut: leavesOut) }
            }
            sum.add(
                prompt.distance(PairCounts(pairs: pairs, completions: prompt.completions.count), beta: beta),
                reach: prompt.reach)
        }
        return sum.recovery?.mean ?? .infinity
    }
}
