internal import ArgumentParser
internal import RunStore
internal import Scenarios
internal import Simulation

struct RunsResumeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a simulation that was interrupted, to the same bytes as if it had not been.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.")
    var run: Int64

    func execute(_ terminal: Terminal) throws {
        let opened = try Store(path: store.path, access: .write)
        let summary = try opened.run(RunID(run)).summary
        guard summary.kind == .simulate, let episodes = summary.requestedEpisodes else {
            throw InputError(
                "run \(run) is of kind \(summary.kind.rawValue); only simulations can be resumed here. "
                    + (summary.kind == .suite
                        ? "Give its command again with --resume" : "Remove it with runs rm, and run its command again"))
        }
        let resumed = try opened.resume(RunID(run), at: Clock.now)
        let details = resumed.details
        let stored = try Scenario.parse(details.scenarioText, file: "scenario of run \(run)")
        let scenario = try stored.following(details.follower ?? stored.follower)
        guard let policy = details.policy else { throw InputError("run \(run) has no policy; it cannot be resumed") }
        let job = SimulationJob(
            scenario: scenario,
            policies: [try NamedPolicy(policy.label, scenario: scenario, stored: policy.json, terminal)],
            episodes: episodes,
            seed: summary.seed, threads: global.threadCount, recordsTurns: details.recordsTurns)
        let result = try job.resume(resumed, in: opened, path: store.path, terminal: terminal)
        try SimulationReport(job: job, result: result).present(on: terminal)
        if result.episodes < episodes { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }
}
