internal import Foundation
internal import GameModel
internal import Output
internal import Preferences

/// Writes a dataset into a folder that appears whole; what an interrupted export wrote is kept, and can be taken up again.
package struct PreferenceExport {
    package let dataset: Dataset
    package let format: DatasetFormat
    package let out: String
    package let replaces: Bool
    /// Whether an interrupted export of the same data to the same folder is taken up again.
    package let resumes: Bool

    package init(dataset: Dataset, format: DatasetFormat, out: String, replaces: Bool, resumes: Bool) {
        self.dataset = dataset
        self.format = format
        self.out = out
        self.replaces = replaces
        self.resumes = resumes
    }

    /// - Throws: `InterruptedError` where the control asks to stop: what was written is kept, and the console has been told how to take
    ///   it up again.
    package func run(_ control: RunControl, _ console: any Console) throws -> DatasetStatistics {
        try dataset.check(format)
        let folder = try OutputFolder(
            path: out, replaces: replaces, identity: dataset.identity(format), resumes: resumes)
        for note in folder.notes { console.note(note) }
        if resumes {
            console.note(
                folder.isResumed
                    ? "resuming an interrupted export"
                    : "there is no interrupted export of these data; starting afresh")
        }
        do {
            let total = dataset.expectedRows(format)
            let statistics = try dataset.write(
                format, to: folder, shouldStop: control.shouldStop,
                progress: { done in
                    if done % 1024 == 0 { control.progress(RunProgress(steps: done, of: total)) }
                })
            for note in try folder.commit() { console.note(note) }
            return statistics
        } catch let error as InterruptedError {
            complain("interrupted", folder, console)
            throw error
        } catch let error as FileError where folder.kept != nil {
            complain("stopped", folder, console)
            throw error
        } catch {
            folder.discard()
            throw error
        }
    }

    /// Says what an export that ends early keeps, and how to take it up again.
    private func complain(_ why: String, _ folder: OutputFolder, _ console: any Console) {
        let kept = folder.kept.map { " (\($0.rows) rows, \($0.size), in \($0.path))" } ?? ""
        console.complain(
            "\(why); what was written is kept\(kept). To resume:\n  \(Shell.commandLineWithoutResume) --resume")
    }
}
