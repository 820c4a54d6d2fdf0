public import GameModel

/// Whether users have foresight: what a scenario says of it can be set aside, so that the cost of a wrong assumption can be read.
public enum ForesightAssumption: String, Sendable, CaseIterable {
    /// Every user weighs the present turn alone (δ = 0), whatever the scenario says.
    case myopic
    /// Users weigh what comes next as the scenario says.
    case foresighted
}

extension Scenario {
    /// The same scenario with users of this kind.
    ///
    /// Hashes stay the file's: a policy that was solved under the other assumption belongs to the same scenario, and can be
    /// played against its users as they are.
    ///
    /// - Throws: ``GameError`` if users are to look ahead and the scenario does not say how much, or if a user cannot but look
    ///   ahead.
    /// - Complexity: the game is compiled again where users change.
    public func assuming(_ wanted: ForesightAssumption) throws(GameError) -> Scenario {
        guard wanted != assumption else { return self }
        guard wanted == .myopic else {
            // A copy that was made myopic has lost its agents' foresight: it is to be made from the file again.
            throw GameError(
                "users", "have no foresight in \(name); give one a foresight above 0, for users with foresight")
        }
        var definition = definition
        for index in definition.users.indices {
            let user = definition.users[index]
            guard user.agent.foresight != nil else { continue }
            guard let myopic = user.agent.setting(.foresight, to: 0) else {
                throw GameError(
                    "users.\(user.name).foresight", "cannot be set aside: this kind of user always has foresight")
            }
            definition.users[index].agent = myopic
        }
        var myopic = self
        (myopic.definition, myopic.game, myopic.assumption) = (definition, try Game(definition), .myopic)
        return myopic
    }
}
