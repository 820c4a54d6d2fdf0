public import NumericalMethods

extension Format {
    /// An estimate with its standard error: `0.7312 ± 0.0014`; an exact number without.
    ///
    /// As many decimals as the error needs: only an error of 0 is shown as 0.
    ///
    /// - Parameter noise: sizes of exact numbers up to this are what rounding leaves of 0.
    public static func quantity(_ quantity: Estimate?, _ decimals: Int = 4, noise: Double = 0) -> String {
        guard let quantity else { return "none" }
        guard !quantity.isExact else { return number(quantity.value, decimals, noise: noise) }
        return estimate(quantity.value, error: quantity.standardError, decimals)
    }
}
