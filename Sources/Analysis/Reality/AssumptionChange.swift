public import GameModel
internal import NumericalMethods

/// The smallest change of users' coefficients, in logits, with which a game agrees with what was published.
///
/// Coefficients of utilities are moved by Δ/λ and those of moves by Δ, so that every Δ is in logits. Of all changes it is the one with
/// the least Σ ((g_i(Δ) − g_i*)/s_i)² + ρ Σ Δ², g the logit of a share or the logarithm of a ratio, s its standard error: where the
/// figures can all be met that is the smallest change that meets them, up to ρ; where they contradict each other, least squares in
/// standard errors. The function is not convex: what is found is a local optimum that is reached from no change.
///
/// The change of a coefficient of the turn counts by what it does in the last turn, T − 1 times as much as in the second.
///
/// Source: Gauss–Newton in its dual form, Δ ← Jᵀ (J Jᵀ + ρ S²)⁻¹ (J Δ − h), with steps halved until the function falls, and ρ lowered
/// step by step (Nocedal & Wright 2006, Numerical Optimization, sections 10.3 and 17.1).
public struct AssumptionChange: Sendable {
    /// A published figure as an equation.
    public struct Target: Sendable {
        public let statistic: UserStatistic
        /// The logit of the share, or the logarithm of the ratio, that was published.
        public let logit: Double
        /// Its standard error, above 0, on the same scale.
        public let standardError: Double

        public init(_ statistic: UserStatistic, logit: Double, standardError: Double) {
            self.statistic = statistic
            self.logit = logit
            self.standardError = standardError
        }
    }

    /// A coefficient that is moved.
    public struct Move: Sendable, Equatable {
        public let parameter: Parameter
        public let before: Double
        public let after: Double
        /// λ times the difference for a utility, the difference for moves; T − 1 times that for a coefficient of the turn.
        public let logits: Double
    }

    /// The largest first; moves below ``leastMove`` are left out.
    public let moves: [Move]
    /// The root of Σ Δ², in logits.
    public let size: Double
    /// Per target, the number after the change: a probability or a ratio.
    public let values: [Double]
    /// Per target, (g − g*) / s after the change.
    public let distances: [Double]
    /// Whether the search came to a standstill; its last point is otherwise no answer.
    public let isConverged: Bool

    /// The last ρ, per logit²: a standard error that is still away is worth as much as 1000 logits, so that figures are met to far below
    /// anything that is shown, and the equations can still be solved.
    private static let ridge = 1e-6
    /// ρ begins where no figure outweighs a logit, and falls by this: along the way the constraint is never so stiff that a step along it
    /// is refused.
    private static let fall = 0.1
    /// Where no coefficient would move further the search stands: a tenth of what is shown.
    private static let standstill = 1e-5
    /// Steps at one ρ.
    private static let iterations = 40
    /// No step moves a logit further: a linear model of a softmax says little beyond.
    private static let longestStep = 2.0
    /// Moves of less are what the ridge leaves of none.
    public static let leastMove = 1e-4

    /// - Parameters:
    ///   - targets: at least one.
    ///   - movable: the coefficients that may move; see `Parameter.isCoefficient`. Users who choose at random or always the best have no
    ///     logits, and theirs do not move.
    /// - Returns: nil where no coefficient that may move moves any of the numbers.
    /// - Throws: `GameError` if a changed coefficient makes no game.
    /// - Complexity: steps · targets · (a gradient of the value); some dozens of steps.
    public init?(_ targets: [Target], movable: [Parameter], in inputs: GameInputs) throws {
        let search = AssumptionSearch(targets: targets, movable: movable, inputs: inputs)
        guard var point = try search.point(search.none), let stiffest = search.stiffness(of: point) else { return nil }
        var (ridge, stands) = (max(stiffest, Self.ridge), false)
        while true {
            stands = false
            for _ in 0..<Self.iterations where !stands {
                guard let aim = search.aim(from: point, ridge: ridge) else { break }
                stands = zip(aim, point.shifts).allSatisfy { abs($0 - $1) <= Self.standstill }
                // The last step is taken all the same: it gains the digits that are left.
                if stands, let last = try search.point(aim) { point = last }
                guard !stands, let next = try search.step(from: point, to: aim, ridge: ridge, longest: Self.longestStep)
                else { break }
                point = next
            }
            if ridge <= Self.ridge { break }
            ridge = max(ridge * Self.fall, Self.ridge)
        }
        isConverged = stands
        size = point.shifts.reduce(0) { $0 + $1 * $1 }.squareRoot()
        values = point.values
        distances = zip(point.gaps, targets).map { $0 / $1.standardError }
        moves = zip(search.coefficients, point.shifts).compactMap { item, shift in
            guard abs(shift) >= Self.leastMove, let before = inputs[item.parameter] else { return nil }
            return Move(
                parameter: item.parameter, before: before, after: before + shift / item.logits, logits: shift)
        }.sorted { abs($0.logits) > abs($1.logits) }
    }
}
