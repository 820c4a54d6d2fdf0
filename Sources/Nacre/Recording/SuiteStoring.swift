internal import Foundation
internal import NumericalMethods
internal import Output
internal import RunStore
internal import Scenarios
internal import Suites

/// Keeps a suite's run in a store, and takes an unfinished one up again.
package struct SuiteStoring {
    package let job: SuiteJob
    package let seed: UInt64
    /// The store; nil to keep nothing.
    package let path: String?
    /// Whether an unfinished run with the same settings is gone on with.
    package let resumes: Bool

    package init(job: SuiteJob, seed: UInt64, path: String?, resumes: Bool) {
        self.job = job
        self.seed = seed
        self.path = path
        self.resumes = resumes
    }

    package func run(control: RunControl, _ console: any Console) throws -> [SuiteJob.CaseRun] {
        guard let path else { return try job.run(control: control) }
        let store = try Store(path: path, access: .write)
        let settings = try job.settings.text()
        let (permit, done) = try begin(store, settings: settings, console)
        let runs: [SuiteJob.CaseRun]
        do {
            runs = try job.run(from: done, control: control) { first, batch in
                try store.append(
                    permit, RowBatch(suiteItems: rows(first: first, batch)),
                    checkpoint: Checkpoint(blocks: first + batch.count, episodes: 0, state: "{}"), at: Clock.now)
            }
        } catch {
            // The first error is the one to show; a store that is gone cannot be marked.
            try? store.markInterrupted(permit, at: Clock.now)
            throw error
        }
        if runs.count < job.cases.count {
            try store.markInterrupted(permit, at: Clock.now)
            let command = Shell.commandLineWithoutResume + " --resume"
            console.complain(
                "interrupted after \(runs.count) of \(job.cases.count) cases, which are kept; to resume:\n  \(command)")
        } else {
            try store.finish(permit, RunResults(), at: Clock.now)
            console.note("recorded as run \(permit.run) in \(path)")
        }
        try store.close()
        return runs
    }

    /// A new run, or the newest unfinished one of the same settings.
    private func begin(
        _ store: Store, settings: String, _ console: any Console
    ) throws -> (WritePermit, [SuiteJob.CaseRun]) {
        if resumes {
            for summary in try store.runs().reversed() where summary.kind == .suite && summary.status != .complete {
                let details = try store.run(summary.id)
                guard details.settings == settings, summary.seed == seed else { continue }
                let resumed = try store.resume(summary.id, at: Clock.now)
                let done = try caseRuns(try store.suiteItems(of: summary.id), of: summary.id)
                console.note("resuming run \(summary.id): \(done.count) of \(job.cases.count) cases are there")
                return (resumed.permit, done)
            }
            throw InputError(
                "\(store.path) has no unfinished run of \(job.suite.name) with these policies and settings; run it without --resume"
            )
        }
        let text = job.suite.text
        let run = NewRun(
            kind: .suite, scenario: job.suite.name, scenarioHash: ContentHash.sha256(text), gameHash: job.suite.hash,
            scenarioText: text, policy: nil, seed: seed, requestedEpisodes: nil, settings: settings,
            commandLine: Shell.commandLine, toolVersion: Release.version, startedAt: Clock.now)
        return (try store.begin(run, names: RunNames()), [])
    }

    // MARK: Rows

    private func rows(first: Int, _ batch: [SuiteJob.CaseRun]) -> [SuiteItemRow] {
        batch.enumerated().flatMap { offset, run in
            run.outcomes.enumerated().map { policy, outcome in
                let number = (first + offset) * job.policies.count + policy
                let name = job.cases[first + offset].name
                let label = job.policies[policy].label
                switch outcome {
                case .failure(let complaint):
                    return SuiteItemRow(
                        item: number, suiteCase: name, policy: label, method: nil, status: nil, isConverged: false,
                        value: nil, upperBound: nil, failure: complaint.text, scores: [])
                case .success(let result):
                    return SuiteItemRow(
                        item: number, suiteCase: name, policy: label, method: result.method, status: result.status,
                        isConverged: result.isConverged, value: result.value, upperBound: result.upperBound,
                        failure: nil, scores: result.rows.map(SuiteItemRow.Score.init))
                }
            }
        }
    }

    /// Stored items as the results that they were, whole cases only.
    ///
    /// - Throws: ``StoreError`` if they are not the first items of this job.
    private func caseRuns(_ rows: [SuiteItemRow], of run: RunID) throws -> [SuiteJob.CaseRun] {
        let width = job.policies.count
        for (position, row) in rows.enumerated() {
            guard row.item == position, position < job.cases.count * width,
                row.suiteCase == job.cases[position / width].name,
                row.policy == job.policies[position % width].label
            else { throw damaged("run \(run) has an item \(row.item) that is not number \(position) of this suite") }
        }
        return try stride(from: 0, to: rows.count - rows.count % width, by: width).map { first in
            SuiteJob.CaseRun(outcomes: try rows[first..<first + width].map { try outcome($0) })
        }
    }

    private func damaged(_ found: String) -> StoreError {
        StoreError(.damaged, path ?? "the store", "is damaged: \(found)")
    }

    private func outcome(_ row: SuiteItemRow) throws -> Result<ItemResult, SuiteJob.Complaint> {
        if let failure = row.failure { return .failure(SuiteJob.Complaint(text: failure)) }
        var scores: [ItemResult.Row] = []
        for score in row.scores {
            guard let measure = SuiteMeasure(rawValue: score.measure) else {
                throw damaged("it has the measure \(score.measure), which this version does not know")
            }
            scores.append(
                ItemResult.Row(
                    user: score.user.isEmpty ? nil : score.user, measure: measure,
                    score: score.value))
        }
        return .success(
            ItemResult(
                method: row.method ?? "named", status: row.status, isConverged: row.isConverged, value: row.value,
                upperBound: row.upperBound, rows: scores))
    }
}

extension SuiteItemRow.Score {
    fileprivate init(_ row: ItemResult.Row) {
        self.init(user: row.user ?? "", measure: row.measure.rawValue, value: row.score)
    }
}
