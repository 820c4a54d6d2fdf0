internal import InputErrors
package import Output
package import RunStore
package import Scenarios

/// Records runs in the store that was named, if one was: each is begun before its work, so that one that is killed shows as
/// incomplete, and one that fails or is stopped as interrupted. What is refused leaves no run.
package final class RunRecorder {
    private let store: Store?
    private let console: any Console
    private var open: [WritePermit] = []

    /// Opens the store: one that cannot be written is better known before the work than after it.
    package init(store path: String?, _ console: any Console) throws {
        store = try path.map { try Store(path: $0, access: .write) }
        self.console = console
    }

    /// Enters a run.
    ///
    /// - Returns: nil without a store.
    package func begin(
        _ kind: RunKind, scenario: Scenario, policy: NamedPolicy?, seed: UInt64, settings: String = "{}"
    ) throws -> WritePermit? {
        guard store != nil else { return nil }
        let run = NewRun(kind, scenario: scenario, policy: policy, seed: seed, settings: settings)
        return try begin(run, names: RunNames(scenario.game))
    }

    /// Enters a run of something that is no scenario, such as a mapping.
    ///
    /// - Parameter names: the names behind the codes of its rows.
    /// - Returns: nil without a store.
    package func begin(_ run: NewRun, names: RunNames = RunNames()) throws -> WritePermit? {
        guard let store else { return nil }
        let permit = try store.begin(run, names: names)
        open.append(permit)
        return permit
    }

    /// Adds a report as the result of a run.
    package func finish(_ permit: WritePermit?, interrupted: Bool = false, report: some Report) throws {
        try finish(permit, interrupted: interrupted) { _, _ in try RunResults(report) }
    }

    /// Adds the results of a run, which is then complete; or interrupted, if it was stopped before its end.
    package func finish(
        _ permit: WritePermit?, interrupted: Bool = false, _ results: (Store, WritePermit) throws -> RunResults
    ) throws {
        guard let permit, let store else { return }
        let results = try results(store, permit)
        if interrupted {
            try store.interrupt(permit, results, at: Clock.now)
        } else {
            try store.finish(permit, results, at: Clock.now)
        }
        open.removeAll { $0 == permit }
        console.note("recorded as run \(permit.run) in \(store.path)\(interrupted ? ", interrupted" : "")")
    }

    /// Does the work during which runs are recorded, and closes the store.
    package func recording<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            let value = try work()
            try store?.close()
            return value
        } catch {
            // The first error is the one to show; a store that is gone cannot be marked.
            for permit in open {
                // What was refused is no run: nothing was found, and nothing can be gone on with.
                if error is any InputProblem {
                    try? store?.remove(permit.run)
                } else {
                    try? store?.markInterrupted(permit, at: Clock.now)
                }
            }
            throw error
        }
    }
}
