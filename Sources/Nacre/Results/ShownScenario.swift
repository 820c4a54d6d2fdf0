internal import GameModel
internal import Output
internal import Scenarios

extension Scenario {
    /// The title as the first line of a text.
    package var heading: String { Escaped.line(title) }

    /// A number in the goal's units, of which what rounding leaves of 0 is shown as 0.
    package func amount(_ value: Double, _ decimals: Int = 4) -> String {
        let scale = objective.goal == .payoff ? game.amountScale : 1
        return Format.number(value, decimals, noise: Format.rounding * scale)
    }
}
