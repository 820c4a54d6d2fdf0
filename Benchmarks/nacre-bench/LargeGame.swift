import Conformance
import GameModel

/// Large games made at random: quantal-response users as in the family that methods are compared on, in the sizes that belief planning finds
/// hard.
struct LargeGame {
    let users: Int
    let states: Int
    let responses: Int
    let reactions: Int
    let horizon: Int

    /// Types × states × responses × reactions × horizon.
    static let sizes = [
        LargeGame(users: 5, states: 5, responses: 12, reactions: 8, horizon: 10),
        LargeGame(users: 8, states: 6, responses: 24, reactions: 10, horizon: 12),
        LargeGame(users: 20, states: 8, responses: 60, reactions: 12, horizon: 16),
    ]

    var name: String { "\(users)×\(states)×\(responses)×\(reactions)×\(horizon)" }

    /// Half of the reactions go on, half end; three cues, four features, no feigning; ends are made rarer, so that conversations last.
    func game(seed: UInt64) throws(GameError) -> Game {
        try RandomGame {
            ($0.users, $0.states, $0.responses, $0.horizon) = (users, states, responses, horizon)
            ($0.continuing, $0.ending, $0.feigns) = (reactions - reactions / 2, reactions / 2, false)
            ($0.cues, $0.features, $0.endingBias) = (3, 4, -1)
        }.game(seed: seed)
    }
}
