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

    /// - Throws: ``StoreError`` if the store cannot be written; ``InputError`` if there is nothing to resume.
    package func run(control: RunControl, _ console: any Console) throws -> [SuiteJob.CaseRun] {
        guard let path else { return try job.run(control: control) }
        return try storing(settings: try job.settings.text()).store(in: path, resumes: resumes, console) { done, keep in
            try job.run(from: done.map { SuiteJob.CaseRun(outcomes: $0) }, control: control) { first, batch in
                try keep(first, batch.map(\.outcomes))
            }.map(\.outcomes)
        }.map { SuiteJob.CaseRun(outcomes: $0) }
    }

    private typealias Outcome = Result<ItemResult, SuiteJob.Complaint>

    private func storing(settings: String) -> ItemStoring<Outcome> {
        let text = job.suite.text
        return ItemStoring(
            run: NewRun(
                kind: .suite, scenario: job.suite.name, scenarioHash: ContentHash.sha256(text),
                gameHash: job.suite.hash, scenarioText: text, policy: nil, seed: seed, requestedEpisodes: nil,
                settings: settings, commandLine: Shell.commandLine, toolVersion: Release.version, startedAt: Clock.now),
            names: RunNames(), units: "cases", title: "run of \(job.suite.name) with these policies and settings",
            count: job.cases.count, name: { job.cases[$0].name }, policies: job.policies.map(\.label), row: Self.row,
            outcome: Self.outcome)
    }

    private static func row(_ outcome: Outcome, item: Int, name: String, policy: String) -> SuiteItemRow {
        switch outcome {
        case .failure(let complaint): SuiteItemRow(failed: complaint.text, item: item, name: name, policy: policy)
        case .success(let result):
            SuiteItemRow(
                item: item, suiteCase: name, policy: policy, method: result.method, status: result.status,
                isConverged: result.isConverged, value: result.value, upperBound: result.upperBound, failure: nil,
                scores: result.rows.map(SuiteItemRow.Score.init))
        }
    }

    private static func outcome(_ row: SuiteItemRow, _ damaged: (String) -> StoreError) throws -> Outcome {
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
