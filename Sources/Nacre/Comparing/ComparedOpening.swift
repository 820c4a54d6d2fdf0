internal import GameModel
internal import Output
internal import Scenarios

/// How often the policies of several runs give one response to one opening.
struct ComparedOpening {
    let cue: String
    let response: String
    /// Per run; nil where a run has no policy.
    let probabilities: [Double?]

    /// Probabilities closer than this are the same: what rounding leaves of a softmax.
    private static let rounding = 1e-9

    /// The openings and responses at which policies differ.
    ///
    /// - Returns: nil where the runs are of different games, or a policy cannot be read: then nothing is known.
    static func all(_ runs: [ComparedRun]) -> [ComparedOpening]? {
        guard let game = runs.first?.scenario?.game,
            runs.allSatisfy({ $0.scenario != nil && $0.details.gameHash == runs[0].details.gameHash })
        else { return nil }
        let policies = runs.map(\.policy)
        guard zip(runs, policies).allSatisfy({ $0.details.policy == nil || $1 != nil }) else { return nil }
        var found: [ComparedOpening] = []
        for cue in game.cues.indices where (try? Belief.opening(cue, game: game)) != nil {
            let strategies = policies.map { policy in policy.map { $0.memory.initial[cue].strategy(of: $0) } }
            for (response, name) in game.responses.map(\.name).enumerated() {
                let row = strategies.map { $0?[response] }
                let known = row.compactMap(\.self)
                guard let low = known.min(), let high = known.max(), high - low > rounding else { continue }
                found.append(ComparedOpening(cue: game.cues[cue], response: name, probabilities: row))
            }
        }
        return found
    }
}
