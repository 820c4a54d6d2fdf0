internal import NumericalMethods

extension Estimate? {
    /// The cells of an estimate: value, standard error, ends of the interval, sample size, how; of what was never met there is no value.
    package var cells: [TidyTable.Cell] {
        [
            .number(ifPresent: self?.value), .number(ifPresent: self?.standardError),
            .number(ifPresent: self?.interval?.lowerBound), .number(ifPresent: self?.interval?.upperBound),
            .integer(ifPresent: self == nil ? 0 : self?.count), .string(self?.isExact == true ? "exact" : "simulated"),
        ]
    }
}
