package import GameModel

/// What a model does by its labels: per cue of the opening, and per reaction with its cue, the mean distribution over responses.
///
/// Means are smoothed by one pseudo-count of the mean over all situations, which itself has one of the uniform distribution, so that
/// every response has a probability above 0 everywhere, and a situation that was never met has the overall mean.
package enum FittedPolicy {
    /// How many answers the smoothing counts as.
    package static let pseudoCount = 1.0

    /// - Parameter share: the distribution over responses that an answer counts as; by default its label's.
    /// - Throws: `GameError` if the memory is too large for the game.
    /// - Complexity: O(answers · |A|).
    package static func fit(
        _ conversations: [SpokenConversation], game: Game,
        share: (SpokenConversation, _ turn: Int) -> [Double] = { $0.turns[$1].meaning.response }
    ) throws(GameError) -> Policy {
        let memory = try ControllerMemory(MemoryKind(observations: 1, usesTurn: false), game: game)
        let nodes = Dictionary(
            memory.remembered.enumerated().map { ($1.last ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
        let width = game.responses.count
        var sums = [Double](repeating: 0, count: memory.nodeCount * width)
        var counts = [Double](repeating: 0, count: memory.nodeCount)
        var overall = [Double](repeating: pseudoCount / Double(width), count: width)
        for conversation in conversations {
            for turn in conversation.turns.indices {
                guard let node = nodes[conversation.observation(at: turn, in: game)] else { continue }
                counts[node] += 1
                for (response, probability) in share(conversation, turn).enumerated() {
                    sums[node * width + response] += probability
                    overall[response] += probability
                }
            }
        }
        let total = overall.reduce(0, +)
        var strategies: [Double] = []
        for node in 0..<memory.nodeCount {
            let row = (0..<width).map { response in
                (sums[node * width + response] + pseudoCount * overall[response] / total)
                    / (counts[node] + pseudoCount)
            }
            let sum = row.reduce(0, +)
            strategies += row.map { $0 / sum }
        }
        return try Policy(memory: memory, strategies: strategies, game: game)
    }
}
