internal import ArgumentParser
internal import Output
internal import RunStore
internal import Scenarios
internal import Simulation

struct RunsResumeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a simulation that was interrupted, to the same bytes as if it had not been.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    func execute(_ terminal: Terminal) throws {
        let opened = try Store(path: store.path, access: .write)
        let found = try opened.run(RunID(run))
        guard found.summary.kind == .simulate else { throw InputError(Self.instead(found)) }
        let episodes = try requestedEpisodes(of: found)
        let job = try job(found, episodes: episodes, terminal)
        let resumed = try opened.resume(RunID(run), at: Clock.now)
        let result = try job.resume(resumed, in: opened, path: store.path, terminal) { result in
            try SimulationReport(job: job, result: result).present(on: terminal)
        }
        if result.episodes < episodes { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }

    /// - Throws: ``StoreError`` if it is a number that `simulate` does not take: the run would not end.
    private func requestedEpisodes(of details: RunDetails) throws -> Int {
        let stored = details.summary.requestedEpisodes
        guard let stored, (1...Number.manySteps).contains(stored) else {
            throw StoreError(
                .damaged, store.path,
                "is damaged: run \(run) has \(stored.map { "\($0)" } ?? "null") in the column requested_episodes; it must "
                    + "hold a whole number from 1 to \(Number.manySteps)")
        }
        return stored
    }

    /// The simulation as it was asked for.
    ///
    /// - Throws: ``StoreError`` if what is stored of it cannot be read any more: it was read when it was recorded.
    private func job(_ details: RunDetails, episodes: Int, _ terminal: Terminal) throws -> SimulationJob {
        do {
            let stored = try Scenario.parse(details.scenarioText, file: "scenario of run \(run)")
            let settings = try StoredSettings(details.settings)
            let scenario = try stored.assuming(settings.assumption ?? stored.assumption)
            guard scenario.gameHash == details.gameHash else { throw changed("scenario") }
            guard let policy = details.policy else { throw InputError("it has no policy") }
            guard ContentHash.sha256(policy.json) == policy.hash else { throw changed("policy") }
            return SimulationJob(
                scenario: scenario,
                policies: [try NamedPolicy(policy.label, scenario: scenario, stored: policy.json, terminal)],
                episodes: episodes,
                seed: details.summary.seed, threads: global.threadCount, recordsTurns: settings.recordsTurns)
        } catch {
            throw StoreError(
                .damaged, store.path,
                "is damaged, or was written by another version: run \(run) cannot be gone on with: \(error)")
        }
    }

    private func changed(_ what: String) -> InputError {
        InputError("its \(what) is not the one that was recorded (another hash)")
    }

    /// How a run that is no simulation is made again.
    private static func instead(_ run: RunDetails) -> String {
        let summary = run.summary
        let again: String
        switch summary.kind {
        case .suite: again = "Give its command again with --resume"
        case .export:
            again = "Remove it with runs rm, and give its command again, with --resume if its folder is unfinished"
        default: again = "Remove it with runs rm, and run its command again"
        }
        return "run \(summary.id) is of kind \(summary.kind.rawValue); only simulations can be resumed here. "
            + "\(again): \(run.commandLine)"
    }
}
