internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// How it is said that something is not finished.
extension BoundaryReport {
    /// A value and what it cannot exceed; one number where nothing is left open but rounding.
    package func interval(_ value: Double, _ upper: Double) -> String {
        upper - value <= 1e-9 * max(scenario.game.amountScale, abs(value))
            ? scenario.amount(value, 8) : Format.interval(value, upper, 8)
    }

    /// What of the lines is not finished, as a clause; nil where nothing is.
    package var unfinishedWords: String? {
        guard let lines, !lines.allSatisfy(\.open.isEmpty) else { return nil }
        let isStopped = lines.contains { if case .unfinished = $0.completeness { true } else { false } }
        let count = lines.count { !$0.open.isEmpty }
        return (isStopped ? "not complete: the search was stopped" : "not settled everywhere")
            + (lines.count > 1 ? ", \(count) of \(lines.count) decisions have open stretches" : "")
    }

    package func unfinishedWords(_ map: BoundaryMap) -> String? {
        unfinished(gap: map.gap ?? 0, isComplete: map.gap == nil || map.isResolved, isOpen: !map.open.isEmpty)
    }

    package func unfinishedWords(_ partition: SimplexPartition) -> String? {
        unfinished(gap: partition.gap, isComplete: partition.isComplete, isOpen: !partition.open.isEmpty)
    }

    package func unfinished(gap: Double, isComplete: Bool, isOpen: Bool) -> String? {
        if !isComplete {
            return "not complete: the search was stopped; values may be larger by up to \(scenario.amount(gap, 6))"
        }
        if gap > 0 { return "complete up to differences of value of \(scenario.amount(gap, 6))" }
        return isOpen ? "not settled everywhere" : nil
    }

    /// A line about the part of a map in which another response may be best; empty where there is none.
    package func openText(_ share: Double, of whole: String) -> String {
        share > 0
            ? "  not settled: \(Format.number(100 * share, 1)) % of \(whole), where another response may be best (striped)\n"
            : ""
    }

    package func words(gap: Double, isComplete: Bool) -> String {
        if !isComplete {
            return "  not complete: stopped; the optimal value is nowhere larger by more than \(gap)\n"
        }
        return gap == 0
            ? "  proved: the planner found nothing better at any corner\n"
            : "  complete up to differences of value of \(gap), which the planner left open\n"
    }
}
