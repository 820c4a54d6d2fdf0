public import GameModel

/// What an answer is to the game: everything that a label says of it, without its words.
public struct AnswerMeaning: Sendable, Hashable {
    /// [|A|] which response of the scenario it is, on the simplex; certain where it was chosen by name, and where nothing but its
    /// features is known: there it is the response with the nearest.
    public var response: [Double]
    /// [K] the features that users react to.
    public var features: [Double]
    /// Whether the labeller would rather have said nothing.
    public var isAbstained: Bool
    /// Whether it was said which response it is; where not, all that is known of the answer are its features.
    public var isNamed: Bool

    public init(response: [Double], features: [Double], isAbstained: Bool = false, isNamed: Bool = true) {
        self.response = response
        self.features = features
        self.isAbstained = isAbstained
        self.isNamed = isNamed
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

    /// The response that the answer is for certain, with exactly its features and cost; nil for any other answer.
    public func exact(in game: Game) -> Int? {
        let index = likeliest
        guard response[index] == 1, features == game.responses[index].features else { return nil }
        return cost(in: game) == game.responses[index].cost ? index : nil
    }

    /// c(f): the mean cost of the responses that it may be, in payoff units; of features alone what ``ResponseCosts`` says.
    public func cost(in game: Game) -> Double {
        ResponseCosts(game).cost(of: isNamed ? response : nil, features: features)
    }
}
