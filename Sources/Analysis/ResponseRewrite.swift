internal import ExactEvaluation
public import GameModel
public import NumericalMethods
internal import Solver

/// What one response of the scenario should be like, everywhere the policy gives it.
public struct ResponseRewrite: Sendable, Equatable {
    /// Index of the response.
    public let response: Int
    /// [K] the features it should have.
    public let features: [Double]
    public let changes: [Double]
    /// The objective's value with the response as it is, and as it should be; the policy is held as it is.
    public let valueBefore: Double
    public let valueAfter: Double
    /// P(ω | θ) per constraint of the objective, after.
    public let shares: [Double]
    /// μ ≥ 0 per constraint.
    public let multipliers: [Double]
    public let isConverged: Bool
    public let residual: Double
    public let violation: Double
    public let successes: Int
    public let starts: Int
}

/// Finds the features of a response that maximise a policy's value under the objective's constraints.
///
/// The policy is held, so the gain is at least what is found: a policy re-solved for the rewritten response does as well or better.
///
/// - Complexity: per evaluation one adjoint pass for the value and one per constraint.
public struct ResponseRewriteSearch: Sendable {
    private let controller: Policy
    private let inputs: GameInputs
    private let settings: BoxSearchSettings

    public init(
        _ controller: Policy, inputs: GameInputs,
        settings: BoxSearchSettings = BoxSearchSettings(starts: 4, tolerance: 1e-5, rounds: 20)
    ) {
        self.controller = controller
        self.inputs = inputs
        self.settings = settings
    }

    /// - Parameter control: asked to stop between starts: the best of those made so far is then returned.
    /// - Throws: ``AnalysisError`` if the scenario has no features, or the derivative does not exist (an infinite λ).
    public func rewrite(_ response: Int, control: RunControl = RunControl()) throws -> ResponseRewrite {
        guard !inputs.definition.features.isEmpty else {
            throw AnalysisError("the scenario has no features; a response is nothing but its name")
        }
        let start = inputs.definition.responses[response].features
        let problem = BoxProblem(
            dimension: start.count, constraintCount: inputs.objective.constraints.count
        ) { try self.evaluate(response, $0) }
        guard
            let found = try BoxSearch(problem: problem, settings: settings).run(
                seeds: [start], shouldStop: control.shouldStop,
                onStart: { control.progress(RunProgress(steps: $0, of: $1, phase: "rewriting")) })
        else {
            throw AnalysisError("the search had no start")
        }
        return ResponseRewrite(
            response: response, features: found.point, changes: zip(found.point, start).map { $0 - $1 },
            valueBefore: try problem.evaluate(start).value, valueAfter: found.at.value,
            shares: zip(found.at.constraints, inputs.objective.constraints).map { $0 + $1.atMost },
            multipliers: found.multipliers, isConverged: found.isConverged, residual: found.residual,
            violation: found.violation, successes: found.successes, starts: found.starts)
    }

    private func evaluate(_ response: Int, _ features: [Double]) throws -> BoxProblem.Point {
        var changed = inputs
        changed.definition.responses[response].features = features
        changed.objective.constraints = []
        let reactions = try changed.reactions(to: controller)
        let game = reactions.game
        let evaluation = Evaluation(controller, game: game, reference: changed.objective.reference)
        var value = changed.objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        if changed.objective.klWeight > 0 { value -= changed.objective.klWeight * evaluation.divergence }
        return BoxProblem.Point(
            value: value, gradient: try slope(changed, response, weights: nil, reactions),
            constraints: inputs.objective.constraints.map(evaluation.excess),
            slopes: try inputs.objective.constraints.map {
                try slope(changed, response, weights: $0, reactions)
            })
    }

    /// The slope of the value, or of P(ω | θ), in the response's features.
    private func slope(
        _ inputs: GameInputs, _ response: Int, weights constraint: OutcomeConstraint?, _ reactions: ReactionTables
    ) throws -> [Double] {
        let game = reactions.game
        var weights = GoalWeights(
            inputs.objective, multipliers: [], game: game, userWeights: game.prior, priceWeights: game.prior)
        if let constraint {
            weights = GoalWeights.share(of: constraint, game: game)
        }
        var objective = inputs.objective
        if constraint != nil { objective.klWeight = 0 }
        var pass = AdjointPass(
            reactions, controller: controller, objective: objective, weights: weights, keepsClasses: true)
        pass.runFromOpening()
        let rule = try ChainRule(
            inputs: inputs, adjoint: pass.adjoint, multipliers: [], reactions: reactions, controller: controller)
        guard let slopes = rule.featureSlopes(of: response) else {
            throw AnalysisError("a user type has an infinite rationality: its reactions have no slope in the features")
        }
        return slopes
    }
}
