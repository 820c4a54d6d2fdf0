package import ExactEvaluation
package import GameModel
package import NumericalMethods

/// How noisy preference labels are that are made by rollouts: answers are played on a few times, and the best mean is preferred to the worst.
///
/// At every node that a policy meets in play, some responses are drawn; each is followed by n independent continuations from what is known
/// there, cut off after a window; the pair of the largest and the smallest mean is reversed where the smallest is worth more in truth.
package struct RolloutNoise: Sendable {
    package struct Settings: Sendable, Equatable {
        /// Conversations whose nodes are taken.
        package var episodes = 300
        package var seed: UInt64 = 1
        /// Whether a node that is met more often counts once.
        package var isDistinct = false
        /// Responses that are compared: 2 or 3.
        package var candidates = 3
        /// How often labels are made at every node.
        package var replications = 16
        /// n, in rising order.
        package var rollouts = [3, 10, 30, 100]
        /// Response–reaction pairs that count; nil for the whole conversation.
        package var windows: [Int?] = [2, 3, 4, nil]
        /// How a rollout counts the end of the conversation.
        package var endings = ReturnEndings.realised
        /// τ of the policy that labels should lead to.
        package var temperature = 0.2

        package init() {}
    }

    /// One window and number of rollouts.
    package struct Cell: Sendable {
        package let window: Int?
        package let rollouts: Int
        /// P(the pair is reversed): simulated, its error by episodes.
        package let reversed: Estimate
        /// The same where means are normal.
        package let normal: Double
        /// Turn by turn, from 1: simulated, with how many nodes.
        package let byTurn: [(reversed: Double, nodes: Int)]
        /// Mean total variation of what DPO learns of such labels from π*; nil where the fit does not converge.
        package let distance: Double?
        /// β at which that is; nil where every β is as good.
        package let beta: Double?
    }

    /// What a window alone does.
    package struct Window: Sendable {
        package let window: Int?
        /// P(reversed) with means of infinitely many rollouts.
        package let reversed: Double
        /// Mean |value within the window − value|, in payoff units.
        package let bias: Double
        /// Mean standard deviation of one rollout.
        package let deviation: Double
        /// The smallest n at which the normal approximation is at most ``goal``; nil where it is at no n up to
        /// ``RolloutNoise/mostRollouts``.
        package let needed: Int?
    }

    /// The share of reversed pairs that ``Window/needed`` is for.
    package static let goal = 0.05
    /// Beyond so many rollouts a search for ``Window/needed`` ends.
    package static let mostRollouts = 1_000_000

    package let settings: Settings
    package let nodes: Int
    package let cells: [Cell]
    package let windows: [Window]
    /// The same distance for exact labels of all pairs, one row a pair weighed by p; nil where a fit does not converge.
    package let exactDistance: Double?

    /// - Throws: `GameError` where users have foresight and the policy is at no single node.
    /// - Complexity: O(nodes · replications · Σ n · turns), a backward pass a window, and a fit a node and β.
    package init(
        _ policy: Policy, game: Game, reference: Reference, settings: Settings, _ control: RunControl = RunControl()
    ) throws {
        self.settings = settings
        let measures = try CreditMeasures(policy, game: game)
        let met = try NoiseNode.met(
            by: policy, game: game, reference: reference, episodes: settings.episodes, seed: settings.seed,
            isDistinct: settings.isDistinct,
            measures: measures)
        nodes = met.count
        let study = NoiseStudy(policy, game: game, nodes: met, settings: settings)
        (cells, windows, exactDistance) = try study.results(control)
    }
}
