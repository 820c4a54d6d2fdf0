/// The working memory of the users' backward recursion in ``ReactionTables``.
struct RecursionScratch: Sendable {
    /// Per reaction, the rank of what it shows as; for one that ends, −1 − its outcome.
    var rank: [Int] = []
    /// [|M|] v_m of the row at hand, in utility units.
    var value: [Double] = []
    /// [H, nodes] U of the turn after the one at hand.
    var userValue: [Double] = []
    /// [classes, branches, H, S] Σ_c cue(c | x') U_{t+1}(x', next(class, a, (s, c))).
    private var expected: [Double] = []

    init() {}

    init(game: Game, memory: ControllerMemory) {
        rank = game.continuingRanks
        value = [Double](repeating: 0, count: game.reactions.count)
        userValue = [Double](repeating: 0, count: game.hiddenCount * memory.nodeCount)
        let widest = memory.classRanges.map(\.count).max() ?? 0
        expected = [Double](
            repeating: 0, count: widest * memory.branches * game.hiddenCount * game.shownReactions.count)
    }

    /// Averages what the next turn is worth to users over its cue. After the last turn there is nothing to anticipate.
    mutating func anticipate(turn: Int, game: Game, memory: ControllerMemory) {
        guard turn < game.horizon else { return }
        let (cueCount, shownCount) = (game.cues.count, game.shownReactions.count)
        let exits = memory.exits(turn: turn)
        for exit in exits {
            let successors = exit * game.observations.count + cueCount
            for hidden in 0..<game.hiddenCount {
                let target = ((exit - exits.lowerBound) * game.hiddenCount + hidden) * shownCount
                for shown in 0..<shownCount {
                    var sum = 0.0
                    for cue in 0..<cueCount {
                        let node = Int(memory.successors[successors + shown * cueCount + cue])
                        // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                        guard node >= 0 else { continue }
                        sum += game.cue[hidden * cueCount + cue] * userValue[hidden * memory.nodeCount + node]
                    }
                    expected[target + shown] = sum
                }
            }
        }
    }

    /// E[U_{t+1}] after a continuing reaction, over the move and the cue.
    ///
    /// - Parameter exit: of the class, by the response, counted from the first of the turn.
    func continuation(hidden: Int, response: Int, reaction: Int, exit: Int, game: Game) -> Double {
        let shownCount = game.shownReactions.count
        let moves = ((hidden * game.responses.count + response) * game.reactions.count + reaction) * 3
        var sum = 0.0
        for step in game.moves(from: hidden % game.states.count) {
            sum +=
                game.move[moves + step]
                * expected[(exit * game.hiddenCount + hidden + step - 1) * shownCount + rank[reaction]]
        }
        return sum
    }
}

extension Game {
    /// Per reaction, the rank of what it shows as among ``shownReactions``; for one that ends, −1 − its outcome.
    package var continuingRanks: [Int] {
        reactions.enumerated().map { index, reaction in
            switch reaction.effect {
            case .ends(let outcome): -1 - outcome
            case .continues: shownReactions.firstIndex(of: index) ?? 0
            case .continuesShowing(let other): shownReactions.firstIndex(of: other) ?? 0
            }
        }
    }
}
