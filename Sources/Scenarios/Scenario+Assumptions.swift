internal import GameModel
package import Output

/// What a scenario was taken as besides what its file says: numbers that were set, and users without their foresight.
extension Scenario {
    /// Whether the file gives any user foresight, so that it matters how users are taken.
    package var hasForesight: Bool { foresight.contains { $0 > 0 } }

    /// Lines for people, each ended by a line feed; empty where everything is as the file says and leaves no choice.
    package var assumptionLines: String { (changesText.map { "\($0).\n" } ?? "") + foresightLine }

    /// The same in one line; nil where there is nothing to say.
    package var assumptionSentence: String? {
        let lines = assumptionLines.split(separator: "\n")
        return lines.isEmpty ? nil : lines.joined(separator: " ")
    }

    private var foresightLine: String {
        guard hasForesight else { return "" }
        return assumption == .myopic
            ? "Users are taken as myopic, although the scenario gives them foresight.\n"
            : "Users have foresight: they anticipate the policy.\n"
    }

    /// The numbers that were set, in the order they were set in, in one line: `Set: users.benign.prior = 0.7`; nil where none was.
    package var changesText: String? {
        guard !changes.isEmpty else { return nil }
        return "Set: " + changes.map { "\(Escaped.line($0.path)) = \($0.value)" }.joined(separator: ", ")
    }

    /// The scenario's name, with what was set in it, for where games are told apart.
    package var playedName: String {
        ([name]
            + (changes.isEmpty ? [] : ["with " + changes.map { "\($0.path) = \($0.value)" }.joined(separator: ", ")]))
            .joined(separator: " ")
    }

    /// JSON members with the numbers that were set, as `set`; unchanged where none was.
    package func withChanges(_ members: [String: JSONValue]) -> [String: JSONValue] {
        guard !changes.isEmpty else { return members }
        let list = changes.map { JSONValue.object(["path": .string($0.path), "value": .number($0.value)]) }
        return members.merging(["set": .array(list)]) { _, new in new }
    }

    /// JSON members with the numbers that were set and with how users are taken; unchanged where the scenario is as its file says and
    /// leaves no choice.
    package func withAssumptions(_ members: [String: JSONValue]) -> [String: JSONValue] {
        let members = withChanges(members)
        guard hasForesight else { return members }
        return members.merging(["follower": .string(assumption.rawValue)]) { _, new in new }
    }

    /// What names a run besides its command and its game's hash, which knows every number but the objective's: how users are taken
    /// where that is a choice, and the objective where it is not the file's.
    ///
    /// The numbers are said and not the changes, so that two ways to the same numbers name the same run.
    package var assumptionParts: [String] {
        let users = hasForesight ? [assumption.rawValue] : []
        guard objective != fileObjective else { return users }
        let limits = objective.constraints.map { "\($0.user) \($0.outcome) \($0.atMost)" }
        return users + ["objective \(objective.klWeight) \(objective.reference) \(limits)"]
    }
}

extension DataPackage {
    /// Tables that were made from a scenario, with what it was taken as in the data dictionary.
    ///
    /// - Parameter name: nil for the scenario's.
    package init(_ scenario: Scenario, name: String? = nil, tables: [TidyTable]) {
        self.init(
            name: name ?? scenario.name, title: scenario.title, tables: tables, members: scenario.withChanges([:]))
    }
}
