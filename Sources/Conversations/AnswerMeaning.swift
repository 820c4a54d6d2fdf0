public import GameModel

/// What an answer is to the game: everything that a label says of it, without its words.
public struct AnswerMeaning: Sendable, Hashable {
    /// [|A|] which response of the scenario it is, on the simplex; certain where it was chosen by name.
    public var response: [Double]
    /// [K] the features that users react to.
    public var features: [Double]
    /// Whether the labeller would rather have said nothing.
    public var isAbstained: Bool

    public init(response: [Double], features: [Double], isAbstained: Bool = false) {
        self.response = response
        self.features = features
        self.isAbstained = isAbstained
    }

    /// A response of the scenario.
    public init(_ index: Int, in game: Game) {
        self.init(
            response: game.responses.indices.map { $0 == index ? 1 : 0 }, features: game.responses[index].features)
    }

    /// The likeliest response; the first of equals.
    public var likeliest: Int {
        response.indices.reduce(0) { response[$1] > response[$0] ? $1 : $0 }
    }

    /// The response that the answer is for certain, with exactly its features; nil for any other answer.
    public func exact(in game: Game) -> Int? {
        let index = likeliest
        return response[index] == 1 && features == game.responses[index].features ? index : nil
    }

    /// c(f): the mean cost of the responses that it may be, in payoff units.
    public func cost(in game: Game) -> Double {
        zip(response, game.responses).reduce(0) { $0 + $1.0 * $1.1.cost }
    }
}
