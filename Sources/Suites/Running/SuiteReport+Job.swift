package import Output
internal import Scenarios

extension SuiteReport {
    /// What a job came to, whether or not all of its cases were run.
    ///
    /// - Parameter named: how many of the job's policies were asked for by name; the others trace a frontier.
    package init(
        _ job: SuiteJob, _ runs: [SuiteJob.CaseRun], named: Int, seed: UInt64, seconds: Double
    ) throws {
        let results = job.results(runs)
        self.init(
            results: results, policies: job.policies, policyCount: named,
            shapes: job.suite.shapes.map { ShapeFinding($0, in: results) },
            points: SuitePoints(results: results, policyCount: named).points, failures: job.failures(runs),
            beta: job.beta, seconds: seconds,
            runID: RunName.make(["suite", try job.settings.text(), "\(seed)", "\(runs.count)"]),
            wanted: job.cases.count)
    }

    /// Writes tables with a data dictionary, and plots.
    package func write(to folder: OutputFolder) throws {
        for (name, byHarm) in [("points.svg", false), ("points-harm.svg", true)] {
            let plot = SuitePoints.plot(points, title: results.suite.title, byHarm: byHarm, note: pictureNote)
            if let plot { try folder.write(name, plot.svg) }
        }
        try tables.package.write(to: folder, beside: folder.files)
    }
}
