public import GameModel
public import NumericalMethods
public import UserAgents

/// Where the pearl point is looked for, and inside which boundary.
public struct PearlQuestion: Sendable {
    /// What is maximised inside the safety boundary.
    public enum Goal: String, Sendable, CaseIterable {
        /// Σ_θ b(θ) S_θ(f).
        case satisfaction
        /// Q(b, n, f): the scenario's objective, with its constraints at their prices.
        case objective
    }

    public var goal: Goal
    /// The largest P(ω unsafe | b, f); nil for what the reference does here.
    public var maximumRisk: Double?
    /// c: what a response that is not written yet would cost.
    public var cost: Double
    public var settings: BoxSearchSettings

    public init(
        goal: Goal = .objective, maximumRisk: Double? = nil, cost: Double = 0,
        settings: BoxSearchSettings = BoxSearchSettings()
    ) {
        self.goal = goal
        self.maximumRisk = maximumRisk
        self.cost = cost
        self.settings = settings
    }
}

/// The response with the most satisfaction (or value) inside the safety boundary at one decision: among those that exist, and
/// among all that could be written.
///
/// Source: the "pearl point" of constructive safety alignment, Oyster-I (arXiv:2509.01909, §3).
public struct PearlPoint: Sendable {
    /// A response that exists, at the decision.
    public struct Candidate: Sendable, Equatable {
        public let anticipation: Anticipation
        /// Σ_θ b(θ) S_θ, in [−1, 1]; nil where the scenario says nothing of satisfaction.
        public let satisfaction: Double?
        public let isInside: Bool
    }

    /// A response that could be written: a brief.
    public struct Draft: Sendable, Equatable {
        /// [K] in [0, 1].
        public let features: [Double]
        public let satisfaction: Double?
        public let value: Double
        public let risk: Double
        /// The goal's gain over the best candidate inside the boundary; nil if there is none.
        public let gain: Double?
        /// The candidate with the nearest features (Euclidean), and what to change in it.
        public let nearest: Int
        public let changes: [Double]
        /// μ of the risk limit: what a unit of allowed risk would add to the goal.
        public let riskPrice: Double
        /// Which features stand at 0 or 1 against their slope: they would go further if they could.
        public let heldFeatures: [Int]
        /// Whether the search met its tolerances.
        public let isConverged: Bool
        public let residual: Double
        public let violation: Double
        /// How many starts ended at this value, of how many.
        public let successes: Int
        public let starts: Int
    }

    public let posterior: [Double]
    /// The safety boundary that was used.
    public let maximumRisk: Double
    public let candidates: [Candidate]
    /// Index of the best candidate inside the boundary; nil if all are outside.
    public let best: Int?
    public let draft: Draft
}

/// Finds pearl points of one policy.
public struct PearlSearch: Sendable {
    private let inputs: GameInputs
    private let game: Game
    private let reactions: ReactionTables
    private let controller: Policy
    private let multipliers: [Double]
    /// Per user type; empty where the scenario says nothing.
    private let satisfaction: [SatisfactionPredictor]

    /// - Parameters:
    ///   - satisfaction: one predictor per user type, or none at all.
    ///   - multipliers: μ per constraint, from the solution.
    /// - Throws: `GameError` if the inputs make no game; ``AnalysisError`` if there are predictors for some types only.
    public init(
        _ controller: Policy, inputs: GameInputs, multipliers: [Double],
        satisfaction: [SatisfactionPredictor]
    ) throws {
        guard satisfaction.isEmpty || satisfaction.count == inputs.definition.users.count else {
            throw AnalysisError("satisfaction is given for some user types only; it must be for all, or none")
        }
        self.inputs = inputs
        reactions = try inputs.reactions(to: controller)
        game = reactions.game
        self.controller = controller
        self.multipliers = multipliers
        self.satisfaction = satisfaction
    }

    /// The pearl point after a history.
    ///
    /// - Parameter control: asked to stop between starts: the best of those made so far is then the draft.
    /// - Throws: ``AnalysisError`` if satisfaction is asked for and not given, if features are missing, or if a user's reactions to
    ///   other features are not known.
    /// - Complexity: a few adjoint passes, then starts × some hundred evaluations of O(H · |M| · K).
    public func point(
        after history: History, _ question: PearlQuestion, control: RunControl = RunControl()
    ) throws -> PearlPoint {
        guard !game.features.isEmpty else {
            throw AnalysisError(
                "the scenario has no features; a response is nothing but its name, and none can be drafted")
        }
        guard question.goal == .objective || !satisfaction.isEmpty else {
            throw AnalysisError(
                "the scenario says nothing of satisfaction; give each user type a 'satisfaction', or maximise the objective"
            )
        }
        let trace = try BeliefTrace(history, reactions: reactions)
        let belief = trace.belief
        let node = try history.node(in: controller.memory, game: game)
        let posterior = Belief.users(of: belief, in: game)
        let anticipations = Anticipator(
            reactions, controller: controller, objective: inputs.objective, multipliers: multipliers
        ).anticipations(
            belief: belief, rare: trace.rare, turn: history.turn, node: node,
            reference: history.strategy(of: inputs.objective.reference, game: game))
        let today = anticipations.reduce(0) { $0 + $1.reference * $1.risk }
        let limit = question.maximumRisk ?? today
        let candidates = anticipations.map { item in
            PearlPoint.Candidate(
                anticipation: item,
                satisfaction: satisfied(game.responses[item.response].features, posterior)?.value,
                isInside: item.risk <= limit + question.settings.feasibilityTolerance)
        }
        func worth(_ index: Int) -> Double {
            question.goal == .objective
                ? candidates[index].anticipation.value : candidates[index].satisfaction ?? -.infinity
        }
        let best = candidates.indices.filter { candidates[$0].isInside }.max { worth($0) < worth($1) }
        let draft = try draft(
            question, trace: trace, node: node, posterior: posterior, limit: limit,
            bestWorth: best.map(worth), control: control)
        return PearlPoint(
            posterior: posterior, maximumRisk: limit, candidates: candidates, best: best, draft: draft)
    }

    /// Σ_θ b(θ) S_θ(f), with its gradient.
    private func satisfied(_ features: [Double], _ posterior: [Double]) -> (value: Double, gradient: [Double])? {
        guard !satisfaction.isEmpty else { return nil }
        var (value, gradient) = (0.0, [Double](repeating: 0, count: features.count))
        for (share, predictor) in zip(posterior, satisfaction) where share > 0 {
            value += share * predictor.value(features: features)
            for k in features.indices { gradient[k] += share * predictor.features[k] }
        }
        return (value, gradient)
    }

    private func draft(
        _ question: PearlQuestion, trace: BeliefTrace, node: Int, posterior: [Double], limit: Double,
        bestWorth: Double?, control: RunControl
    ) throws -> PearlPoint.Draft {
        let history = trace.history
        let judge = DraftResponse(
            definition: inputs.definition, game: game, belief: trace.belief, turn: history.turn, cost: question.cost)
        let worth = worth(judge, trace: trace, node: node)
        var safety = Objective(goal: .safeOutcomes, reference: inputs.objective.reference)
        safety.klWeight = 0
        let safe = continuation(safety, [], turn: history.turn, node: node)
        let scale = inputs.objective.goal == .payoff ? game.discounts[history.turn - 1] : 1
        let bounds = question.goal == .satisfaction ? satisfactionBounds(posterior) : []
        let problem = BoxProblem(dimension: game.features.count, constraintCount: 1 + bounds.count) { features in
            let safeShare = try judge.worth(features, safe)
            let goal =
                try question.goal == .objective
                ? worth(features) : self.satisfied(features, posterior) ?? (0, features.map { _ in 0 })
            let divisor = question.goal == .objective ? scale : 1
            return BoxProblem.Point(
                value: goal.value / divisor, gradient: goal.gradient.map { $0 / divisor },
                constraints: [1 - safeShare.value - limit] + bounds.map { $0.excess(features) },
                slopes: [safeShare.gradient.map { -$0 }] + bounds.map(\.slope))
        }
        guard
            let found = try BoxSearch(problem: problem, settings: question.settings).run(
                seeds: game.responses.map(\.features), shouldStop: control.shouldStop,
                onStart: { control.progress(RunProgress(steps: $0, of: $1)) })
        else { throw AnalysisError("the search had no start") }
        return try finished(
            found, question, judge: judge, worth: worth, safe: safe, scale: scale, posterior: posterior,
            bestWorth: bestWorth)
    }

    /// A judge of drafts at the decision after a history.
    func decision(after history: History) throws -> ([Double]) throws -> Judged {
        guard !satisfaction.isEmpty else {
            throw AnalysisError("the scenario says nothing of satisfaction; give each user type a 'satisfaction'")
        }
        let belief = try BeliefTrace(history, reactions: reactions).belief
        let node = try history.node(in: controller.memory, game: game)
        let posterior = Belief.users(of: belief, in: game)
        let judge = DraftResponse(
            definition: inputs.definition, game: game, belief: belief, turn: history.turn, cost: 0)
        let safe = continuation(
            Objective(goal: .safeOutcomes, reference: inputs.objective.reference), [], turn: history.turn, node: node)
        return { features in
            let safeShare = try judge.worth(features, safe)
            let content = self.satisfied(features, posterior) ?? (0, [])
            return Judged(
                satisfaction: content.value, satisfactionSlope: content.gradient, risk: 1 - safeShare.value,
                riskSlope: safeShare.gradient.map { -$0 })
        }
    }

    private func continuation(
        _ objective: Objective, _ multipliers: [Double], turn: Int, node: Int
    ) -> DraftResponse.Continuation {
        continuation(
            objective, .given(objective, multipliers: multipliers, game: game), turn: turn, node: node)
    }

    private func continuation(
        _ objective: Objective, _ weights: GoalWeights, turn: Int, node: Int
    ) -> DraftResponse.Continuation {
        var pass = AdjointPass(reactions, controller: controller, objective: objective, weights: weights)
        return pass.continuation(after: turn, node: node)
    }

    /// What features are worth, with their gradient.
    private typealias Worth = ([Double]) throws -> (value: Double, gradient: [Double])

    /// The objective of a draft at its prices, those of limits on rare types included.
    private func worth(_ judge: DraftResponse, trace: BeliefTrace, node: Int) -> Worth {
        let turn = trace.history.turn
        let value = continuation(inputs.objective, multipliers, turn: turn, node: node)
        guard let prices = GoalWeights.rarePrices(inputs.objective, multipliers: multipliers, game: game) else {
            return { try judge.worth($0, value) }
        }
        let rareJudge = DraftResponse(
            definition: inputs.definition, game: game, belief: trace.rare, turn: turn, cost: judge.cost)
        let rare = continuation(inputs.objective, prices, turn: turn, node: node)
        return { features in
            let (goal, charge) = (try judge.worth(features, value), try rareJudge.worth(features, rare))
            return (goal.value + charge.value, zip(goal.gradient, charge.gradient).map(+))
        }
    }

    /// ±S_θ(f) ≤ 1: outside, a predictor says nothing.
    private struct Bound {
        let sign: Double
        let predictor: SatisfactionPredictor
        func excess(_ features: [Double]) -> Double { sign * predictor.value(features: features) - 1 }
        var slope: [Double] { predictor.features.map { sign * $0 } }
    }

    private func satisfactionBounds(_ posterior: [Double]) -> [Bound] {
        zip(posterior, satisfaction).flatMap { share, predictor in
            share > 0 ? [Bound(sign: 1, predictor: predictor), Bound(sign: -1, predictor: predictor)] : []
        }
    }

    private func finished(
        _ found: BoxMaximum, _ question: PearlQuestion, judge: DraftResponse, worth: Worth,
        safe: DraftResponse.Continuation, scale: Double, posterior: [Double], bestWorth: Double?
    ) throws -> PearlPoint.Draft {
        let features = found.point
        func distance(_ response: Int) -> Double {
            zip(game.responses[response].features, features).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let nearest = game.responses.indices.min { distance($0) < distance($1) } ?? 0
        var slope = found.at.gradient
        for (price, slopes) in zip(found.multipliers, found.at.slopes) {
            for k in slope.indices { slope[k] -= price * slopes[k] }
        }
        let held = features.indices.filter { index in
            let tolerance = question.settings.tolerance
            return (features[index] == 0 && slope[index] < -tolerance)
                || (features[index] == 1 && slope[index] > tolerance)
        }
        return PearlPoint.Draft(
            features: features, satisfaction: satisfied(features, posterior)?.value,
            value: try worth(features).value / scale,
            risk: 1 - (try judge.worth(features, safe).value), gain: bestWorth.map { found.at.value - $0 },
            nearest: nearest, changes: zip(features, game.responses[nearest].features).map { $0 - $1 },
            riskPrice: found.multipliers.first ?? 0, heldFeatures: held, isConverged: found.isConverged,
            residual: found.residual, violation: found.violation, successes: found.successes,
            starts: found.starts)
    }
}

extension Belief {
    /// [|Θ|] the posterior over user types of a belief over hidden states.
    static func users(of belief: [Double], in game: Game) -> [Double] {
        var shares = [Double](repeating: 0, count: game.users.count)
        for (hidden, mass) in belief.enumerated() { shares[game.user(of: hidden)] += mass }
        return shares
    }
}
