public import GameModel

/// A point at which the model has to speak: what it has seen and said so far, and what it can know.
public struct DecisionNode: Sendable {
    /// One exchange: what the model said, and the observation that followed.
    public struct Exchange: Sendable, Equatable, Hashable {
        public let response: Int
        public let observation: Int
    }

    /// The cue of the opening message.
    public let opening: Int
    public let exchanges: [Exchange]
    /// The posterior over hidden states.
    public let belief: Belief
    /// The node of the policy's memory.
    public let node: Int
    /// Probability of getting here under the reference.
    public let referenceReach: Double
    /// Probability of getting here under the policy.
    public let policyReach: Double

    /// t, from 1.
    public var turn: Int { exchanges.count + 1 }

    /// Probability of getting here under a mixture of the two.
    public func reach(referenceShare: Double) -> Double {
        referenceShare * referenceReach + (1 - referenceShare) * policyReach
    }
}

/// The tree of decision nodes: its roots, and how it goes on.
struct DecisionTree {
    let source: PreferenceSource

    /// One node per opening cue that can occur.
    func roots() throws(GameError) -> [DecisionNode] {
        let game = source.game
        var nodes: [DecisionNode] = []
        for cue in game.cues.indices where canOpen(cue) {
            let opened = try Belief.opening(cue, game: game)
            nodes.append(
                DecisionNode(
                    opening: cue, exchanges: [], belief: opened.belief, node: source.controller.memory.initial[cue],
                    referenceReach: opened.likelihood, policyReach: opened.likelihood))
        }
        return nodes
    }

    /// The nodes that follow, for every response that either policy may give and every observation that may come.
    ///
    /// - Complexity: O(|A| · |O| · H).
    func children(of node: DecisionNode) throws(GameError) -> [DecisionNode] {
        guard node.turn < source.game.horizon else { return [] }
        var nodes: [DecisionNode] = []
        for response in source.game.responses.indices {
            let reference = node.referenceReach * source.reference[response]
            let policy = node.policyReach * source.controller.strategies[strategyRow(node.node) + response]
            guard reference > 0 || policy > 0 else { continue }
            for observation in source.game.observations.later {
                guard let child = try child(of: node, response, observation, reference: reference, policy: policy)
                else { continue }
                nodes.append(child)
            }
        }
        return nodes
    }

    private func child(
        of node: DecisionNode, _ response: Int, _ observation: Int, reference: Double, policy: Double
    ) throws(GameError) -> DecisionNode? {
        let game = source.game
        guard node.belief.likelihood(of: observation, after: response, turn: node.turn, game: game) > 0 else {
            return nil
        }
        let updated = try node.belief.updated(turn: node.turn, response: response, observation: observation, game: game)
        let successor = source.controller.memory.successor(
            of: node.node, after: response, observation: observation, game: game)
        return DecisionNode(
            opening: node.opening, exchanges: node.exchanges + [.init(response: response, observation: observation)],
            belief: updated.belief, node: successor, referenceReach: reference * updated.likelihood,
            policyReach: policy * updated.likelihood)
    }

    private func strategyRow(_ node: Int) -> Int { node * source.controller.responseCount }

    private func canOpen(_ cue: Int) -> Bool {
        let game = source.game
        return (0..<game.hiddenCount).contains { hidden in
            game.prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue] > 0
        }
    }
}
