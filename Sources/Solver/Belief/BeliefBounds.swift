internal import GameModel

/// Upper bounds that searches share while they begin elsewhere in the same dynamics, with the same rewards.
///
/// The tables of the bounds do not depend on what is believed at the opening. Whether two games differ in nothing else is told from
/// the numbers themselves, bit by bit, so that a search finds what it would have found with tables of its own.
package final class BeliefBounds {
    private var kept: Kept?

    private struct Kept {
        let tables: BeliefTables
        let delay: Int
        let typePoints: Int
        let bound: StateInformedBound
    }

    package init() {}

    /// The bound of a game; made anew unless the last one that was asked for had the same numbers.
    ///
    /// - Parameters:
    ///   - threads: over which a table is spread; never changes a bound.
    ///   - shouldStop: polled while a table is made; once true, the bound is wider and as valid.
    func bound(
        _ tables: BeliefTables, _ budget: BeliefBudget, threads: Int = 1,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> StateInformedBound {
        if let kept, kept.delay == budget.delay, kept.typePoints == budget.typePoints,
            kept.tables.hasDynamics(of: tables)
        {
            return kept.bound
        }
        // What is kept is let go first, so that there are never two.
        kept = nil
        let informed = InformedBound(tables, delay: budget.delay, shouldStop: shouldStop)
        // Where there is no time left the table is made at the corners alone: it holds no more than the informed bound.
        let points = shouldStop() ? tables.game.users.count : budget.typePoints
        let bound = StateInformedBound(
            tables, informed: informed, points: points, threads: threads, shouldStop: shouldStop)
        // What was made in a hurry is not kept for searches that have time.
        if !shouldStop() {
            kept = Kept(tables: tables, delay: budget.delay, typePoints: budget.typePoints, bound: bound)
        }
        return bound
    }
}

extension BeliefTables {
    /// Whether another game has the same states, turns, bands and rewards, bit by bit.
    func hasDynamics(of other: BeliefTables) -> Bool {
        game.users.count == other.game.users.count && game.states.count == other.game.states.count
            && game.slots == other.game.slots && horizon == other.horizon && width == other.width
            && observations == other.observations && isSame(as: other)
    }
}

extension DoubleBuffer {
    /// Whether two buffers hold the same numbers, bit by bit.
    func equals(_ other: DoubleBuffer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count {
            guard unsafe base[index].bitPattern == other.base[index].bitPattern else { return false }
        }
        return true
    }
}
