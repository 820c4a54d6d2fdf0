import Calibration
import Foundation
import GameModel
import UserAgents

/// Conversations simulated from known parameters.
struct Simulated {
    /// A stream of random numbers for a test.
    struct Draws {
        private var index: UInt64 = 0
        let seed: UInt64

        init(seed: UInt64) { self.seed = seed }

        mutating func unit() -> Double {
            defer { index += 1 }
            return Double(Philox4x64.block(counter: (index, 0, 0, 7), key: (seed, 0x7465_7374)).0 >> 11) * 0x1p-53
        }

        mutating func choice(_ probabilities: [Double]) -> Int {
            var left = unit()
            for (index, probability) in probabilities.enumerated() {
                left -= probability
                if left < 0 { return index }
            }
            return probabilities.lastIndex { $0 > 0 } ?? 0
        }
    }

    static let states = ["calm", "strained", "crisis"]
    static let responses = ["refuse", "ask", "support"]
    /// firmness, inquiry
    static let features = [[1.0, 0], [0, 1.0], [0.3, 0.4]]
    static let reactions = ["go_on", "disclose", "insist"]

    /// disclose and insist against go_on: bias, firmness, inquiry, strained, crisis.
    static let reactionTruth = [-0.5, -0.8, 0.9, 0.2, -0.4, -1.2, 1.1, -0.3, 0.5, 1.0]
    /// bias, firmness, inquiry, disclose, insist, inertia.
    static let moveTruth = [-0.2, 0.8, -0.5, -0.4, 0.3, 1.2]

    static let predictors: [LinearPredictor?] = [
        LinearPredictor(features: [0, 0], states: [0, 0, 0]),
        LinearPredictor(bias: -0.5, features: [-0.8, 0.9], states: [0, 0.2, -0.4]),
        LinearPredictor(bias: -1.2, features: [1.1, -0.3], states: [0, 0.5, 1.0]),
    ]
    static let movement = MovePredictor(
        bias: -0.2, features: [0.8, -0.5], states: [0, 0, 0], reactions: [0, -0.4, 0.3], inertia: 1.2)
    static let user = QuantalResponseUser(predictors: predictors, rationality: 1, movement: .logit(movement))

    static let reactionTerms = ["features", "state"].compactMap { Term($0) }
    static let moveTerms = ["features", "reaction"].compactMap { Term($0) }

    /// Conversations played with the users of the simulator itself.
    static func conversations(
        _ count: Int, turns: Int, seed: UInt64, user: QuantalResponseUser = user
    ) throws -> ObservedTransitions {
        var draws = Draws(seed: seed)
        var data = ObservedTransitions(
            states: states, responses: responses, features: ["firmness", "inquiry"], reactions: reactions,
            conversations: (0..<count).map { "c\($0)" })
        for conversation in 0..<count {
            var state = draws.choice([0.3, 0.5, 0.2])
            for turn in 1...turns {
                let response = draws.choice([0.4, 0.3, 0.3])
                let row = try user.reactionProbabilities(
                    turn: turn, state: state, response: response, features: features[response])
                let reaction = draws.choice(row)
                let move = try user.moveProbabilities(
                    state: state, stateCount: 3, response: response, features: features[response], reaction: reaction)
                let after = state + draws.choice([move.down, move.stay, move.up]) - 1
                data.transitions.append(
                    ObservedTransitions.Transition(
                        conversation: conversation, turn: turn, before: state, response: response,
                        features: features[response], reaction: reaction, after: after))
                state = after
            }
        }
        return data
    }
}
