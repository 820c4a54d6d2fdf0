internal import GameModel

/// How a search spends the time that it is given.
struct SearchTime {
    /// What is kept for the policy, in seconds: it is found again in the tree once the search is over, so that it is worth what the
    /// search knows.
    let finding: Double
    /// What is kept for valuing it, in seconds.
    let valuing: Double
    /// For the table of upper bounds, in seconds of one thread.
    let tables: Double
    /// ``valuing``, to the nearest power of two of the time.
    var valuingShare: Double { tables / Self.tableShare * Self.valuingShare }
    private let end: ContinuousClock.Instant

    private static let findingShare = 0.04
    private static let valuingShare = 0.02
    private static let tableShare = 0.125

    /// - Returns: nil where there is no deadline.
    init?(_ control: RunControl) {
        guard let deadline = control.deadline else { return nil }
        let seconds = max(0, (deadline - .now) / .seconds(1))
        (finding, valuing) = (Self.findingShare * seconds, Self.valuingShare * seconds)
        // The nearest power of two, so that a search that ends before its deadline finds the same when it is run again and the
        // deadline is some thousandth of a second nearer.
        tables = Self.tableShare * (2.0.squareRoot() * seconds).binade
        end = deadline - .seconds(finding + valuing)
    }

    /// Whether what is left is for the policy.
    var isSearchOver: Bool { ContinuousClock.now >= end }
    /// Whether what is left is for valuing the policy.
    var isPolicyDue: Bool { ContinuousClock.now >= end + .seconds(finding) }
}
