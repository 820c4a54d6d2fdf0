internal import NumericalMethods

/// How strengths of preference become rows.
public enum LabelMode: String, Sendable, Equatable, CaseIterable {
    /// Several rows a pair in both orientations, in proportion to the probability: a stock trainer recovers the policy.
    case quota
    /// One row a pair, the better response chosen, with its probability in `p_chosen`.
    case soft
    /// Several rows a pair, each oriented by a draw with the probability.
    case sampled
    /// One row a pair, the better response chosen; carries no strength.
    case hard
}

/// How DPO's β is chosen where none is given.
public enum BetaRule: String, Sendable, Equatable, CaseIterable {
    /// The β of a fixed grid with which DPO's optimum on quota labels is nearest to the target.
    case recovery
    /// clamp(2.4 · τ / median |ΔQ|, 0.1, 2).
    case median
}

/// Settings of the labels.
public struct LabelSettings: Sendable, Equatable {
    public var mode: LabelMode
    /// Rows a pair in the modes quota and sampled.
    public var rowsPerPair: Int
    /// In hard mode, pairs whose values differ by less are left out; in the goal's units.
    public var margin: Double
    /// DPO's β; nil chooses it by the rule.
    public var beta: Double?
    public var betaRule: BetaRule
    public var seed: UInt64
    /// The share of prompts that go into the test split.
    public var testShare: Double
    /// Whether pairs that tie, or nearly, are left out.
    public var dropsTies: Bool
    /// Whether soft labels leave out pairs whose values are equal: the rows have no column for p = ½, so that the order of the two
    /// answers would be taken for a preference.
    public var leavesOutTies: Bool
    /// In soft mode, pairs with σ(ΔQ/τ), which is p at β = 1, nearer to ½ than this are left out: a stock trainer takes a row for a whole
    /// preference.
    public var tieBand: Double
    /// In the modes soft and hard, how many pairs a prompt has at most, if so few connect its answers; nil for all.
    public var pairsPerPrompt: Int?
    /// Responses that are never chosen.
    public var neverChosen: Set<Int>
    /// Whether an answer may be chosen that by itself makes an outcome exceed a limit where the rejected one does not.
    public var keepsOverLimit: Bool
    /// Pairs of which it is less certain which answer is worth more are left out: a share of the draws of what the answers may be.
    public var minimumCertainty: Double

    public init(
        mode: LabelMode = .soft, rowsPerPair: Int = 24, margin: Double = 0, beta: Double? = nil,
        betaRule: BetaRule = .recovery, seed: UInt64 = 1, testShare: Double = 0.1, dropsTies: Bool = false,
        leavesOutTies: Bool = false, tieBand: Double = 0, pairsPerPrompt: Int? = nil, neverChosen: Set<Int> = [],
        keepsOverLimit: Bool = false, minimumCertainty: Double = 0
    ) {
        self.mode = mode
        self.rowsPerPair = rowsPerPair
        self.margin = margin
        self.beta = beta
        self.betaRule = betaRule
        self.seed = seed
        self.testShare = testShare
        self.dropsTies = dropsTies
        self.leavesOutTies = leavesOutTies
        self.tieBand = tieBand
        self.pairsPerPrompt = pairsPerPrompt
        self.neverChosen = neverChosen
        self.keepsOverLimit = keepsOverLimit
        self.minimumCertainty = minimumCertainty
    }

    func check(temperature: Double) throws(PreferenceError) {
        guard mode == .hard || temperature > 0 else {
            throw PreferenceError(
                "label mode \(mode.rawValue) needs a temperature above 0, and it is \(temperature): give --tau, set "
                    + "objective.kl_weight in the scenario, or use --labels hard")
        }
        guard rowsPerPair >= 2 || mode == .hard || mode == .soft else {
            throw PreferenceError("\(rowsPerPair) rows a pair are too few; at least 2 are needed")
        }
        guard margin >= 0, margin.isFinite else {
            throw PreferenceError("the margin is \(margin); it must be at least 0")
        }
        if let beta, !(beta > 0 && beta.isFinite) { throw PreferenceError("beta is \(beta); it must be above 0") }
        guard tieBand >= 0, tieBand < 0.5 else {
            throw PreferenceError("the tie band is \(tieBand); it must be at least 0 and below 0.5")
        }
        guard minimumCertainty >= 0, minimumCertainty <= 1 else {
            throw PreferenceError("the least certainty is \(minimumCertainty); it must be from 0 to 1")
        }
        if let pairsPerPrompt, pairsPerPrompt < 1 {
            throw PreferenceError("\(pairsPerPrompt) pairs a prompt are too few; at least 1 is needed")
        }
        guard testShare >= 0, testShare < 1 else {
            throw PreferenceError("the test share is \(testShare); it must be at least 0 and below 1")
        }
    }

    /// β = clamp(2.4 · τ / median |ΔQ|, 0.1, 2).
    ///
    /// - Parameter differences: |ΔQ| of every pair, in the goal's units.
    static func medianBeta(differences: [Double], temperature: Double) -> Double {
        let positive = differences.filter { $0 > 0 }.sorted()
        guard temperature > 0, !positive.isEmpty else { return 0.1 }
        return min(2, max(0.1, 2.4 * temperature / positive[positive.count / 2]))
    }

    /// What the rule of recovery chooses from: 0.1 · 20^(k/40) for k = 0 … 40, rounded to thousandths.
    static let betaGrid = (0...40).map { (100 * Libm.exp(Libm.log(20) * Double($0) / 40)).rounded() / 1000 }
}

/// σ(x) = 1 / (1 + e^{−x}), without overflow.
func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + Libm.exp(-x)) : Libm.exp(x) / (1 + Libm.exp(x))
}
