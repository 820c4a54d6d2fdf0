internal import Output
internal import RunStore
internal import Scenarios

/// Keeps a run of many units in a store, an item a unit and policy, and takes an unfinished one up again: cases of a suite, points of a
/// sweep.
///
/// - Parameter Outcome: what one policy comes to in one unit.
struct ItemStoring<Outcome> {
    /// The run as it is begun.
    let run: NewRun
    let names: RunNames
    /// What messages call the units, such as `cases`, and the run, such as `run of constructive with these policies and settings`.
    let units: String
    let title: String
    /// Number and names of the units, and labels of the policies: an item each in every unit.
    let count: Int
    let name: (Int) -> String
    let policies: [String]
    /// What is kept of an outcome under its number, unit and policy; and the outcome that it was, with the error for what cannot be one.
    let row: (_ outcome: Outcome, _ item: Int, _ name: String, _ policy: String) -> SuiteItemRow
    let outcome: (_ row: SuiteItemRow, _ damaged: (String) -> StoreError) throws -> Outcome

    /// Computes the units that are not in the store yet, and keeps each batch as it comes.
    ///
    /// - Parameters:
    ///   - path: the store.
    ///   - resumes: whether the newest unfinished run of the same kind, seed and settings is gone on with.
    ///   - compute: all units, given those that are done; tells every batch with the number of its first unit. Fewer units than there are
    ///     mean that it was interrupted.
    /// - Returns: [units][policies], those that were kept before first.
    /// - Throws: ``StoreError`` if the store cannot be written or holds something else; ``InputError`` if there is nothing to resume.
    func store(
        in path: String, resumes: Bool, _ console: any Console,
        _ compute: (_ done: [[Outcome]], _ keep: @escaping (Int, [[Outcome]]) throws -> Void) throws -> [[Outcome]]
    ) throws -> [[Outcome]] {
        let store = try Store(path: path, access: .write)
        let (permit, done) = try resumes ? resume(store, console) : (store.begin(run, names: names), [])
        let results: [[Outcome]]
        do {
            results = try compute(done) { first, batch in
                try store.append(
                    permit, RowBatch(suiteItems: rows(first: first, batch)),
                    checkpoint: Checkpoint(blocks: first + batch.count, episodes: 0, state: "{}"), at: Clock.now)
            }
        } catch {
            // The first error is the one to show; a store that is gone cannot be marked.
            try? store.markInterrupted(permit, at: Clock.now)
            throw error
        }
        if results.count < count {
            try store.markInterrupted(permit, at: Clock.now)
            console.complain(
                "interrupted after \(results.count) of \(count) \(units), which are kept; to resume:\n"
                    + "  \(Shell.commandLineWithoutResume) --resume")
        } else {
            try store.finish(permit, RunResults(), at: Clock.now)
            console.note("recorded as run \(permit.run) in \(path)")
        }
        try store.close()
        return results
    }

    private func resume(_ store: Store, _ console: any Console) throws -> (WritePermit, [[Outcome]]) {
        for summary in try store.runs().reversed() where summary.kind == run.kind && summary.status != .complete {
            guard try store.run(summary.id).settings == run.settings, summary.seed == run.seed else { continue }
            let resumed = try store.resume(summary.id, at: Clock.now)
            let done = try results(try store.suiteItems(of: summary.id), of: summary.id, in: store)
            console.note("resuming run \(summary.id): \(done.count) of \(count) \(units) are there")
            return (resumed.permit, done)
        }
        throw InputError("\(store.path) has no unfinished \(title); run it without --resume")
    }

    private func rows(first: Int, _ batch: [[Outcome]]) -> [SuiteItemRow] {
        batch.enumerated().flatMap { offset, outcomes in
            let unit = name(first + offset)
            return zip(policies, outcomes).enumerated().map { number, pair in
                row(pair.1, (first + offset) * policies.count + number, unit, pair.0)
            }
        }
    }

    /// Stored items as the outcomes that they were, whole units only.
    private func results(_ rows: [SuiteItemRow], of run: RunID, in store: Store) throws -> [[Outcome]] {
        func damaged(_ found: String) -> StoreError { StoreError(.damaged, store.path, "is damaged: \(found)") }
        let width = policies.count
        for (position, row) in rows.enumerated() {
            guard row.item == position, position < count * width, row.suiteCase == name(position / width),
                row.policy == policies[position % width]
            else {
                throw damaged("run \(run) has an item \(row.item) that is not number \(position) of these \(units)")
            }
        }
        return try stride(from: 0, to: rows.count - rows.count % width, by: width).map { first in
            try rows[first..<first + width].map { try outcome($0, damaged) }
        }
    }
}

extension SuiteItemRow {
    /// An item that has no scores.
    init(failed reason: String, item: Int, name: String, policy: String) {
        self.init(
            item: item, suiteCase: name, policy: policy, method: nil, status: nil, isConverged: false, value: nil,
            upperBound: nil, failure: reason, scores: [])
    }
}
