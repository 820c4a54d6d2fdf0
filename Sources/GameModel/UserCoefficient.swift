/// A number of a user's side of the game, as scenarios name it.
public enum UserCoefficient: Sendable, Hashable {
    /// λ_θ.
    case rationality
    /// δ_θ; 0 for a user who could look ahead and does not.
    case foresight
    /// A coefficient of the predictor of a reaction, by its index.
    case utility(reaction: Int, Term)
    /// A coefficient of the score of moves.
    case move(Term)
    /// A number that only agents of one kind have, by the name that ``UserAgent/ownCoefficients`` gives it.
    case own(String)

    /// What a coefficient of a linear predictor belongs to.
    public enum Term: Sendable, Hashable {
        case bias
        /// Per turn after the first; of utilities only.
        case turn
        /// The weight of staying; of moves only.
        case inertia
        case feature(Int)
        case state(Int)
        /// Of moves only.
        case reaction(Int)
    }
}

/// A number that only agents of one kind have.
public struct OwnCoefficient: Sendable, Hashable {
    /// Its key in the user's part of a scenario, which ends its path: `users.U.NAME`.
    public let name: String
    /// The values that it may have.
    public let domain: ParameterDomain

    public init(_ name: String, domain: ParameterDomain) {
        self.name = name
        self.domain = domain
    }
}
