import Nacre

/// A scenario told along some conversations: what may be said, what each type of user then does, what the model sees of it and what it
/// believes.
///
/// All numbers are exact. Users who look ahead anticipate the reference.
struct Playthrough {
    let scenario: Scenario
    private let game: Game
    private let reactions: ReactionTables

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        game = scenario.game
        reactions = ReactionTables(
            game: scenario.game, controller: try .reference(scenario.objective.reference, game: scenario.game))
    }

    /// The scenario's page: who there is and what endings are worth, then the conversations.
    func text(_ histories: [History]) throws -> String {
        var text = introduction + endings + legal + effects + legend
        for (index, history) in histories.enumerated() {
            text += "\n-- Conversation \(index + 1) \(String(repeating: "-", count: 60))\n\n"
            text += try conversation(history)
        }
        return text
    }

    private func number(_ value: Double) -> String { Format.fixed(value, 4) }

    private var introduction: String {
        let ahead = game.users.indices.filter { game.foresight?.isForesighted($0) ?? false }.map { game.users[$0] }
        let hidden =
            "the user's type" + (game.states.count > 1 ? ", nor the state: \(game.states.joined(separator: ", "))" : "")
        let reading = game.cues.count > 1 ? "how a message reads (\(game.cues.joined(separator: ", "))) and " : ""
        var text = "\(scenario.name): \(scenario.title)\n\n\(game.horizon) turns"
        text +=
            game.discount == 1 ? ".\n" : "; what is paid a turn later counts \(number(game.discount)) times as much.\n"
        text += "The model sees \(reading)what the user seems to do.\nIt does not see \(hidden).\n"
        if !ahead.isEmpty {
            text += "Looking ahead: \(ahead.joined(separator: ", ")), who expects the reference throughout.\n"
        }
        for limit in scenario.objective.constraints {
            let (outcome, user) = (game.outcomes[limit.outcome].name, game.users[limit.user])
            text += "Limit: P(\(outcome) | \(user)) ≤ \(number(limit.atMost)).\n"
        }
        return text + "\n"
    }

    /// What may be said, all that the reference says now and then, and what saying it pays, by type.
    private var legal: String {
        var table = TextTable(["the model may give", "reference"] + game.users)
        for (response, share) in scenario.objective.reference.otherwise.enumerated() where share > 0 {
            let paid = game.users.indices.map { game.stagePayoff[$0 * game.responses.count + response] }
            table.append([game.responses[response].name, number(share)] + paid.map(number))
        }
        return table.text + "(under each type, what giving it pays)\n\n"
    }

    /// What the user may do, and what the model sees of it.
    private var effects: String {
        var table = TextTable(["the user may", "and then"], left: [0, 1])
        for reaction in game.reactions {
            let effect =
                switch reaction.effect {
                case .continues: "goes on"
                case .continuesShowing(let other): "goes on, and seems to \(game.reactions[other].name)"
                case .ends(let outcome): "ends in \(game.outcomes[outcome].name)"
                }
            table.append([reaction.name, effect])
        }
        return table.text + "\n"
    }

    /// How to read the conversations.
    private let legend = """
        Below, `belief` is P(type, state | what the model has seen), `then does` P(reaction | type, what it has seen), and
        `model sees` the probability of what may come next.

        """

    /// What the model is paid when a conversation ends, by type.
    private var endings: String {
        var table = TextTable(
            ["payoff of an ending", "prior"] + game.outcomes.map { $0.name + ($0.isSafe ? "" : "!") })
        for (user, name) in game.users.enumerated() {
            let row = game.outcomes.indices.map { game.outcomePayoff[user * game.outcomes.count + $0] }
            table.append([name, number(game.prior[user])] + row.map(number))
        }
        return table.text
            + "(! marks what is unsafe; \(game.outcomes[game.timeout].name) is the end of the last turn)\n\n"
    }

    private func conversation(_ history: History) throws -> String {
        var (belief, likelihood) = try Belief.opening(history.cue, game: game)
        var earned = game.users.map { _ in 0.0 }
        let opening = scenario.wording.openings[history.cue].last?.content ?? ""
        let reading = game.cues.count > 1 ? " \(game.cues[history.cue]), with probability \(number(likelihood))" : ""
        var text = "The user opens\(reading):\n"
        text += quoted(opening) + beliefs(belief)
        var cue = history.cue
        for (index, step) in history.steps.enumerated() {
            let turn = index + 1
            let node = try History(cue: history.cue, steps: Array(history.steps.prefix(index))).node(
                in: reactions.memory, game: game)
            let given = AnticipatedNode(reactions, node: node)
            let said = game.responses[step.response].name
            text += "\nTurn \(turn). The model gives \(said):\n"
            text += quoted(scenario.wording.responses[step.response][cue].first ?? "")
            text += reactionRows(belief, turn, step.response, node)
            for user in game.users.indices {
                earned[user] += game.discounts[index] * game.stagePayoff[user * game.responses.count + step.response]
            }
            text += sights(belief, turn, step.response, given)
            (belief, likelihood) = try belief.updated(
                turn: turn, response: step.response, observation: step.observation, game: game, given: given)
            cue = game.observations.cue(of: step.observation)
            let shown = game.observations.shown(of: step.observation).map { game.shownReactions[$0] } ?? 0
            let seen = game.cues.count > 1 ? game.name(ofObservation: step.observation) : game.reactions[shown].name
            text += "It sees \(seen), which had the probability \(number(likelihood)):\n"
            text += quoted(scenario.wording.reactions[shown][cue].first ?? "") + beliefs(belief)
        }
        let sums = game.users.indices.map { "\(number(earned[$0])) with \(game.users[$0])" }
        return text + "\nPaid so far: \(sums.joined(separator: ", ")).\n"
    }

    private func quoted(_ words: String) -> String { "    “\(words)”\n" }

    /// Whether the scenario has no states of its own.
    private var isStateless: Bool { game.states.count == 1 }

    /// P(θ, x | what was seen), with the types' shares.
    private func beliefs(_ belief: Belief) -> String {
        var table = TextTable(["  belief", "share"] + (isStateless ? [] : game.states))
        for (user, share) in belief.users(in: game).enumerated() {
            let states = game.states.indices.map { belief.probabilities[user * game.states.count + $0] }
            table.append(["  " + game.users[user], number(share)] + (isStateless ? [] : states.map(number)))
        }
        return table.text
    }

    /// P(m | θ, what was seen, a).
    private func reactionRows(_ belief: Belief, _ turn: Int, _ response: Int, _ node: Int) -> String {
        var table = TextTable(["  then does"] + game.reactions.map(\.name))
        let group = reactions.memory.classes[node]
        for (user, share) in belief.users(in: game).enumerated() {
            var row = game.reactions.map { _ in 0.0 }
            for state in game.states.indices where share > 0 {
                let hidden = user * game.states.count + state
                let start = reactions.row(turn: turn, hidden: hidden, response: response, group: group) * row.count
                for reaction in row.indices {
                    row[reaction] += belief.probabilities[hidden] / share * reactions.reaction[start + reaction]
                }
            }
            table.append(["  " + game.users[user]] + row.map { share > 0 ? number($0) : "-" })
        }
        return table.text
    }

    /// P(o | what was seen, a): one row per shown reaction, one column per cue, and the end.
    private func sights(_ belief: Belief, _ turn: Int, _ response: Int, _ given: AnticipatedNode) -> String {
        var table = TextTable(["  model sees"] + (game.cues.count > 1 ? game.cues : ["probability"]))
        var rest = 1.0
        for (shown, reaction) in game.shownReactions.enumerated() {
            let row = game.cues.indices.map { cue in
                belief.likelihood(
                    of: game.observations.index(shown: shown, cue: cue), after: response, turn: turn, game: game,
                    given: given)
            }
            rest -= row.reduce(0, +)
            table.append(["  " + game.reactions[reaction].name] + row.map(number))
        }
        return table.text + "  It ends with probability \(number(rest)).\n"
    }
}
