internal import NumericalMethods

extension Columns where Row == Estimate? {
    /// An estimate: its value, how sure it is, and how it was obtained. Of what was never met there is no value.
    ///
    /// - Parameters:
    ///   - name: what the value is called in files.
    ///   - key: what it is called in JSON.
    package static func estimate(_ name: String, _ description: String, json key: String) -> Columns {
        [
            .number(name, description) { $0?.value }.json(key),
            .number("standard_error", "standard error of the estimate; missing where exact") { $0?.standardError }
                .json("se"),
            .number("ci_low", "lower end of the 95 % interval; missing where exact") { $0?.interval?.lowerBound },
            .number("ci_high", "upper end of the 95 % interval; missing where exact") { $0?.interval?.upperBound },
            .integer("n", "sample size in episodes; missing where exact") { $0 == nil ? 0 : $0?.count },
            .string("how", "exact or simulated") { $0?.isExact == true ? "exact" : "simulated" }.notInJSON,
        ]
    }
}
