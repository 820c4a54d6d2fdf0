internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
public import Solver

/// The best policy for one objective, with what no policy can exceed.
public struct ObjectiveOptimum: Sendable {
    public let objective: ComparedObjective
    /// A mixture of two policies, drawn once per conversation, where the objective is not linear and none alone is best.
    public let policy: Policy
    public let measures: ObjectiveMeasures
    /// No policy whatsoever that keeps the objective's limit exceeds this; −∞ where none keeps it.
    public let bound: Double
    /// Whether value and bound are as close as was asked for. Where no policy keeps the limit the policy has the least risk, and nothing
    /// converged.
    public let isConverged: Bool
    /// How many linear problems were solved.
    public let solved: Int

    /// The objective at the policy.
    public var value: Double { objective.value(measures) }
}

/// Finds the best policies for objectives of payoff, satisfaction and risk, with bounds.
///
/// Payoff and α S − β R are linear in what is played: belief planning solves them with its bounds. The other two are functions of
/// (S, R), whose achievable set over mixtures of policies is convex: its corners are found by belief planning in directions that the
/// best mixture so far gives, and every direction gives a half-plane that no policy leaves, hence a bound.
///
/// Source: Frank & Wolfe 1956 with full correction over corners; H · P ≤ c² / (4 p q) on p H + q P ≤ c by the means of p H and q P.
public struct ObjectiveSearch {
    /// Of the game without discount: satisfaction and risk count every turn alike.
    private let game: Game
    private let original: Game
    /// [|Θ|][|A|]
    private let satisfaction: [[Double]]
    private let settings: BeliefPlannerSettings
    private let gap: Double
    /// The gap that counts as closed: 0 cannot be asked of sums of rounded numbers.
    private var closed: Double { max(gap, Self.rounding) }
    private static let rounding = 1e-11
    /// More directions than a convex set in the plane needs to be known to a gap of 10⁻⁴.
    private static let mostDirections = 60

    /// - Parameters:
    ///   - satisfaction: [|Θ|][|A|] s_θ(a) in [−1, 1]; empty where nothing is known of it, and only the payoff can be asked for.
    ///   - settings: its gap is what bound − value may leave open, in each objective's units.
    /// - Throws: `GameError` if the definition makes no game; ``AnalysisError`` if users look ahead, for whom mixtures of policies are not the
    ///   mean of their parts.
    public init(
        _ definition: GameDefinition, satisfaction: [[Double]], settings: BeliefPlannerSettings
    ) throws {
        var undiscounted = definition
        undiscounted.discount = 1
        original = try Game(definition)
        game = try Game(undiscounted)
        guard game.foresight == nil else {
            throw AnalysisError("objectives are compared for users without foresight; give --foresight myopic")
        }
        self.satisfaction = satisfaction
        gap = settings.gap
        self.settings = settings
    }

    /// - Complexity: a search over beliefs per direction; one for the linear objectives.
    public func optimum(_ objective: ComparedObjective, control: RunControl) throws -> ObjectiveOptimum {
        precondition(!objective.needsSatisfaction || !satisfaction.isEmpty, "nothing is known of satisfaction")
        switch objective {
        case .payoff:
            let found = try solve(original, control)
            return ObjectiveOptimum(
                objective: objective, policy: found.policy, measures: measures(found.policy), bound: found.bound,
                isConverged: found.isConverged, solved: 1)
        case .constructive(let alpha, let beta):
            let corner = try corner(Direction(satisfaction: alpha, risk: beta), control)
            return ObjectiveOptimum(
                objective: objective, policy: corner.policy, measures: corner.measures, bound: corner.bound,
                isConverged: corner.isConverged, solved: 1)
        case .product, .limited: return try planar(objective, control)
        }
    }

    /// The measures of any policy, in the game as it is.
    public func measures(_ policy: Policy) -> ObjectiveMeasures {
        let silent = original.users.map { _ in original.responses.map { _ in 0.0 } }
        return ObjectiveMeasures(policy, game: original, satisfaction: satisfaction.isEmpty ? silent : satisfaction)
    }

    // MARK: Corners

    /// u S − v R is looked at.
    private struct Direction {
        let satisfaction: Double
        let risk: Double
    }

    private struct Corner {
        let direction: Direction
        let policy: Policy
        let measures: ObjectiveMeasures
        /// No policy's u S − v R exceeds it.
        let bound: Double
        let isConverged: Bool
    }

    private func corner(_ direction: Direction, _ control: RunControl) throws -> Corner {
        let stage = satisfaction.flatMap { row in
            row.map { direction.satisfaction * $0 / Double(game.horizon) }
        }
        let ends = game.users.flatMap { _ in game.outcomes.map { $0.isSafe ? 0 : -direction.risk } }
        let found = try solve(Game(game, stagePayoff: stage, outcomePayoff: ends), control)
        return Corner(
            direction: direction, policy: found.policy, measures: measures(found.policy), bound: found.bound,
            isConverged: found.isConverged)
    }

    private func solve(_ game: Game, _ control: RunControl) throws -> Solution {
        var settings = settings.controlled(by: control)
        // Half of the gap is left for the directions.
        settings.gap = gap / 2
        let objective = Objective(
            goal: .payoff, reference: game.responses.map { _ in 1 / Double(game.responses.count) })
        return try BeliefPlanner(settings).search(Problem(game: game, objective: objective), control: control).solution
    }

    // MARK: Functions of satisfaction and risk

    /// A mixture of two corners, or one.
    private struct Mixture {
        var parts: (Int, Int)
        /// The share of the second.
        var share: Double
        var satisfaction: Double
        var risk: Double
        var value: Double
    }

    private func planar(_ objective: ComparedObjective, _ control: RunControl) throws -> ObjectiveOptimum {
        var corners: [Corner] = []
        // The ends first: the safest policy, and the one that pleases most.
        for direction in [Direction(satisfaction: 0, risk: 1), Direction(satisfaction: 1, risk: 0)] {
            corners.append(try corner(direction, control))
        }
        var isClosed = false
        while !isClosed, corners.count < Self.mostDirections, !control.shouldStop(),
            let best = Self.best(corners, objective)
        {
            guard Self.bound(corners, objective) - best.value > closed else {
                isClosed = true
                break
            }
            let found = try corner(Self.direction(at: best, corners, objective), control)
            let isKnown = corners.contains { $0.measures == found.measures }
            corners.append(found)
            // The half-plane counts also where its corner is an old one; a second time it says nothing new.
            if isKnown, Self.bound(corners, objective) - best.value > closed { break }
        }
        guard let best = Self.best(corners, objective) else {
            let isProven = -corners[0].bound > Self.limit(objective)
            return ObjectiveOptimum(
                objective: objective, policy: corners[0].policy, measures: corners[0].measures,
                bound: isProven ? -.infinity : .infinity, isConverged: false, solved: corners.count)
        }
        let bound = Self.bound(corners, objective)
        let (first, second) = (corners[best.parts.0], corners[best.parts.1])
        let parts =
            best.share == 0 || best.parts.0 == best.parts.1
            ? [(controller: first.policy, probability: 1.0)]
            : [(first.policy, 1 - best.share), (second.policy, best.share)]
        let policy = parts.count == 1 ? first.policy : try Policy.mixture(parts, game: original)
        return ObjectiveOptimum(
            objective: objective, policy: policy, measures: measures(policy), bound: bound,
            isConverged: bound - best.value <= closed, solved: corners.count)
    }

    private static func limit(_ objective: ComparedObjective) -> Double {
        if case .limited(let risk) = objective { return risk }
        return 1
    }

    /// What no policy exceeds, by the half-planes known.
    private static func bound(_ corners: [Corner], _ objective: ComparedObjective) -> Double {
        corners.map { corner in
            let (u, v, b) = (corner.direction.satisfaction, corner.direction.risk, corner.bound)
            switch objective {
            case .limited(let risk):
                return u > 0 ? (b + v * risk) / u : .infinity
            default:
                // 2 u H + v P ≤ b + u + v, with H and P in [0, 1].
                let c = b + u + v
                if u == 0 { return c / v }
                if v == 0 { return c / (2 * u) }
                return c * c / (8 * u * v)
            }
        }.min() ?? .infinity
    }

    /// The best mixture of two corners; nil where none keeps the limit.
    private static func best(_ corners: [Corner], _ objective: ComparedObjective) -> Mixture? {
        var best: Mixture?
        for first in corners.indices {
            for second in first..<corners.count {
                for share in shares(corners[first].measures, corners[second].measures, objective) {
                    let (a, b) = (corners[first].measures, corners[second].measures)
                    let satisfaction = a.satisfaction + share * (b.satisfaction - a.satisfaction)
                    let risk = a.risk + share * (b.risk - a.risk)
                    let measures = ObjectiveMeasures(payoff: 0, satisfaction: satisfaction, risk: risk)
                    // A share that was solved for the limit meets it up to rounding.
                    guard objective.excess(measures) <= 1e-12 else { continue }
                    let value = objective.value(measures)
                    if value > best?.value ?? -.infinity {
                        best = Mixture(
                            parts: (first, second), share: share, satisfaction: satisfaction, risk: risk, value: value)
                    }
                }
            }
        }
        return best
    }

    /// The shares of the second of two corners at which a mixture may be best.
    private static func shares(
        _ a: ObjectiveMeasures, _ b: ObjectiveMeasures, _ objective: ComparedObjective
    ) -> [Double] {
        var shares = [0.0]
        let share: Double
        switch objective {
        case .limited(let risk): share = (risk - a.risk) / (b.risk - a.risk)
        default:
            // d/dt (H₀ + t ΔH)(P₀ + t ΔP) = 0.
            let (help, safety) = (b.helpfulness - a.helpfulness, a.risk - b.risk)
            share = -(help * (1 - a.risk) + a.helpfulness * safety) / (2 * help * safety)
        }
        if share > 0, share < 1 { shares.append(share) }
        return shares
    }

    /// Where to look next: the slope of the objective at the best mixture, or of the edge that it lies on.
    private static func direction(
        at best: Mixture, _ corners: [Corner], _ objective: ComparedObjective
    ) -> Direction {
        guard case .limited(let limit) = objective else {
            return Direction(satisfaction: (1 - best.risk) / 2, risk: (1 + best.satisfaction) / 2)
        }
        let (a, b) = (corners[best.parts.0].measures, corners[best.parts.1].measures)
        guard best.share > 0, b.risk != a.risk else {
            // A corner below the limit: the edges beside it decide; the one to the nearest corner above the limit comes first.
            let above = corners.map(\.measures).filter { $0.risk > limit && $0.satisfaction > best.satisfaction }
            let slope = above.map { ($0.satisfaction - best.satisfaction) / ($0.risk - best.risk) }.max() ?? 0
            return Direction(satisfaction: 1, risk: max(0, slope))
        }
        return Direction(satisfaction: 1, risk: max(0, (b.satisfaction - a.satisfaction) / (b.risk - a.risk)))
    }
}
