package import Output

extension Scenario {
    /// Whether the file gives any user foresight, so that it matters how users are taken.
    package var hasForesight: Bool { foresight.contains { $0 > 0 } }

    /// A line for people on how users are taken; empty where the scenario leaves no choice.
    package var foresightLine: String {
        guard hasForesight else { return "" }
        return assumption == .myopic
            ? "Users are taken as myopic, although the scenario gives them foresight.\n"
            : "Users have foresight: they anticipate the policy.\n"
    }

    /// JSON members with how users are taken; unchanged where the scenario leaves no choice.
    package func withForesight(_ members: [String: JSONValue]) -> [String: JSONValue] {
        guard hasForesight else { return members }
        return members.merging(["follower": .string(assumption.rawValue)]) { _, new in new }
    }

    /// What names a run besides its command: nothing where the scenario leaves no choice.
    package var foresightParts: [String] { hasForesight ? [assumption.rawValue] : [] }
}
