internal import GameModel
internal import NumericalMethods
internal import Output
internal import RunStore
internal import Scenarios
internal import Suites

/// A run of a suite: every policy in every case, over threads, with failures kept, Ctrl-C heeded, and the store filled as it goes.
struct SuiteJob {
    /// What one case came to.
    struct CaseRun: Sendable {
        /// Per policy a result, or why there is none.
        let outcomes: [Result<ItemResult, Complaint>]
    }

    /// Why something has no scores.
    struct Complaint: Error, Sendable {
        let text: String
    }

    let suite: ScenarioSuite
    let cases: [SuiteCase]
    let policies: [SuitePolicy]
    let runner: ItemRunner
    let beta: Double
    let threads: Int

    /// What the results depend on, as JSON: two runs with the same settings have the same results.
    var settings: JSONValue {
        .object([
            "suite_hash": .string(suite.hash), "cases": .integer(cases.count),
            "case_names": .string(RunName.make(cases.map(\.name))),
            "policies": .array(policies.map { .object(["label": .string($0.label), "recipe": .string($0.text)]) }),
            "beta": .number(beta), "gap": .number(runner.solver.gap), "steps": .integer(runner.solver.maximumSteps),
            "memory_mib": .integer(runner.solver.memoryMebibytes), "starts": .integer(runner.solver.starts),
            "exact_limit": .number(runner.exactLimit), "episodes": .integer(runner.episodes),
        ])
    }

    /// Runs the cases that are still to be run.
    ///
    /// - Parameters:
    ///   - done: the first cases' results, from an earlier run.
    ///   - save: called with every batch of finished cases, in order.
    /// - Returns: the results; fewer than there are cases if interrupted.
    func run(
        from done: [CaseRun] = [], interrupt: Interrupt, terminal: Terminal,
        save: (_ first: Int, _ batch: [CaseRun]) throws -> Void = { _, _ in }
    ) throws -> [CaseRun] {
        var runs = done
        let line = ProgressLine("running", total: cases.count, unit: "cases", on: terminal)
        defer { line.finish() }
        while runs.count < cases.count, !interrupt.isRequested {
            let first = runs.count
            let batch = concurrentMap(count: min(max(1, threads) * 4, cases.count - first), threads: threads) { index in
                interrupt.isRequested ? nil : runCase(cases[first + index], interrupt: interrupt, terminal)
            }
            // A case during which Ctrl-C came may have been cut short: it and all after it are run again.
            let finished = interrupt.isRequested ? [] : batch.compactMap(\.self)
            guard !finished.isEmpty else { break }
            try save(first, finished)
            runs += finished
            line.update(runs.count, before: done.count)
        }
        return runs
    }

    private func runCase(_ item: SuiteCase, interrupt: Interrupt, _ terminal: Terminal) -> CaseRun {
        do {
            let scenario = try suite.scenario(item)
            var scores = suite.scores
            scores.beta = beta
            let scorer = try CaseScorer(scenario, scores: scores)
            return CaseRun(
                outcomes: policies.map { policy in
                    do {
                        return .success(
                            try runner.run(
                                policy.recipe, scorer: scorer,
                                named: { try NamedPolicy($0, scenario: $1, terminal).controller },
                                shouldStop: { interrupt.isRequested }))
                    } catch {
                        return .failure(Complaint(text: "\(error)"))
                    }
                })
        } catch {
            return CaseRun(outcomes: policies.map { _ in .failure(Complaint(text: "\(error)")) })
        }
    }

    /// The results as far as they go.
    func results(_ runs: [CaseRun]) -> SuiteResults {
        SuiteResults(
            suite: suite, cases: Array(cases.prefix(runs.count)), policies: policies.map(\.label),
            items: runs.map { $0.outcomes.map { try? $0.get() } })
    }

    /// What failed, case by case.
    func failures(_ runs: [CaseRun]) -> [(item: SuiteCase, policy: String, text: String)] {
        zip(cases, runs).flatMap { item, run in
            zip(policies, run.outcomes).compactMap { policy, outcome in
                guard case .failure(let complaint) = outcome else { return nil }
                return (item, policy.label, complaint.text)
            }
        }
    }
}
