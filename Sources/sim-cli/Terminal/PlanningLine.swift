internal import Foundation
internal import Nacre
internal import Synchronization

/// What planning is at, how close its bounds are and how long it has taken, redrawn on one line of a terminal; nothing elsewhere.
///
/// Planning has no total to count towards: it ends when the bounds are close enough, or when the time is over. Whoever polls
/// whether to stop also ticks here, so that the seconds move while nothing else does.
final class PlanningLine: Sendable {
    private struct State {
        var phase: String
        var detail = ""
        var searches = 0
        var lastDrawn = -Double.infinity
        var isDrawn = false
    }

    private let terminal: Terminal
    private let isInteractive: Bool
    private let clock: Stopwatch
    /// In seconds.
    private let limit: Double
    private let state: Mutex<State>

    init(_ phase: String, limit: Double, clock: Stopwatch, on terminal: Terminal) {
        self.terminal = terminal
        isInteractive = terminal.isInteractive
        self.clock = clock
        self.limit = limit
        state = Mutex(State(phase: phase))
    }

    /// Bounds on the value, and how many beliefs were looked into.
    func show(_ progress: RunProgress) {
        guard isInteractive, let upper = progress.upper else { return }
        let (lower, beliefs) = (progress.lower, progress.steps)
        let phase = progress.prices.map { "price \($0 + 1)" } ?? "searching"
        let low = lower.map { Format.fixed($0, 6) } ?? "?"
        let gap = lower.map { ", gap \(Format.fixed(upper - $0, 6))" } ?? ""
        state.withLock {
            $0.phase = phase
            $0.detail = ": \(low) to \(Format.fixed(upper, 6))\(gap), \(Format.count(beliefs)) beliefs"
        }
        tick()
    }

    /// Counts a search that has been answered.
    func countSearch() {
        guard isInteractive else { return }
        state.withLock {
            $0.searches += 1
            $0.detail = ": \(Format.count($0.searches)) searches"
        }
        tick()
    }

    /// Shows the time; cheap to call often, from any thread.
    func tick() {
        guard isInteractive else { return }
        let seconds = clock.seconds
        state.withLock { state in
            guard seconds - state.lastDrawn > 0.2 else { return }
            (state.lastDrawn, state.isDrawn) = (seconds, true)
            terminal.draw(
                "\(state.phase)\(state.detail); \(Format.fixed(seconds, 0)) of at most "
                    + "\(Format.fixed(limit, 0)) s")
        }
    }

    /// Takes the line away.
    func finish() {
        state.withLock { if $0.isDrawn { terminal.draw("") } }
    }
}
