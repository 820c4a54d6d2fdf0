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
        let store = try Store(path: path, access: .write)
        let (permit, done) = try begin(store, settings: try job.settings.text(), console)
        let results: [SweepJob.PlaceResult]
        do {
            results = try job.run(from: done, control: control) { first, batch in
                try store.append(
                    permit, RowBatch(suiteItems: rows(first: first, batch)),
                    checkpoint: Checkpoint(blocks: first + batch.count, episodes: 0, state: "{}"), at: Clock.now)
            }
        } catch {
            // The first error is the one to show; a store that is gone cannot be marked.
            try? store.markInterrupted(permit, at: Clock.now)
            throw error
        }
        if results.count < job.grid.count {
            try store.markInterrupted(permit, at: Clock.now)
            console.complain(
                "interrupted after \(results.count) of \(job.grid.count) points, which are kept; to resume:\n"
                    + "  \(Shell.commandLineWithoutResume) --resume")
        } else {
            try store.finish(permit, RunResults(), at: Clock.now)
            console.note("recorded as run \(permit.run) in \(path)")
        }
        try store.close()
        return results
    }

    /// A new run, or the newest unfinished one of the same settings.
    private func begin(
        _ store: Store, settings: String, _ console: any Console
    ) throws -> (WritePermit, [SweepJob.PlaceResult]) {
        let scenario = job.scenario
        if resumes {
            for summary in try store.runs().reversed() where summary.kind == .sweep && summary.status != .complete {
                let details = try store.run(summary.id)
                guard details.settings == settings, summary.seed == job.seed else { continue }
                let resumed = try store.resume(summary.id, at: Clock.now)
                let done = try results(try store.suiteItems(of: summary.id), of: summary.id)
                console.note("resuming run \(summary.id): \(done.count) of \(job.grid.count) points are there")
                return (resumed.permit, done)
            }
            throw InputError(
                "\(store.path) has no unfinished sweep of \(scenario.name) with these axes, policies and settings; run it "
                    + "without --resume")
        }
        let run = NewRun(
            kind: .sweep, scenario: scenario.name, scenarioHash: scenario.fileHash, gameHash: scenario.gameHash,
            scenarioText: scenario.sourceText, policy: nil, seed: job.seed, requestedEpisodes: nil,
            settings: settings, commandLine: Shell.commandLine, toolVersion: Release.version, startedAt: Clock.now)
        return (try store.begin(run, names: RunNames(scenario.game)), [])
    }

    // MARK: Rows

    private func rows(first: Int, _ batch: [SweepJob.PlaceResult]) -> [SuiteItemRow] {
        batch.enumerated().flatMap { offset, results in
            let place = job.grid.name(job.grid.place(first + offset))
            return zip(job.players, results).enumerated().map { number, pair in
                let item = (first + offset) * job.players.count + number
                switch pair.1 {
                case .success(let record):
                    return record.row(item: item, place: place, policy: pair.0.label, game: job.scenario.game)
                case .failure(let failure):
                    return SuiteItemRow(
                        item: item, suiteCase: place, policy: pair.0.label, method: nil, status: nil,
                        isConverged: false, value: nil, upperBound: nil, failure: failure.text, scores: [])
                }
            }
        }
    }

    /// Stored items as the results that they were, whole places only.
    ///
    /// - Throws: ``StoreError`` if they are not the first items of this sweep.
    private func results(_ rows: [SuiteItemRow], of run: RunID) throws -> [SweepJob.PlaceResult] {
        let width = job.players.count
        for (position, row) in rows.enumerated() {
            guard row.item == position, position < job.grid.count * width,
                row.suiteCase == job.grid.name(job.grid.place(position / width)),
                row.policy == job.players[position % width].label
            else { throw damaged("run \(run) has an item \(row.item) that is not number \(position) of this sweep") }
        }
        return try stride(from: 0, to: rows.count - rows.count % width, by: width).map { first in
            try rows[first..<first + width].map { row in
                if let failure = row.failure { return .failure(SweepFailure(text: failure)) }
                guard let record = SweepRecord(row, game: job.scenario.game) else {
                    throw damaged("item \(row.item) of run \(run) lacks a number")
                }
                return .success(record)
            }
        }
    }

    private func damaged(_ found: String) -> StoreError {
        StoreError(.damaged, path ?? "the store", "is damaged: \(found)")
    }
}
