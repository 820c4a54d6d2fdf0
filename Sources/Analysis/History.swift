public import GameModel

/// What the model has seen and said when it has to speak: an opening cue, then responses and observations in turn.
public struct History: Sendable, Equatable {
    /// One response and what was observed after it.
    public struct Step: Sendable, Equatable {
        public let response: Int
        /// Index of a later observation.
        public let observation: Int

        public init(response: Int, observation: Int) {
            self.response = response
            self.observation = observation
        }
    }

    public let cue: Int
    public let steps: [Step]

    public init(cue: Int, steps: [Step] = []) {
        self.cue = cue
        self.steps = steps
    }

    /// The turn in which the model speaks next, from 1.
    public var turn: Int { steps.count + 1 }

    /// π_ref(· | h), what a reference says here.
    public func strategy(of reference: Reference, game: Game) -> [Double] {
        let cue = steps.last.map { game.observations.cue(of: $0.observation) } ?? cue
        return reference.strategy(turn: turn, cue: cue, after: steps.last?.response)
    }

    /// The beliefs after the opening and after every step.
    ///
    /// - Parameter reactions: how users react to the policy that they anticipate; may be nil where nobody looks ahead.
    /// - Throws: `GameError` naming the evidence that cannot happen, or the turn after the horizon.
    public func beliefs(
        in game: Game, reactions: ReactionTables? = nil
    ) throws(GameError) -> [(belief: Belief, likelihood: Double)] {
        guard turn <= game.horizon else {
            throw GameError("history", "ends before turn \(turn); the game has \(game.horizon) turns")
        }
        var list = [try Belief.opening(cue, game: game)]
        var nodes: [Int] = []
        if game.foresight != nil, let reactions { nodes = try self.nodes(in: reactions.memory, game: game) }
        for (index, step) in steps.enumerated() {
            guard let last = list.last else { break }
            let given = nodes.isEmpty ? nil : reactions.map { AnticipatedNode($0, node: nodes[index]) }
            list.append(
                try last.belief.updated(
                    turn: index + 1, response: step.response, observation: step.observation, game: game, given: given))
        }
        return list
    }

    /// The node at which a memory arrives.
    ///
    /// - Throws: `GameError` if the memory has no node there, or draws its first node.
    public func node(in memory: ControllerMemory, game: Game) throws(GameError) -> Int {
        let nodes = try nodes(in: memory, game: game)
        return nodes[nodes.count - 1]
    }

    /// The nodes at which a memory is, one per turn.
    func nodes(in memory: ControllerMemory, game: Game) throws(GameError) -> [Int] {
        guard var node = memory.initial[cue].only else {
            throw GameError(
                "history",
                "leads to several nodes, since the policy is a mixture that draws one at the opening; give one of the "
                    + "policies that it mixes")
        }
        var nodes = [node]
        for step in steps {
            node = memory.successor(
                of: node, after: step.response, observation: step.observation, game: game)
            guard node >= 0 else { throw GameError("history", "leads to no node of the policy's memory") }
            nodes.append(node)
        }
        return nodes
    }
}

/// Bayes' rule along a history, kept so that it can be differentiated backwards.
struct BeliefTrace {
    let history: History
    private let reactions: ReactionTables
    /// The classes of the nodes at which responses were given, one per turn.
    private let groups: [Int]
    /// [steps + 1][H] joint probability of the hidden state and everything seen so far.
    private let joints: [[Double]]
    /// [H] the posterior after the whole history.
    let belief: [Double]
    /// [steps + 1][H] P(h, everything seen so far | θ) of rare types, 0 for others.
    private let rareJoints: [[Double]]
    /// [H] ``Belief/rare`` after the whole history.
    let rare: [Double]

    /// - Parameter reactions: how users react to the policy along the history.
    init(_ history: History, reactions: ReactionTables) throws(GameError) {
        let game = reactions.game
        _ = try history.beliefs(in: game, reactions: reactions)
        self.reactions = reactions
        groups = try history.nodes(in: reactions.memory, game: game).map { reactions.memory.classes[$0] }
        let groups = groups
        func followed(_ weight: (_ user: Int) -> Double) -> [[Double]] {
            var joints = [
                (0..<game.hiddenCount).map { hidden in
                    weight(game.user(of: hidden)) * game.initialState[hidden]
                        * game.cue[hidden * game.cues.count + history.cue]
                }
            ]
            for (index, step) in history.steps.enumerated() {
                joints.append(Self.next(joints[index], step, turn: index + 1, group: groups[index], reactions))
            }
            return joints
        }
        let joints = followed { game.prior[$0] }
        let rareJoints = followed { game.isRare($0) ? 1 : 0 }
        let last = joints[joints.count - 1]
        let total = last.reduce(0, +)
        self.history = history
        self.joints = joints
        self.rareJoints = rareJoints
        belief = last.map { $0 / total }
        rare = rareJoints[rareJoints.count - 1].map { $0 / total }
    }

    private static func next(
        _ joint: [Double], _ step: History.Step, turn: Int, group: Int, _ reactions: ReactionTables
    ) -> [Double] {
        let game = reactions.game
        var result = [Double](repeating: 0, count: joint.count)
        guard let shown = game.observations.shown(of: step.observation) else { return result }
        let cue = game.observations.cue(of: step.observation)
        for hidden in joint.indices where joint[hidden] > 0 {
            let row = reactions.row(turn: turn, hidden: hidden, response: step.response, group: group)
            for move in game.moves(from: hidden % game.states.count) {
                let target = hidden + move - 1
                result[target] +=
                    joint[hidden] * reactions.advance[(row * 3 + move) * game.shownReactions.count + shown]
                    * game.cue[target * game.cues.count + cue]
            }
        }
        return result
    }

    /// Adds the derivatives of Σ_h b(h) v(h) through b.
    ///
    /// - Parameter values: [H] v.
    func differentiate(_ values: [Double], into adjoint: inout GameAdjoint) {
        let game = reactions.game
        let total = joints[joints.count - 1].reduce(0, +)
        let mean = zip(belief, values).reduce(0) { $0 + $1.0 * $1.1 }
        let bar = open(values.map { ($0 - mean) / total }, joints, { game.prior[$0] }, &adjoint)
        addPriors(bar, &adjoint)
    }

    /// Adds the derivatives of Σ_h rare(h) v(h) through ``rare``: the conditional probabilities, and the evidence they are divided by.
    ///
    /// - Parameter values: [H] v.
    func differentiateRare(_ values: [Double], into adjoint: inout GameAdjoint) {
        let game = reactions.game
        let total = joints[joints.count - 1].reduce(0, +)
        let sum = zip(rare, values).reduce(0) { $0 + $1.0 * $1.1 }
        _ = open(values.map { $0 / total }, rareJoints, { game.isRare($0) ? 1 : 0 }, &adjoint)
        addPriors(open(values.map { _ in -sum / total }, joints, { game.prior[$0] }, &adjoint), &adjoint)
    }

    /// Goes back to the opening and adds what its states and cues do there.
    ///
    /// - Parameter weight: what the joint probabilities weigh a type by.
    /// - Returns: [H] the derivatives in the joint probabilities before anything is seen.
    private func open(
        _ last: [Double], _ joints: [[Double]], _ weight: (_ user: Int) -> Double, _ adjoint: inout GameAdjoint
    ) -> [Double] {
        let game = reactions.game
        var bar = last
        for index in history.steps.indices.reversed() {
            bar = back(bar, index, joint: joints[index], &adjoint)
        }
        for hidden in 0..<game.hiddenCount {
            let weight = weight(game.user(of: hidden))
            let cue = hidden * game.cues.count + history.cue
            adjoint.initialState[hidden] += bar[hidden] * weight * game.cue[cue]
            adjoint.cue[cue] += bar[hidden] * weight * game.initialState[hidden]
        }
        return bar
    }

    private func addPriors(_ bar: [Double], _ adjoint: inout GameAdjoint) {
        let game = reactions.game
        for hidden in 0..<game.hiddenCount {
            adjoint.prior[game.user(of: hidden)] +=
                bar[hidden] * game.initialState[hidden] * game.cue[hidden * game.cues.count + history.cue]
        }
    }

    /// One step of Bayes' rule, backwards.
    private func back(_ bar: [Double], _ index: Int, joint: [Double], _ adjoint: inout GameAdjoint) -> [Double] {
        let (game, step, turn) = (reactions.game, history.steps[index], index + 1)
        var earlier = [Double](repeating: 0, count: bar.count)
        guard let shown = game.observations.shown(of: step.observation) else { return earlier }
        let cue = game.observations.cue(of: step.observation)
        let speaking = game.reactions.indices.filter { game.shown(of: $0) == shown }
        for hidden in joint.indices {
            let flat = (hidden * game.responses.count + step.response) * game.reactions.count
            let row =
                reactions.row(turn: turn, hidden: hidden, response: step.response, group: groups[index])
                * game.reactions.count
            let byClass =
                adjoint.classRow(turn: turn, hidden: hidden, response: step.response, group: groups[index])
                * game.reactions.count
            let byTurn = (turn - 1) * game.hiddenCount * game.responses.count * game.reactions.count + flat
            for move in game.moves(from: hidden % game.states.count) {
                let target = hidden + move - 1
                let cueIndex = target * game.cues.count + cue
                for reaction in speaking {
                    let (react, go) = (reactions.reaction[row + reaction], game.move[(flat + reaction) * 3 + move])
                    earlier[hidden] += bar[target] * react * go * game.cue[cueIndex]
                    let weight = bar[target] * joint[hidden]
                    let slope = weight * go * game.cue[cueIndex]
                    adjoint.reaction[byTurn + reaction] += slope
                    if !adjoint.classReaction.isEmpty { adjoint.classReaction[byClass + reaction] += slope }
                    adjoint.move[(flat + reaction) * 3 + move] += weight * react * game.cue[cueIndex]
                    adjoint.cue[cueIndex] += weight * react * go
                }
            }
        }
        return earlier
    }
}

extension Game {
    /// The rank of the reaction that the model sees when this one is given; nil if it ends the conversation.
    func shown(of reaction: Int) -> Int? {
        switch reactions[reaction].effect {
        case .ends: nil
        case .continues: shownReactions.firstIndex(of: reaction)
        case .continuesShowing(let other): shownReactions.firstIndex(of: other)
        }
    }
}
