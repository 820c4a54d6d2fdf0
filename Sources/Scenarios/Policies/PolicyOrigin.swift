internal import Output

/// The game that a policy file was solved for.
///
/// A policy is a plan of responses by what is seen, so it can be played in any game of the same shape: what if the users were others?
/// What the file says of its quality holds in its own game alone.
public struct PolicyOrigin: Sendable, Equatable, CustomStringConvertible {
    /// The scenario's name; nil where the file does not say it.
    public let scenario: String?
    /// The game's hash; nil where the file does not say it.
    public let gameHash: String?
    /// The numbers that were set in the scenario, as `path = value`.
    public let changes: [String]
    /// Whether it is the game that the policy is played in.
    public let isOwnGame: Bool

    init(_ json: JSONValue, playedIn hash: String) {
        scenario = json["scenario"]?.stringValue
        gameHash = json["game_hash"]?.stringValue
        changes = (json["solution"]?["set"]?.arrayValue ?? []).compactMap { item in
            guard let path = item["path"]?.stringValue, let value = item["value"]?.doubleValue else { return nil }
            return "\(path) = \(value)"
        }
        isOwnGame = gameHash == hash
    }

    /// `e592c6e1caf5 (starter with users.owner.prior = 0.5)`.
    public var description: String {
        let with = changes.isEmpty ? "" : " with \(changes.joined(separator: ", "))"
        return "\(gameHash.map { String($0.prefix(12)) } ?? "of no hash") (\(scenario ?? "unnamed")\(with))"
    }

    var json: JSONValue {
        .object([
            "scenario": scenario.map { .string($0) } ?? .null, "game_hash": gameHash.map { .string($0) } ?? .null,
        ])
    }
}
