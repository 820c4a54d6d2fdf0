internal import GameModel
internal import Output
internal import Solver

/// What remembering everything gains over the best controller with little memory that was found.
extension FiniteMemoryBest? {
    /// A line for people; none where no controller is known.
    package func notes(besides value: Double) -> [String] {
        guard let best = self else { return [] }
        return [
            "remembering the last observation and the turn only: \(Format.number(best.value, 6)), the best of \(best.starts) starts; "
                + "forgetting the rest costs \(Format.number(value - best.value, 6, noise: Format.rounding * abs(value)))"
        ]
    }

    /// null where no controller is known.
    package func json(besides value: Double) -> JSONValue {
        guard let best = self else { return .null }
        return .object([
            "controller": .string("\(best.memory)"), "value": .number(best.value), "starts": .integer(best.starts),
            "price_of_memorylessness": .number(value - best.value),
        ])
    }
}
