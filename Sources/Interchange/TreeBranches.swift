internal import GameModel

/// What may follow in a game tree, with probabilities above 0 only.
extension ExportedGame {
    /// A way that a conversation goes on: the next hidden state and what the model sees.
    struct Continuation {
        var hidden: Int
        var observation: Int
        var chance: Double
    }

    /// P(θ, x, c₀).
    func openingChance(hidden: Int, cue: Int) -> Double {
        game.prior[game.user(of: hidden)] * game.initialState[hidden] * game.cue[hidden * game.cues.count + cue]
    }

    /// A way that a conversation ends: the outcome, and the turn that it is paid in (T + 1 for running out of turns).
    struct Ending {
        var outcome: Int
        var turn: Int
        var chance: Double
    }

    /// The ways that a turn may end the conversation; after the last turn, going on is one of them.
    func possibleEndings(turn: Int, hidden: Int, response: Int) -> [Ending] {
        let chances = endingProbabilities(turn: turn, hidden: hidden, response: response)
        var endings = zip(game.outcomes.indices, chances).map { Ending(outcome: $0, turn: turn, chance: $1) }
        if turn == game.horizon {
            let chance = goingOn(turn: turn, hidden: hidden, response: response)
            endings.append(Ending(outcome: game.timeout, turn: turn + 1, chance: chance))
        }
        return endings.filter { $0.chance > 0 }
    }

    /// The ways that a conversation goes on after a response, reactions that look the same taken together; none after the
    /// last turn.
    func continuations(turn: Int, hidden: Int, response: Int) -> [Continuation] {
        guard turn < game.horizon else { return [] }
        var found: [Continuation] = []
        for step in 0..<3 {
            for shown in game.shownReactions.indices {
                let chance = probability(turn: turn, hidden: hidden, response: response, step: step, shown: shown)
                append(chance: chance, hidden: hidden + step - 1, shown: shown, to: &found)
            }
        }
        return found
    }

    /// The ways that a conversation goes on after one reaction, given it; none if it ends, or after the last turn.
    func continuations(turn: Int, hidden: Int, response: Int, reaction: Int) -> [Continuation] {
        let shown: Int
        switch game.reactions[reaction].effect {
        case .ends: return []
        case .continues: shown = reaction
        case .continuesShowing(let other): shown = other
        }
        guard turn < game.horizon, let rank = game.shownReactions.firstIndex(of: shown) else { return [] }
        let row = (hidden * game.responses.count + response) * game.reactions.count + reaction
        var found: [Continuation] = []
        for step in 0..<3 {
            append(chance: game.move[row * 3 + step], hidden: hidden + step - 1, shown: rank, to: &found)
        }
        return found
    }

    private func append(chance: Double, hidden: Int, shown: Int, to found: inout [Continuation]) {
        guard chance > 0 else { return }
        for cue in game.cues.indices {
            let joint = chance * game.cue[hidden * game.cues.count + cue]
            guard joint > 0 else { continue }
            found.append(
                Continuation(
                    hidden: hidden, observation: game.observations.index(shown: shown, cue: cue), chance: joint))
        }
    }
}
