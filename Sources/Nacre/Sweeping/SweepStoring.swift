internal import Output
internal import RunStore
internal import Scenarios

/// Keeps a sweep in a store as one run with an item per place and policy, and takes an unfinished one up again.
package struct SweepStoring {
    package let job: SweepJob
    /// The store; nil to keep nothing.
    package let path: String?
    /// Whether an unfinished run with the same settings is gone on with.
    package let resumes: Bool

    package init(job: SweepJob, path: String?, resumes: Bool) {
        self.job = job
        self.path = path
        self.resumes = resumes
    }

    /// - Throws: ``StoreError`` if the store cannot be written; ``InputError`` if there is nothing to resume.
    package func run(control: RunControl, _ console: any Console) throws -> [SweepJob.PlaceResult] {
        guard let path else { return try job.run(control: control) }
        return try storing(settings: try job.settings.text()).store(in: path, resumes: resumes, console) { done, keep in
            try job.run(from: done, control: control, save: keep)
        }
    }

    private func storing(settings: String) -> ItemStoring<Result<SweepRecord, SweepFailure>> {
        let scenario = job.scenario
        return ItemStoring(
            run: NewRun(
                kind: .sweep, scenario: scenario.name, scenarioHash: scenario.fileHash, gameHash: scenario.gameHash,
                scenarioText: scenario.sourceText, policy: nil, seed: job.seed, requestedEpisodes: nil,
                settings: settings, commandLine: Shell.commandLine, toolVersion: Release.version, startedAt: Clock.now),
            names: RunNames(scenario.game), units: "points",
            title: "sweep of \(scenario.name) with these axes, policies and settings", count: job.grid.count,
            name: { job.grid.name(job.grid.place($0)) }, policies: job.players.map(\.label),
            row: { outcome, item, name, policy in
                switch outcome {
                case .success(let record): record.row(item: item, place: name, policy: policy, game: scenario.game)
                case .failure(let failure): SuiteItemRow(failed: failure.text, item: item, name: name, policy: policy)
                }
            },
            outcome: { row, damaged in
                if let failure = row.failure { return .failure(SweepFailure(text: failure)) }
                guard let record = SweepRecord(row, game: scenario.game) else {
                    throw damaged("item \(row.item) lacks a number")
                }
                return .success(record)
            })
    }
}
