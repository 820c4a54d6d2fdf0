/// P(h, evidence): a belief before it is divided by how probable its evidence was, which is what filters add up.
///
/// ``Belief`` follows one sequence of observations. Where observations are uncertain, several sequences stand side by side, each with
/// its own probability: their measures add, and a belief is made of the sum.
public struct BeliefMeasure: Sendable, Equatable {
    /// [H] P(h, evidence).
    public private(set) var probabilities: [Double]
    /// [H] P(h, evidence | θ) of the game's rare types, 0 for the others; empty where no type is rare.
    public private(set) var rare: [Double]

    /// Nothing at all: what others are added to.
    public init(like other: BeliefMeasure) {
        probabilities = other.probabilities.map { _ in 0 }
        rare = other.rare.map { _ in 0 }
    }

    /// Prior, first state and opening cue together.
    ///
    /// - Parameter prior: another prior over user types than the game's, on the simplex; nil for the game's.
    /// - Complexity: O(H).
    public init(opening cue: Int, game: Game, prior: [Double]? = nil) {
        let prior = prior ?? game.prior
        probabilities = (0..<game.hiddenCount).map { hidden in
            prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
        }
        rare =
            game.users.indices.contains(where: game.isRare)
            ? (0..<game.hiddenCount).map {
                game.isRare(game.user(of: $0)) ? game.initialState[$0] * game.cue[$0 * game.cues.count + cue] : 0
            } : []
    }

    private init(probabilities: [Double], rare: [Double]) {
        self.probabilities = probabilities
        self.rare = rare
    }

    /// P(evidence).
    public var mass: Double { probabilities.reduce(0, +) }

    /// The posterior; nil where the evidence is impossible.
    public var belief: Belief? {
        let mass = mass
        guard mass > 0 else { return nil }
        return Belief(probabilities: probabilities.map { $0 / mass }, rare: rare.map { $0 / mass })
    }

    /// Adds another measure, so many times.
    public mutating func add(_ other: BeliefMeasure, weight: Double = 1) {
        for hidden in probabilities.indices { probabilities[hidden] += weight * other.probabilities[hidden] }
        for hidden in rare.indices { rare[hidden] += weight * other.rare[hidden] }
    }

    /// Everything divided by a number above 0.
    public mutating func divide(by total: Double) {
        for hidden in probabilities.indices { probabilities[hidden] /= total }
        for hidden in rare.indices { rare[hidden] /= total }
    }

    /// Σ_h μ(h) P(x', s | h, a): where the state is after a response that was followed by a shown reaction.
    ///
    /// - Parameters:
    ///   - steps: [H, 3, S] the probability that the conversation goes on, by move and shown reaction.
    ///   - shown: the rank of the reaction that was seen.
    /// - Complexity: O(H).
    public func advanced(by steps: [Double], shown: Int, game: Game) -> BeliefMeasure {
        BeliefMeasure(
            probabilities: Self.advanced(probabilities, by: steps, shown: shown, game: game),
            rare: Self.advanced(rare, by: steps, shown: shown, game: game))
    }

    /// The same of any numbers by hidden state.
    ///
    /// - Parameters:
    ///   - amounts: [H], of either sign; or none.
    ///   - steps: [H, 3, S] what is moved of each, by move and shown reaction.
    package static func advanced(_ amounts: [Double], by steps: [Double], shown: Int, game: Game) -> [Double] {
        var moved = amounts.map { _ in 0.0 }
        for hidden in amounts.indices where amounts[hidden] != 0 {
            for step in 0..<3 {
                let share = steps[(hidden * 3 + step) * game.shownReactions.count + shown]
                if share != 0 { moved[hidden + step - 1] += amounts[hidden] * share }
            }
        }
        return moved
    }

    /// Σ μ(h) cue(c | h): with a cue in the message.
    ///
    /// - Complexity: O(H).
    public func seeing(cue: Int, game: Game) -> BeliefMeasure {
        BeliefMeasure(
            probabilities: Self.seeing(probabilities, cue: cue, game: game),
            rare: Self.seeing(rare, cue: cue, game: game))
    }

    /// The same of any numbers by hidden state: [H], or none.
    package static func seeing(_ amounts: [Double], cue: Int, game: Game) -> [Double] {
        amounts.enumerated().map { $0.element * game.cue[$0.offset * game.cues.count + cue] }
    }
}
