internal import Documents
internal import GameModel

/// Warns of things that are certain to play no part: what can never occur, and what nothing refers to.
struct OccurrenceWarnings {
    let content: ScenarioSection.Content
    let game: Game
    let sink: DiagnosticSink

    func report() {
        let reached = reachedHidden()
        reportUsers()
        reportStates(reached)
        reportCues(reached)
        reportReactions(reached)
        reportOutcomes()
        reportFeatures()
    }

    private func warn(_ message: String, _ table: NameTable, _ index: Int) {
        sink.warning(message, at: table.span(of: index), path: "\(table.plural).\(table.names[index])")
    }

    /// A limit is on what a type does when it comes: it binds, and all that the type does counts, even if it never comes.
    private func isLimited(_ user: Int) -> Bool { content.objective.constraints.contains { $0.user == user } }

    /// The hidden states that some conversation reaches, turn by turn, whatever the model says; conversations with limited types
    /// included.
    private func reachedHidden() -> [Bool] {
        let states = game.states.count
        var reached = game.initialState.indices.map {
            game.initialState[$0] > 0
                && (game.prior[game.user(of: $0)] > 0 || isLimited(game.user(of: $0)))
        }
        for turn in 1..<max(game.horizon, 2) {
            var next = reached
            for hidden in reached.indices where reached[hidden] {
                let state = hidden % states
                for response in game.responses.indices {
                    let row = game.row(turn: turn, hidden: hidden, response: response) * 3
                    for step in 0..<3 where state + step >= 1 && state + step <= states {
                        let chances = game.advance[((row + step) * game.shownReactions.count)...]
                        if chances.prefix(game.shownReactions.count).contains(where: { $0 > 0 }) {
                            next[hidden + step - 1] = true
                        }
                    }
                }
            }
            if next == reached && game.slots == 1 { break }
            reached = next
        }
        return reached
    }

    private func reportUsers() {
        for (index, prior) in game.prior.enumerated() where prior == 0 {
            let limited = isLimited(index) ? ", but the limits on it bind" : ""
            warn("has the prior 0; it never occurs\(limited)", content.names.users, index)
        }
    }

    private func reportStates(_ reached: [Bool]) {
        for state in game.states.indices {
            let occurs = game.users.indices.contains { reached[$0 * game.states.count + state] }
            if !occurs { warn("can never occur: no user starts in it or moves to it", content.names.states, state) }
        }
    }

    private func reportCues(_ reached: [Bool]) {
        for cue in game.cues.indices {
            let occurs = reached.indices.contains { reached[$0] && game.cue[$0 * game.cues.count + cue] > 0 }
            if !occurs { warn("can never occur: every user gives it probability 0", content.names.cues, cue) }
        }
    }

    private func reportReactions(_ reached: [Bool]) {
        for reaction in game.reactions.indices {
            let occurs = (1...game.slots).contains { turn in
                reached.indices.contains { hidden in
                    reached[hidden]
                        && game.responses.indices.contains { response in
                            let row = game.row(turn: turn, hidden: hidden, response: response)
                            return game.reaction[row * game.reactions.count + reaction] > 0
                        }
                }
            }
            if !occurs { warn("can never occur: every user gives it probability 0", content.names.reactions, reaction) }
        }
    }

    private func reportOutcomes() {
        for outcome in game.outcomes.indices where outcome != game.timeout {
            let isReached = game.reactions.contains { $0.effect == .ends(outcome: outcome) }
            if !isReached { warn("can never occur: no reaction ends in it", content.names.outcomes, outcome) }
        }
    }

    private func reportFeatures() {
        for feature in game.features.indices where game.responses.allSatisfy({ $0.features[feature] == 0 }) {
            warn("is 0 in every response; it changes nothing", content.names.features, feature)
        }
    }
}
