internal import GameModel
internal import InputErrors
internal import Preferences
public import Scenarios

/// How noisy labels would be that are made by rollouts, in a scenario and under a policy.
///
/// ```swift
/// var request = NoiseRequest()
/// request.rollouts = [3]
/// print(try request.report(scenario).text())
/// ```
public struct NoiseRequest: Sendable {
    /// Whose conversations, and who goes on after a candidate.
    public var policy = "reference"
    /// Rollouts a candidate.
    public var rollouts = [3, 10, 30, 100]
    /// Response–reaction pairs that a rollout is cut off after; nil for the whole conversation.
    public var windows: [Int?] = [2, 3, 4, nil]
    /// Whether every turn counts what its endings bring on average over the user's reactions, and not what came: as a judge would who knows
    /// the user and the reward function.
    public var expectsEndings = false
    /// Conversations whose nodes are taken.
    public var episodes = 300
    /// Whether a node that is met more often counts once.
    public var isDistinct = false
    /// 2 or 3; nil for 3, or 2 where there are no more responses.
    public var candidates: Int?
    /// How often labels are made at every node.
    public var replications = 16
    public var seed: UInt64 = 1
    /// τ of the policy that labels should lead to; nil for the scenario's, or 0.2 where that is 0.
    public var temperature: Double?

    public init() {}

    /// τ where neither the scenario nor the request says one.
    static let usualTemperature = 0.2

    /// - Throws: `InputError` for more candidates than there are responses; `InterruptedError` where the control asks to stop.
    /// - Complexity: O(nodes · replications · rollouts · turns).
    public func report(_ scenario: Scenario, _ control: RunControl = RunControl()) throws -> NoiseReport {
        let game = scenario.game
        guard game.responses.count > 1 else {
            throw InputError("there is one response, and nothing to compare it with")
        }
        let candidates = candidates ?? min(3, game.responses.count)
        guard (2...3).contains(candidates) else { throw InputError("\(candidates) candidates: give 2 or 3") }
        guard candidates <= game.responses.count else {
            throw InputError(
                "\(candidates) candidates cannot be drawn from \(game.responses.count) responses; give --candidates 2")
        }
        let named = try NamedPolicy(policy, scenario: scenario, note: control.note)
        var settings = RolloutNoise.Settings()
        (settings.episodes, settings.seed, settings.candidates) = (episodes, seed, candidates)
        settings.isDistinct = isDistinct
        settings.endings = expectsEndings ? .expected : .realised
        (settings.replications, settings.rollouts) = (replications, Array(Set(rollouts)).sorted())
        settings.windows = windows.map { window in window.flatMap { $0 >= game.horizon ? nil : $0 } }
        settings.windows = settings.windows.enumerated().filter { !settings.windows[..<$0.offset].contains($0.element) }
            .map(\.element)
        let own = scenario.objective.klWeight
        settings.temperature = temperature ?? (own > 0 ? own : Self.usualTemperature)
        let noise = try RolloutNoise(
            named.controller, game: game, reference: scenario.objective.reference, settings: settings, control)
        return NoiseReport(scenario: scenario, policy: named.label, noise: noise)
    }
}
