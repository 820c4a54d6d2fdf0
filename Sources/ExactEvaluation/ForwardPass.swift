package import GameModel

/// One forward pass over (type, state, node): where conversations are, turn by turn, and where they ended.
///
/// Occupancies are conditional on the user type, so that a type of prior 0 is evaluated too. The struct owns its scratch
/// memory: a solver that evaluates ten thousand policies allocates once.
package struct ForwardPass {
    package let game: Game
    package let memory: ControllerMemory
    /// π_ref, or nil if divergence is not wanted.
    package let reference: NodeReference?
    /// How users react to the strategies of the last run.
    package private(set) var reactions: ReactionTables

    /// [turns or 1, H, nodes] P(h, n at turn t | θ(h)). Memory with the turn has one layer, since no node has two turns.
    package private(set) var occupancy: [Double]
    /// [nodes] KL(π(·|n) ‖ π_ref).
    package private(set) var divergence: [Double]
    /// [|Θ|] sums so far.
    package private(set) var payoff: [Double]
    package private(set) var turns: [Double]
    package private(set) var divergences: [Double]
    /// [T] P(the conversation reaches the turn).
    package private(set) var reach: [Double]
    /// [|Θ|, |Ω|]
    package private(set) var outcomes: [Double]

    /// [H, classes, |A|] mass of the responses of one turn.
    private var responseMass: [Double]
    /// [classes, branches, H, S] mass that goes on, by the state it moves to and the reaction shown.
    private var flow: [Double]

    package init(game: Game, memory: ControllerMemory, reference: NodeReference?) {
        self.game = game
        self.memory = memory
        self.reference = reference
        reactions = ReactionTables(game: game, memory: memory)
        let layers = memory.kind.usesTurn ? 1 : game.horizon
        occupancy = [Double](repeating: 0, count: layers * game.hiddenCount * memory.nodeCount)
        divergence = [Double](repeating: 0, count: memory.nodeCount)
        payoff = [Double](repeating: 0, count: game.users.count)
        turns = payoff
        divergences = payoff
        reach = [Double](repeating: 0, count: game.horizon)
        outcomes = [Double](repeating: 0, count: game.users.count * game.outcomes.count)
        let widest = memory.classRanges.map(\.count).max() ?? 0
        responseMass = [Double](repeating: 0, count: game.hiddenCount * widest * game.responses.count)
        flow = [Double](
            repeating: 0, count: widest * memory.branches * game.hiddenCount * game.shownReactions.count)
    }

    /// The offset of the turn's layer in ``occupancy``.
    package func layer(turn: Int) -> Int {
        memory.kind.usesTurn ? 0 : (turn - 1) * game.hiddenCount * memory.nodeCount
    }

    package var evaluation: Evaluation {
        let width = game.outcomes.count
        return Evaluation(
            payoffByUser: payoff,
            outcomes: game.users.indices.map { Array(outcomes[$0 * width..<($0 + 1) * width]) },
            turnsByUser: turns,
            divergenceByUser: divergences,
            reach: reach,
            prior: game.prior,
            safeOutcomes: game.outcomes.map(\.isSafe)
        )
    }

    /// Runs the pass for the strategies [nodes, |A|].
    ///
    /// - Parameter anticipated: the strategies that users with foresight expect; nil for those that are played.
    package mutating func run(strategies: [Double], anticipated: [Double]? = nil) {
        reactions.follow(anticipated ?? strategies)
        reset()
        measureDivergence(strategies)
        open()
        var discount = 1.0
        for turn in 1...game.horizon {
            respond(turn: turn, strategies: strategies, discount: discount)
            react(turn: turn, discount: discount)
            discount *= game.discount
            if turn < game.horizon { proceed(turn: turn) }
        }
        timeOut(discount: discount)
    }

    private mutating func reset() {
        for index in occupancy.indices { occupancy[index] = 0 }
        for index in payoff.indices { (payoff[index], turns[index], divergences[index]) = (0, 0, 0) }
        for index in outcomes.indices { outcomes[index] = 0 }
        for index in reach.indices { reach[index] = 0 }
    }

    private mutating func measureDivergence(_ strategies: [Double]) {
        guard let reference else { return }
        let width = game.responses.count
        for node in 0..<memory.nodeCount {
            divergence[node] = Divergence.kullbackLeibler(
                strategies[node * width..<(node + 1) * width], reference.strategy(at: node))
        }
    }

    /// θ fixed; x₁ ~ initial_θ; c₀ ~ cue_θ(· | x₁); the first node follows from the cue, or is drawn.
    private mutating func open() {
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices {
                let mass = game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
                for entry in memory.initial[cue].entries {
                    occupancy[hidden * memory.nodeCount + entry.node] += entry.probability * mass
                }
            }
        }
    }

    /// a_t ~ π(· | n): spreads the occupancy of every node over its responses, summed by class.
    private mutating func respond(turn: Int, strategies: [Double], discount: Double) {
        let width = game.responses.count
        let (nodes, classes) = (memory.nodeRanges[turn - 1], memory.classRanges[turn - 1])
        let nodeCount = memory.nodeCount
        let base = layer(turn: turn)
        for index in 0..<game.hiddenCount * classes.count * width { responseMass[index] = 0 }
        for hidden in 0..<game.hiddenCount {
            let user = game.user(of: hidden)
            for node in nodes {
                let mass = occupancy[base + hidden * nodeCount + node]
                guard mass > 0 else { continue }
                turns[user] += mass
                reach[turn - 1] += game.prior[user] * mass
                divergences[user] += discount * mass * divergence[node]
                let row = (hidden * classes.count + memory.classes[node] - classes.lowerBound) * width
                for response in 0..<width {
                    responseMass[row + response] += mass * strategies[node * width + response]
                }
            }
        }
    }

    /// G += γ^{t−1} r; m_t ~ react: ends conversations, and sends the rest on by move and shown reaction.
    private mutating func react(turn: Int, discount: Double) {
        let (width, shownCount) = (game.responses.count, game.shownReactions.count)
        let (classCount, firstClass) = (memory.classRanges[turn - 1].count, memory.classRanges[turn - 1].lowerBound)
        let (flowWidth, branches) = (game.hiddenCount * shownCount, memory.branches)
        let (advance, groupStride) = (reactions.advance, reactions.groupStride)
        for index in 0..<classCount * branches * flowWidth { flow[index] = 0 }
        for hidden in 0..<game.hiddenCount {
            let user = game.user(of: hidden)
            let state = hidden - user * game.states.count
            let steps = game.moves(from: state)
            for response in 0..<width {
                let first = reactions.row(turn: turn, hidden: hidden, response: response, group: firstClass)
                let branch = memory.branch(of: response)
                var total = 0.0
                for group in 0..<classCount {
                    let mass = responseMass[(hidden * classCount + group) * width + response]
                    guard mass > 0 else { continue }
                    total += mass
                    let row = first + group * groupStride
                    for step in steps {
                        let target = (group * branches + branch) * flowWidth + (hidden + step - 1) * shownCount
                        let source = (row * 3 + step) * shownCount
                        for shown in 0..<shownCount { flow[target + shown] += mass * advance[source + shown] }
                    }
                    if groupStride > 0 { end(row: row, user: user, response: response, mass: mass, discount: discount) }
                }
                // Where classes make no difference to users, what ends is summed over them at once.
                guard groupStride == 0, total > 0 else { continue }
                end(row: first, user: user, response: response, mass: total, discount: discount)
            }
        }
    }

    /// The stage payoff, and the conversations that end, after one response.
    private mutating func end(row: Int, user: Int, response: Int, mass: Double, discount: Double) {
        let outcomeCount = game.outcomes.count
        var value = game.stagePayoff[user * game.responses.count + response]
        for outcome in 0..<outcomeCount {
            let probability = reactions.ending[row * outcomeCount + outcome]
            outcomes[user * outcomeCount + outcome] += mass * probability
            value += probability * game.outcomePayoff[user * outcomeCount + outcome]
        }
        payoff[user] += discount * mass * value
    }

    /// c_t ~ cue_θ(· | x_{t+1}); the node of the next turn follows from the observation.
    private mutating func proceed(turn: Int) {
        let (cueCount, shownCount) = (game.cues.count, game.shownReactions.count)
        let exits = memory.exits(turn: turn)
        let base = layer(turn: turn + 1)
        for exit in exits {
            let successors = exit * game.observations.count + cueCount
            for hidden in 0..<game.hiddenCount {
                let source = ((exit - exits.lowerBound) * game.hiddenCount + hidden) * shownCount
                let target = base + hidden * memory.nodeCount
                for shown in 0..<shownCount {
                    let mass = flow[source + shown]
                    guard mass > 0 else { continue }
                    for cue in 0..<cueCount {
                        let node = Int(memory.successors[successors + shown * cueCount + cue])
                        occupancy[target + node] += mass * game.cue[hidden * cueCount + cue]
                    }
                }
            }
        }
    }

    /// What still goes on after turn T ends in the timeout outcome. ``flow`` holds it, by the last turn's classes.
    private mutating func timeOut(discount: Double) {
        let shownCount = game.shownReactions.count
        for exit in 0..<memory.exits(turn: game.horizon).count {
            for hidden in 0..<game.hiddenCount {
                let source = (exit * game.hiddenCount + hidden) * shownCount
                let mass = flow[source..<source + shownCount].reduce(0, +)
                let index = game.user(of: hidden) * game.outcomes.count + game.timeout
                outcomes[index] += mass
                payoff[game.user(of: hidden)] += discount * mass * game.outcomePayoff[index]
            }
        }
    }
}
