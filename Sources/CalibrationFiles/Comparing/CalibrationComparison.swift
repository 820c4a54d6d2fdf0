package import Calibration
package import GameModel
internal import Scenarios

/// Two sources of conversations under the models of one mapping: people beside simulated people, this year beside last.
package struct CalibrationComparison: Sendable {
    package let sources: ComparedData
    package let mapping: String
    package let contrasts: [SourceContrast]
    package let models: [ComparedModel]
    package let notes: [String]

    /// Models whose likelihood is compared.
    private static let kinds = ["reactions", "moves", "next_state", "ending"]

    /// - Parameters:
    ///   - tables: two.
    ///   - permutations: how often conversations are dealt at random for each model; 0 for never.
    /// - Throws: `DataError` if the data cannot be read or have nothing in common. A model that cannot be fitted to one of them is in
    ///   the notes. ``PieceComplete`` once a piece of the permutations is kept.
    /// - Complexity: three fits a model, and two for each permutation.
    package init(
        _ tables: [ObservationTable], _ mapping: CalibrationMapping, _ request: FitRequest, permutations: Int,
        control: RunControl = RunControl()
    ) throws {
        guard mapping.effects == nil else {
            throw DataError("\(mapping.file): error: is about published effects; --compare needs conversations")
        }
        let sources = try ComparedData(tables, mapping)
        let fitter = try ModelFitter(mapping, sources.observed, request, control)
        var (notes, models): ([String], [ComparedModel]) = (sources.notes, [])
        for model in mapping.models {
            guard Self.kinds.contains(model.kind) else {
                notes.append("models.\(model.name): models with 'fit: \(model.kind)' are not compared")
                continue
            }
            guard !control.shouldStop() else {
                notes.append("models.\(model.name): not compared, since the work was interrupted")
                continue
            }
            do {
                models.append(try fitter.compare(model, sources, permutations: permutations))
            } catch let error as CalibrationError {
                notes.append("models.\(model.name): not compared, since it cannot be fitted to both: \(error)")
            }
        }
        if control.isPart, !control.shouldStop() { throw PieceComplete() }
        if case .none = mapping.ends {
            notes.append("the mapping does not say when conversations end (ends), so there is no hazard of leaving")
        }
        contrasts = sources.observed.contrasts(sources.isSecond, phases: mapping.phases)
        (self.sources, self.mapping, self.models, self.notes) = (sources, mapping.name, models, notes)
    }
}
