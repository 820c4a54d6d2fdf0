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
    /// - Throws: `ParameterError` for a path that leads nowhere; `GameError` if the value makes no game.
    /// - Complexity: the game is compiled again.
    public func setting(_ path: String, to value: Double) throws -> Scenario {
        let inputs = GameInputs(definition: definition, objective: objective)
        let changed = try inputs.setting(try inputs.parameter(path), to: value)
        return try replacing(changed.definition, changed.objective, change: "\(path)=\(value)")
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
