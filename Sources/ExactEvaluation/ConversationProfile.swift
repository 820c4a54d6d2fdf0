public import GameModel

/// What happens in conversations under a policy, turn by turn and exactly: how often each response is given, and when
/// conversations end in what.
///
/// ``Evaluation`` adds these up; whoever scores responses by something other than the payoff, or asks how long it took, needs them apart.
public struct ConversationProfile: Sendable, Equatable {
    /// [|Θ|][|A|] E[how often response a is given | θ], in turns per conversation.
    public let responses: [[Double]]
    /// [T][|Θ|][|Ω|] P(the conversation ends in turn t with ω | θ). A timeout ends in turn T.
    public let endings: [[[Double]]]
    /// What the same pass adds up.
    public let evaluation: Evaluation

    /// - Parameters:
    ///   - controller: any finite-memory controller of the game, as the policy that users know.
    /// - Complexity: that of ``Evaluation`` and O(T · H · nodes · |A| · |Ω|).
    public init(_ controller: Policy, game: Game) {
        var pass = ForwardPass(game: game, memory: controller.memory, reference: nil)
        pass.run(strategies: controller.strategies)
        let (width, outcomeCount) = (game.responses.count, game.outcomes.count)
        let advances = 3 * game.shownReactions.count
        var responses = [[Double]](repeating: [Double](repeating: 0, count: width), count: game.users.count)
        var endings: [[[Double]]] = []
        for turn in 1...game.horizon {
            var ended = [[Double]](repeating: [Double](repeating: 0, count: outcomeCount), count: game.users.count)
            let layer = pass.layer(turn: turn)
            for hidden in 0..<game.hiddenCount {
                let user = game.user(of: hidden)
                for node in controller.memory.nodeRanges[turn - 1] {
                    let occupancy = pass.occupancy[layer + hidden * controller.memory.nodeCount + node]
                    guard occupancy > 0 else { continue }
                    for response in 0..<width {
                        let mass = occupancy * controller.strategies[node * width + response]
                        guard mass > 0 else { continue }
                        responses[user][response] += mass
                        let row = pass.reactions.row(
                            turn: turn, hidden: hidden, response: response, group: controller.memory.classes[node])
                        for outcome in 0..<outcomeCount {
                            ended[user][outcome] += mass * pass.reactions.ending[row * outcomeCount + outcome]
                        }
                        guard turn == game.horizon else { continue }
                        for index in row * advances..<(row + 1) * advances {
                            ended[user][game.timeout] += mass * pass.reactions.advance[index]
                        }
                    }
                }
            }
            endings.append(ended)
        }
        self.responses = responses
        self.endings = endings
        evaluation = pass.evaluation
    }
}
