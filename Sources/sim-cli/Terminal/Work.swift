internal import Nacre

/// A long computation under Ctrl-C, with a line that says how far it is.
struct Work {
    let interrupt = Interrupt()
    private let line: ProgressLine
    private let terminal: Terminal
    private let threads: Int

    /// - Parameters:
    ///   - phase: what is being done, such as `simulating`.
    ///   - unit: what is counted, such as `episodes`.
    init(_ phase: String, unit: String, threads: Int, on terminal: Terminal) {
        line = ProgressLine(phase, unit: unit, on: terminal)
        self.terminal = terminal
        self.threads = threads
    }

    var control: RunControl {
        RunControl(
            threads: threads, stop: { [interrupt] in interrupt.isRequested }, progress: { [line] in line.show($0) },
            note: { [terminal] in terminal.note($0) })
    }

    /// Does the work, and takes the line away.
    func run<Value>(_ body: (RunControl) throws -> Value) rethrows -> Value {
        defer { line.finish() }
        return try body(control)
    }
}
