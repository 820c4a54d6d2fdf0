internal import ArgumentParser
internal import Calibration
internal import CalibrationFiles
internal import CanonicalJSON
internal import Files
internal import Foundation
internal import Reporting
internal import Scenarios

struct CalibrateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit users to observed conversations, with standard errors, held-out loss and a report.",
        discussion: "The mapping file says what the columns mean and what is fitted; docs/calibration.md describes it.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: "Observed transitions: CSV, or JSON lines (.jsonl).", completion: .file(extensions: ["csv", "jsonl"]))
    var data: String

    @Option(
        name: .long, help: "What columns and labels mean, and what to fit.",
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String

    @Option(
        name: .long, help: "A scenario to put the coefficients into; the result is OUT/scenario.yaml.",
        completion: .file(extensions: ["yaml", "yml"]))
    var into: String?

    @Option(name: .long, help: "Folds of the cross-validation by conversation; 0 for none.")
    var folds = 10

    @Option(name: .long, help: "Bootstrap samples of conversations; 0 for none.")
    var bootstrap = 0

    @Option(
        name: .long, help: "Times that whole conversations are played to check a model of the next state; 0 for none.")
    var check = 0

    func validate() throws {
        if folds < 0 || folds == 1 { throw ValidationError("--folds is \(folds); it must be 0 or at least 2.") }
        if bootstrap < 0 || bootstrap == 1 {
            throw ValidationError("--bootstrap is \(bootstrap); it must be 0 or at least 2.")
        }
        if check < 0 { throw ValidationError("--check is \(check); it must be at least 0.") }
    }

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let mapping = try CalibrationMapping.load(path: mapping)
        let scenario = try into.map { try Scenario.load(path: $0) }
        let table = try ObservationTable.load(path: data)
        let read = try ObservationReader.read(table, mapping)
        for note in read.notes { terminal.note("\(data): \(note)") }
        let request = FitRequest(
            folds: min(folds, read.data.conversations.count), bootstraps: bootstrap, seed: global.seed,
            threads: global.threadCount)
        let fitter = ModelFitter(mapping, read.data, request)
        var (fitted, hidden) = ([FittedModel](), [FittedHidden]())
        for model in mapping.models {
            if model.kind == "hidden" {
                hidden.append(try fitter.fitHidden(model))
            } else {
                fitted.append(try fitter.fit(model))
            }
        }
        let report = try report(mapping, table, read, fitted, hidden, request)
        try write(report, mapping, table, read, fitted, scenario)
        if terminal.json {
            try terminal.print(json(fitted, hidden, table))
        } else {
            try terminal.print(report)
        }
        if hidden.contains(where: { !$0.fit.isConverged }) { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private func report(
        _ mapping: CalibrationMapping, _ table: ObservationTable, _ read: ReadObservations, _ fitted: [FittedModel],
        _ hidden: [FittedHidden], _ request: FitRequest
    ) throws -> String {
        let summary = [
            "# \(mapping.name)",
            "\(Format.count(table.rows.count)) rows, \(Format.count(read.data.conversations.count)) conversations; "
                + "SHA-256 of the data \(table.hash). Seed \(global.seed), \(request.folds) folds.",
        ]
        let notes = read.notes.map { "- \($0)" }.joined(separator: "\n")
        var parts = summary + (notes.isEmpty ? [] : ["Not used as they stand:\n\n\(notes)"])
        for model in fitted {
            parts.append(CalibrationReport.text(model, data: read.data))
            if let transfer = model.transfer { parts.append(CalibrationReport.text(transfer)) }
            if check > 0, model.designed.canBePlayed {
                let result = try model.designed.predictiveCheck(
                    read.data, coefficients: model.fit.coefficients, covariance: model.fit.covariance, samples: check,
                    seed: global.seed, threads: global.threadCount)
                parts.append(CalibrationReport.text(result))
            }
        }
        return (parts + hidden.map { CalibrationReport.text($0) }).joined(separator: "\n\n")
    }

    private func write(
        _ report: String, _ mapping: CalibrationMapping, _ table: ObservationTable, _ read: ReadObservations,
        _ fitted: [FittedModel], _ scenario: Scenario?
    ) throws {
        let coefficients = fitted.flatMap { $0.coefficients(source: mapping.source) }
        var merged: String?
        if let scenario {
            let references = fitted.compactMap { model -> (String, String)? in
                guard let user = model.user, model.designed.design.kind == .reactions else { return nil }
                return (user, model.designed.categories[model.designed.design.reference])
            }
            merged = try ScenarioMerge.merge(
                coefficients, reference: Dictionary(references) { first, _ in first }, into: scenario)
        }
        let folder = try OutputFolder(path: output.out, replaces: output.force)
        do {
            try folder.write("report.md", report)
            try folder.write("coefficients.csv", CalibrationTables.coefficients(fitted).csv)
            try folder.write("counts.csv", CalibrationTables.counts(fitted, data: read.data).csv)
            if let covariance = CalibrationTables.covariance(fitted) { try folder.write("covariance.csv", covariance) }
            if !coefficients.isEmpty {
                let header = [
                    "\(mapping.name): fitted to \(Format.count(table.rows.count)) rows, SHA-256 \(table.hash)"
                ]
                try folder.write("users.yaml", FittedYAML.block(coefficients, header: header))
            }
            if let merged { try folder.write("scenario.yaml", merged) }
            for model in fitted {
                let bins = model.designed.comparison(model.fit.coefficients, with: read.data).bins
                let plot = ReliabilityPlot.svg(
                    bins, categories: model.designed.categories, title: "\(mapping.name): \(model.name)")
                try folder.write("reliability-\(model.name).svg", plot)
            }
            let files = folder.files.map { JSONValue.object(["path": .string($0.path), "sha256": .string($0.sha256)]) }
            let manifest = JSONValue.object([
                "format": .integer(1), "kind": .string("calibration"), "data_sha256": .string(table.hash),
                "mapping": .string(mapping.name), "seed": .string("\(global.seed)"), "files": .array(files),
            ])
            try folder.write("manifest.json", try manifest.text(.indented) + "\n")
            try folder.commit()
        } catch {
            folder.discard()
            throw error
        }
    }

    private func json(_ fitted: [FittedModel], _ hidden: [FittedHidden], _ table: ObservationTable) -> JSONValue {
        let models = fitted.map { model in
            JSONValue.object([
                "name": .string(model.name), "log_likelihood": .number(model.fit.logLikelihood),
                "aic": .number(model.fit.aic),
                "bic": .number(model.fit.bic), "observations": .number(model.fit.observations),
                "conversations": .integer(model.fit.conversations),
                "coefficients": .array(
                    model.designed.places.indices.map { index in
                        .object([
                            "path": .string(model.designed.places[index].path),
                            "estimate": .number(model.fit.coefficients[index]),
                            "se": .number(model.fit.standardErrors[index]),
                            "clustered_se": .number(model.fit.clusterErrors[index]),
                        ])
                    }),
                "held_out": .array(
                    model.heldOut.map { .object(["terms": .string($0.name), "loss": .number($0.loss.meanLoss)]) }),
            ])
        }
        let mixtures = hidden.map { model in
            JSONValue.object([
                "name": .string(model.name), "log_likelihood": .number(model.fit.logLikelihood),
                "converged": .bool(model.fit.isConverged), "iterations": .integer(model.fit.iterations),
            ])
        }
        return .object([
            "format": .integer(1), "data_sha256": .string(table.hash), "out": .string(output.out),
            "models": .array(models),
            "hidden": .array(mixtures),
        ])
    }
}
