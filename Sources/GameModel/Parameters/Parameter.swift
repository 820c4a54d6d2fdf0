/// A number of a scenario, named by its path in the file: `users.malicious.prior`, `responses.guide.features.empathy`.
///
/// Paths are those of the scenario format, so that a number is called what its author calls it:
///
/// | path | number |
/// |---|---|
/// | `discount` | γ |
/// | `responses.A.cost`, `responses.A.features.F` | c(a), f_k(a) |
/// | `users.U.prior` | prior_θ |
/// | `users.U.initial.X` | initial_θ(x) |
/// | `users.U.cues.X.C`, or `users.U.cues.C` without states | cue_θ(c ∣ x) |
/// | `users.U.payoff.O`, `users.U.exposure.F` | w_θ(ω), exposure_{θ,k} |
/// | `users.U.rationality` | λ_θ |
/// | `users.U.foresight` | δ_θ, of users with utilities; 0 is a user without foresight |
/// | `users.U.utility.M.bias`, `….turn`, `….F`, `….X` | the coefficients of u_θ(m ∣ t, x, a) |
/// | `users.U.move.bias`, `….inertia`, `….F`, `….X`, `….M` | the coefficients of the score of a move |
/// | `users.U.NAME` | a number that only agents of this kind have |
/// | `objective.kl_weight`, `objective.reference.A` | τ, π_ref(a) |
/// | `objective.constraints.U.O.at_most` | ε of the constraint on outcome O of type U |
public struct Parameter: Sendable, Hashable, CustomStringConvertible {
    public let path: String
    public let location: Location

    public var description: String { path }

    /// Whether the number says how users are, so that it can be measured on people: who they are, how they begin, read, react and move.
    ///
    /// All others are choices of those who judge or build: discount and payoffs, costs, exposures and limits, τ and the reference, and
    /// what a response is made of.
    public var isMeasurable: Bool {
        switch location {
        case .prior, .initialState, .cue, .rationality, .foresight, .utility, .move, .own: true
        case .discount, .cost, .responseFeature, .payoff, .exposure, .klWeight, .reference, .limit: false
        }
    }

    /// Where the number stands, by indices.
    public enum Location: Sendable, Hashable {
        case discount
        case cost(response: Int)
        case responseFeature(response: Int, feature: Int)
        case prior(user: Int)
        case initialState(user: Int, state: Int)
        case cue(user: Int, state: Int, cue: Int)
        case payoff(user: Int, outcome: Int)
        case exposure(user: Int, feature: Int)
        case rationality(user: Int)
        case foresight(user: Int)
        case utility(user: Int, reaction: Int, Coefficient)
        case move(user: Int, Coefficient)
        /// A number of ``UserAgent/ownCoefficients``.
        case own(user: Int, String)
        case klWeight
        /// An entry of the strategy of a row of the reference; the last row stands for everything else.
        case reference(row: Int, response: Int)
        case limit(constraint: Int)
    }

    /// A coefficient of a linear predictor.
    public typealias Coefficient = UserCoefficient.Term
}
