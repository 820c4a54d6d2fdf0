/// What the model can know of the user: the posterior over hidden states (type and state) after what it has seen.
public struct Belief: Sendable, Equatable {
    /// [H] posterior probabilities, on the simplex.
    public let probabilities: [Double]
    /// [H] P(h, evidence | θ) / P(evidence) for the game's rare types, 0 for the others; empty where no type is rare.
    ///
    /// Such a type is hardly believed in, or never, but a limit on what it does binds: its price counts by this.
    public let rare: [Double]

    init(probabilities: [Double], rare: [Double] = []) {
        self.probabilities = probabilities
        self.rare = rare
    }

    /// The belief before anything is seen: prior × initial.
    public static func prior(_ game: Game) -> Belief {
        Belief(
            probabilities: (0..<game.hiddenCount).map { game.prior[game.user(of: $0)] * game.initialState[$0] },
            rare: rareStart(game) { game.initialState[$0] })
    }

    /// What is known where nothing is hidden: one state for certain.
    package static func certain(_ hidden: Int, game: Game) -> Belief {
        Belief(probabilities: (0..<game.hiddenCount).map { $0 == hidden ? 1 : 0 })
    }

    /// What is known of rare types at first; empty where there are none.
    private static func rareStart(_ game: Game, _ share: (_ hidden: Int) -> Double) -> [Double] {
        guard game.users.indices.contains(where: game.isRare) else { return [] }
        return (0..<game.hiddenCount).map { game.isRare(game.user(of: $0)) ? share($0) : 0 }
    }

    /// The belief after the opening cue, with that cue's probability.
    ///
    /// - Parameter prior: another prior over user types than the game's, on the simplex; nil for the game's.
    /// - Throws: ``GameError`` naming the cue if no user can open with it.
    /// - Complexity: O(H).
    public static func opening(
        _ cue: Int, game: Game, prior: [Double]? = nil
    ) throws(GameError) -> (belief: Belief, likelihood: Double) {
        let prior = prior ?? game.prior
        let joint = (0..<game.hiddenCount).map { hidden in
            prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
        }
        let rare = rareStart(game) { game.initialState[$0] * game.cue[$0 * game.cues.count + cue] }
        return try normalised(joint, rare) { "the opening cue \(game.cues[cue])" }
    }

    /// Bayes' rule after response a and observation o = (s, c), with P(o | b, a).
    ///
    /// b'(θ, x') ∝ cue_θ(c | x') Σ_x b(θ, x) P(x', s | θ, x, a).
    ///
    /// - Parameters:
    ///   - turn: t of the response, from 1.
    ///   - observation: index of a later observation (not an opening).
    ///   - given: where the response was given, which matters to users with foresight; nil where nobody does.
    /// - Throws: ``GameError`` naming the observation if it has zero likelihood, or if users have foresight and `given` is nil.
    /// - Complexity: O(H).
    public func updated(
        turn: Int, response: Int, observation: Int, game: Game, given: AnticipatedNode? = nil
    ) throws(GameError) -> (belief: Belief, likelihood: Double) {
        guard game.foresight == nil || given != nil else {
            throw GameError(
                "belief",
                "cannot be updated from the response alone: users have foresight, and what they do depends on the policy "
                    + "they anticipate; give it")
        }
        guard let shown = game.observations.shown(of: observation) else {
            throw GameError("observation", "\(observation) is an opening; it must be one that follows a response")
        }
        let cue = game.observations.cue(of: observation)
        let joint = joint(
            probabilities, turn: turn, response: response, shown: shown, cue: cue, game: game, given: given)
        let rare =
            rare.isEmpty
            ? []
            : self.joint(rare, turn: turn, response: response, shown: shown, cue: cue, game: game, given: given)
        return try Self.normalised(joint, rare) {
            "\(game.reactions[game.shownReactions[shown]].name) with the cue \(game.cues[cue]) "
                + "after \(game.responses[response].name) at turn \(turn)"
        }
    }

    /// P(o | b, a): how probable an observation is, the conversation's end being the rest.
    ///
    /// - Complexity: O(H).
    public func likelihood(
        of observation: Int, after response: Int, turn: Int, game: Game, given: AnticipatedNode? = nil
    ) -> Double {
        precondition(game.foresight == nil || given != nil, "users have foresight: what they anticipate must be given")
        guard let shown = game.observations.shown(of: observation) else { return 0 }
        let cue = game.observations.cue(of: observation)
        return joint(probabilities, turn: turn, response: response, shown: shown, cue: cue, game: game, given: given)
            .reduce(0, +)
    }

    /// [H] P(h', s, c | b, a) for a measure b over hidden states.
    private func joint(
        _ measure: [Double], turn: Int, response: Int, shown: Int, cue: Int, game: Game, given: AnticipatedNode?
    ) -> [Double] {
        let advance = given?.reactions.advance ?? game.advance
        let shownCount = game.shownReactions.count
        var joint = [Double](repeating: 0, count: game.hiddenCount)
        for hidden in 0..<game.hiddenCount where measure[hidden] > 0 {
            let row =
                given?.reactions.row(turn: turn, hidden: hidden, response: response, group: given?.group ?? 0)
                ?? game.row(turn: turn, hidden: hidden, response: response)
            for step in 0..<3 {
                let probability = advance[(row * 3 + step) * shownCount + shown]
                if probability > 0 { joint[hidden + step - 1] += measure[hidden] * probability }
            }
        }
        for hidden in joint.indices { joint[hidden] *= game.cue[hidden * game.cues.count + cue] }
        return joint
    }

    /// The posterior over user types.
    public func users(in game: Game) -> [Double] {
        var shares = [Double](repeating: 0, count: game.users.count)
        for (hidden, probability) in probabilities.enumerated() { shares[game.user(of: hidden)] += probability }
        return shares
    }

    private static func normalised(
        _ joint: [Double], _ rare: [Double], evidence: () -> String
    ) throws(GameError) -> (belief: Belief, likelihood: Double) {
        let likelihood = joint.reduce(0, +)
        guard likelihood > 0 else {
            throw GameError("belief", "cannot be updated: \(evidence()) has probability 0")
        }
        return (
            Belief(probabilities: joint.map { $0 / likelihood }, rare: rare.map { $0 / likelihood }), likelihood
        )
    }
}

/// Where in its memory a policy gave a response, and how users react who anticipate the policy.
public struct AnticipatedNode: Sendable {
    public let reactions: ReactionTables
    /// The class of the node.
    let group: Int

    /// - Parameter node: the node of the memory that the reactions were made for.
    public init(_ reactions: ReactionTables, node: Int) {
        self.reactions = reactions
        group = reactions.memory.classes[node]
    }
}
