internal import ArgumentParser
internal import Nacre

/// What a controller remembers, by name: `stationary`, `turn`, `last`, `last-turn`, `last-2`, `last-2-turn`, …
struct ControllerName: ExpressibleByArgument {
    let kind: MemoryKind

    static let examples = ["stationary", "turn", "last", "last-turn", "last-2", "last-2-turn"]
    static var allValueStrings: [String] { examples }

    /// The last observation and the turn.
    static let standard = ControllerName(kind: .lastWithTurn)

    private init(kind: MemoryKind) { self.kind = kind }

    /// What the help shows as the default.
    var defaultValueDescription: String { kind.description }

    init?(argument: String) {
        switch argument {
        case "stationary": kind = .stationary
        case "turn": kind = MemoryKind(observations: 0, usesTurn: true)
        default:
            let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
            let usesTurn = parts.count > 1 && parts.last == "turn"
            let numbers = parts.dropFirst().dropLast(usesTurn ? 1 : 0)
            guard parts.first == "last", numbers.count <= 1 else { return nil }
            guard let number = numbers.first else {
                kind = MemoryKind(observations: 1, usesTurn: usesTurn)
                return
            }
            guard let k = Int(number), k >= 1 else { return nil }
            kind = MemoryKind(observations: k, usesTurn: usesTurn)
        }
    }
}
