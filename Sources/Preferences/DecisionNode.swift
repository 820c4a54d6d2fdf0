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
    /// Where the policy may be in its memory: one node, or several for a mixture of policies.
    public let nodes: NodeDistribution
    /// Probability of getting here under the reference, given to users who anticipate the policy where they look ahead.
    public let referenceReach: Double
    /// Probability of getting here under the policy.
    public let policyReach: Double

    /// t, from 1.
    public var turn: Int { exchanges.count + 1 }

    /// π_ref(· | h), what a reference says here.
    public func strategy(of reference: Reference, game: Game) -> [Double] {
        let cue = exchanges.last.map { game.observations.cue(of: $0.observation) } ?? opening
        return reference.strategy(turn: turn, cue: cue, after: exchanges.last?.response)
    }

    /// Probability of getting here under a mixture of the two.
    public func reach(referenceShare: Double) -> Double {
        referenceShare * referenceReach + (1 - referenceShare) * policyReach
    }
}

/// The tree of decision nodes: its roots, and how it goes on.
struct DecisionTree {
    let source: PreferenceSource
    /// How users react who anticipate the policy.
    private let reactions: ReactionTables

    init(source: PreferenceSource) {
        self.source = source
        reactions = ReactionTables(game: source.game, controller: source.controller)
    }

    /// One node per opening cue that can occur.
    func roots() throws(GameError) -> [DecisionNode] {
        let game = source.game
        var nodes: [DecisionNode] = []
        for cue in game.cues.indices where canOpen(cue) {
            let opened = try Belief.opening(cue, game: game)
            nodes.append(
                DecisionNode(
                    opening: cue, exchanges: [], belief: opened.belief, nodes: source.controller.memory.initial[cue],
                    referenceReach: opened.likelihood, policyReach: opened.likelihood))
        }
        return nodes
    }

    /// How users react at a node where some of them anticipate the policy; nil where nobody does.
    ///
    /// - Throws: `GameError` for a mixture: users with foresight cannot tell which of its policies they meet.
    private func anticipated(_ node: DecisionNode) throws(GameError) -> AnticipatedNode? {
        guard source.game.foresight != nil else { return nil }
        guard let only = node.nodes.only else {
            throw GameError("policy", "is a mixture of policies, and some users have foresight; give one policy")
        }
        return AnticipatedNode(reactions, node: only)
    }

    /// The nodes that follow, for every response that either policy may give and every observation that may come.
    ///
    /// - Complexity: O(|A| · |O| · H).
    func children(of node: DecisionNode) throws(GameError) -> [DecisionNode] {
        guard node.turn < source.game.horizon else { return [] }
        var nodes: [DecisionNode] = []
        let strategy = node.nodes.strategy(of: source.controller)
        let today = node.strategy(of: source.reference, game: source.game)
        for response in source.game.responses.indices {
            let reference = node.referenceReach * today[response]
            let policy = node.policyReach * strategy[response]
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
        let given = try anticipated(node)
        guard
            node.belief.likelihood(of: observation, after: response, turn: node.turn, game: game, given: given) > 0
        else { return nil }
        let updated = try node.belief.updated(
            turn: node.turn, response: response, observation: observation, game: game, given: given)
        let nodes = node.nodes.after(response, of: source.controller)
            .moved(after: response, by: observation, memory: source.controller.memory, game: game)
        return DecisionNode(
            opening: node.opening, exchanges: node.exchanges + [.init(response: response, observation: observation)],
            belief: updated.belief, nodes: nodes, referenceReach: reference * updated.likelihood,
            policyReach: policy * updated.likelihood)
    }

    private func canOpen(_ cue: Int) -> Bool {
        let game = source.game
        return (0..<game.hiddenCount).contains { hidden in
            game.prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue] > 0
        }
    }
}
