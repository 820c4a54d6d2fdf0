package import GameModel

/// What answers are worth whose features are their own: one deviation to such an answer, and then the policy.
///
/// An answer with features f, cost c, given at turn t with the posterior μ over hidden states h = (θ, x), is worth
///
/// Σ_h μ(h) [ γ^{t−1} r_θ(f, c) + Σ_m react_θ(m | t, x, f) · (value of ending, or Σ_x' move_θ(x' | x, f, m) · value of going on at x') ].
///
/// What comes after the turn does not depend on the answer but by the user's next state, and is computed once: so an answer costs no
/// backward pass, only its user agents' answers.
///
/// Users with foresight react to what comes next, and are not taken.
package struct DeviationValues: Sendable {
    /// One thing that is valued, and what it weighs.
    private struct Part: Sendable {
        let objective: LinearObjective
        /// [turns or 1, H, classes, |A|] what responses are worth, from the start of the conversation on.
        let values: [Double]
        /// Whether it counts by ``BeliefMeasure/rare``.
        let isRare: Bool
        /// Whether it is divided by γ^{t−1}, to be counted from the turn on.
        let isPayoff: Bool
        /// Which of the results it is added to.
        let target: Int
    }

    private let game: Game
    private let agents: [any UserAgent]
    private let responses: [Response]
    private let exposures: [[Double]]
    private let policy: Policy
    private let reference: NodeReference
    private var parts: [Part] = []
    /// How many results there are: one per objective.
    package private(set) var count = 0

    /// - Parameters:
    ///   - definition: the definition of the game.
    ///   - objective: whose KL term is valued, if it has a weight.
    /// - Throws: ``GameError`` for a KL term against a reference that drifts by what the policy's memory does not know.
    package init(
        _ policy: Policy, game: Game, definition: GameDefinition, objective: Objective
    ) throws(GameError) {
        precondition(game.foresight == nil, "users with foresight react to what comes next")
        (self.game, self.policy) = (game, policy)
        reference =
            objective.klWeight > 0
            ? try NodeReference(objective.reference, memory: policy.memory, game: game)
            : NodeReference(objective.reference.otherwise)
        agents = definition.users.map(\.agent)
        responses = definition.responses
        exposures = definition.users.map(\.exposure)
    }

    /// Values an objective too, constraints at their prices.
    ///
    /// - Complexity: one backward pass; with limits on rare types two.
    package mutating func add(_ objective: Objective, multipliers: [Double]) {
        var conditional = LinearObjective(conditional: objective, game: game)
        var rare = conditional
        rare.clear()
        let nothing = rare
        for (constraint, multiplier) in zip(objective.constraints, multipliers) where multiplier > 0 {
            if game.isRare(constraint.user) {
                rare.penalise(constraint, by: multiplier, game: game)
            } else {
                conditional.penalise(constraint, by: multiplier / game.prior[constraint.user], game: game)
            }
        }
        add(conditional, isRare: false, isPayoff: objective.goal == .payoff)
        if rare != nothing { add(rare, isRare: true, isPayoff: objective.goal == .payoff) }
        count += 1
    }

    /// Values P(θ, ω) too: P(ω | θ) once it is divided by the measure of θ, that of ``Belief/rare`` for a rare type.
    ///
    /// - Complexity: one backward pass.
    package mutating func add(outcome: Int, of user: Int) {
        var probability = LinearObjective(
            conditional: Objective(goal: .safeOutcomes, reference: []), game: game)
        probability.clear()
        probability.penalise(OutcomeConstraint(user: user, outcome: outcome, atMost: 1), by: -1, game: game)
        add(probability, isRare: game.isRare(user), isPayoff: false)
        count += 1
    }

    private mutating func add(_ objective: LinearObjective, isRare: Bool, isPayoff: Bool) {
        var backward = BackwardPass(game: game, memory: policy.memory)
        backward.run(objective, strategies: policy.strategies, forward: nil, reference: reference)
        parts.append(
            Part(
                objective: objective, values: backward.responseValue, isRare: isRare, isPayoff: isPayoff, target: count)
        )
    }

    /// A place where a conversation may stand: a node of the policy's memory, with what is known there.
    package struct Place {
        package let node: Int
        /// Its probability.
        package let share: Double
        package let belief: Belief
        /// [branches] which of the class's exits the answer takes.
        package let exits: [Double]

        package init(node: Int, share: Double, belief: Belief, exits: [Double]) {
            (self.node, self.share, self.belief, self.exits) = (node, share, belief, exits)
        }
    }

    /// Everything about a decision that no answer changes.
    package struct Decision: Sendable {
        let turn: Int
        /// Hidden states that are possible.
        let hidden: [Int]
        /// [H] how probable each is.
        let weights: [Double]
        /// [results, H] what a unit of stage payoff is worth.
        var stage: [Double]
        /// [results, H, |M|, 3] what a reaction is worth, by move; of a reaction that ends only the second counts.
        var worth: [Double]
    }

    /// Prepares a decision.
    ///
    /// - Complexity: O(places · H · S · |C| · |A|).
    package func decision(turn: Int, places: [Place]) -> Decision {
        var weights = [Double](repeating: 0, count: game.hiddenCount)
        for place in places {
            for hidden in weights.indices { weights[hidden] += place.share * place.belief.probabilities[hidden] }
        }
        let rare = places.first.map { !$0.belief.rare.isEmpty } ?? false
        let possible = weights.indices.filter { hidden in
            weights[hidden] > 0 || (rare && places.contains { $0.belief.rare[hidden] > 0 })
        }
        var decision = Decision(
            turn: turn, hidden: possible, weights: weights,
            stage: [Double](repeating: 0, count: count * game.hiddenCount),
            worth: [Double](repeating: 0, count: count * game.hiddenCount * game.reactions.count * 3))
        for part in parts { add(part, places, to: &decision) }
        return decision
    }

    private func add(_ part: Part, _ places: [Place], to decision: inout Decision) {
        let turn = decision.turn
        let scale = part.isPayoff ? 1 / game.discounts[turn - 1] : 1
        var rank = [Int](repeating: -1, count: game.reactions.count)
        for (shown, reaction) in game.shownReactions.enumerated() { rank[reaction] = shown }
        for place in places {
            let measure = part.isRare ? place.belief.rare : place.belief.probabilities
            guard !measure.isEmpty else { continue }
            let next = continuation(part, turn: turn, place)
            for hidden in decision.hidden where measure[hidden] > 0 {
                let weight = place.share * measure[hidden] * scale
                let user = game.user(of: hidden)
                decision.stage[part.target * game.hiddenCount + hidden] +=
                    weight * part.objective.payoffWeight[user] * game.discounts[turn - 1]
                for (index, reaction) in game.reactions.enumerated() {
                    let target =
                        ((part.target * game.hiddenCount + hidden) * game.reactions.count + index) * 3
                    let shown: Int
                    switch reaction.effect {
                    case .ends(let outcome):
                        decision.worth[target + 1] +=
                            weight
                            * endValue(part.objective, user: user, outcome: outcome, discount: game.discounts[turn - 1])
                        continue
                    case .continues: shown = rank[index]
                    case .continuesShowing(let other): shown = rank[other]
                    }
                    for step in game.moves(from: hidden % game.states.count) {
                        decision.worth[target + step] +=
                            weight * next[(hidden + step - 1) * game.shownReactions.count + shown]
                    }
                }
            }
        }
    }

    /// [H, S] Σ_c cue(c | x') V_{t+1}(x', next(n, (s, c))), or the timeout after the last turn; in the objective's units.
    private func continuation(_ part: Part, turn: Int, _ place: Place) -> [Double] {
        let (cueCount, shownCount, memory) = (game.cues.count, game.shownReactions.count, policy.memory)
        var next = [Double](repeating: 0, count: game.hiddenCount * shownCount)
        guard turn < game.horizon else {
            for hidden in 0..<game.hiddenCount {
                let value = endValue(
                    part.objective, user: game.user(of: hidden), outcome: game.timeout, discount: game.discounts[turn])
                for shown in 0..<shownCount { next[hidden * shownCount + shown] = value }
            }
            return next
        }
        for (exit, share) in place.exits.enumerated() where share > 0 {
            let successors = (memory.classes[place.node] * memory.branches + exit) * game.observations.count + cueCount
            for shown in 0..<shownCount {
                for cue in 0..<cueCount {
                    let node = Int(memory.successors[successors + shown * cueCount + cue])
                    guard node >= 0 else { continue }
                    for hidden in 0..<game.hiddenCount {
                        next[hidden * shownCount + shown] +=
                            share * game.cue[hidden * cueCount + cue]
                            * value(part, turn: turn + 1, hidden: hidden, node: node)
                    }
                }
            }
        }
        return next
    }

    private func endValue(_ objective: LinearObjective, user: Int, outcome: Int, discount: Double) -> Double {
        let index = user * game.outcomes.count + outcome
        return objective.payoffWeight[user] * discount * game.outcomePayoff[index] + objective.outcomeWeight[index]
    }

    /// V_t(h, n) = Σ_a π(a | n) Q(h, class(n), a) − the weighted divergence.
    private func value(_ part: Part, turn: Int, hidden: Int, node: Int) -> Double {
        let memory = policy.memory
        let layer = memory.kind.usesTurn ? 0 : turn - 1
        let row =
            ((layer * game.hiddenCount + hidden) * memory.classCount + memory.classes[node]) * game.responses.count
        let weight = part.objective.divergenceWeight[game.user(of: hidden)] * game.discounts[turn - 1]
        let strategy = policy.strategy(at: node)
        var value = weight != 0 ? -weight * Divergence.kullbackLeibler(strategy, reference.strategy(at: node)) : 0
        for (response, share) in strategy.enumerated() { value += share * part.values[row + response] }
        return value
    }

    /// What an answer is worth at a decision: one number an objective, counted from the turn on.
    ///
    /// - Parameters:
    ///   - reactions: [|M|] what the next reaction's probabilities are added to, times `weight`; may be empty.
    /// - Throws: ``GameError`` if a user has no reactions to the answer.
    /// - Complexity: O(H · |M|) calls of agents.
    package func values(
        _ answer: FeaturedAnswer, at decision: Decision, reactions: inout [Double], weight: Double = 1
    ) throws(GameError) -> [Double] {
        var values = [Double](repeating: 0, count: count)
        let (response, features, agents) = (game.responses.count, answer.features, agents(meeting: answer))
        for hidden in decision.hidden {
            let (user, state) = (game.user(of: hidden), hidden % game.states.count)
            let agent = agents[user]
            let earned = stage(answer, of: user)
            for target in 0..<count { values[target] += decision.stage[target * game.hiddenCount + hidden] * earned }
            let row = try agent.reactionProbabilities(
                turn: decision.turn, state: state, response: response, features: features)
            for (index, probability) in row.enumerated() where probability > 0 {
                if !reactions.isEmpty { reactions[index] += weight * decision.weights[hidden] * probability }
                if case .ends = game.reactions[index].effect {
                    for target in 0..<count {
                        let at = ((target * game.hiddenCount + hidden) * row.count + index) * 3
                        values[target] += probability * decision.worth[at + 1]
                    }
                    continue
                }
                let move = try agent.moveProbabilities(
                    state: state, stateCount: game.states.count, response: response, features: features,
                    reaction: index)
                for target in 0..<count {
                    let at = ((target * game.hiddenCount + hidden) * row.count + index) * 3
                    values[target] +=
                        probability
                        * (move.down * decision.worth[at] + move.stay * decision.worth[at + 1]
                            + move.up * decision.worth[at + 2])
                }
            }
        }
        return values
    }

    /// r_θ(f, c) for users of a type.
    package func stage(_ answer: FeaturedAnswer, of user: Int) -> Double {
        var earned = -answer.cost
        for (exposure, feature) in zip(exposures[user], answer.features) { earned += exposure * feature }
        return earned
    }

    /// The users, who know the answer as the response after the scenario's own.
    private func agents(meeting answer: FeaturedAnswer) -> [WidenedUser] {
        agents.map { WidenedUser(base: $0, own: responses, added: [answer.meant]) }
    }

    /// [H, |M|] react_θ(m | t, x, f).
    ///
    /// - Throws: ``GameError`` if a user has no reactions to the answer.
    /// - Complexity: O(H) calls of agents.
    package func reactions(_ answer: FeaturedAnswer, turn: Int) throws(GameError) -> [Double] {
        let agents = agents(meeting: answer)
        var rows: [Double] = []
        for hidden in 0..<game.hiddenCount {
            rows += try agents[game.user(of: hidden)].reactionProbabilities(
                turn: turn, state: hidden % game.states.count, response: game.responses.count,
                features: answer.features)
        }
        return rows
    }

    /// [H, 3, S] how a conversation goes on after an answer, by move and shown reaction.
    ///
    /// - Throws: ``GameError`` if a user has no reactions to the answer.
    /// - Complexity: O(H · |M|) calls of agents.
    package func steps(_ answer: FeaturedAnswer, turn: Int) throws(GameError) -> [Double] {
        let (features, agents) = (answer.features, agents(meeting: answer))
        let shownCount = game.shownReactions.count
        var steps = [Double](repeating: 0, count: game.hiddenCount * 3 * shownCount)
        var rank = [Int](repeating: -1, count: game.reactions.count)
        for (shown, reaction) in game.shownReactions.enumerated() { rank[reaction] = shown }
        for hidden in 0..<game.hiddenCount {
            let (agent, state) = (agents[game.user(of: hidden)], hidden % game.states.count)
            let row = try agent.reactionProbabilities(
                turn: turn, state: state, response: game.responses.count, features: features)
            for (index, probability) in row.enumerated() where probability > 0 {
                let shown: Int
                switch game.reactions[index].effect {
                case .ends: continue
                case .continues: shown = rank[index]
                case .continuesShowing(let other): shown = rank[other]
                }
                let move = try agent.moveProbabilities(
                    state: state, stateCount: game.states.count, response: game.responses.count, features: features,
                    reaction: index)
                for (step, share) in [move.down, move.stay, move.up].enumerated() {
                    steps[(hidden * 3 + step) * shownCount + shown] += probability * share
                }
            }
        }
        return steps
    }
}
