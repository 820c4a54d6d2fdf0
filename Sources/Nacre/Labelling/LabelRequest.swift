internal import Foundation
public import GameModel
public import Labelling
internal import Output
public import Scenarios

/// Labels a file of texts in the words of a scenario, into a folder that appears whole.
///
/// ```swift
/// var request = LabelRequest()
/// request.examples = ["labelled.jsonl"]
/// let report = try request.label("answers.jsonl", scenario: scenario, to: "labels")
/// ```
public struct LabelRequest: Sendable {
    /// How texts are labelled: the lexical labeller, a judge, or anybody's.
    public var way: any LabellerMaker = LexicalMaker()
    /// Files of labelled examples.
    public var examples: [String] = []
    /// Where the largest probability of a label is lower, the labeller abstains; in [0, 1].
    public var abstainBelow = 0.5
    public var replaces = false
    /// Whether an interrupted run of the same texts to the same folder is taken up again.
    public var resumes = false

    public init() {}

    /// What labellers are made from.
    ///
    /// - Throws: `InputError` naming the line of an example that cannot be read.
    public func material(_ scenario: Scenario) throws -> LabelMaterial {
        let scheme = scenario.labelScheme
        return LabelMaterial(
            scheme: scheme, features: scenario.game.responses.map(\.features), texts: scenario.wording,
            examples: try examples.flatMap { try ExampleFile.examples($0, scheme) }, abstainBelow: abstainBelow)
    }

    /// Labels the texts of a file and writes `labels.jsonl`, `rejects.jsonl` where a line could not be read, and `manifest.json`.
    ///
    /// - Throws: `InterruptedError` where the control asks to stop: what was written is kept for ``resumes``.
    /// - Complexity: one pass over the file in bounded memory.
    @discardableResult
    public func label(
        _ path: String, scenario: Scenario, to out: String, _ control: RunControl = RunControl()
    ) throws -> LabelReport {
        try OutputFolder.check(path: out, replaces: replaces)
        let material = try material(scenario)
        let labeller = try way.labeller(material, control)
        if control.isPart {
            try InputLedger.noteAhead(path)
            try LabelWriting(path: path, labeller: labeller, control: control).keepPiece()
        }
        let identity = try JSONValue.object([
            "labels": labeller.account, "file": .string(path), "scenario": .string(scenario.fileHash),
        ]).text()
        let folder = try OutputFolder(
            path: out, replaces: replaces, identity: ContentHash.sha256(identity), resumes: resumes)
        for note in folder.notes { control.note(note) }
        do {
            var writing = LabelWriting(path: path, labeller: labeller, control: control)
            try writing.write(to: folder)
            let report = LabelReport(
                scenario: scenario, path: path, out: out, labeller: labeller, counts: writing.counts,
                hash: writing.hash,
                firstReject: writing.firstReject, request: self)
            try folder.write("manifest.json", try report.manifest(files: folder.files).text(.indented) + "\n")
            for note in try folder.commit() { control.note(note) }
            return report
        } catch let error as InterruptedError {
            keep(folder, control)
            throw error
        } catch let error as FileError where folder.kept != nil {
            keep(folder, control)
            throw error
        } catch {
            folder.discard()
            throw error
        }
    }

    /// Says what a run that ends early keeps, and how to take it up again.
    private func keep(_ folder: OutputFolder, _ control: RunControl) {
        let kept = folder.kept.map { " (\($0.rows) labels, \($0.size), in \($0.path))" } ?? ""
        control.note("what was written is kept\(kept). To resume:\n  \(Shell.commandLineWithoutResume) --resume")
    }
}
