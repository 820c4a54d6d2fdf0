/// Where the value of what is still to come is asked for: how much each hidden state counts, and what a unit of what its user
/// expects is worth.
///
/// The value there is W_t(b, μ) = sup Σ_h b(h) V(h) + Σ_f μ(f) U(f) over everything that can be committed to from turn t on, where V is
/// worth to the model and U what a user with foresight expects for itself. W is convex and positively homogeneous, so it is subadditive.
struct PromiseDirection: Equatable {
    /// [H] b ≥ 0, a joint belief, of any sum.
    var belief: [Double]
    /// [F] μ of any sign, per hidden state whose user looks ahead, in units of the goal per unit of the user's utility.
    var price: [Double]
}
