internal import GameModel

/// What can be known of a user from what was seen and said, and where a policy's memory stands that saw the same.
struct Knowledge: Sendable, Equatable {
    /// The posterior over (type, state).
    let belief: Belief
    /// Where the memory stands; nil where it was led to where the policy has nothing to say.
    let nodes: NodeDistribution?

    /// - Throws: `GameError` for an opening that nobody has.
    init(opening cue: Int, game: Game, policy: Policy) throws(GameError) {
        belief = try Belief.opening(cue, game: game).belief
        nodes = policy.memory.initial[cue]
    }

    /// Checks that what is known can be followed under a policy.
    ///
    /// - Throws: `GameError` where users have foresight and cannot tell which of several policies they meet: nobody knows what they expect.
    static func check(game: Game, policy: Policy) throws(GameError) {
        guard game.foresight != nil, policy.memory.initial.contains(where: { $0.only == nil }) else { return }
        throw GameError(
            "policy",
            "is a mixture, and some users have foresight: they cannot tell which of its policies they meet, so that nothing is known of "
                + "them by what they do; give one policy")
    }

    private init(_ belief: Belief, _ nodes: NodeDistribution?) { (self.belief, self.nodes) = (belief, nodes) }

    /// Bayes' rule, and a step of the memory.
    ///
    /// - Parameters:
    ///   - response: as an index of `game`, which may be widened by answers.
    ///   - meant: what a memory that follows responses takes it for.
    ///   - reactions: how users with foresight react; nil without them.
    /// - Throws: `GameError` where users have foresight and the policy is at no single node: then nobody knows what they expect.
    /// - Complexity: O(H · |S| + nodes²).
    func after(
        response: Int, meant: Int, observation: Int, turn: Int, game: Game, policy: Policy, reactions: ReactionTables?
    ) throws(GameError) -> Knowledge {
        var given: AnticipatedNode?
        if let reactions {
            guard let node = nodes?.only else {
                throw GameError(
                    "belief",
                    "is not known: users have foresight, and the policy that they expect has no single node here")
            }
            given = AnticipatedNode(reactions, node: node)
        }
        let updated = try belief.updated(
            turn: turn, response: response, observation: observation, game: game, given: given
        ).belief
        guard let nodes else { return Knowledge(updated, nil) }
        let next = nodes.after(meant, of: policy).moved(
            after: meant, by: observation, memory: policy.memory, game: game)
        return Knowledge(updated, next.entries.allSatisfy { $0.node >= 0 } ? next : nil)
    }
}
