internal import ExactEvaluation
package import GameModel
internal import InputErrors
package import Output

/// A policy as it was named on the command line, ready to be played.
package struct NamedPolicy {
    /// μ per constraint of the scenario, or why it is not known.
    private enum Prices {
        case known([Double])
        /// The policy was solved under other constraints, whose prices say nothing here.
        case ofOtherConstraints
        /// The file was edited: what its solution says was said of another policy.
        case ofOtherStrategies
        /// The policy was solved for another game, whose prices say nothing here.
        case ofOtherGame
    }

    /// As it was named.
    package let label: String
    package let controller: Policy
    /// τ of a policy that is soft in its own right, whose action values therefore carry the KL term; nil for others.
    package let softWeight: Double?
    /// τ that the policy was solved with, by whatever method; nil where it was not, or nothing says so.
    private let klWeight: Double?
    /// What the policy is, as JSON text: the policy file, or a description of a built-in policy.
    package let text: String
    /// SHA-256 of ``text``.
    package let hash: String
    /// What the solver said of the policy, or null; of a file that was edited only that it was.
    package let solution: JSONValue
    /// The game that the policy was solved for, where it is not the one that it is played in; nil where it is, and for built-in policies.
    package let foreignOrigin: PolicyOrigin?
    /// Whether the policy's file is as it was written.
    package let standing: PolicyStanding
    private let prices: Prices

    /// Finds a policy that is said in a line, such as `always:RESPONSE`, or a file written by `solve`.
    ///
    /// A file that was edited, or that nothing tells whether it was, is played with a warning; one that was solved for another game with a
    /// line that says which.
    ///
    /// - Parameters:
    ///   - stored: the policy file's text where a store kept it.
    ///   - saysGame: whether the line about another game is wanted.
    /// - Throws: ``InputError`` saying what is wrong and what to write instead.
    package init(
        _ name: String, scenario: Scenario, stored: String? = nil, saysGame: Bool = true,
        note: (String) -> Void = { _ in }
    ) throws {
        if let scripted = try Self.scripted(name, scenario) {
            try self.init(builtIn: name, scripted, scenario)
        } else {
            let text =
                try stored
                ?? InputFile.text(name, what: "policy (\(Scenario.scriptedPolicies.joined(separator: ", ")) or a file)")
            try self.init(name, text: text, scenario) { () throws(PolicyFileError) in
                try PolicyFile(reading: text, label: name, game: scenario.game, gameHash: scenario.gameHash)
            }
        }
        if saysGame, let foreignOrigin {
            note(
                "note: policy \(label) was solved for game \(foreignOrigin), played in \(scenario.gameHash.prefix(12)) "
                    + "(\(scenario.playedName))")
        }
        if let warning { note("warning: \(warning)") }
    }

    /// A policy that was just solved for, with its file as it would be written.
    package init(_ label: String, file: JSONValue, scenario: Scenario) throws {
        try self.init(label, text: try file.text(), scenario) { () throws(PolicyFileError) in
            try PolicyFile(file, label: label, game: scenario.game, gameHash: scenario.gameHash)
        }
    }

    private init(builtIn name: String, _ policy: Policy, _ scenario: Scenario) throws {
        label = name
        controller = try Self.valued(policy, scenario.objective, scenario.game)
        text = try Self.builtIn(name, reference: name == "reference" ? scenario.objective.reference : nil)
        (prices, solution) = (.known(scenario.objective.constraints.map { _ in 0 }), .null)
        (softWeight, klWeight, standing, foreignOrigin) = (nil, nil, .asWritten, nil)
        try ReactionTables.checkSize(game: scenario.game, memory: controller.memory)
        hash = ContentHash.sha256(text)
    }

    private init(
        _ name: String, text: String, _ scenario: Scenario, reading: () throws(PolicyFileError) -> PolicyFile
    ) throws {
        (label, self.text) = (name, text)
        let file: PolicyFile
        do {
            file = try reading()
        } catch {
            throw InputError("policy \(name) \(error)")
        }
        foreignOrigin = file.origin.isOwnGame ? nil : file.origin
        standing = file.standing(in: scenario.ownGame(of: file))
        if case .edited(let reason) = standing {
            prices = scenario.objective.constraints.isEmpty ? .known([]) : .ofOtherStrategies
            solution = .object(["status": .string("edited"), "reason": .string(reason)])
            (softWeight, klWeight) = (nil, nil)
        } else {
            if scenario.objective.constraints.isEmpty {
                prices = .known([])
            } else if !file.origin.isOwnGame {
                prices = .ofOtherGame
            } else {
                prices =
                    file.prices(of: scenario.objective, game: scenario.game).map { .known($0) } ?? .ofOtherConstraints
            }
            solution = file.solution
            (softWeight, klWeight) = (file.softWeight, file.klWeight)
        }
        var objective = scenario.objective
        if let klWeight { objective.klWeight = klWeight }
        controller = try Self.valued(file.controller, objective, scenario.game)
        try ReactionTables.checkSize(game: scenario.game, memory: controller.memory)
        hash = ContentHash.sha256(text)
    }

    /// The policy over a memory in which it can be valued: under a KL term against a reference that drifts, one that knows the row.
    private static func valued(_ policy: Policy, _ objective: Objective, _ game: Game) throws(GameError) -> Policy {
        guard objective.klWeight > 0 else { return policy }
        return try policy.knowing(objective.reference, game: game)
    }

    /// What is to be said of the policy's file; nil where it is as it was written.
    private var warning: String? {
        switch standing {
        case .asWritten: nil
        case .edited(let reason):
            "the policy file \(label) was edited after it was solved: \(reason). It is played as it is; what its solution "
                + "says (value, bounds, prices) is not used"
        case .unchecked(let reason):
            "whether the policy file \(label) was edited is not known: \(reason). It is played as it is"
        }
    }

    /// JSON members besides the policy's label: `edited`, with how that was seen, and `solved_for` with the game of a policy that is
    /// played in another one; none for a policy that is as it was written, in its own game.
    package var fileMembers: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        switch standing {
        case .asWritten: break
        case .edited(let reason): members["edited"] = .string(reason)
        case .unchecked: if foreignOrigin != nil { members["not_checked"] = .bool(true) }
        }
        members["solved_for"] = foreignOrigin?.json
        return members
    }

    /// An objective as the policy was solved for it: with the KL weight that its values carry.
    package func objective(_ objective: Objective) -> Objective {
        var own = objective
        if let klWeight { own.klWeight = klWeight }
        return own
    }

    /// μ per constraint of the scenario. Where the policy's own prices say nothing here none has a price, and a note says
    /// so: there is no other way to them.
    package func prices(in scenario: Scenario, note: (String) -> Void = { _ in }) -> [Double] {
        switch prices {
        case .known(let prices): return prices
        case .ofOtherConstraints:
            note("warning: \(label) was solved under other constraints; none has a price here")
        case .ofOtherStrategies:
            note("warning: \(label) was edited, so its prices are not known; no constraint has a price here")
        case .ofOtherGame:
            note("warning: \(label) was solved for another game; no constraint has a price here")
        }
        return scenario.objective.constraints.map { _ in 0 }
    }

    /// The same, for data that are made with the prices.
    ///
    /// - Throws: ``InputError`` where the policy's own prices say nothing here.
    package func knownPrices() throws -> [Double] {
        switch prices {
        case .known(let prices): return prices
        case .ofOtherConstraints:
            throw InputError(
                "policy \(label) was solved under other constraints than this scenario has; solve again, so that its action "
                    + "values carry the right prices")
        case .ofOtherStrategies:
            throw InputError(
                "policy \(label) was edited after it was solved, so the prices of the constraints are not known; solve "
                    + "again, so that its action values carry the right prices")
        case .ofOtherGame:
            throw InputError(
                "policy \(label) was solved for another game, so the prices of the constraints are not known; solve again for "
                    + "this one, so that its action values carry the right prices")
        }
    }

    private static func scripted(_ name: String, _ scenario: Scenario) throws -> Policy? {
        do {
            return try scenario.scriptedPolicy(name)
        } catch let error as PolicyNameError {
            throw InputError(error.description)
        }
    }

    /// A built-in policy as JSON text, with the strategy it plays where the scenario defines it, or its table.
    private static func builtIn(_ name: String, reference: Reference?) throws -> String {
        var members: [String: JSONValue] = [
            "format": .integer(1), "kind": .string("built-in"), "policy": .string(name),
        ]
        if let reference {
            members["strategy"] = .numbers(reference.otherwise)
            if !reference.isConstant { members["rows"] = .string(reference.description) }
        }
        return try JSONValue.object(members).text()
    }
}

extension Scenario {
    /// The game that a policy file of this scenario was solved for: with users taken as they were then.
    ///
    /// - Returns: nil if that was another game, and if the scenario leaves a choice and the file does not say how they were taken.
    fileprivate func ownGame(of file: PolicyFile) -> Game? {
        guard file.origin.isOwnGame else { return nil }
        guard hasForesight else { return game }
        guard let assumption = file.solution["follower"]?.stringValue.flatMap(ForesightAssumption.init(rawValue:))
        else {
            return nil
        }
        return (try? assuming(assumption))?.game
    }
}

/// How a policy is named, for help texts.
package enum PolicyForms {
    package static let text =
        "always:RESPONSE, sequence:R1,R2, cues:CUE=R, uniform, reference, or a file written by solve"
}
