/// What is expected to follow a response at a decision node. It is computed elsewhere: this room solves nothing.
public struct ResponseOutlook: Sendable, Equatable, Codable {
    /// P(ω unsafe | b, a), the policy going on as it is.
    public private(set) var risk: Double
    /// [|M|] P(m | b, a): the next reaction.
    public private(set) var reactions: [Double]

    public init(risk: Double, reactions: [Double]) {
        self.risk = risk
        self.reactions = reactions
    }

    /// The likeliest reaction, the first of equally likely ones.
    var likeliest: Int {
        reactions.indices.reduce(0) { reactions[$1] > reactions[$0] ? $1 : $0 }
    }

    /// The same, so many times.
    func scaled(by weight: Double) -> ResponseOutlook {
        ResponseOutlook(risk: weight * risk, reactions: reactions.map { weight * $0 })
    }

    /// With so many times another one.
    func adding(_ other: ResponseOutlook, weight: Double) -> ResponseOutlook {
        ResponseOutlook(
            risk: risk + weight * other.risk, reactions: zip(reactions, other.reactions).map { $0 + weight * $1 })
    }

    /// Takes in another history with the same words.
    ///
    /// - Parameter weight: the other's share of the reach of both.
    mutating func merge(_ other: ResponseOutlook, weight: Double) {
        risk += weight * (other.risk - risk)
        for index in reactions.indices { reactions[index] += weight * (other.reactions[index] - reactions[index]) }
    }
}

/// What the reasons of all rows have in common: the constraints that the policy whose values label them is held
/// to.
public struct DatasetRationale: Sendable, Equatable {
    /// A constraint that binds or is broken.
    public struct Constraint: Sendable, Equatable {
        /// Index of the user type θ.
        public let user: Int
        /// Index of the outcome ω.
        public let outcome: Int
        /// ε.
        public let atMost: Double
        /// P(ω | θ, π).
        public let share: Double
        /// μ ≥ 0.
        public let price: Double

        public init(user: Int, outcome: Int, atMost: Double, share: Double, price: Double) {
            self.user = user
            self.outcome = outcome
            self.atMost = atMost
            self.share = share
            self.price = price
        }
    }

    public let binding: [Constraint]

    public init(binding: [Constraint]) { self.binding = binding }
}
