/// Why an iterative search ended.
///
/// Only ``converged`` says that the asked tolerance was reached. The others are results too, not errors: they carry the
/// best point so far and its residual, and the caller decides whether that is good enough.
public enum SearchStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// The residual is at or below the asked tolerance.
    case converged

    /// The search cannot improve the point any more, although the tolerance is not reached.
    ///
    /// Near a minimum this is what rounding looks like: the value cannot fall by less than about 10⁻¹⁶ of itself. Far
    /// from one it points at a gradient that does not belong to the value, or at a function that is not smooth.
    case noProgress

    /// The largest allowed number of iterations was used up.
    case iterationLimit

    /// The caller's `shouldStop` said so.
    case stopped
}
