internal import GameModel

/// A user type that becomes a player of the game tree, with what its reactions are worth to it.
///
/// The payoffs are λ_θ·u_θ, so that a logit equilibrium with precision 1 is the type's own quantal response. A myopic user
/// (δ = 0) cares for one turn only; since a player of a tree cares for its whole payoff, every turn has a player of its
/// own, which all myopic types share: only one type is met, so their payoffs never mix. A foresighted user (δ > 0) is one
/// player for the whole conversation, and turn t's payoff counts δ^{t−1}.
public struct StrategicUser: Sendable {
    /// Index of the user type θ.
    public var user: Int
    /// [turns, |X|, |A|, |M|] λ_θ·u_θ(m | t, x, a), without a unit; nil where the reaction does not exist. One turn stands
    /// for all.
    public var utilities: [[[[Double?]]]]
    /// δ_θ in [0, 1].
    public var foresight: Double

    public init(user: Int, utilities: [[[[Double?]]]], foresight: Double) {
        self.user = user
        self.utilities = utilities
        self.foresight = foresight
    }

    /// λ·u of every reaction at a turn.
    func utilities(turn: Int, state: Int, response: Int) -> [Double?] {
        utilities[utilities.count == 1 ? 0 : turn - 1][state][response]
    }

    /// - Throws: ``InterchangeError`` if the table does not fit the game, or is not finite.
    func check(_ game: Game) throws(InterchangeError) {
        guard game.users.indices.contains(user) else {
            throw InterchangeError("there is no user type \(user) to become a player; there are \(game.users.count)")
        }
        let place = "utilities of \(game.users[user])"
        guard foresight >= 0, foresight <= 1 else {
            throw InterchangeError("\(place): foresight is \(foresight); it must be in [0, 1]")
        }
        guard utilities.count == 1 || utilities.count == game.horizon,
            utilities.allSatisfy({ $0.count == game.states.count }),
            utilities.joined().allSatisfy({ $0.count == game.responses.count }),
            utilities.joined().joined().allSatisfy({ $0.count == game.reactions.count })
        else {
            throw InterchangeError(
                "\(place) have the wrong shape; it must be [1 or \(game.horizon)][\(game.states.count)]"
                    + "[\(game.responses.count)][\(game.reactions.count)]")
        }
        for row in utilities.joined().joined() {
            guard row.contains(where: { $0 != nil }), row.allSatisfy({ $0?.isFinite ?? true }) else {
                throw InterchangeError("\(place) must be finite, and at least one reaction must exist everywhere")
            }
        }
    }
}
