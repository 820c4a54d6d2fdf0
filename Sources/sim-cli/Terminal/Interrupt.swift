internal import Foundation
internal import Nacre
internal import Synchronization

/// Ctrl-C, and SIGTERM, with which other programs ask for the same: the first asks the work to stop at the next safe point, the second
/// ends the program at once.
///
/// As long as one of these lives, the work heeds it; otherwise ``InterruptGuard`` ends the program.
final class Interrupt: Sendable {
    fileprivate final class Flag: Sendable {
        private let isSet = Atomic<Bool>(false)

        var value: Bool { isSet.load(ordering: .relaxed) }

        /// - Returns: whether it was set before.
        func set() -> Bool { isSet.exchange(true, ordering: .relaxed) }
    }

    private let flag = Flag()

    init() {
        InterruptWatch.start()
        InterruptWatch.heeding.withLock { $0.append(flag) }
    }

    deinit { InterruptWatch.heeding.withLock { $0.removeAll { $0 === flag } } }

    /// Whether either came.
    var isRequested: Bool { flag.value }
}

/// Ctrl-C where nothing would be kept of what was done so far: the program ends at once, with the exit code that says so, rather
/// than by the signal.
struct InterruptGuard {
    init(_ terminal: Terminal) {
        InterruptWatch.start()
        InterruptWatch.unheeded.withLock { $0 = { terminal.complain("interrupted; nothing was kept") } }
    }
}

/// The one place that receives SIGINT and SIGTERM: a thread that waits for them, while every thread of the program has them blocked.
///
/// A blocked signal is neither lost nor in need of a handler, so nothing depends on which of two handlers came last, on the order
/// of registrations or on a free thread of a pool. (Two signal sources of Dispatch did: each sets the signal to be ignored,
/// and where the first was registered by then, which is done in the background, that took its handler away for good.)
private enum InterruptWatch {
    /// Flags of the work that heeds Ctrl-C.
    static let heeding = Mutex<[Interrupt.Flag]>([])
    /// What to say where no work heeds it.
    static let unheeded = Mutex<@Sendable () -> Void>({})

    private static let watched = [SIGINT, SIGTERM]

    private static var signals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in watched { sigaddset(&signals, number) }
        return signals
    }

    /// Blocks the signals in the calling thread, from which all that are made later inherit it, and waits for it in a thread.
    static func start() { _ = isStarted }

    private static let isStarted: Bool = {
        var blocked = signals
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        // A shell's background job ignores SIGINT, and one that is ignored need not be kept for who waits for it.
        for number in watched { signal(number, SIG_DFL) }
        let thread = Thread {
            var waited = signals
            var number: Int32 = 0
            while true {
                if sigwait(&waited, &number) == 0 { receive() }
            }
        }
        thread.start()
        return true
    }()

    private static func receive() {
        let flags = heeding.withLock { $0 }
        guard !flags.isEmpty else {
            unheeded.withLock { $0() }
            _exit(ExitStatus.interrupted.rawValue)
        }
        // Each is set, whether or not another was.
        let wereSet = flags.map { $0.set() }
        if wereSet.allSatisfy(\.self) { _exit(ExitStatus.interrupted.rawValue) }
    }
}
