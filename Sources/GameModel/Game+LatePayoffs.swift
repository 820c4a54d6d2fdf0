extension Game {
    /// Checks that what a turn is worth when it comes can be said: its part of the whole divided by γ^{t−1}, which has to be a number of
    /// full precision.
    ///
    /// - Throws: ``GameError`` where discounting leaves nothing of late payoffs that a number can hold.
    package func checkLatePayoffs() throws(GameError) {
        guard let last = discounts.last, last >= .leastNormalMagnitude else {
            throw GameError(
                "discount",
                "is \(discount), which leaves nothing of payoffs after \(horizon) turns that a number can hold (less than "
                    + "1e-307 of them); give a larger one, or a smaller horizon")
        }
    }
}
