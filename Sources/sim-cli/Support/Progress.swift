internal import Foundation
internal import Output

/// Phase, done of total, rate and time left, redrawn on one line of a terminal; nothing at all elsewhere.
final class ProgressLine {
    private let terminal: Terminal
    private let phase: String
    private let unit: String
    private let total: Int
    private let start = Date()
    private var lastDrawn = Date.distantPast
    private var isDrawn = false

    init(_ phase: String, total: Int, unit: String, on terminal: Terminal) {
        self.terminal = terminal
        self.phase = phase
        self.unit = unit
        self.total = total
    }

    /// Shows how far the work is; cheap to call often.
    ///
    /// - Parameter before: what an earlier run had done, which says nothing about the present rate.
    func update(_ done: Int, before: Int = 0) {
        guard terminal.isInteractive, Date().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = Date()
        isDrawn = true
        let elapsed = lastDrawn.timeIntervalSince(start)
        let rate = elapsed > 0 ? Double(done - before) / elapsed : 0
        let left = rate > 0 ? Double(total - done) / rate : 0
        terminal.draw(
            "\(phase): \(Format.count(done)) of \(Format.count(total)) \(unit), "
                + "\(Format.count(Int(rate)))/s, \(Format.count(Int(left.rounded(.up)))) s left")
    }

    /// Takes the line away.
    func finish() {
        if isDrawn { terminal.draw("") }
    }
}
