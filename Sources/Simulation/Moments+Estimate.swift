internal import NumericalMethods

extension Moments {
    /// The mean as an estimate; nil where there is no sample.
    var estimate: Estimate? {
        count > 0 ? Estimate(mean: mean, standardError: standardError, count: count) : nil
    }
}
