internal import ArgumentParser
internal import Foundation
internal import Nacre

struct CalibrateCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit users to observed conversations, with standard errors, held-out loss and a report.",
        discussion: "The mapping file says what the columns mean and what is fitted; docs/calibration.md describes it.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

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

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { output.out }
    var replacesPiece: Bool { output.force }

    func checkDivision() throws {
        guard bootstrap > 0 else {
            throw ValidationError("--shard divides the samples of --bootstrap; give it, or leave --shard out.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let mapping = try CalibrationMapping.load(path: mapping)
        let scenario = try into.map { try Scenario.load(path: $0) }
        let table = try ObservationTable.load(path: data)
        let recorder = try RunRecorder(store: store.path, terminal)
        let work = Work("calibrating", unit: "parts", threads: global.threadCount, on: terminal)
        let result = try recorder.recording {
            let permit = try recorder.begin(
                NewRun(
                    calibration: mapping.name, mapping: try InputFile.text(self.mapping, what: "mapping"),
                    data: table.hash,
                    seed: global.seed, settings: try recorded.text()))
            let result = try work.run {
                try CalibrationResult.fit(
                    table, mapping,
                    FitRequest(
                        folds: folds, bootstraps: bootstrap, checks: check, seed: global.seed,
                        threads: global.threadCount), control: $0)
            }
            for note in result.notes { terminal.note("\(data): \(note)") }
            let merged = try scenario.map {
                try ScenarioMerge.merge(result.coefficients, reference: result.references, into: $0)
            }
            try write(result, mapping, table, merged, terminal)
            let document = json(result, table)
            if terminal.json { try terminal.print(document) } else { try terminal.print(result.report) }
            try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
                try RunResults(text: result.report, json: document)
            }
            return result
        }
        try work.end()
        if !result.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// The settings that the store keeps.
    private var recorded: JSONValue {
        .object([
            "folds": .integer(folds), "bootstrap": .integer(bootstrap), "check": .integer(check),
            "data": .string(data), "into": into.map { .string($0) } ?? .null,
        ])
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
        var members: [String: JSONValue] = [
            "format": .integer(1), "data_sha256": .string(table.hash), "out": .string(output.out),
            "models": .array(result.fitted.map(CalibrationJSON.model)),
            "hidden": .array(result.hidden.map(CalibrationJSON.hidden)),
            "effects": .array(result.effects.map(CalibrationJSON.effects)),
        ]
        if !result.policies.isEmpty { members["policies"] = .array(result.policies.map(CalibrationJSON.policy)) }
        return .object(members)
    }
}
