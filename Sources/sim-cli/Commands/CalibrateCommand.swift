internal import ArgumentParser
internal import Foundation
internal import Nacre

struct CalibrateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit users to observed conversations, with standard errors, held-out loss and a report.",
        discussion: "The mapping file says what the columns mean and what is fitted; docs/calibration.md describes it.")

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

    @Option(
        name: .long, help: "Folds of the cross-validation by conversation; 0 for none. (default: 10)",
        transform: Number.whole(2...1_000_000, orZero: true))
    var folds = 10

    @Option(
        name: .long, help: "Bootstrap samples of conversations; 0 for none. (default: 0)",
        transform: Number.whole(2...1_000_000, orZero: true))
    var bootstrap = 0

    @Option(
        name: .long,
        help: "Times that whole conversations are played to check a model of the next state; 0 for none. (default: 0)",
        transform: Number.whole(0...1_000_000))
    var check = 0

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let mapping = try CalibrationMapping.load(path: mapping)
        let scenario = try into.map { try Scenario.load(path: $0) }
        let table = try ObservationTable.load(path: data)
        let result = try CalibrationResult.fit(
            table, mapping,
            FitRequest(
                folds: folds, bootstraps: bootstrap, checks: check, seed: global.seed, threads: global.threadCount))
        for note in result.notes { terminal.note("\(data): \(note)") }
        let merged = try scenario.map {
            try ScenarioMerge.merge(result.coefficients, reference: result.references, into: $0)
        }
        try write(result, mapping, table, merged, terminal)
        if terminal.json {
            try terminal.print(json(result, table))
        } else {
            try terminal.print(result.report)
        }
        if !result.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private func write(
        _ result: CalibrationResult, _ mapping: CalibrationMapping, _ table: ObservationTable, _ merged: String?,
        _ terminal: Terminal
    ) throws {
        try terminal.writeFolder(output.out, replaces: output.force) { folder in
            for (name, text) in result.files(mapping, table) { try folder.write(name, text) }
            if let merged { try folder.write("scenario.yaml", merged) }
            let manifest = JSONValue.object([
                "format": .integer(1), "kind": .string("calibration"), "data_sha256": .string(table.hash),
                "mapping": .string(mapping.name), "seed": .string("\(global.seed)"), "files": folder.hashes,
            ])
            try folder.write("manifest.json", try manifest.text(.indented) + "\n")
        }
    }

    private func json(_ result: CalibrationResult, _ table: ObservationTable) -> JSONValue {
        .object([
            "format": .integer(1), "data_sha256": .string(table.hash), "out": .string(output.out),
            "models": .array(result.fitted.map(CalibrationJSON.model)),
            "hidden": .array(result.hidden.map(CalibrationJSON.hidden)),
            "effects": .array(result.effects.map(CalibrationJSON.effects)),
        ])
    }
}
