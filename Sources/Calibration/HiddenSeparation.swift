/// Coefficients of a hidden model that the likelihood drives to infinity.
extension HiddenModel {
    /// Expected counts below this share of an observation are none. On its way to infinity a fit stops where it gains nothing
    /// more; what it has made impossible is then expected far less than once in a thousand data sets, and a coefficient
    /// that rests on less has a standard error above 30.
    private static let noObservation = 1e-3

    /// What goes to infinity, with signs, where the counts that a fit expects are separated; nil where they are not.
    ///
    /// The expected counts of the last expectation step are those of a choice model, so the proof is the same as for one.
    ///
    /// - Complexity: a maximisation to the end.
    func separation(_ parameters: HiddenParameters, _ settings: HiddenFitSettings) -> [String]? {
        let tables = HiddenTables(self, parameters)
        let expected = counts(expectation(tables, threads: settings.threads), tables)
        let least = Self.noObservation * (weight.filter { $0 > 0 }.min() ?? 1)
        for (scaled, counts) in [(scaledReactions, expected.reactions), (scaledMoves, expected.moves)] {
            let order = scaled.model.parameters.count
            guard order > 0 else { continue }
            let zero = [Double](repeating: 0, count: order)
            let search = NewtonSearch(
                scaled: scaled, counts: counts.map { $0 < least ? 0 : $0 },
                precisions: scaled.model.parameters.map { isFree($0) ? 0 : settings.precision }, means: zero,
                settings: ChoiceFitSettings(precision: settings.precision))
            // A singular information is reported where the errors are computed.
            if let names = try? search.run(from: zero).separation { return names }
        }
        return nil
    }
}
