package import Calibration
internal import Scenarios

/// One model of a mapping file, fitted to two sources and to both.
package struct ComparedModel: Sendable {
    package let name: String
    package let comparison: SourceComparison
}

extension ModelFitter {
    /// Compares two sources under one model of the mapping.
    ///
    /// - Parameter sources: the data of the fitter, with the source of each conversation.
    /// - Throws: `CalibrationError` if the model cannot be fitted to one of them; what is wrong with pieces of the work.
    func compare(
        _ model: CalibrationMapping.Model, _ sources: ComparedData, permutations: Int
    ) throws -> ComparedModel {
        let rows = try oneVersusRest(try rows(model.only, model), model)
        let designed = try design(model, model.terms).model(for: rows)
        do {
            let comparison = try designed.data.compared(
                sources.isSecond, names: sources.names, ChoiceFitSettings(precision: model.precision),
                intercepts: designed.intercepts, permutations: permutations, seed: request.seed,
                threads: request.threads, control: control)
            return ComparedModel(name: model.name, comparison: comparison)
        } catch let error as CalibrationError { throw located(model, error) }
    }
}
