internal import Conversations
internal import GameModel
public import Labelling
public import Scenarios

/// A scenario's users as an environment for other programs: what sessions are to be like.
///
/// ```swift
/// var request = SessionsRequest()
/// request.reward = .shaped
/// let host = try request.host(scenario)
/// print(host.line(Array(#"{"op": "reset", "seed": 1, "episode": 0}"#.utf8)))
/// ```
public struct SessionsRequest: Sendable {
    /// What a turn is rewarded with.
    public enum Reward: String, Sendable, CaseIterable {
        /// What the turn adds to the payoff.
        case payoff
        /// The same, and what the turn adds to the value of the posterior.
        case shaped
    }

    /// Whom users with foresight expect, and whose value shapes rewards.
    public var policy = "reference"
    public var reward = Reward.payoff
    /// Whether replies say what is known of the user.
    public var believes = false
    /// Whether replies say what is hidden, and who comes may be chosen.
    public var reveals = false
    /// The seed of sessions that bring none.
    public var seed: UInt64 = 1
    /// Says what texts are; nil where texts are refused.
    public var labeller: (any TextLabeller)?

    public init() {}

    /// An environment without sessions.
    ///
    /// - Throws: `InputError` for a policy that leads nowhere.
    /// - Complexity: one evaluation and one backward pass.
    public func host(_ scenario: Scenario, note: (String) -> Void = { _ in }) throws -> SessionHost {
        let named = try NamedPolicy(policy, scenario: scenario, note: note)
        let environment = try Environment(
            game: scenario.game, definition: scenario.definition, texts: scenario.wording, expected: named.controller,
            reward: reward == .shaped ? .shaped : .payoff, believes: believes, labeller: labeller)
        return SessionHost(environment, scenario: scenario, request: self, policy: named.label)
    }
}
