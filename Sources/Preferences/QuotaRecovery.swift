internal import NumericalMethods

/// How far DPO's optimum on labels lies from the target π*: computed from the labels themselves, not estimated.
///
/// DPO's loss separates by prompt: Σ over pairs of −w log σ(y_i − y_j) − l log σ(y_j − y_i), where rows prefer i in w and j in l of
/// their weight, and y = β log(π/π_ref). It is a Bradley–Terry likelihood, convex in y; its policy is π(a) ∝ π_ref(a) exp(y_a/β).
/// Where the optimum is infinite, the policy is the limit that every minimising sequence has; see `PairCounts.policy`.
public struct QuotaRecovery: Sendable, Equatable {
    /// Mean total variation distance from π*, over the prompts.
    public let mean: Double
    /// The same, every prompt weighted by its reach.
    public let byReach: Double
    /// The largest of a prompt.
    public let worst: Double
}

/// Distances of prompts on their way to a ``QuotaRecovery``.
struct RecoverySum {
    private var (sum, weighted, reach, worst, count) = (0.0, 0.0, 0.0, 0.0, 0)
    private var isComplete = true

    /// - Parameter distance: nil where it could not be computed.
    mutating func add(_ distance: Double?, reach: Double) {
        guard let distance else {
            isComplete = false
            return
        }
        sum += distance
        weighted += reach * distance
        self.reach += reach
        worst = max(worst, distance)
        count += 1
    }

    /// nil without prompts, and where some distance could not be computed.
    var recovery: QuotaRecovery? {
        guard isComplete, count > 0 else { return nil }
        return QuotaRecovery(mean: sum / Double(count), byReach: reach > 0 ? weighted / reach : 0, worst: worst)
    }
}

extension PromptRecord {
    /// Total variation distance between π* and a policy over the completions.
    func distance(to policy: [Double]) -> Double {
        zip(policy, completions).reduce(0) { $0 + abs($1.0 - $1.1.target) } / 2
    }

    /// Total variation distance between π* and DPO's policy on these counts; nil where it does not converge.
    func distance(_ counts: PairCounts, beta: Double) -> Double? {
        counts.policy(reference: completions.map(\.reference), beta: beta).map { distance(to: $0) }
    }

    /// What a trainer that weighs both orientations by `p_chosen` learns from pairs, as its distance from π*; nil where it does not
    /// converge.
    ///
    /// With certain labels every pair asks for the log-ratio (Q_a − Q_b)/τ, and π* within what pairs connect has them all. A mean of σ
    /// over draws comes from no single Q; then the optimum is fitted.
    func weighedDistance(_ pairs: [JudgedPair], beta: Double, temperature: Double) -> Double? {
        let counts = PairCounts(
            pairs: pairs.map {
                PairCounts.Pair(
                    first: $0.better, second: $0.worse, wins: $0.preference.value, losses: $0.preference.complement)
            }, completions: completions.count)
        let scores = completions.map { beta / temperature * $0.value }
        guard isUncertain else {
            return distance(to: counts.policy(reference: completions.map(\.reference), beta: beta, scores: scores))
        }
        return counts.policy(reference: completions.map(\.reference), beta: beta, start: scores)
            .map { distance(to: $0) }
    }
}
