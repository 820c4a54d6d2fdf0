internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
internal import Solver

/// Why a policy answers as it does after a history: need → risk intent → guideline → strategies → answer, as data.
///
/// - *Need*: the posterior over user types and states, and which observation moved it.
/// - *Risk intent*: what each response is expected to lead to, by type.
/// - *Guideline*: the constraints, whether they bind, and their prices.
/// - *Strategies*: what each response is worth, and how likely the policy and the reference give it.
/// - *Answer*: the decision, how far ahead of the next best it is, and which numbers it hangs on.
///
/// Source: the order of the structured reasoning in Oyster-I (arXiv:2509.01909, §4).
public struct Explanation: Sendable {
    /// What was known at one point of the conversation, and what moved it there.
    public struct Posterior: Sendable, Equatable {
        /// The turn whose response comes next, from 1.
        public let turn: Int
        /// The response given before, and what was then observed; the response is nil at the opening.
        public let response: Int?
        public let observation: Int
        /// P(evidence | what was known before).
        public let likelihood: Double
        /// [|Θ|] P(θ | all evidence).
        public let users: [Double]
        /// [|X|] P(x | all evidence).
        public let states: [Double]
        /// [|Θ|] log P(evidence | θ) / P(evidence): how much it speaks for a type, in nats; −∞ where it excludes the type, and
        /// nil where the type was excluded before.
        public let weights: [Double?]
    }

    /// A constraint at this policy.
    public struct Guideline: Sendable, Equatable {
        public let constraint: OutcomeConstraint
        /// P(ω | θ, π).
        public let share: Double
        /// μ ≥ 0.
        public let price: Double
        /// Whether it has a price, stands within 10^−6 of its limit, or is broken.
        public var isBinding: Bool { price > 0 || share >= constraint.atMost - 1e-6 }
        /// Whether the policy exceeds the limit by more than 10^−6.
        public var isBroken: Bool { share > constraint.atMost + 1e-6 }
    }

    public let history: History
    public let posteriors: [Posterior]
    public let candidates: [Anticipation]
    public let guidelines: [Guideline]
    /// The likeliest response of the policy here.
    public let decision: Int
    /// The response of the largest value among the others; nil if there is no other.
    public let runnerUp: Int?
    /// Q(decision) − Q(runner-up), in the goal's units.
    public let margin: Double?
    /// ∂ margin / ∂ parameter.
    public let attributions: [(parameter: Parameter, derivative: Double?)]
    /// ∂ Q(decision) / ∂ parameter, in the same order.
    public let valueSlopes: [Double?]

    /// Explains what a policy does after a history.
    ///
    /// - Parameter multipliers: μ per constraint, from the solution; zeros for a policy that was not solved.
    /// - Throws: `GameError` if the history cannot happen; ``AnalysisError`` if the game cannot be analysed.
    /// - Complexity: an adjoint pass per response, and two for the attributions.
    public init(
        _ controller: Policy, after history: History, inputs: GameInputs, multipliers: [Double]
    ) throws {
        let reactions = try inputs.reactions(to: controller)
        let game = reactions.game
        self.history = history
        posteriors = try Self.posteriors(history, reactions)
        let trace = try BeliefTrace(history, reactions: reactions)
        let node = try history.node(in: controller.memory, game: game)
        let candidates = Anticipator(
            reactions, controller: controller, objective: inputs.objective, multipliers: multipliers
        ).anticipations(
            belief: trace.belief, rare: trace.rare, turn: history.turn, node: node,
            reference: history.strategy(of: inputs.objective.reference, game: game))
        guidelines = Self.guidelines(
            controller, game: game, objective: inputs.objective, multipliers: multipliers)
        let decision = candidates.indices.max { candidates[$0].strategy < candidates[$1].strategy } ?? 0
        let runnerUp = candidates.indices.filter { $0 != decision }.max { candidates[$0].value < candidates[$1].value }
        (self.candidates, self.decision, self.runnerUp) = (candidates, decision, runnerUp)
        guard let runnerUp else {
            (margin, attributions, valueSlopes) = (nil, [], [])
            return
        }
        margin = candidates[decision].value - candidates[runnerUp].value
        let gradients = try [decision, runnerUp].map {
            try ValueGradient.ofResponse(
                $0, after: history, controller: controller, inputs: inputs, multipliers: multipliers)
        }
        valueSlopes = gradients[0].entries.map(\.derivative)
        attributions = zip(gradients[0].entries, gradients[1].entries).map { first, second in
            let difference = first.derivative.flatMap { value in second.derivative.map { value - $0 } }
            return (first.parameter, difference)
        }
    }

    /// The constraints of an objective at a policy.
    static func guidelines(
        _ controller: Policy, game: Game, objective: Objective, multipliers: [Double]
    ) -> [Guideline] {
        let evaluation = Evaluation(controller, game: game)
        return zip(objective.constraints, multipliers).map { constraint, price in
            Guideline(
                constraint: constraint, share: evaluation.outcomes[constraint.user][constraint.outcome], price: price)
        }
    }

    private static func posteriors(_ history: History, _ reactions: ReactionTables) throws -> [Posterior] {
        let game = reactions.game
        var known = Belief.prior(game)
        return try history.beliefs(in: game, reactions: reactions).enumerated().map { index, item in
            let step = index == 0 ? nil : history.steps[index - 1]
            let before = known.users(in: game)
            let after = item.belief.users(in: game)
            known = item.belief
            return Posterior(
                turn: index + 1, response: step?.response, observation: step?.observation ?? history.cue,
                likelihood: item.likelihood, users: after,
                states: game.states.indices.map { state in
                    game.users.indices.reduce(0) {
                        $0 + item.belief.probabilities[$1 * game.states.count + state]
                    }
                },
                weights: zip(before, after).map { before, after in before > 0 ? Libm.log(after / before) : nil })
        }
    }
}
