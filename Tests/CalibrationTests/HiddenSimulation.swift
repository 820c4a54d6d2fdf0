import Calibration
import UserAgents

/// Conversations of a user whose state shows clearly in what they say.
enum HiddenSimulation {
    /// disclose and insist against go_on: bias, firmness, inquiry, strained, crisis.
    static let reactionTruth = [-0.8, -0.6, 0.8, 2.0, 0.5, -1.8, 0.9, -0.3, 0.8, 3.0]
    /// bias, firmness, inquiry, disclose, insist, inertia.
    static let moveTruth = [-0.1, 0.7, -0.5, -0.4, 0.3, 1.5]

    private static let user = QuantalResponseUser(
        predictors: [
            LinearPredictor(features: [0, 0], states: [0, 0, 0]),
            LinearPredictor(bias: -0.8, features: [-0.6, 0.8], states: [0, 2.0, 0.5]),
            LinearPredictor(bias: -1.8, features: [0.9, -0.3], states: [0, 0.8, 3.0]),
        ], rationality: 1,
        movement: .logit(
            MovePredictor(
                bias: -0.1, features: [0.7, -0.5], states: [0, 0, 0], reactions: [0, -0.4, 0.3], inertia: 1.5)))

    static func conversations(_ count: Int, turns: Int, seed: UInt64) throws -> ObservedTransitions {
        try Simulated.conversations(count, turns: turns, seed: seed, user: user)
    }
}
