internal import CalibrationFiles
public import Scenarios

extension Scenario {
    /// The same scenario with users' coefficients fitted to observed conversations; everything else stays as it is.
    ///
    /// - Parameters:
    ///   - data: a table or JSON lines with one observed transition a row.
    ///   - mapping: what its columns mean, and which models are fitted; see `docs/calibration.md`.
    /// - Throws: `InputProblem`s naming what the data cannot determine; `InputError` if a fit does not converge.
    /// - Complexity: a few Newton steps over the rows per model.
    public func calibrated(from data: String, mapping: String, threads: Int = 1) throws -> Scenario {
        let result = try CalibrationResult.fit(
            try ObservationTable.load(path: data), try CalibrationMapping.load(path: mapping),
            FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: threads))
        guard result.isConverged else { throw InputError("\(data): the fit of \(mapping) did not converge") }
        let text = try ScenarioMerge.merge(result.coefficients, reference: result.references, into: self)
        return try Scenario.parse(text, file: file)
    }
}
