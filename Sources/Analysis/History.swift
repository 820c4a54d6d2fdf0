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

    /// The beliefs after the opening and after every step.
    ///
    /// - Throws: `GameError` naming the evidence that cannot happen, or the turn after the horizon.
    public func beliefs(in game: Game) throws(GameError) -> [(belief: Belief, likelihood: Double)] {
        guard turn <= game.horizon else {
            throw GameError("history", "ends before turn \(turn); the game has \(game.horizon) turns")
        }
        var list = [try Belief.opening(cue, game: game)]
        for (index, step) in steps.enumerated() {
            guard let last = list.last else { break }
            list.append(
                try last.belief.updated(
                    turn: index + 1, response: step.response, observation: step.observation, game: game))
        }
        return list
    }

    /// The node at which a memory arrives.
    ///
    /// - Throws: `GameError` if the memory has no node there.
    public func node(in memory: ControllerMemory, game: Game) throws(GameError) -> Int {
        var node = memory.initial[cue]
        for step in steps {
            node = memory.successor(
                of: node, after: step.response, observation: step.observation, game: game)
            guard node >= 0 else { throw GameError("history", "leads to no node of the policy's memory") }
        }
        return node
    }
}

/// Bayes' rule along a history, kept so that it can be differentiated backwards.
struct BeliefTrace {
    let history: History
    /// [steps + 1][H] joint probability of the hidden state and everything seen so far.
    private let joints: [[Double]]
    /// [H] the posterior after the whole history.
    let belief: [Double]

    init(_ history: History, game: Game) throws(GameError) {
        _ = try history.beliefs(in: game)
        var joints = [
            (0..<game.hiddenCount).map { hidden in
                game.prior[game.user(of: hidden)] * game.initialState[hidden]
                    * game.cue[hidden * game.cues.count + history.cue]
            }
        ]
        for (index, step) in history.steps.enumerated() {
            joints.append(Self.next(joints[index], step, turn: index + 1, game: game))
        }
        let last = joints[joints.count - 1]
        let total = last.reduce(0, +)
        self.history = history
        self.joints = joints
        belief = last.map { $0 / total }
    }

    private static func next(_ joint: [Double], _ step: History.Step, turn: Int, game: Game) -> [Double] {
        var result = [Double](repeating: 0, count: joint.count)
        guard let shown = game.observations.shown(of: step.observation) else { return result }
        let cue = game.observations.cue(of: step.observation)
        for hidden in joint.indices where joint[hidden] > 0 {
            let row = game.row(turn: turn, hidden: hidden, response: step.response)
            for move in game.moves(from: hidden % game.states.count) {
                let target = hidden + move - 1
                result[target] +=
                    joint[hidden] * game.advance[(row * 3 + move) * game.shownReactions.count + shown]
                    * game.cue[target * game.cues.count + cue]
            }
        }
        return result
    }

    /// Adds the derivatives of Σ_h b(h) v(h) through b.
    ///
    /// - Parameter values: [H] v.
    func differentiate(_ values: [Double], into adjoint: inout GameAdjoint, game: Game) {
        let total = joints[joints.count - 1].reduce(0, +)
        let mean = zip(belief, values).reduce(0) { $0 + $1.0 * $1.1 }
        var bar = values.map { ($0 - mean) / total }
        for index in history.steps.indices.reversed() {
            bar = back(bar, step: history.steps[index], turn: index + 1, joint: joints[index], &adjoint, game)
        }
        for hidden in 0..<game.hiddenCount {
            let user = game.user(of: hidden)
            let cue = hidden * game.cues.count + history.cue
            adjoint.prior[user] += bar[hidden] * game.initialState[hidden] * game.cue[cue]
            adjoint.initialState[hidden] += bar[hidden] * game.prior[user] * game.cue[cue]
            adjoint.cue[cue] += bar[hidden] * game.prior[user] * game.initialState[hidden]
        }
    }

    /// One step of Bayes' rule, backwards.
    private func back(
        _ bar: [Double], step: History.Step, turn: Int, joint: [Double], _ adjoint: inout GameAdjoint, _ game: Game
    ) -> [Double] {
        var earlier = [Double](repeating: 0, count: bar.count)
        guard let shown = game.observations.shown(of: step.observation) else { return earlier }
        let cue = game.observations.cue(of: step.observation)
        let speaking = game.reactions.indices.filter { game.shown(of: $0) == shown }
        for hidden in joint.indices {
            let flat = (hidden * game.responses.count + step.response) * game.reactions.count
            let row = game.row(turn: turn, hidden: hidden, response: step.response) * game.reactions.count
            let byTurn = (turn - 1) * game.hiddenCount * game.responses.count * game.reactions.count + flat
            for move in game.moves(from: hidden % game.states.count) {
                let target = hidden + move - 1
                let cueIndex = target * game.cues.count + cue
                for reaction in speaking {
                    let (react, go) = (game.reaction[row + reaction], game.move[(flat + reaction) * 3 + move])
                    earlier[hidden] += bar[target] * react * go * game.cue[cueIndex]
                    let weight = bar[target] * joint[hidden]
                    adjoint.reaction[byTurn + reaction] += weight * go * game.cue[cueIndex]
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
