internal import ArgumentParser
internal import Foundation
internal import Nacre

struct CalibrateCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit users to observed conversations, with standard errors, held-out loss and a report.",
        discussion: """
            The mapping file says what the columns mean and what is fitted; docs/calibration.md describes it. With --compare, two \
            files are held against each other under its models, and with --into what a policy planned for the one loses with the other.
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    @Argument(
        help: "Observed transitions: CSV, JSON lines (.jsonl), or the labels.jsonl of label; two with --compare.",
        completion: .file(extensions: ["csv", "jsonl"]))
    var data: [String]

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

    @Option(
        name: .long, parsing: .singleValue,
        help:
            "How often labels are mistaken: confusion.csv of label agreement, or a square table; may be given several times.",
        completion: .file(extensions: ["csv"]))
    var confusion: [String] = []

    @Flag(name: .long, help: "Compare two files: one model or two, coefficients, and what users did.")
    var compare = false

    @Option(
        name: .long,
        help: "With --compare: times that conversations are dealt to the files at random; 0 for none. (default: 199)",
        transform: Number.whole(19...1_000_000, orZero: true))
    var permutations: Int?

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard compare else {
            guard data.count == 1 else { throw ValidationError("give one file of data, or two with --compare.") }
            guard permutations == nil else { throw ValidationError("--permutations means nothing without --compare.") }
            return
        }
        guard data.count == 2 else {
            throw ValidationError("--compare needs two files of data, and has \(data.count).")
        }
        guard bootstrap == 0, check == 0, confusion.isEmpty, store.path == nil else {
            throw ValidationError("--compare goes without --bootstrap, --check, --confusion and --store.")
        }
    }

    var pieceFolder: String? { output.out }
    var replacesPiece: Bool { output.force }

    func checkDivision() throws {
        guard bootstrap > 0 || compare && permutations != 0 else {
            throw ValidationError(
                "--shard divides the samples of --bootstrap or the permutations of --compare; give one, or leave --shard out."
            )
        }
    }

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let mapping = try CalibrationMapping.load(path: mapping)
        let scenario = try into.map { try Scenario.load(path: $0) }
        for path in data { try InputFile.check(path, what: "file of observations") }
        for path in confusion { try InputFile.check(path, what: "confusion file") }
        if compare { return try compareSources(mapping, scenario, terminal) }
        // Validation has seen to it that there is one.
        let data = data[0]
        let table = try ObservationTable.load(path: data)
        let confusion = try confusion.map { try ConfusionFile.load(path: $0) }
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
                        threads: global.threadCount, confusion: confusion), control: $0)
            }
            for note in result.notes { terminal.note("\(data): \(note)") }
            let merged = try scenario.map {
                try ScenarioMerge.merge(result.coefficients, reference: result.references, into: $0)
            }
            try write(result, mapping, table, merged, confusion, terminal)
            let document = json(result, table, confusion)
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
        var members: [String: JSONValue] = [
            "folds": .integer(folds), "bootstrap": .integer(bootstrap), "check": .integer(check),
            "data": .string(data[0]), "into": into.map { .string($0) } ?? .null,
        ]
        if !confusion.isEmpty { members["confusion"] = .strings(confusion) }
        return .object(members)
    }

    /// Two files under one mapping.
    private func compareSources(_ mapping: CalibrationMapping, _ scenario: Scenario?, _ terminal: Terminal) throws {
        let tables = try data.map { try ObservationTable.load(path: $0) }
        let work = Work("comparing", unit: "permutations", threads: global.threadCount, on: terminal)
        let report = try work.run {
            try ComparisonReport(
                tables, mapping, into: scenario, GradientMethod(GradientSolverSettings(seed: global.seed)),
                permutations: permutations ?? Self.standardPermutations, seed: global.seed, $0)
        }
        try terminal.writeFolder(output.out, replaces: output.force) { try report.write(to: $0) }
        try terminal.show(report)
        try work.end()
        if !report.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// So many that a tail of 5 % is met exactly by ten of them.
    private static let standardPermutations = 199

    private func write(
        _ result: CalibrationResult, _ mapping: CalibrationMapping, _ table: ObservationTable, _ merged: String?,
        _ confusion: [ConfusionFile], _ terminal: Terminal
    ) throws {
        try terminal.writeFolder(output.out, replaces: output.force) { folder in
            for (name, text) in result.files(mapping, table) { try folder.write(name, text) }
            if let merged { try folder.write("scenario.yaml", merged) }
            var manifest: [String: JSONValue] = [
                "format": .integer(1), "kind": .string("calibration"), "data_sha256": .string(table.hash),
                "mapping": .string(mapping.name), "seed": .string("\(global.seed)"), "files": folder.hashes,
            ]
            if !confusion.isEmpty { manifest["confusion_sha256"] = .strings(confusion.map(\.hash)) }
            try folder.write("manifest.json", try JSONValue.object(manifest).text(.indented) + "\n")
        }
    }

    private func json(
        _ result: CalibrationResult, _ table: ObservationTable, _ confusion: [ConfusionFile]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "data_sha256": .string(table.hash), "out": .string(output.out),
            "models": .array(result.fitted.map(CalibrationJSON.model)),
            "hidden": .array(result.hidden.map(CalibrationJSON.hidden)),
            "effects": .array(result.effects.map(CalibrationJSON.effects)),
        ]
        if !confusion.isEmpty { members["confusion_sha256"] = .strings(confusion.map(\.hash)) }
        if !result.policies.isEmpty { members["policies"] = .array(result.policies.map(CalibrationJSON.policy)) }
        return .object(members)
    }
}
