internal import ArgumentParser
internal import Nacre

struct RunsResumeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a simulation that was interrupted, to the same bytes as if it had not been.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let opened = try Store(path: store.path, access: .write)
        let found = try opened.run(RunID(run))
        let job = try SimulationJob(resuming: found, in: store.path, note: terminal.note)
        let resumed = try opened.resume(RunID(run), at: Clock.now)
        let report = try Work("simulating", unit: "episodes", threads: global.threadCount, on: terminal).run {
            try job.resume(resumed, in: opened, path: store.path, control: $0, terminal) { report in
                try terminal.show(report)
            }
        }
        if report.result.episodes < job.episodes { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }
}
