/// How many of a pair's rows prefer the better response.
struct QuotaRounding: Sendable {
    let rowsPerPair: Int
    let seed: UInt64
    let temperature: Double

    /// Uniform in [0, 1), the same whatever β is.
    func draw(_ prompt: PromptRecord, _ first: Int, _ second: Int) -> Double {
        SeededUnit.value("quota \(seed) \(prompt.id) \(first) \(second)")
    }

    /// n · p rounded up or down by a draw so that the mean is n · p, and at least one row each way, without which the optimum
    /// would be infinite.
    func wins(_ probability: Double, draw: Double) -> Int {
        let exact = probability * Double(rowsPerPair)
        let floor = exact.rounded(.down)
        let extra = draw < exact - floor ? 1 : 0
        return min(rowsPerPair - 1, max(1, Int(floor) + extra))
    }
}

/// What quota labels would teach for any β, before a row is written.
struct ExpectedRecovery {
    /// A pair that will have rows: the better completion first.
    private struct Pair {
        let better: Int
        let worse: Int
        /// Q(better) − Q(worse), in the goal's units.
        let gap: Double
        let draw: Double
    }

    private let prompts: [(record: PromptRecord, pairs: [Pair])]
    private let rounding: QuotaRounding

    /// - Parameter pairs: the pairs of a prompt that will have rows.
    init(_ prompts: [PromptRecord], _ rounding: QuotaRounding, pairs: (PromptRecord) -> [(Int, Int)]) {
        self.rounding = rounding
        self.prompts = prompts.map { prompt in
            let pairs = pairs(prompt).map { first, second in
                let gap = prompt.gap(first, second)
                return Pair(
                    better: gap >= 0 ? first : second, worse: gap >= 0 ? second : first, gap: abs(gap),
                    draw: rounding.draw(prompt, first, second))
            }
            return (prompt, pairs)
        }
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
            let distance = recovery(beta: beta)?.mean ?? 0
            if distance < best.distance { best = (beta, distance) }
        }
        return best.beta
    }

    /// The distance of DPO's optimum from the target; nil without prompts or without a temperature.
    func recovery(beta: Double) -> QuotaRecovery? {
        guard !prompts.isEmpty, rounding.temperature > 0 else { return nil }
        let distances = prompts.map { prompt, pairs in
            let counts = pairs.map { pair in
                let probability = logistic(beta / rounding.temperature * pair.gap)
                return QuotaCounts.Pair(
                    first: pair.better, second: pair.worse,
                    wins: Double(rounding.wins(probability, draw: pair.draw)), rows: Double(rounding.rowsPerPair))
            }
            return prompt.distance(QuotaCounts(pairs: counts, completions: prompt.completions.count), beta: beta)
        }
        let reach = prompts.reduce(0) { $0 + $1.record.reach }
        let weighted = zip(prompts, distances).reduce(0) { $0 + $1.0.record.reach * $1.1 }
        return QuotaRecovery(
            mean: distances.reduce(0, +) / Double(distances.count), byReach: reach > 0 ? weighted / reach : 0,
            worst: distances.max() ?? 0)
    }
}
