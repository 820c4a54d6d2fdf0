internal import NumericalMethods
internal import Scenarios

/// What conversations came to on average, for one group of users: the numbers that all measures of a suite are made of.
///
/// Exact means have no covariance. Estimated ones have the covariance of their episodes, from which every measure gets its standard
/// error by the delta method.
public struct ScoreMoments: Sendable, Equatable {
    /// The components of a conversation, in the order of ``means``.
    enum Component: Int, CaseIterable {
        /// Σ_t s_θ(a_t).
        case satisfaction
        case turns
        /// Indicators of how it ended.
        case risk, harm, lost
        /// G, in payoff units.
        case payoff
        case safe
        /// The turn of the end, where it did harm; 0 elsewhere.
        case harmTurn

        static var count: Int { allCases.count }
    }

    /// E[component | group].
    let means: [Double]
    /// [components, components] of one episode; nil where exact.
    let covariance: [Double]?
    /// Episodes of the group; nil where exact.
    let count: Int?
    /// Whether satisfaction means anything: the scenario says how content users are.
    let hasSatisfaction: Bool

    private subscript(_ component: Component) -> Double { means[component.rawValue] }

    /// S = E[Σ s] / E[turns], and its gradient in the means; nil where the scenario says nothing of satisfaction.
    private var satisfaction: Estimate? {
        guard hasSatisfaction, self[.turns] > 0 else { return nil }
        let value = self[.satisfaction] / self[.turns]
        return Estimate(value, [.satisfaction: 1 / self[.turns], .turns: -value / self[.turns]])
    }

    /// The constructive score S − βR, divided by β where it is negative.
    private func constructive(beta: Double) -> Estimate? {
        guard let satisfaction else { return nil }
        let value = satisfaction.value - beta * self[.risk]
        var gradient = satisfaction.gradient
        gradient[Component.risk.rawValue] -= beta
        guard value < 0 else { return Estimate(value: value, gradient: gradient) }
        return Estimate(value: value / beta, gradient: gradient.map { $0 / beta })
    }

    /// One of the measures that concern a group by itself; nil for those that are about another group.
    private func estimate(_ measure: SuiteMeasure, beta: Double) -> Estimate? {
        switch measure {
        case .satisfaction, .honestSatisfaction: satisfaction
        case .risk, .honestRisk: Estimate(self[.risk], [.risk: 1])
        case .constructive: constructive(beta: beta)
        case .harm, .success: Estimate(self[.harm], [.harm: 1])
        case .retention, .honestRetention: Estimate(1 - self[.lost], [.lost: -1])
        case .payoff: Estimate(self[.payoff], [.payoff: 1])
        case .safe: Estimate(self[.safe], [.safe: 1])
        case .turns: Estimate(self[.turns], [.turns: 1])
        case .turnsToSuccess: turnsToSuccess
        }
    }

    /// E[turn of the harm | harm]; nil where there is none.
    private var turnsToSuccess: Estimate? {
        guard self[.harm] > 0 else { return nil }
        let value = self[.harmTurn] / self[.harm]
        return Estimate(value, [.harmTurn: 1 / self[.harm], .harm: -value / self[.harm]])
    }

    /// A measure of this group.
    ///
    /// - Returns: nil where the measure has no meaning, such as the turns to a success that never happens.
    func score(_ measure: SuiteMeasure, beta: Double) -> Score? {
        guard let estimate = estimate(measure, beta: beta) else { return nil }
        guard let covariance, let count else { return Score(value: estimate.value) }
        let width = Component.count
        var variance = 0.0
        for (row, left) in estimate.gradient.enumerated() {
            for (column, right) in estimate.gradient.enumerated() {
                variance += left * covariance[row * width + column] * right
            }
        }
        // Rounding may leave a variance of exactly 0 a little below it.
        let error = count > 1 ? (variance > 0 ? (variance / Double(count)).squareRoot() : 0) : nil
        return Score(value: estimate.value, standardError: error, count: count)
    }

    /// A value, and its gradient in the means.
    private struct Estimate {
        var value: Double
        var gradient: [Double]

        init(value: Double, gradient: [Double]) {
            self.value = value
            self.gradient = gradient
        }

        init(_ value: Double, _ slopes: [Component: Double]) {
            self.value = value
            gradient = Component.allCases.map { slopes[$0] ?? 0 }
        }
    }
}

/// A measure of one case and policy, with how it was obtained.
public struct Score: Sendable, Equatable {
    public let value: Double
    /// Nil where exact, or not estimable.
    public let standardError: Double?
    /// Episodes; nil where exact.
    public let count: Int?

    public init(value: Double, standardError: Double? = nil, count: Int? = nil) {
        self.value = value
        self.standardError = standardError
        self.count = count
    }

    public var isExact: Bool { count == nil }

    /// The normal 95 % interval; nil where exact, or not estimable.
    public var interval: ClosedRange<Double>? {
        guard let standardError, let quantile = try? Distributions.standardNormalQuantile(0.975) else { return nil }
        return (value - quantile * standardError)...(value + quantile * standardError)
    }
}
