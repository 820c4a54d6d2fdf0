#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The soft answer, as it stands in books.
enum SoftAnswer {
    /// π(a) = π_ref(a) exp((Q(a) − V)/τ), V = τ log Σ_a π_ref(a) exp(Q(a)/τ).
    static func strategy(_ values: [Double], reference: [Double], weight: Double) -> [Double] {
        let value = weight * log(zip(values, reference).reduce(0) { $0 + $1.1 * exp($1.0 / weight) })
        return zip(values, reference).map { $1 * exp(($0 - value) / weight) }
    }
}
