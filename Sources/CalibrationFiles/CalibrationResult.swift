internal import Calibration
package import GameModel
internal import Output
internal import Scenarios

/// Everything that a mapping file asks for, fitted to a file of observations.
package struct CalibrationResult: Sendable {
    package private(set) var fitted: [FittedModel] = []
    package private(set) var hidden: [FittedHidden] = []
    package private(set) var effects: [FittedEffects] = []
    package private(set) var policies: [FittedReference] = []
    /// What was not used as it stands.
    package private(set) var notes: [String] = []
    /// What was fitted, in words and tables.
    package private(set) var report = ""
    private var data: ObservedTransitions?
    private var blocks: [FittedBlock] = []

    /// Whether the work was to end before all that was asked for was done; the notes then say what is missing.
    package private(set) var wasStopped = false

    /// Whether every climb ended.
    package var isConverged: Bool { hidden.allSatisfy(\.fit.isConverged) }
    package var coefficients: [FittedCoefficient] { blocks.flatMap(\.coefficients) }
    /// The reaction whose predictor was 0, by user.
    package var references: [String: String] {
        blocks.reduce(into: [:]) { $0.merge($1.references) { first, _ in first } }
    }

    /// - Parameter control: asked to stop between fits, folds and samples: what was fitted until then is the result, and its notes say
    ///   what is missing.
    /// - Throws: ``DataError`` if the data cannot be read, ``CalibrationError`` if a model cannot be fitted.
    package static func fit(
        _ table: ObservationTable, _ mapping: CalibrationMapping, _ request: FitRequest,
        control: RunControl = RunControl()
    ) throws -> CalibrationResult {
        var result = CalibrationResult()
        var about = "\(Format.count(table.rows.count)) rows"
        if mapping.effects != nil {
            (result.effects, result.notes) = try EffectReader.fit(table, mapping)
        } else {
            let read = try ObservationReader.read(table, mapping)
            var request = request
            let conversations = read.data.conversations.count
            about += ", \(Format.count(conversations)) conversations"
            (result.notes, result.data) = (read.notes, read.data)
            if request.folds > conversations {
                result.notes.append(
                    conversations > 1
                        ? "\(request.folds) folds were asked for, and there are \(conversations) conversations: each is a fold"
                        : "one conversation cannot be divided into folds, so there is no held-out loss")
                request.folds = conversations > 1 ? conversations : 0
            }
            // Held-out loss and checks are not asked of a piece: whoever puts pieces together finds them once.
            if control.isPart { (request.folds, request.checks) = (0, 0) }
            let fitter = try ModelFitter(mapping, read.data, request, control)
            result.notes += fitter.misread.notes
            for (done, model) in mapping.models.enumerated() {
                guard done == 0 || !control.shouldStop() else {
                    let missing = mapping.models[done...].map(\.name).joined(separator: ", ")
                    result.notes.append("interrupted: not fitted are the models \(missing)")
                    break
                }
                if model.kind == "hidden" {
                    result.hidden.append(try fitter.fitHidden(model))
                    continue
                }
                let misreading = try fitter.misreading(of: model)
                if model.kind == "policy" {
                    result.policies.append(try fitter.fitPolicy(model))
                } else if !misreading.isEmpty {
                    result.hidden.append(try fitter.fitMisread(model, misreading))
                } else {
                    result.fitted.append(try fitter.fit(model))
                }
            }
            about += "; \(request.folds) folds, seed \(request.seed)"
        }
        result.wasStopped = control.shouldStop()
        if control.isPart, !result.wasStopped { throw PieceComplete() }
        result.notes += result.remarks
        result.blocks =
            result.fitted.map { $0.block(source: mapping.source) }
            + result.hidden.map { $0.block(source: mapping.source) }
            + result.effects.map { $0.block(source: mapping.source) } + result.policies.map(\.block)
        try FittedBlock.checkApart(result.blocks)
        result.report = result.text(mapping, table, about)
        return result
    }

    /// What each model was asked for and does not have.
    private var remarks: [String] {
        fitted.flatMap { model in model.remarks.map { "models.\(model.name): \($0)" } }
            + hidden.flatMap { model in model.remarks.map { "models.\(model.name): \($0)" } }
    }

    private func text(_ mapping: CalibrationMapping, _ table: ObservationTable, _ about: String) -> String {
        var parts = ["# \(mapping.name)", "\(about). SHA-256 of the data \(table.hash)."]
        let notes = notes.filter { !remarks.contains($0) }
        if !notes.isEmpty {
            parts.append("Not used as they stand:\n\n" + notes.map { "- \($0)" }.joined(separator: "\n"))
        }
        if let data { parts += fitted.map { CalibrationReport.text($0, data: data) } }
        parts += hidden.map { CalibrationReport.text($0) } + effects.map { CalibrationReport.text($0) }
        parts += policies.map(\.text)
        return parts.joined(separator: "\n\n")
    }

    /// The files of the result by name, but for the scenario and the manifest.
    package func files(_ mapping: CalibrationMapping, _ table: ObservationTable) -> [(String, String)] {
        var files = [
            ("report.md", report), ("coefficients.csv", CalibrationTables.coefficients(blocks).csv),
        ]
        if let data, !fitted.isEmpty { files.append(("counts.csv", CalibrationTables.counts(fitted, data: data).csv)) }
        if let covariance = CalibrationTables.covariance(blocks) { files.append(("covariance.csv", covariance)) }
        if !coefficients.isEmpty {
            let header = ["\(mapping.name): fitted to \(Format.count(table.rows.count)) rows, SHA-256 \(table.hash)"]
            files.append(("users.yaml", FittedYAML.block(coefficients, header: header)))
        }
        files += policies.map { ("reference-\($0.name).yaml", $0.yaml(source: mapping.source)) }
        guard let data else { return files }
        for model in fitted {
            let bins = model.designed.comparison(model.fit.coefficients, with: data).bins
            let plot = ReliabilityPlot.svg(
                bins, categories: model.designed.categories, title: "\(mapping.name): \(model.name)")
            files.append(("reliability-\(model.name).svg", plot))
        }
        return files
    }
}
