public import ExactEvaluation
public import GameModel
public import InputErrors

/// Everything that preference data are made from: a game with its words, what the model does today, and a better policy
/// with its exact action values.
public struct PreferenceSource: Sendable {
    public let scenario: String
    public let game: Game
    public let wording: Texts
    /// π_ref, what the model does today.
    public let reference: Reference
    /// The policy whose action values label the pairs.
    public let controller: Policy
    public let actionValues: ActionValues
    /// The same for the goal of safe outcomes: P(the conversation ends safely | response); nil where nobody asks for it.
    public let safeValues: ActionValues?
    /// τ ≥ 0 in the goal's units: how much better a response must be to be much more probable. With 0 the target is the
    /// policy itself.
    public let temperature: Double
    /// The smallest size of anything that is paid, in the goal's units: far smaller values are rounding.
    public let valueUnit: Double
    /// What the objective's limits say of answers; nil without limits.
    package let limits: LimitRisks?
    /// |Q|, to be averaged as Q is.
    let magnitudes: ActionValues

    /// - Parameters:
    ///   - valueUnit: the smallest size of anything that is paid; nil takes it from the payoffs of the game.
    ///   - limits: what the policy is held to, which decides on the answers that are chosen by default.
    /// - Complexity: a backward pass per outcome that is limited.
    public init(
        scenario: String, game: Game, wording: Texts, reference: Reference, controller: Policy,
        actionValues: ActionValues, safeValues: ActionValues? = nil, temperature: Double, valueUnit: Double? = nil,
        limits: [OutcomeConstraint] = []
    ) {
        self.scenario = scenario
        self.game = game
        self.wording = wording
        self.reference = reference
        self.controller = controller
        self.actionValues = actionValues
        self.safeValues = safeValues
        self.temperature = temperature
        self.valueUnit =
            valueUnit ?? (game.stagePayoff + game.outcomePayoff).lazy.map(abs).filter { $0 > 0 }.min() ?? 0
        magnitudes = actionValues.magnitudes
        self.limits = LimitRisks(limits, game: game, controller: controller)
    }

    /// What preference data of a policy are made from, with its exact action values.
    ///
    /// - Parameters:
    ///   - objective: what the policy was solved for; its reference is what the model does today.
    ///   - multipliers: μ per constraint of the objective.
    ///   - temperature: τ; nil for the objective's KL weight.
    /// - Throws: `GameError` for multipliers that are no prices.
    /// - Complexity: two backward passes, and one per outcome that is limited.
    public init(
        scenario: String, game: Game, wording: Texts, objective: Objective, controller: Policy, multipliers: [Double],
        temperature: Double? = nil
    ) throws {
        let values = ExactValues(objective: objective, multipliers: multipliers)
        self.init(
            scenario: scenario, game: game, wording: wording, reference: objective.reference, controller: controller,
            actionValues: try values.asSolved(game, controller),
            safeValues: try values.ofSafeOutcomes(game, controller), temperature: temperature ?? objective.klWeight,
            valueUnit: objective.goal == .safeOutcomes ? 1 : nil, limits: objective.constraints)
    }
}

/// Why preference data cannot be made or written: what was found and what was needed.
public struct PreferenceError: InputProblem, Equatable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
