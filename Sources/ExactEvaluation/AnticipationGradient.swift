package import GameModel

/// The part of a gradient that goes through users with foresight: strategies change what users anticipate, that changes their
/// reactions, and those change the value.
///
/// It is the adjoint of the recursion in ``ReactionTables``. With w_m what follows a reaction is worth to the objective, v_m the
/// user's own value of it, p the reactions, I the inclusive value and μ the probability of the row, going forward in turns:
///
/// - ∂/∂v_m = p_m (λ μ (w_m − Σ_k p_k w_k) + ∂/∂I), where ∂/∂I = Σ_n ∂/∂U_t(h, n) π(a | n) over the class's nodes;
/// - ∂/∂U_{t+1}(h', n') += δ ∂/∂v_m · P(h', n' | h, n, a, m);
/// - ∂/∂π(a | n) += ∂/∂U_t(h, n) · I.
///
/// U_1 influences nothing, since the first turn cannot be declined. Where λ is infinite p is constant almost everywhere, and
/// only changes of U count: the derivative there says nothing of the jumps.
package struct AnticipationGradient {
    private let game: Game
    private let memory: ControllerMemory
    private let rank: [Int]
    /// [H, nodes] ∂ value / ∂ U of this turn and of the next.
    private var slope: [Double]
    private var nextSlope: [Double]
    /// [H, classes, |A|] probability of the row, and ∂ value / ∂ I.
    private var mass: [Double]
    private var inclusiveSlope: [Double]
    /// [classes, branches, H, S] what the objective still expects, and ∂ value / ∂ of what the user still expects.
    private var continuation: [Double]
    private var expectedSlope: [Double]
    /// [|M|] w_m.
    private var worth: [Double]

    package init(game: Game, memory: ControllerMemory) {
        self.game = game
        self.memory = memory
        rank = game.continuingRanks
        let widest = memory.classRanges.map(\.count).max() ?? 0
        slope = [Double](repeating: 0, count: game.hiddenCount * memory.nodeCount)
        nextSlope = slope
        mass = [Double](repeating: 0, count: game.hiddenCount * widest * game.responses.count)
        inclusiveSlope = mass
        continuation = [Double](
            repeating: 0, count: widest * memory.branches * game.hiddenCount * game.shownReactions.count)
        expectedSlope = continuation
        worth = [Double](repeating: 0, count: game.reactions.count)
    }

    /// Adds this part to a gradient [nodes, |A|].
    ///
    /// - Parameters:
    ///   - backward: a finished backward pass of the strategies.
    ///   - forward: the forward pass of the same strategies.
    /// - Complexity: that of ``ReactionTables/follow(_:)``.
    package mutating func add(
        to gradient: inout [Double], of backward: borrowing BackwardPass, objective: LinearObjective,
        strategies: [Double], forward: ForwardPass
    ) {
        guard let foresight = game.foresight else { return }
        for index in slope.indices { slope[index] = 0 }
        for turn in 1...game.horizon {
            gather(turn: turn, strategies: strategies, forward: forward, foresight, &gradient)
            guard turn < game.horizon else { return }
            continueFrom(turn: turn, values: backward.nodeValue, layer: backward.valueLayer(turn: turn + 1), foresight)
            for index in expectedSlope.indices { expectedSlope[index] = 0 }
            for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
                let ends = game.outcomes.indices.map { outcome in
                    backward.endValue(
                        hidden: hidden, outcome: outcome, objective: objective, discount: game.discounts[turn - 1])
                }
                for group in memory.classRanges[turn - 1] {
                    for response in game.responses.indices {
                        differentiateRow(
                            turn: turn, hidden: hidden, group: group, response: response, ends: ends,
                            forward.reactions, foresight)
                    }
                }
            }
            proceed(turn: turn, foresight)
        }
    }

    /// The rows' probabilities and ∂/∂I, and what ∂/∂U says of the strategies of the turn.
    private mutating func gather(
        turn: Int, strategies: [Double], forward: ForwardPass, _ foresight: Foresight, _ gradient: inout [Double]
    ) {
        let width = game.responses.count
        let (nodes, classes) = (memory.nodeRanges[turn - 1], memory.classRanges[turn - 1])
        let base = forward.layer(turn: turn)
        let inclusive = forward.reactions.inclusive
        for index in 0..<game.hiddenCount * classes.count * width { (mass[index], inclusiveSlope[index]) = (0, 0) }
        for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
            for node in nodes {
                let group = memory.classes[node]
                let occupancy = forward.occupancy[base + hidden * memory.nodeCount + node]
                let own = slope[hidden * memory.nodeCount + node]
                let target = (hidden * classes.count + group - classes.lowerBound) * width
                let source = forward.reactions.row(turn: turn, hidden: hidden, response: 0, group: group)
                for response in 0..<width {
                    let share = strategies[node * width + response]
                    mass[target + response] += occupancy * share
                    inclusiveSlope[target + response] += own * share
                    gradient[node * width + response] += own * inclusive[source + response]
                }
            }
        }
    }

    /// Σ_c cue(c | x') V_{t+1}(x', next(class, (s, c))).
    private mutating func continueFrom(turn: Int, values: [Double], layer: Int, _ foresight: Foresight) {
        let (cueCount, shownCount) = (game.cues.count, game.shownReactions.count)
        let exits = memory.exits(turn: turn)
        for exit in exits {
            let successors = exit * game.observations.count + cueCount
            for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
                let target = ((exit - exits.lowerBound) * game.hiddenCount + hidden) * shownCount
                for shown in 0..<shownCount {
                    var value = 0.0
                    for cue in 0..<cueCount {
                        let node = Int(memory.successors[successors + shown * cueCount + cue])
                        // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                        guard node >= 0 else { continue }
                        value += game.cue[hidden * cueCount + cue] * values[layer + hidden * memory.nodeCount + node]
                    }
                    continuation[target + shown] = value
                }
            }
        }
    }

    /// ∂/∂v of one row, passed on to what the user expects of the next turn.
    private mutating func differentiateRow(
        turn: Int, hidden: Int, group: Int, response: Int, ends: [Double], _ reactions: ReactionTables,
        _ foresight: Foresight
    ) {
        let (count, shownCount) = (game.reactions.count, game.shownReactions.count)
        let classes = memory.classRanges[turn - 1]
        let here = (hidden * classes.count + group - classes.lowerBound) * game.responses.count + response
        guard mass[here] != 0 || inclusiveSlope[here] != 0 else { return }
        let row = reactions.row(turn: turn, hidden: hidden, response: response, group: group) * count
        let moves = (hidden * game.responses.count + response) * count
        let exit = (group - classes.lowerBound) * memory.branches + memory.branch(of: response)
        let next = (exit * game.hiddenCount + hidden - 1) * shownCount
        let steps = game.moves(from: hidden % game.states.count)
        let user = game.user(of: hidden)
        var mean = 0.0
        for index in 0..<count {
            var value = 0.0
            if rank[index] < 0 {
                value = ends[-1 - rank[index]]
            } else {
                for step in steps {
                    value +=
                        game.move[(moves + index) * 3 + step] * continuation[next + step * shownCount + rank[index]]
                }
            }
            worth[index] = value
            mean += reactions.reaction[row + index] * value
        }
        let rationality = foresight.rationality[user]
        for index in 0..<count where rank[index] >= 0 {
            var own = inclusiveSlope[here]
            if rationality < .infinity { own += rationality * mass[here] * (worth[index] - mean) }
            own *= foresight.weight[user] * reactions.reaction[row + index]
            guard own != 0 else { continue }
            for step in steps {
                expectedSlope[next + step * shownCount + rank[index]] += own * game.move[(moves + index) * 3 + step]
            }
        }
    }

    /// ∂/∂U of the next turn, over its cue.
    private mutating func proceed(turn: Int, _ foresight: Foresight) {
        let (cueCount, shownCount) = (game.cues.count, game.shownReactions.count)
        let exits = memory.exits(turn: turn)
        for index in nextSlope.indices { nextSlope[index] = 0 }
        for exit in exits {
            let successors = exit * game.observations.count + cueCount
            for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
                let source = ((exit - exits.lowerBound) * game.hiddenCount + hidden) * shownCount
                for shown in 0..<shownCount {
                    for cue in 0..<cueCount {
                        let node = Int(memory.successors[successors + shown * cueCount + cue])
                        // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                        guard node >= 0 else { continue }
                        nextSlope[hidden * memory.nodeCount + node] +=
                            game.cue[hidden * cueCount + cue] * expectedSlope[source + shown]
                    }
                }
            }
        }
        swap(&slope, &nextSlope)
    }
}
