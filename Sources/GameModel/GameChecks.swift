extension GameDefinition {
    /// Checks sizes, references and distributions, and finds the timeout outcome.
    ///
    /// - Returns: the index of the only timeout outcome.
    /// - Throws: ``GameError`` for the first problem.
    func checkedTimeout() throws(GameError) -> Int {
        try checkSizes()
        try checkNames()
        try checkResponses()
        try checkReactions()
        try GameError.checkDistribution(users.map(\.prior), count: users.count, place: "users: the prior")
        for user in users { try check(user) }
        let timeouts = outcomes.indices.filter { outcomes[$0].isTimeout }
        guard let timeout = timeouts.first, timeouts.count == 1 else {
            throw GameError("outcomes", "has \(timeouts.count) timeout outcomes; it must have exactly one")
        }
        return timeout
    }

    private func checkSizes() throws(GameError) {
        let sizes = [
            ("users", users.count, GameLimits.names), ("states", states.count, GameLimits.names),
            ("cues", cues.count, GameLimits.names), ("reactions", reactions.count, GameLimits.names),
            ("outcomes", outcomes.count, GameLimits.names), ("responses", responses.count, GameLimits.responses),
            ("horizon", horizon, GameLimits.horizon),
        ]
        for (place, found, limit) in sizes where found < 1 || found > limit {
            throw GameError(place, "is \(found); it must be from 1 to \(limit)")
        }
        guard discount > 0, discount <= 1 else {
            throw GameError("discount", "is \(discount); it must be above 0 and at most 1")
        }
    }

    private func checkNames() throws(GameError) {
        let groups = [
            ("features", features), ("responses", responses.map(\.name)), ("outcomes", outcomes.map(\.name)),
            ("states", states), ("cues", cues), ("reactions", reactions.map(\.name)), ("users", users.map(\.name)),
        ]
        for (place, names) in groups {
            var seen: Set<String> = []
            for name in names where !seen.insert(name).inserted {
                throw GameError(place, "has \(name) twice; names must be unique")
            }
        }
    }

    private func checkResponses() throws(GameError) {
        for response in responses {
            let place = "responses.\(response.name)"
            guard response.features.count == features.count else {
                throw GameError(place, "has \(response.features.count) features; it must have \(features.count)")
            }
            for (feature, value) in zip(features, response.features) where !(value >= 0 && value <= 1) {
                throw GameError("\(place).features.\(feature)", "is \(value); it must be in [0, 1]")
            }
            guard response.cost >= 0, response.cost <= GameLimits.amounts.upperBound else {
                throw GameError(
                    "\(place).cost",
                    "is \(response.cost); it must be at least 0 and at most \(GameLimits.amounts.upperBound)")
            }
        }
    }

    private func checkReactions() throws(GameError) {
        for reaction in reactions {
            let place = "reactions.\(reaction.name)"
            switch reaction.effect {
            case .continues: break
            case .ends(let outcome):
                guard outcomes.indices.contains(outcome) else {
                    throw GameError(place, "ends in outcome \(outcome); there are \(outcomes.count)")
                }
            case .continuesShowing(let other):
                guard reactions.indices.contains(other), reactions[other].effect == .continues else {
                    throw GameError(place, "shows as reaction \(other); it must be one that continues as itself")
                }
            }
        }
        guard reactions.contains(where: { $0.effect == .continues }) else {
            throw GameError("reactions", "has none that continues; at least one must")
        }
    }

    private func check(_ user: UserType) throws(GameError) {
        let place = "users.\(user.name)"
        try GameError.checkDistribution(user.initialState, count: states.count, place: "\(place).initial")
        guard user.cues.count == states.count else {
            throw GameError("\(place).cues", "has \(user.cues.count) rows; it must have one per state")
        }
        for (state, row) in zip(states, user.cues) {
            try GameError.checkDistribution(row, count: cues.count, place: "\(place).cues.\(state)")
        }
        guard user.outcomePayoff.count == outcomes.count, user.outcomePayoff.allSatisfy(Self.isAmount) else {
            throw GameError(
                "\(place).payoff", "must have one number per outcome, at most \(GameLimits.amounts.upperBound) in size")
        }
        guard user.exposure.count == features.count, user.exposure.allSatisfy(Self.isAmount) else {
            throw GameError(
                "\(place).exposure",
                "must have one number per feature, at most \(GameLimits.amounts.upperBound) in size")
        }
    }

    /// Amounts may be as small as searches along them make them; only what cannot be squared is refused here.
    private static func isAmount(_ value: Double) -> Bool { abs(value) <= GameLimits.amounts.upperBound }
}
