public import GameModel
internal import Output

extension Scenario {
    /// Reads a scenario from a regular file.
    ///
    /// - Throws: `DocumentError` with every problem of the file.
    public init(file path: String) throws { self = try Scenario.load(path: path) }

    /// The same scenario with one of its numbers changed.
    ///
    /// - Parameters:
    ///   - path: the number by its path in the file, such as `users.malicious.prior` or `responses.guide.cost`. Probabilities beside it are
    ///     rescaled, as ``GameInputs/setting(_:to:)`` says.
    ///   - value: in the number's own units.
    /// - Throws: as ``setting(_:)``.
    /// - Complexity: the game is compiled again.
    public func setting(_ path: String, to value: Double) throws -> Scenario {
        try setting([ParameterChange(path, to: value)])
    }

    /// The same scenario with several of its numbers changed, one after the other.
    ///
    /// ```swift
    /// let other = try scenario.setting([ParameterChange("users.malicious.prior=0.3"), ParameterChange("discount", to: 0.9)])
    /// print(other.changes, other.gameHash == scenario.gameHash)
    /// ```
    ///
    /// The result says what was set (``changes``), after what was set before. Its game hash is that of the numbers it has, so that two
    /// ways to the same numbers are the same game, and a change to the value that a number has anyway makes no other game. The file's
    /// hash and text stay the file's.
    ///
    /// - Parameter changes: in the order in which they are made: where two are entries of one distribution, the second rescales what
    ///   the first has set.
    /// - Throws: `InputError` for a path that leads nowhere, with the one that was probably meant; `ParameterError` for a value outside
    ///           the number's domain, with the domain; `GameError` if the values make no game.
    /// - Complexity: the game is compiled again, once.
    public func setting(_ changes: [ParameterChange]) throws -> Scenario {
        guard !changes.isEmpty else { return self }
        var inputs = GameInputs(definition: definition, objective: objective)
        for change in changes { inputs = try inputs.setting(try inputs.namedParameter(change.path), to: change.value) }
        guard inputs.objective.klWeight <= GameLimits.amounts.upperBound else {
            throw GameError(
                "objective.kl_weight",
                "is \(inputs.objective.klWeight); it must be at most \(GameLimits.amounts.upperBound)")
        }
        let texts = changes.map { "\($0.path)=\($0.value)" }
        var changed = try replacing(inputs.definition, inputs.objective, change: texts.joined(separator: ", "))
        changed.changes += changes
        return changed
    }

    /// The same scenario with other users of one type.
    ///
    /// - Parameters:
    ///   - type: name of the user type.
    ///   - agent: how these users choose.
    /// - Throws: `GameError` if there is no such type, or the agent makes no game.
    /// - Complexity: the game is compiled again.
    public func replacingUsers(_ type: String, with agent: any UserAgent) throws -> Scenario {
        guard let index = definition.users.firstIndex(where: { $0.name == type }) else {
            throw GameError(
                "users", "have no type \(type); there are \(definition.users.map(\.name).joined(separator: ", "))")
        }
        var definition = definition
        definition.users[index].agent = agent
        return try replacing(definition, objective, change: "users.\(type): \(agent)")
    }

    /// A game that is no longer what the file says has a hash of its own, so that no policy of the file passes for one of it.
    private func replacing(_ definition: GameDefinition, _ objective: Objective, change: String) throws -> Scenario {
        var changed = self
        changed.game = try Game(definition)
        (changed.definition, changed.objective) = (definition, objective)
        changed.foresight = definition.users.map { $0.agent.foresight?.weight ?? 0 }
        changed.assumption = changed.game.foresight == nil ? .myopic : .foresighted
        do {
            changed.gameHash = try GameSerialisation(definition).hash
        } catch {
            // An agent that has no form to be hashed by still makes another game than the file's.
            changed.gameHash = ContentHash.sha256("\(gameHash)\n\(change)")
        }
        return changed
    }
}
