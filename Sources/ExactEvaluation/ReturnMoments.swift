package import GameModel

/// How rollouts count the end of a conversation.
package enum ReturnEndings: String, Sendable, CaseIterable {
    /// By what it brings, when it comes.
    case realised
    /// In every turn by what it would bring on average over the user's reactions, whichever comes: as a judge counts who knows the user's
    /// type and state and the reward function, and so has none of the noise of the reaction that ends the conversation.
    case expected
}

extension ReactionTables {
    /// E[what an ending in a turn brings], in payoff units of that turn: Σ_ω P(ω) w_θ(ω), after the last turn with γ w_θ(timeout) where the
    /// conversation would go on.
    ///
    /// - Complexity: O(|Ω|).
    package func expectedEnding(turn: Int, hidden: Int, response: Int, group: Int) -> Double {
        let count = game.outcomes.count
        let (row, user) = (row(turn: turn, hidden: hidden, response: response, group: group), game.user(of: hidden))
        var (sum, left) = (0.0, 1.0)
        for outcome in 0..<count {
            sum += ending[row * count + outcome] * game.outcomePayoff[user * count + outcome]
            left -= ending[row * count + outcome]
        }
        guard turn == game.horizon else { return sum }
        return sum + left * game.discount * game.outcomePayoff[user * count + game.timeout]
    }
}

/// Mean and variance of what a conversation brings from a turn on, to a policy that goes on as it is: by backward passes.
///
/// With a window of w, what counts is what the next w responses and the reactions to them bring, as in rollouts that are cut off there:
/// stage payoffs, and outcomes where the conversation ends by then. R_t^w = r_θ(a) + γ R_{t+1}^{w−1} where it goes on, so that
/// Var R is the mean of the variances of what may come next, and the variance of their means (law of total variance): a difference E[R²] − E[R]²
/// would have nothing left of a spread that is 10⁻⁸ of the payoffs.
///
/// Where endings count in expectation, the turn's own part is r_θ(a) + E[what an ending in it brings], and R' comes only where it goes on.
///
/// Source: variance of returns, Sobel 1982 (J. Appl. Prob. 19, 794–802).
package struct ReturnMoments: Sendable {
    package let policy: Policy
    /// How many response–reaction pairs count; nil for all.
    package let window: Int?
    /// How endings count.
    package let endings: ReturnEndings
    private let game: Game
    /// By turn: [H, nodes of the turn, |A|].
    private let mean: [[Double]]
    private let variance: [[Double]]

    /// - Parameters:
    ///   - window: at least 1; nil for the whole conversation.
    ///   - endings: how endings count.
    /// - Complexity: O(windows · turns · H · nodes · |A| · |M| · |C|).
    package init(_ policy: Policy, game: Game, window: Int? = nil, endings: ReturnEndings = .realised) {
        precondition(window ?? 1 >= 1, "a window holds a response and its reaction")
        (self.policy, self.game, self.window, self.endings) = (policy, game, window, endings)
        let reactions = ReactionTables(game: game, controller: policy)
        // A window that reaches the horizon from every turn is the whole; shorter ones are built up pair by pair.
        let passes = min(window ?? game.horizon, game.horizon)
        var layers = (0..<game.horizon).map { _ in Layer() }
        if window == nil || passes == game.horizon {
            for turn in stride(from: game.horizon, through: 1, by: -1) {
                let next = turn < game.horizon ? layers[turn] : nil
                layers[turn - 1] = Layer(policy, game, reactions, endings, turn: turn, next: next)
            }
        } else {
            for _ in 0..<passes {
                let shorter = layers
                layers = (1...game.horizon).map { turn in
                    let next = turn < game.horizon ? shorter[turn] : nil
                    return Layer(policy, game, reactions, endings, turn: turn, next: next)
                }
            }
        }
        mean = layers.map(\.mean)
        variance = layers.map(\.variance)
    }

    /// A mixture of returns: its mean, and its variance by the steady update of a weighted sample.
    ///
    /// Source: West 1979, Updating mean and variance estimates (doi:10.1145/359146.359153).
    private struct MixedReturn {
        private(set) var mean = 0.0
        private(set) var variance = 0.0
        private var (weight, centre) = (0.0, 0.0)

        /// - Parameter share: of the mixture; all of them sum to 1.
        mutating func add(_ share: Double, _ mean: Double, _ variance: Double = 0) {
            guard share > 0 else { return }
            self.mean += share * mean
            weight += share
            let distance = mean - centre
            centre += share / weight * distance
            self.variance += share * (variance + distance * (mean - centre))
        }
    }

    /// One turn: [H, nodes, |A|], and mixed by the policy, [H, nodes].
    private struct Layer {
        var (mean, variance) = ([Double](), [Double]())
        var value: [MixedReturn] = []

        /// Nothing counts.
        init() {}

        /// - Parameter next: of the next turn; empty where nothing counts there, nil where there is none.
        init(
            _ policy: Policy, _ game: Game, _ reactions: ReactionTables, _ endings: ReturnEndings, turn: Int,
            next: Layer?
        ) {
            let memory = policy.memory
            let nodes = memory.nodeRanges[turn - 1]
            for hidden in 0..<game.hiddenCount {
                let user = game.user(of: hidden)
                for node in nodes {
                    var mixed = MixedReturn()
                    for response in game.responses.indices {
                        var stage = game.stagePayoff[user * game.responses.count + response]
                        if endings == .expected {
                            stage += reactions.expectedEnding(
                                turn: turn, hidden: hidden, response: response, group: memory.classes[node])
                        }
                        let rest = Self.rest(
                            memory, game, reactions, endings, turn: turn, hidden: hidden, node: node,
                            response: response, next)
                        mean.append(stage + rest.mean)
                        variance.append(rest.variance)
                        let share = policy.strategy(at: node)[policy.strategy(at: node).startIndex + response]
                        mixed.add(share, stage + rest.mean, rest.variance)
                    }
                    value.append(mixed)
                }
            }
        }

        /// What comes after the stage payoff, discounted to this turn.
        private static func rest(
            _ memory: ControllerMemory, _ game: Game, _ reactions: ReactionTables, _ endings: ReturnEndings, turn: Int,
            hidden: Int, node: Int, response: Int, _ next: Layer?
        ) -> MixedReturn {
            let (user, discount) = (game.user(of: hidden), game.discount)
            let row =
                reactions.row(turn: turn, hidden: hidden, response: response, group: memory.classes[node])
                * game.reactions.count
            let moves = (hidden * game.responses.count + response) * game.reactions.count
            var rest = MixedReturn()
            func add(_ probability: Double, _ value: Double) {
                // What was expected of it has been counted already.
                rest.add(probability, endings == .realised ? value : 0)
            }
            for (index, reaction) in game.reactions.enumerated() {
                let probability = reactions.reaction[row + index]
                guard probability > 0 else { continue }
                if case .ends(let outcome) = reaction.effect {
                    add(probability, game.outcomePayoff[user * game.outcomes.count + outcome])
                    continue
                }
                guard turn < game.horizon else {
                    add(probability, discount * game.outcomePayoff[user * game.outcomes.count + game.timeout])
                    continue
                }
                guard let next, !next.value.isEmpty else {
                    rest.add(probability, 0)
                    continue
                }
                let range = memory.nodeRanges[turn]
                for step in game.moves(from: hidden % game.states.count) {
                    let moved = probability * game.move[(moves + index) * 3 + step]
                    guard moved > 0 else { continue }
                    let state = hidden + step - 1
                    for cue in game.cues.indices {
                        let weight = moved * game.cue[state * game.cues.count + cue]
                        guard weight > 0 else { continue }
                        let seen = game.observations.index(shown: game.continuingRanks[index], cue: cue)
                        let target = memory.successor(of: node, after: response, observation: seen, game: game)
                        guard range.contains(target) else { continue }
                        let after = next.value[state * range.count + target - range.lowerBound]
                        rest.add(weight, discount * after.mean, discount * discount * after.variance)
                    }
                }
            }
            return rest
        }
    }

    /// [|A|] mean and variance of what a response brings, to who believes this.
    ///
    /// - Complexity: O(nodes · H · |A|).
    package func moments(belief: Belief, turn: Int, nodes: NodeDistribution) -> [(mean: Double, variance: Double)] {
        let range = policy.memory.nodeRanges[turn - 1]
        let count = game.responses.count
        return (0..<count).map { response in
            var mixed = MixedReturn()
            for entry in nodes.after(response, of: policy).entries {
                for (hidden, mass) in belief.probabilities.enumerated() where mass > 0 {
                    let place = (hidden * range.count + entry.node - range.lowerBound) * count + response
                    mixed.add(entry.probability * mass, mean[turn - 1][place], variance[turn - 1][place])
                }
            }
            return (mixed.mean, mixed.variance)
        }
    }
}
