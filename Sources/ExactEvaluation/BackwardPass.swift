package import GameModel
internal import NumericalMethods

/// One backward pass over (type, state, node): what is still to come, turn by turn, and the gradient in the strategies.
///
/// Values are in the units of the objective and counted from the start of the conversation (discounts included), given
/// that the conversation is at (h, n) in turn t.
package struct BackwardPass {
    package let game: Game
    package let memory: ControllerMemory

    /// [turns or 1, H, classes, |A|] value of giving response a at hidden state h and class; layers as in ``ForwardPass``.
    package private(set) var responseValue: [Double]
    /// [nodes, |A|] ∂ value / ∂ π(a | n), each π(a | n) taken as free.
    package private(set) var gradient: [Double]
    /// [layers, H, nodes] value of the next turn, then of this one. There is one layer, unless users have foresight and nodes
    /// occur in several turns: then the gradient needs the values of every turn, and each has its layer.
    package private(set) var nodeValue: [Double]
    private let valueStride: Int
    /// [classes, branches, H, S] expected next value over the cue.
    private var continuation: [Double]
    /// [H, classes or 1, |A|] what the turn itself brings; by class only where users have foresight.
    private var turnValue: [Double]
    /// How users react, where no forward pass says so.
    private var ownReactions: ReactionTables?
    /// [classes, |A|] whether some node of a class gives a response; empty where every response is valued in every turn.
    private var isGiven: [Bool] = []
    private var anticipation: AnticipationGradient?

    package init(game: Game, memory: ControllerMemory) {
        self.game = game
        self.memory = memory
        let layers = memory.kind.usesTurn ? 1 : game.horizon
        let hidden = game.hiddenCount
        responseValue = [Double](repeating: 0, count: layers * hidden * memory.classCount * game.responses.count)
        gradient = [Double](repeating: 0, count: memory.nodeCount * game.responses.count)
        let isLayered = game.foresight != nil && !memory.kind.usesTurn
        valueStride = isLayered ? hidden * memory.nodeCount : 0
        nodeValue = [Double](repeating: 0, count: (isLayered ? game.horizon : 1) * hidden * memory.nodeCount)
        let widest = memory.classRanges.map(\.count).max() ?? 0
        continuation = [Double](repeating: 0, count: widest * memory.branches * hidden * game.shownReactions.count)
        turnValue = [Double](
            repeating: 0, count: hidden * (game.foresight == nil ? 1 : widest) * game.responses.count)
    }

    /// The index in ``responseValue`` of the row of a hidden state and a class.
    package func row(turn: Int, hidden: Int, group: Int) -> Int {
        let layer = memory.kind.usesTurn ? 0 : turn - 1
        return ((layer * game.hiddenCount + hidden) * memory.classCount + group) * game.responses.count
    }

    /// The offset of a turn's layer in ``nodeValue``.
    package func valueLayer(turn: Int) -> Int { (turn - 1) * valueStride }

    /// Propagates the objective back from the horizon for the strategies [nodes, |A|].
    ///
    /// Users who look ahead anticipate the strategies of the forward pass, or these where there is none. Response values hold
    /// what they anticipate fixed; the gradient does not.
    ///
    /// - Parameters:
    ///   - forward: the forward pass of the same strategies (the gradient weighs values by its occupancies), or nil if only
    ///     values are wanted.
    ///   - reference: π_ref, needed where the objective weighs divergence.
    ///   - isWhole: whether every response is valued in every turn. Otherwise, after the first turn, those alone that the strategies give:
    ///     the values of the first turn are the same, in a fraction of the time where there are many responses. Without a forward pass only.
    package mutating func run(
        _ objective: LinearObjective, strategies: [Double], forward: ForwardPass?, reference: NodeReference,
        isWhole: Bool = true
    ) {
        precondition(isWhole || forward == nil)
        isGiven = isWhole ? [] : given(strategies)
        defer { isGiven = [] }
        var unchanged = strategies
        sweep(objective, strategies: &unchanged, forward: forward, reference: reference) { _, _, _ in }
    }

    /// The same, with the strategies of each turn open to change before the turn is valued for the turns before it.
    ///
    /// - Parameter adjust: receives the nodes of a turn and the gradient, whose rows of these nodes are final, and may change
    ///   the strategies of these nodes. Where users have foresight that would change how they react, so nothing may change.
    package mutating func sweep(
        _ objective: LinearObjective, strategies: inout [Double], forward: ForwardPass?, reference: NodeReference,
        adjust: (_ nodes: Range<Int>, _ gradient: [Double], _ strategies: inout [Double]) -> Void
    ) {
        for index in gradient.indices { gradient[index] = 0 }
        let discounts = game.discounts
        let reactions = forward?.reactions ?? anticipated(strategies)
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            continueFrom(turn: turn, objective: objective, discount: discounts[turn])
            measureTurn(turn, objective: objective, discount: discounts[turn - 1], reactions)
            respond(turn: turn, reactions)
            let divergence = DivergenceTerm(
                weights: objective.divergenceWeight.map { $0 * discounts[turn - 1] }, reference: reference)
            if let forward {
                collectGradient(turn: turn, strategies: strategies, forward: forward, divergence: divergence)
            }
            adjust(memory.nodeRanges[turn - 1], gradient, &strategies)
            average(turn: turn, strategies: strategies, divergence: divergence)
        }
        guard game.foresight != nil, let forward else { return }
        var anticipation = self.anticipation.take() ?? AnticipationGradient(game: game, memory: memory)
        var total = gradient
        anticipation.add(to: &total, of: self, objective: objective, strategies: strategies, forward: forward)
        (gradient, self.anticipation) = (total, anticipation)
    }

    private mutating func anticipated(_ strategies: [Double]) -> ReactionTables {
        var reactions = ownReactions.take() ?? ReactionTables(game: game, memory: memory)
        reactions.follow(strategies)
        ownReactions = reactions
        return reactions
    }

    /// ``responseValue`` counted from each turn on: payoff values of turn t divided by γ^{t−1}.
    package func valuesFromTurn(goal: Objective.Goal) -> [Double] {
        var values = responseValue
        guard goal == .payoff else { return values }
        var discount = 1.0
        for turn in 1...game.horizon {
            for hidden in 0..<game.hiddenCount {
                for group in memory.classRanges[turn - 1] {
                    let start = row(turn: turn, hidden: hidden, group: group)
                    for index in start..<start + game.responses.count { values[index] /= discount }
                }
            }
            discount *= game.discount
        }
        return values
    }

    /// Σ_c cue(c | x') V_{t+1}(x', next(class, a, (s, c))), or the timeout after the last turn.
    private mutating func continueFrom(turn: Int, objective: LinearObjective, discount: Double) {
        let (cueCount, shownCount) = (game.cues.count, game.shownReactions.count)
        let layer = valueLayer(turn: turn + 1)
        let exits = memory.exits(turn: turn)
        for exit in exits {
            let successors = exit * game.observations.count + cueCount
            for hidden in 0..<game.hiddenCount {
                let target = ((exit - exits.lowerBound) * game.hiddenCount + hidden) * shownCount
                if turn == game.horizon {
                    let value = endValue(
                        hidden: hidden, outcome: game.timeout, objective: objective, discount: discount)
                    for shown in 0..<shownCount { continuation[target + shown] = value }
                    continue
                }
                for shown in 0..<shownCount {
                    var value = 0.0
                    for cue in 0..<cueCount {
                        let node = Int(memory.successors[successors + shown * cueCount + cue])
                        // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                        guard node >= 0 else { continue }
                        value += game.cue[hidden * cueCount + cue] * nodeValue[layer + hidden * memory.nodeCount + node]
                    }
                    continuation[target + shown] = value
                }
            }
        }
    }

    package func endValue(hidden: Int, outcome: Int, objective: LinearObjective, discount: Double) -> Double {
        let user = game.user(of: hidden)
        let index = user * game.outcomes.count + outcome
        return objective.payoffWeight[user] * discount * game.outcomePayoff[index] + objective.outcomeWeight[index]
    }

    /// γ^{t−1} r_θ(a) and the value of ending in this turn.
    private mutating func measureTurn(
        _ turn: Int, objective: LinearObjective, discount: Double, _ reactions: ReactionTables
    ) {
        let (width, outcomeCount) = (game.responses.count, game.outcomes.count)
        let classes = memory.classRanges[turn - 1]
        let groups = reactions.groupStride == 0 ? 1 : classes.count
        for hidden in 0..<game.hiddenCount {
            let user = game.user(of: hidden)
            for group in 0..<groups {
                for response in 0..<width {
                    let row = reactions.row(
                        turn: turn, hidden: hidden, response: response, group: classes.lowerBound + group)
                    var value = objective.payoffWeight[user] * discount * game.stagePayoff[user * width + response]
                    for outcome in 0..<outcomeCount {
                        value +=
                            reactions.ending[row * outcomeCount + outcome]
                            * endValue(hidden: hidden, outcome: outcome, objective: objective, discount: discount)
                    }
                    turnValue[(hidden * groups + group) * width + response] = value
                }
            }
        }
    }

    private func given(_ strategies: [Double]) -> [Bool] {
        let width = game.responses.count
        var isGiven = [Bool](repeating: false, count: memory.classCount * width)
        for node in 0..<memory.nodeCount {
            for response in 0..<width where strategies[node * width + response] > 0 {
                isGiven[memory.classes[node] * width + response] = true
            }
        }
        return isGiven
    }

    private mutating func respond(turn: Int, _ reactions: ReactionTables) {
        let isWhole = isGiven.isEmpty || turn == 1
        let (width, shownCount) = (game.responses.count, game.shownReactions.count)
        let classes = memory.classRanges[turn - 1]
        let groups = reactions.groupStride == 0 ? 1 : classes.count
        let (advance, hiddenCount) = (reactions.advance, game.hiddenCount)
        for hidden in 0..<hiddenCount {
            let state = hidden % game.states.count
            let steps = game.moves(from: state)
            for group in classes {
                let target = row(turn: turn, hidden: hidden, group: group)
                let first = (group - classes.lowerBound) * memory.branches
                let own = (hidden * groups + (groups == 1 ? 0 : group - classes.lowerBound)) * width
                for response in 0..<width where isWhole || isGiven[group * width + response] {
                    let next = ((first + memory.branch(of: response)) * hiddenCount + hidden) * shownCount
                    let source = reactions.row(turn: turn, hidden: hidden, response: response, group: group) * 3
                    var value = turnValue[own + response]
                    for step in steps {
                        let from = (source + step) * shownCount
                        let to = next + (step - 1) * shownCount
                        for shown in 0..<shownCount { value += advance[from + shown] * continuation[to + shown] }
                    }
                    responseValue[target + response] = value
                }
            }
        }
    }

    /// V(h, n) = Σ_a π(a | n) Q(h, class(n), a) − the weighted divergence.
    private mutating func average(turn: Int, strategies: [Double], divergence: DivergenceTerm) {
        let width = game.responses.count
        let layer = valueLayer(turn: turn)
        for node in memory.nodeRanges[turn - 1] {
            let cost =
                divergence.isNeeded
                ? Divergence.kullbackLeibler(
                    strategies[node * width..<(node + 1) * width], divergence.reference.strategy(at: node)) : 0
            for hidden in 0..<game.hiddenCount {
                let source = row(turn: turn, hidden: hidden, group: memory.classes[node])
                var value = divergence.isNeeded ? -divergence.weights[game.user(of: hidden)] * cost : 0
                for response in 0..<width {
                    value += strategies[node * width + response] * responseValue[source + response]
                }
                nodeValue[layer + hidden * memory.nodeCount + node] = value
            }
        }
    }

    private mutating func collectGradient(
        turn: Int, strategies: [Double], forward: ForwardPass, divergence: DivergenceTerm
    ) {
        let width = game.responses.count
        let base = forward.layer(turn: turn)
        for node in memory.nodeRanges[turn - 1] {
            var price = 0.0
            for hidden in 0..<game.hiddenCount {
                let mass = forward.occupancy[base + hidden * memory.nodeCount + node]
                guard mass > 0 else { continue }
                let source = row(turn: turn, hidden: hidden, group: memory.classes[node])
                for response in 0..<width {
                    gradient[node * width + response] += mass * responseValue[source + response]
                }
                if divergence.isNeeded { price += mass * divergence.weights[game.user(of: hidden)] }
            }
            guard price > 0 else { continue }
            let reference = divergence.reference.strategy(at: node)
            for response in 0..<width where strategies[node * width + response] > 0 {
                let ratio = strategies[node * width + response] / reference[response]
                gradient[node * width + response] -= price * (Libm.log(ratio) + 1)
            }
        }
    }
}

/// The KL term of one turn.
private struct DivergenceTerm {
    /// [|Θ|] weight of the divergence in this turn, discount included.
    let weights: [Double]
    let reference: NodeReference
    let isNeeded: Bool

    init(weights: [Double], reference: NodeReference) {
        self.weights = weights
        self.reference = reference
        isNeeded = weights.contains { $0 != 0 }
    }
}
