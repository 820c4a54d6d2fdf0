public import GameModel

/// The first situation in which two policies differ, of those that conversations under both reach alike: the earliest turn, and in it the
/// likeliest history.
public struct PolicyParting: Sendable {
    /// What was said until then.
    public let history: History
    /// P(the history), under either policy.
    public let probability: Double
    /// [|A|] what each of the policies says there.
    public let first: [Double]
    public let second: [Double]

    /// Strategies that differ by less than this in total variation are alike: bounds of searches say no more.
    private static let likeness = 1e-6
    /// Histories that are looked at in a turn; a search that meets more ends without an answer.
    private static let mostHistories = 20_000

    /// - Parameter game: of users without foresight.
    /// - Returns: nil where the policies agree wherever conversations go, or more histories would have to be looked at.
    /// - Complexity: O(histories · |A| · |O| · H).
    public init?(_ first: Policy, _ second: Policy, game: Game) {
        var open = game.cues.indices.map { Place(cue: $0, policies: [first, second], game: game) }
        for turn in 1...game.horizon {
            open.removeAll { $0.probability <= 0 }
            let parted = open.compactMap { place -> (place: Place, said: [[Double]])? in
                let said = place.strategies([first, second])
                return Self.distance(said[0], said[1]) > Self.likeness ? (place, said) : nil
            }
            if let found = parted.max(by: { $0.place.probability < $1.place.probability }) {
                (history, probability) = (found.place.history, found.place.probability)
                (self.first, self.second) = (found.said[0], found.said[1])
                return
            }
            guard turn < game.horizon else { return nil }
            open = open.flatMap { $0.following([first, second], turn: turn, game: game) }
            guard open.count <= Self.mostHistories else { return nil }
        }
        return nil
    }

    private static func distance(_ one: [Double], _ other: [Double]) -> Double {
        zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}

/// A history, with where both policies stand after it.
private struct Place {
    let history: History
    /// [H] joint probability of the history and the hidden state.
    let mass: [Double]
    /// Per policy, its nodes given the history.
    let nodes: [NodeDistribution]

    var probability: Double { mass.reduce(0, +) }

    init(history: History, mass: [Double], nodes: [NodeDistribution]) {
        (self.history, self.mass, self.nodes) = (history, mass, nodes)
    }

    /// An opening.
    init(cue: Int, policies: [Policy], game: Game) {
        history = History(cue: cue)
        mass = (0..<game.hiddenCount).map { hidden in
            game.prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
        }
        nodes = policies.map { $0.memory.initial[cue] }
    }

    /// What each policy says.
    func strategies(_ policies: [Policy]) -> [[Double]] { zip(policies, nodes).map { $1.strategy(of: $0) } }

    /// The histories one turn longer that both policies lead to.
    func following(_ policies: [Policy], turn: Int, game: Game) -> [Place] {
        let said = strategies(policies)[0]
        return game.responses.indices.filter { said[$0] > 0 }.flatMap { response in
            let after = zip(policies, nodes).map { $1.after(response, of: $0) }
            return game.shownReactions.indices.flatMap { shown in
                let moved = moved(response, shown, turn: turn, share: said[response], game: game)
                return game.cues.indices.map { cue in
                    let observation = game.observations.index(shown: shown, cue: cue)
                    return Place(
                        history: History(
                            cue: history.cue,
                            steps: history.steps + [History.Step(response: response, observation: observation)]),
                        mass: moved.enumerated().map { $1 * game.cue[$0 * game.cues.count + cue] },
                        nodes: zip(policies, after).map {
                            $1.moved(after: response, by: observation, memory: $0.memory, game: game)
                        })
                }
            }
        }
    }

    /// [H] the masses after a response and a shown reaction, before the cue is seen.
    private func moved(_ response: Int, _ shown: Int, turn: Int, share: Double, game: Game) -> [Double] {
        var moved = [Double](repeating: 0, count: mass.count)
        for (hidden, weight) in mass.enumerated() where weight > 0 {
            let row = game.row(turn: turn, hidden: hidden, response: response)
            for step in game.moves(from: hidden % game.states.count) {
                moved[hidden + step - 1] +=
                    weight * share * game.advance[(row * 3 + step) * game.shownReactions.count + shown]
            }
        }
        return moved
    }
}
