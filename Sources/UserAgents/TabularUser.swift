public import GameModel

/// A user whose reactions are given outright: calibrated counts, or another simulator's output.
public struct TabularUser: UserAgent, Equatable {
    /// react_θ(m | x, a): [|X|][|A|][|M|] probabilities.
    public var reactions: [[[Double]]]
    public var movement: Movement

    public init(reactions: [[[Double]]], movement: Movement) {
        self.reactions = reactions
        self.movement = movement
    }

    public var dependsOnTurn: Bool { false }

    public func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        guard reactions.indices.contains(state), reactions[state].indices.contains(response) else {
            throw GameError(
                "table", "has no row for state \(state) and response \(response); it must have one for each")
        }
        return reactions[state][response]
    }

    public func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try movement.probabilities(
            state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
    }
}

// MARK: Numbers, derivatives and form

extension TabularUser {
    /// Coefficients of moves, where those are a score.
    public func value(of coefficient: UserCoefficient) -> Double? {
        if case .move(let term) = coefficient { movement.score?[term] } else { nil }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        guard case .move(let term) = coefficient, self.value(of: coefficient) != nil else { return nil }
        return TabularUser(reactions: reactions, movement: movement.changed(term, to: value))
    }

    /// A row of the table is what it is, whatever the features of its response.
    public func addSlopes(
        reactions slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool { true }

    public func addSlopes(
        moves slopes: AdjacentMove, state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        movement.addSlopes(
            slopes, state: state, stateCount: stateCount, features: features, reaction: reaction, to: &sum)
        return true
    }

    /// The table, and then the movement.
    public var form: AgentForm? {
        var form = AgentForm(number: 1)
        form.add(reactions.count)
        for rows in reactions {
            form.add(rows.count)
            for row in rows { form.add(row) }
        }
        movement.add(to: &form)
        return form
    }
}
