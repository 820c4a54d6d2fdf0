@preconcurrency internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ctrl-C: the first asks the work to stop at the next safe point, the second ends the program at once.
///
/// As long as one of these lives, the work heeds it; otherwise ``InterruptGuard`` ends the program.
final class Interrupt: Sendable {
    private let flag = Atomic<Bool>(false)
    private let source: any DispatchSourceSignal
    fileprivate static let heeding = Atomic<Int>(0)

    init() {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [weak self] in
            guard let self else { return }
            if self.flag.exchange(true, ordering: .relaxed) { _exit(ExitStatus.interrupted.rawValue) }
        }
        source.activate()
        Self.heeding.add(1, ordering: .relaxed)
    }

    deinit { Self.heeding.subtract(1, ordering: .relaxed) }

    /// Whether Ctrl-C was pressed.
    var isRequested: Bool { flag.load(ordering: .relaxed) }
}

/// Ctrl-C where nothing would be kept of what was done so far: the program ends at once, with the exit code that says so, rather
/// than by the signal.
final class InterruptGuard: Sendable {
    private let source: any DispatchSourceSignal

    init(_ terminal: Terminal) {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            guard Interrupt.heeding.load(ordering: .relaxed) == 0 else { return }
            terminal.complain("interrupted; nothing was kept")
            _exit(ExitStatus.interrupted.rawValue)
        }
        source.activate()
    }
}
