internal import ExactEvaluation
public import GameModel
internal import Output

/// Whether a policy file is as a solver wrote it.
public enum PolicyStanding: Sendable, Equatable {
    /// The checksum is right; or there is none, and the policy plays what its solution states.
    case asWritten
    /// What is played is not what the solution was said of: its value, bounds and prices mean nothing. The text says how
    /// that was seen.
    case edited(String)
    /// There is no checksum, and nothing that could be compared. The text says what is missing.
    case unchecked(String)
}

extension PolicyFile {
    /// Compares the file with its checksum, or without one with the values that its solution states.
    ///
    /// - Parameter game: the game that the policy was solved for, with users taken as they were then; nil if it is not at hand, such as where
    ///   the policy is played in another one: the checksum is then all that can be compared.
    /// - Complexity: that of an evaluation where there is no checksum, or a wrong one.
    public func standing(in game: Game?) -> PolicyStanding {
        let differences: (found: String?, compared: Int)? =
            seal == .right ? nil : game.map { self.differences(in: $0) }
        switch seal {
        case .right: return .asWritten
        case .wrong:
            return .edited(
                "its checksum is of other contents" + (differences?.found.map { ", and it \($0)" } ?? ""))
        case .missing:
            if let found = differences?.found { return .edited("it \(found)") }
            guard let differences, differences.compared > 0 else {
                return .unchecked("it has neither a checksum nor a payoff that could be compared here")
            }
            return .asWritten
        }
    }

    /// Values that differ by no more than this, relative to their size or 1, are the same: releases sum in different orders.
    private static let valueTolerance = 1e-9

    /// The first value that the solution states and the policy does not play, and how many were compared.
    private func differences(in game: Game) -> (found: String?, compared: Int) {
        let evaluation = Evaluation(controller, game: game)
        var stated: [(name: String, value: Double, played: Double)] = []
        for (name, played) in [("payoff", evaluation.payoff), ("safe", evaluation.safe)] {
            if let value = solution[name]?.doubleValue { stated.append((name, value, played)) }
        }
        for key in ["x", "y"] {
            guard let name = solution[key]?["measure"]?.stringValue, let value = solution[key]?["value"]?.doubleValue,
                let measure = try? PolicyMeasure(name: name, game: game)
            else { continue }
            stated.append((name, value, measure.value(evaluation)))
        }
        let different = stated.first {
            !(abs($0.value - $0.played) <= Self.valueTolerance * max(1, abs($0.value)))
        }
        let found = different.map { "states \($0.name) \($0.value) and plays \($0.played)" }
        return (found, stated.count)
    }
}
