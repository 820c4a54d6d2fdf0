import GameFixtures
import GameModel

/// What every benchmark plays: one fixed game and one fixed controller, so that figures can be compared between versions.
///
/// 3 user types × 4 states, 7 responses, 9 reactions of which 5 continue, 3 cues and at most 8 turns; conversations last
/// about 4.6 turns.
struct BenchmarkGame {
    let game: Game
    let controller: Policy

    /// What the controller remembers.
    enum Memory: Int {
        case nothing = 0
        case lastObservation = 1
        case lastObservationAndTurn = 2

        var kind: MemoryKind {
            switch self {
            case .nothing: .stationary
            case .lastObservation: MemoryKind(observations: 1, usesTurn: false)
            case .lastObservationAndTurn: .lastWithTurn
            }
        }
    }

    /// The seed of every simulation.
    static let seed: UInt64 = 1

    init(memory: Memory) throws(GameError) {
        let family = RandomGame {
            ($0.users, $0.states, $0.responses, $0.continuing, $0.ending, $0.cues) = (3, 4, 7, 5, 4, 3)
            ($0.features, $0.horizon, $0.feigns, $0.discount) = (5, 8, false, 0.95)
            $0.endingBias = -1.8
        }
        game = try family.game(seed: 20_260_101)
        controller = try Policy.random(memory.kind, game: game, seed: 7)
    }
}
