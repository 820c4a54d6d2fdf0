internal import ArgumentParser
internal import Foundation
internal import Output
internal import Preferences
internal import Scenarios

/// What every export of preference data takes.
struct PreferenceExportOptions: ParsableArguments {
    @OptionGroup var options: PreferenceOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .long, help: "Go on with an export of the same data to the same folder that was interrupted.")
    var resume = false

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String
}

/// A command that writes preference data in one form.
protocol PreferenceExport: NacreCommand {
    var export: PreferenceExportOptions { get }
    var format: DatasetFormat { get }
    /// Whether rows say why; forms that cannot carry it have no such flag.
    var rationale: Bool { get }
}

extension PreferenceExport {
    var rationale: Bool { false }

    func execute(_ terminal: Terminal) throws { _ = try write(terminal) }

    /// Writes the folder and says what is in it.
    ///
    /// - Parameter begin: called with the scenario and the policy before the work begins.
    func write(
        _ terminal: Terminal, begin: (Scenario, NamedPolicy) throws -> Void = { _, _ in }
    ) throws -> (dataset: Dataset, scenario: Scenario, policy: NamedPolicy) {
        let output = export.output
        try OutputFolder.check(path: output.out, replaces: output.force)
        let made = try export.options.dataset(
            file: export.file, seed: global.seed, format: format, rationale: rationale, terminal, begin: begin)
        try made.dataset.check(format)
        let folder = try OutputFolder(
            path: output.out, replaces: output.force, identity: made.dataset.identity(format), resumes: export.resume)
        for note in folder.notes { terminal.note(note) }
        if export.resume {
            terminal.note(
                folder.isResumed
                    ? "going on with an interrupted export"
                    : "there is no interrupted export of these data; starting afresh")
        }
        let statistics: DatasetStatistics
        do {
            statistics = try fill(folder, with: made.dataset, terminal)
            for note in try folder.commit() { terminal.note(note) }
        } catch is InterruptedError {
            complain("interrupted", folder, terminal)
            throw ExitCode(ExitStatus.interrupted.rawValue)
        } catch let error as FileError where folder.kept != nil {
            complain("stopped", folder, terminal)
            throw error
        } catch {
            folder.discard()
            throw error
        }
        try PreferenceReport(dataset: made.dataset, format: format, statistics: statistics, out: output.out)
            .present(on: terminal)
        return made
    }

    /// Says what an export that ends early keeps, and how to go on with it.
    private func complain(_ why: String, _ folder: OutputFolder, _ terminal: Terminal) {
        let kept = folder.kept.map { " (\($0.rows) rows, \($0.size), in \($0.path))" } ?? ""
        terminal.complain(
            "\(why); what was written is kept\(kept). To go on:\n  \(Shell.commandLineWithoutResume) --resume")
    }

    private func fill(_ folder: OutputFolder, with dataset: Dataset, _ terminal: Terminal) throws -> DatasetStatistics {
        let interrupt = Interrupt()
        let line = ProgressLine("writing", total: dataset.expectedRows(format), unit: "rows", on: terminal)
        defer { line.finish() }
        return try dataset.write(
            format, to: folder, shouldStop: { interrupt.isRequested },
            progress: { done in if done % 1024 == 0 { line.update(done) } })
    }
}

/// What an export says when it is done.
struct PreferenceReport {
    let dataset: Dataset
    let format: DatasetFormat
    let statistics: DatasetStatistics
    let out: String

    func present(on terminal: Terminal) throws {
        if terminal.json {
            try terminal.print(json)
        } else {
            try terminal.print(text)
        }
        for note in dataset.notes(format, statistics) { terminal.note("warning: \(note)") }
        if let rejects = dataset.rejects, !rejects.isEmpty {
            terminal.note("\(rejects.count) lines or answers could not be placed; \(out)/rejects.jsonl says why")
        }
    }

    private var json: JSONValue {
        let pairs = dataset.pairs
        var members: [String: JSONValue] = [
            "format": .integer(1), "out": .string(out), "prompts": .integer(statistics.prompts),
            "rows": .object(["train": .integer(statistics.rows.train), "test": .integer(statistics.rows.test)]),
            "tau": .number(pairs.temperature), "merged_histories": .integer(pairs.table.mergedHistories),
            "identical_texts": .integer(pairs.table.identicalTexts),
        ]
        members["warnings"] = .strings(dataset.notes(format, statistics))
        if !pairs.table.coverage.isEmpty { members["coverage_by_turn"] = .numbers(pairs.table.coverage) }
        if let rejects = dataset.rejects { members["rejects"] = .integer(rejects.count) }
        guard format.isPaired else { return .object(members) }
        members["beta"] = .number(pairs.beta)
        if let recovery = pairs.recovery { members["predicted_total_variation"] = recovery.json }
        members["label_mode"] = .string(pairs.settings.mode.rawValue)
        members["ties"] = .integer(pairs.ties)
        members["near_ties"] = .integer(pairs.nearTies)
        members["left_out"] = .integer(pairs.leftOut)
        members["not_strongly_connected"] = .integer(statistics.notStronglyConnected)
        members["both_unsafe"] = .integer(statistics.bothUnsafe)
        members["repeated_rows"] = .integer(statistics.repeatedRows)
        return .object(members)
    }

    private var text: String {
        let pairs = dataset.pairs
        var lines = [
            "\(out): \(Format.count(statistics.rows.train)) train and \(Format.count(statistics.rows.test)) test rows "
                + "from \(Format.count(statistics.prompts)) prompts"
        ]
        if format.isPaired {
            lines.append(
                "labels \(pairs.settings.mode.rawValue), β \(pairs.beta), τ \(pairs.temperature); \(pairs.ties) ties, "
                    + "\(pairs.nearTies) near ties, \(pairs.leftOut) pairs left out; "
                    + "\(statistics.notStronglyConnected) prompts whose win graph is not strongly connected")
        }
        if format.isPaired, let recovery = pairs.recovery {
            lines.append(
                "total variation between the target and DPO's optimum on these rows: "
                    + "\(Format.fixed(recovery.mean, 4)) on average over prompts")
        }
        if !pairs.table.coverage.isEmpty {
            let coverage = pairs.table.coverage.map { Format.fixed($0, 3) }.joined(separator: " ")
            lines.append("share of each turn's conversations covered: \(coverage)")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }
}
