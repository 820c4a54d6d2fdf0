internal import Nacre
internal import Synchronization

/// How far the work is, redrawn on one line of a terminal; nothing at all elsewhere.
///
/// Whoever polls whether to stop also ticks here, so that the seconds move while nothing else does.
final class ProgressLine: Sendable {
    private struct State {
        var progress: RunProgress?
        /// What the last answered question left open.
        var gap: Double?
        /// When the present part of the work began, in seconds.
        var phaseStart = 0.0
        var lastDrawn = -Double.infinity
        var isDrawn = false
    }

    private let terminal: Terminal
    private let isInteractive: Bool
    private let clock: Stopwatch
    private let phase: String
    private let unit: String
    private let limit: Double?
    private let state = Mutex(State())

    /// Seconds between two drawings at least: often enough to be seen moving, too seldom to cost anything.
    private static let pause = 0.2

    /// - Parameters:
    ///   - limit: the time limit in seconds; nil for none.
    ///   - clock: since when the work is going on.
    init(_ phase: String, unit: String, limit: Double? = nil, clock: Stopwatch = Stopwatch(), on terminal: Terminal) {
        self.terminal = terminal
        isInteractive = terminal.isInteractive
        self.clock = clock
        self.phase = phase
        self.unit = unit
        self.limit = limit
    }

    /// Shows how far the work is; cheap to call often, from any thread.
    func show(_ progress: RunProgress) {
        guard isInteractive else { return }
        state.withLock { state in
            if state.progress?.phase != progress.phase { state.phaseStart = clock.seconds }
            state.progress = progress
        }
        tick()
    }

    /// Counts a question that has been answered, with what it left open.
    func count(_ gap: Double?) {
        guard isInteractive else { return }
        state.withLock { state in
            state.progress = RunProgress(steps: (state.progress?.steps ?? 0) + 1)
            state.gap = gap
        }
        tick()
    }

    /// Shows the time; cheap to call often, from any thread.
    func tick() {
        guard isInteractive else { return }
        let seconds = clock.seconds
        state.withLock { state in
            guard seconds - state.lastDrawn > Self.pause else { return }
            (state.lastDrawn, state.isDrawn) = (seconds, true)
            terminal.draw(
                ProgressText(phase, unit: unit, limit: limit).line(
                    state.progress, seconds: seconds, phaseSeconds: seconds - state.phaseStart, gap: state.gap))
        }
    }

    /// Takes the line away.
    func finish() {
        state.withLock { if $0.isDrawn { terminal.draw("") } }
    }
}
