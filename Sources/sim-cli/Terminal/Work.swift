internal import ArgumentParser
internal import Nacre

/// A long computation under Ctrl-C (or SIGTERM) and a time limit, with a line that says how far it is and how long it will take.
///
/// ```swift
/// let work = Work("tracing", unit: "points", threads: global.threadCount, on: terminal)
/// let report = try work.run { try request.report(scenario, $0) }
/// try terminal.show(report)
/// try work.end()          // exits with 130 if it was interrupted
/// ```
///
/// Whatever takes the control asks it whether to stop, and returns what it has by then.
struct Work {
    private let interrupt = Interrupt()
    private let line: ProgressLine
    private let terminal: Terminal
    private let threads: Int
    private let limit: Double?
    private let memory: Int?
    private let clock: Stopwatch

    /// - Parameters:
    ///   - phase: what is being done, such as `simulating`.
    ///   - unit: what is counted, such as `episodes`.
    ///   - limit: the time limit in seconds; nil for none.
    ///   - memory: what the work may take, in MiB; nil for as much as it needs.
    ///   - clock: since when the time counts: for reading a scenario to count too.
    init(
        _ phase: String, unit: String, threads: Int, within limit: Double? = nil, memory: Int? = nil,
        since clock: Stopwatch = Stopwatch(), on terminal: Terminal
    ) {
        line = ProgressLine(phase, unit: unit, limit: limit, clock: clock, on: terminal)
        self.terminal = terminal
        self.threads = threads
        self.limit = limit
        self.memory = memory
        self.clock = clock
    }

    var control: RunControl {
        RunControl(
            within: limit.map { .seconds(max(0, $0 - clock.seconds)) }, memoryMebibytes: memory, threads: threads,
            stop: { [interrupt, line] in
                line.tick()
                return interrupt.isRequested
            }, progress: { [line] in line.show($0) }, note: { [terminal] in terminal.note($0) },
            pieces: terminal.pieces)
    }

    /// Counts a question that has been answered, with what it left open; from any thread.
    var onAnswer: @Sendable (_ gap: Double?) -> Void {
        { [line] gap in line.count(gap) }
    }

    /// Whether Ctrl-C was pressed.
    var isInterrupted: Bool { interrupt.isRequested }

    /// Does the work, and takes the line away.
    ///
    /// - Throws: what `body` throws; `InterruptedError` for a piece that was stopped before its units were there.
    func run<Value>(_ body: (RunControl) throws -> Value) throws -> Value {
        defer { line.finish() }
        let value = try body(control)
        if isInterrupted, terminal.pieces?.isPart == true { throw InterruptedError() }
        return value
    }

    /// Ends the program with the exit code that says so, if the work was interrupted.
    func end() throws {
        if isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }
}
