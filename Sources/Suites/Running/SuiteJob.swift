package import GameModel
package import Output
internal import Scenarios

/// A run of a suite: every policy in every case, over threads, with failures kept, Ctrl-C heeded, and the store filled as it goes.
package struct SuiteJob {
    /// What one case came to.
    package struct CaseRun: Sendable {
        /// Per policy a result, or why there is none.
        package let outcomes: [Result<ItemResult, Complaint>]

        package init(outcomes: [Result<ItemResult, Complaint>]) {
            self.outcomes = outcomes
        }

        /// The run as a unit of the work.
        var unit: [UnitOutcome<ItemResult>] { outcomes.map { UnitOutcome($0, \.text) } }

        init(_ unit: [UnitOutcome<ItemResult>]) {
            outcomes = unit.map { $0.result { Complaint(text: $0) } }
        }
    }

    /// Why something has no scores.
    package struct Complaint: Error, Sendable {
        package let text: String

        package init(text: String) {
            self.text = text
        }
    }

    package let suite: ScenarioSuite
    package let cases: [SuiteCase]
    package let policies: [SuitePolicy]
    package let runner: ItemRunner
    package let beta: Double

    package init(
        suite: ScenarioSuite, cases: [SuiteCase], policies: [SuitePolicy], runner: ItemRunner, beta: Double
    ) {
        self.suite = suite
        self.cases = cases
        self.policies = policies
        self.runner = runner
        self.beta = beta
    }

    /// What the results depend on, as JSON: two runs with the same settings have the same results.
    package var settings: JSONValue {
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
    package func run(
        from done: [CaseRun] = [], control: RunControl,
        save: (_ first: Int, _ batch: [CaseRun]) throws -> Void = { _, _ in }
    ) throws -> [CaseRun] {
        var runs = done
        let (shouldStop, note, threads) = (control.shouldStop, control.note, control.threads ?? 1)
        try control.units(
            of: "cases", from: done.count, count: cases.count, batch: max(1, threads) * 4, threads: threads,
            { runCase(cases[$0], note, shouldStop).unit },
            take: { first, batch in
                let finished = batch.map(CaseRun.init)
                try save(first, finished)
                runs += finished
                control.progress(RunProgress(steps: runs.count, of: cases.count, before: done.count))
            })
        return runs
    }

    private func runCase(
        _ item: SuiteCase, _ note: @Sendable (String) -> Void, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> CaseRun {
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
                                note: note, shouldStop: shouldStop))
                    } catch {
                        return .failure(Complaint(text: "\(error)"))
                    }
                })
        } catch {
            return CaseRun(outcomes: policies.map { _ in .failure(Complaint(text: "\(error)")) })
        }
    }

    /// The results as far as they go.
    package func results(_ runs: [CaseRun]) -> SuiteResults {
        SuiteResults(
            suite: suite, cases: Array(cases.prefix(runs.count)), policies: policies.map(\.label),
            items: runs.map { $0.outcomes.map { try? $0.get() } })
    }

    /// What failed, case by case.
    package func failures(_ runs: [CaseRun]) -> [(item: SuiteCase, policy: String, text: String)] {
        zip(cases, runs).flatMap { item, run in
            zip(policies, run.outcomes).compactMap { policy, outcome in
                guard case .failure(let complaint) = outcome else { return nil }
                return (item, policy.label, complaint.text)
            }
        }
    }
}
