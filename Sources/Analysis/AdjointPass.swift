internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods

/// Reverse-mode differentiation of a policy's value: one forward pass for occupancies, one backward pass that multiplies
/// them with what is still to come.
///
/// It starts either at the opening or at a belief in some turn with a first response given. It is written plainly, turn by turn
/// and node by node; it is for explanations, which need it a few times, not for solvers.
///
/// Users who look ahead react to the policy, by the rows of ``reactions``. What the pass collects in them is carried back through
/// their recursion by ``AnticipationAdjoint``.
///
/// - Complexity: O(T · H · nodes of a turn · |A| · |M| · (3 · |C|)).
struct AdjointPass {
    let game: Game
    let controller: Policy
    let objective: Objective
    let weights: GoalWeights
    /// How users react to the policy.
    let reactions: ReactionTables
    private(set) var adjoint: GameAdjoint
    /// π_ref by node; nil where it drifts by what the memory does not know, and then it has no weight.
    private let reference: NodeReference?
    /// [T][H, nodes] mass per turn.
    private var occupancy: [[Double]]

    private var memory: ControllerMemory { controller.memory }
    private var nodeCount: Int { memory.nodeCount }

    /// - Parameter keepsClasses: whether derivatives in reactions are also kept by class of the memory.
    init(
        _ reactions: ReactionTables, controller: Policy, objective: Objective, weights: GoalWeights,
        keepsClasses: Bool = false
    ) {
        game = reactions.game
        self.reactions = reactions
        self.controller = controller
        self.objective = objective
        self.weights = weights
        let rows = objective.reference.strategies.count
        adjoint =
            keepsClasses
            ? GameAdjoint(game, classesOf: controller.memory, referenceRows: rows)
            : GameAdjoint(game, referenceRows: rows)
        reference = try? NodeReference(objective.reference, memory: controller.memory, game: game)
        precondition(objective.klWeight == 0 || reference != nil, "the memory does not know the reference's row")
        occupancy = []
    }

    private func row(_ turn: Int, _ hidden: Int, _ response: Int, _ node: Int) -> Int {
        reactions.row(turn: turn, hidden: hidden, response: response, group: memory.classes[node])
    }

    /// What a decision is: the belief in a turn, the node, and the response given there.
    struct Decision {
        let turn: Int
        let node: Int
        /// [H]
        let belief: [Double]
        let response: Int
    }

    /// Differentiates the value from the start, opening and priors included.
    ///
    /// - Returns: the value, Σ over types as they count in the goal's weights.
    @discardableResult
    mutating func runFromOpening() -> Double {
        var first = [Double](repeating: 0, count: game.hiddenCount * nodeCount)
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices {
                for start in memory.initial[cue].entries {
                    first[hidden * nodeCount + start.node] +=
                        start.probability * game.initialState[hidden] * cueShare(hidden, cue)
                }
            }
        }
        spread(from: 1, first, forced: nil)
        let value = collect(from: 1, forced: nil)
        var sum = 0.0
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices {
                let here = memory.initial[cue].entries.reduce(0) {
                    $0 + $1.probability * value[hidden * nodeCount + $1.node]
                }
                adjoint.initialState[hidden] += cueShare(hidden, cue) * here
                adjoint.cue[hidden * game.cues.count + cue] += game.initialState[hidden] * here
                sum += game.initialState[hidden] * cueShare(hidden, cue) * here
            }
        }
        return sum
    }

    /// Differentiates Q(b, n, a), the belief held fixed.
    ///
    /// - Returns: [H] Q(h, n, a), which is also ∂ Q(b, n, a) / ∂ b(h), counted from the start of the conversation.
    mutating func run(_ decision: Decision) -> [Double] {
        var first = [Double](repeating: 0, count: game.hiddenCount * nodeCount)
        for hidden in 0..<game.hiddenCount { first[hidden * nodeCount + decision.node] = decision.belief[hidden] }
        spread(from: decision.turn, first, forced: decision.response)
        let value = collect(from: decision.turn, forced: (decision.node, decision.response))
        return (0..<game.hiddenCount).map { value[$0 * nodeCount + decision.node] }
    }

    /// What follows a turn, for a response that the policy does not have yet: see ``DraftResponse``.
    ///
    /// A memory that follows the model's own responses goes on as after the likeliest response there: it knows no other way.
    mutating func continuation(after turn: Int, node: Int) -> DraftResponse.Continuation {
        let empty = [Double](repeating: 0, count: game.hiddenCount * nodeCount)
        occupancy = Array(repeating: empty, count: game.horizon)
        let later = turn < game.horizon ? collect(from: turn + 1, forced: nil) : empty
        let likeliest = game.responses.indices.max { share(node, $0, forced: nil) < share(node, $1, forced: nil) } ?? 0
        var next = [Double](repeating: 0, count: game.hiddenCount * game.shownReactions.count)
        for hidden in 0..<game.hiddenCount {
            for shown in game.shownReactions.indices {
                let index = hidden * game.shownReactions.count + shown
                if turn == game.horizon {
                    next[index] = endValue(hidden, game.timeout, turn: turn + 1)
                    continue
                }
                for cue in game.cues.indices {
                    next[index] +=
                        cueShare(hidden, cue) * later[hidden * nodeCount + self.next(node, likeliest, shown, cue)]
                }
            }
        }
        let ends = (0..<game.hiddenCount).flatMap { hidden in
            game.outcomes.indices.map { endValue(hidden, $0, turn: turn) }
        }
        return DraftResponse.Continuation(
            next: next, ends: ends, stage: weights.payoff.map { $0 * game.discounts[turn - 1] },
            user: anticipated(after: turn, node: node, likeliest))
    }

    /// [H, S] what a user with foresight expects of the next turn, at the state moved to, by the reaction shown; zeros for others.
    private func anticipated(after turn: Int, node: Int, _ response: Int) -> [Double] {
        var expected = [Double](repeating: 0, count: game.hiddenCount * game.shownReactions.count)
        guard let foresight = game.foresight, turn < game.horizon else { return expected }
        for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
            for shown in game.shownReactions.indices {
                for cue in game.cues.indices {
                    expected[hidden * game.shownReactions.count + shown] +=
                        cueShare(hidden, cue)
                        * reactions.expectedUtility(
                            turn: turn + 1, hidden: hidden, node: next(node, response, shown, cue), of: controller)
                }
            }
        }
        return expected
    }

    /// [|Θ|, |Ω|] joint probabilities of the type and of how the conversation ends, after a decision that was run.
    func outcomes(of decision: Decision) -> [Double] {
        var result = [Double](repeating: 0, count: game.users.count * game.outcomes.count)
        for turn in decision.turn...game.horizon {
            visit(turn) { hidden, node, mass in
                let start = game.user(of: hidden) * game.outcomes.count
                for response in game.responses.indices {
                    let forced = turn == decision.turn ? decision.response : nil
                    let played = mass * share(node, response, forced: forced)
                    guard played > 0 else { continue }
                    let row = row(turn, hidden, response, node)
                    var goesOn = played
                    for outcome in game.outcomes.indices {
                        let ended = played * reactions.ending[row * game.outcomes.count + outcome]
                        result[start + outcome] += ended
                        goesOn -= ended
                    }
                    if turn == game.horizon { result[start + game.timeout] += goesOn }
                }
            }
        }
        return result
    }

    private func cueShare(_ hidden: Int, _ cue: Int) -> Double { game.cue[hidden * game.cues.count + cue] }

    private func share(_ node: Int, _ response: Int, forced: Int?) -> Double {
        if let forced { return response == forced ? 1 : 0 }
        return controller.strategies[node * game.responses.count + response]
    }

    /// The node that follows a response and a continuing reaction with a cue.
    private func next(_ node: Int, _ response: Int, _ shown: Int, _ cue: Int) -> Int {
        memory.successor(
            of: node, after: response, observation: game.observations.index(shown: shown, cue: cue), game: game)
    }

    /// Occupancies of all turns; `forced` is the response of the first one.
    private mutating func spread(from start: Int, _ first: [Double], forced: Int?) {
        occupancy = Array(repeating: [], count: game.horizon)
        occupancy[start - 1] = first
        for turn in start..<max(start, game.horizon) {
            var following = [Double](repeating: 0, count: first.count)
            visit(turn) { hidden, node, mass in
                for response in game.responses.indices {
                    let played = mass * share(node, response, forced: turn == start ? forced : nil)
                    guard played > 0 else { continue }
                    let row = row(turn, hidden, response, node)
                    for step in game.moves(from: hidden % game.states.count) {
                        let target = hidden + step - 1
                        for shown in game.shownReactions.indices {
                            let flow = played * reactions.advance[(row * 3 + step) * game.shownReactions.count + shown]
                            guard flow > 0 else { continue }
                            for cue in game.cues.indices {
                                following[target * nodeCount + next(node, response, shown, cue)] +=
                                    flow * cueShare(target, cue)
                            }
                        }
                    }
                }
            }
            occupancy[turn] = following
        }
    }

    private func visit(_ turn: Int, _ body: (_ hidden: Int, _ node: Int, _ mass: Double) -> Void) {
        let masses = occupancy[turn - 1]
        for hidden in 0..<game.hiddenCount {
            for node in memory.nodeRanges[turn - 1] {
                let mass = masses[hidden * nodeCount + node]
                if mass > 0 { body(hidden, node, mass) }
            }
        }
    }

    private func endValue(_ hidden: Int, _ outcome: Int, turn: Int) -> Double {
        let user = game.user(of: hidden)
        let index = user * game.outcomes.count + outcome
        let paid = weights.payoff[user] * game.discounts[turn - 1] * game.outcomePayoff[index]
        return weights.outcomeTurns?.contains(turn) == false ? paid : paid + weights.outcome[index]
    }

    /// Goes back from the horizon, adds every derivative, and returns the values [H, nodes] of the first turn.
    private mutating func collect(from start: Int, forced: (node: Int, response: Int)?) -> [Double] {
        var later = [Double](repeating: 0, count: game.hiddenCount * nodeCount)
        for turn in stride(from: game.horizon, through: start, by: -1) {
            var now = [Double](repeating: 0, count: later.count)
            for node in memory.nodeRanges[turn - 1] {
                let isFirst = turn == start && forced != nil
                if isFirst, node != forced?.node { continue }
                for hidden in 0..<game.hiddenCount {
                    let mass = occupancy[turn - 1][hidden * nodeCount + node]
                    var value = isFirst ? 0 : divergence(node, hidden, turn: turn, mass: mass)
                    for response in game.responses.indices {
                        let played = share(node, response, forced: isFirst ? forced?.response : nil)
                        guard played > 0 else { continue }
                        value +=
                            played
                            * worth(
                                response, hidden: hidden, node: node, turn: turn, mass: mass * played, later: later)
                    }
                    now[hidden * nodeCount + node] = value
                }
            }
            later = now
        }
        return later
    }

    /// −τ γ^{t−1} KL(π(·|n) ‖ π_ref), with its derivatives.
    private mutating func divergence(_ node: Int, _ hidden: Int, turn: Int, mass: Double) -> Double {
        let weight = weights.user[game.user(of: hidden)]
        let (tau, discount) = (objective.klWeight, game.discounts[turn - 1])
        guard tau > 0 || mass > 0, let reference else { return 0 }
        let (row, today) = (reference.row(of: node), reference.strategy(at: node))
        var sum = 0.0
        for response in game.responses.indices {
            let played = controller.strategies[node * game.responses.count + response]
            guard played > 0 else { continue }
            sum += played * Libm.log(played / today[response])
            if tau > 0 {
                adjoint.reference[row][response] += mass * weight * tau * discount * played / today[response]
            }
        }
        if mass > 0 { adjoint.klWeight -= mass * weight * discount * sum }
        guard tau > 0 else { return 0 }
        adjoint.discount -= mass * weight * tau * discountSlope(turn) * sum
        return -weight * tau * discount * sum
    }

    /// d γ^{t−1} / d γ.
    private func discountSlope(_ turn: Int) -> Double {
        turn == 1 ? 0 : Double(turn - 1) * game.discounts[turn - 2]
    }

    /// Q(h, n, a), with its derivatives weighed by the mass that plays it.
    private mutating func worth(
        _ response: Int, hidden: Int, node: Int, turn: Int, mass: Double, later: [Double]
    ) -> Double {
        let user = game.user(of: hidden)
        let discount = game.discounts[turn - 1]
        let stage = user * game.responses.count + response
        var value = weights.payoff[user] * discount * game.stagePayoff[stage]
        adjoint.stagePayoff[stage] += mass * weights.payoff[user] * discount
        adjoint.discount += mass * weights.payoff[user] * discountSlope(turn) * game.stagePayoff[stage]
        let row = row(turn, hidden, response, node) * game.reactions.count
        let flat = (hidden * game.responses.count + response) * game.reactions.count
        let byTurn = (turn - 1) * game.hiddenCount * game.responses.count * game.reactions.count + flat
        let byClass =
            adjoint.classRow(turn: turn, hidden: hidden, response: response, group: memory.classes[node])
            * game.reactions.count
        for (reaction, item) in game.reactions.enumerated() {
            let probability = reactions.reaction[row + reaction]
            let worth: Double
            switch item.effect {
            case .ends(let outcome):
                worth = end(hidden, outcome, turn: turn, mass: mass * probability)
            case .continues:
                worth = go(
                    reaction, shownAs: reaction, flat: flat, hidden: hidden, node: node, turn: turn,
                    mass: mass * probability, later: later)
            case .continuesShowing(let other):
                worth = go(
                    reaction, shownAs: other, flat: flat, hidden: hidden, node: node, turn: turn,
                    mass: mass * probability, later: later)
            }
            adjoint.reaction[byTurn + reaction] += mass * worth
            if !adjoint.classReaction.isEmpty { adjoint.classReaction[byClass + reaction] += mass * worth }
            value += probability * worth
        }
        return value
    }

    private mutating func end(_ hidden: Int, _ outcome: Int, turn: Int, mass: Double) -> Double {
        let user = game.user(of: hidden)
        let index = user * game.outcomes.count + outcome
        adjoint.outcomePayoff[index] += mass * weights.payoff[user] * game.discounts[turn - 1]
        adjoint.discount += mass * weights.payoff[user] * discountSlope(turn) * game.outcomePayoff[index]
        return endValue(hidden, outcome, turn: turn)
    }

    /// The value after a continuing reaction: over the move, then over the cue.
    private mutating func go(
        _ reaction: Int, shownAs other: Int, flat: Int, hidden: Int, node: Int, turn: Int, mass: Double, later: [Double]
    ) -> Double {
        guard let shown = game.shownReactions.firstIndex(of: other) else { return 0 }
        let response = flat / game.reactions.count % game.responses.count
        var value = 0.0
        for step in game.moves(from: hidden % game.states.count) {
            let target = hidden + step - 1
            let index = (flat + reaction) * 3 + step
            var ahead = 0.0
            if turn == game.horizon {
                ahead = end(target, game.timeout, turn: turn + 1, mass: mass * game.move[index])
            } else {
                for cue in game.cues.indices {
                    let following = next(node, response, shown, cue)
                    // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                    guard following >= 0 else { continue }
                    let there = later[target * nodeCount + following]
                    ahead += cueShare(target, cue) * there
                    adjoint.cue[target * game.cues.count + cue] += mass * game.move[index] * there
                }
            }
            adjoint.move[index] += mass * ahead
            value += game.move[index] * ahead
        }
        return value
    }
}
