internal import Foundation
internal import Nacre

/// Phase, done of total, rate and time left, redrawn on one line of a terminal; nothing at all elsewhere.
final class ProgressLine {
    private let terminal: Terminal
    private let phase: String
    private let unit: String
    private let start = Date()
    private var lastDrawn = Date.distantPast
    private var isDrawn = false

    init(_ phase: String, unit: String, on terminal: Terminal) {
        self.terminal = terminal
        self.phase = phase
        self.unit = unit
    }

    /// Shows how far the work is; cheap to call often.
    func show(_ progress: RunProgress) {
        guard terminal.isInteractive, Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = Date()
        isDrawn = true
        let elapsed = lastDrawn.timeIntervalSince(start)
        let rate = elapsed > 0 ? Double(progress.steps - progress.before) / elapsed : 0
        let total = progress.total ?? progress.steps
        let left = rate > 0 ? Double(total - progress.steps) / rate : 0
        terminal.draw(
            "\(phase): \(Format.count(progress.steps)) of \(Format.count(total)) \(unit), "
                + "\(Format.count(Int(rate)))/s, \(Format.count(Int(left.rounded(.up)))) s left")
    }

    /// Takes the line away.
    func finish() {
        if isDrawn { terminal.draw("") }
    }
}
