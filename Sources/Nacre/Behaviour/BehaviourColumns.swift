internal import Analysis
internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios

/// The lists of a report on behaviour: how they are printed.
extension BehaviourReport {
    var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
        ]
    }

    // MARK: Reactions

    struct ReactionRow {
        let user: Int
        let response: Int
        /// Nil for the average over the states in which users are by then.
        let state: Int?
        let reaction: Int
        let probability: Double?
    }

    var reactionRows: [ReactionRow] {
        courses.flatMap { course in
            let turn = course.turns[shown.turn - 1]
            let states: [Int?] =
                shown.state.map { [$0] } ?? (game.states.count == 1 ? [nil] : [nil] + game.states.indices.map { $0 })
            return states.flatMap { state in
                game.reactions.indices.map { reaction in
                    ReactionRow(
                        user: course.user, response: course.response, state: state, reaction: reaction,
                        probability: state.map { turn.reactions[$0][reaction] } ?? turn.meanReactions?[reaction])
                }
            }
        }
    }

    var reactionColumns: Columns<ReactionRow> {
        [
            .string("user", "user type") { game.users[$0.user] },
            .string("response", "the response, which is always given") { game.responses[$0.response].name },
            .string(
                "state",
                "hidden state of the user; missing for the average over the states in which users of this type are in this turn, "
                    + "if the response has always been given and the conversation goes on"
            ) { $0.state.map { game.states[$0] } },
            .integer("turn", "the turn, from 1") { _ in shown.turn },
            .string("reaction", "name of the reaction") { game.reactions[$0.reaction].name },
            .number(
                "probability", "P(reaction | type, state, response, turn), exact; missing if the turn is never reached"
            ) { $0.probability },
        ]
    }

    // MARK: One response, always

    struct AlwaysRow {
        let user: Int
        let response: Int
        let outcome: Int
        let evaluation: Evaluation
    }

    var alwaysRows: [AlwaysRow] {
        shown.users.flatMap { user in
            shown.responses.flatMap { response in
                game.outcomes.indices.map {
                    AlwaysRow(
                        user: user, response: response, outcome: $0, evaluation: behaviour.evaluations[response])
                }
            }
        }
    }

    var alwaysColumns: Columns<AlwaysRow> {
        [
            .string("user", "user type") { game.users[$0.user] },
            .string("response", "the response that is always given") { game.responses[$0.response].name },
            .string("outcome", "how the conversation ended") { game.outcomes[$0.outcome].name },
            .boolean("safe", "whether the outcome counts as safe") { game.outcomes[$0.outcome].isSafe },
            .number("probability", "P(outcome | type, the response always), exact") {
                $0.evaluation.outcomes[$0.user][$0.outcome]
            },
            .number("turns", "expected turns of conversations with the type") { $0.evaluation.turnsByUser[$0.user] },
            .number("payoff", "expected payoff of conversations with the type, in payoff units") {
                $0.evaluation.payoffByUser[$0.user]
            },
        ]
    }

    // MARK: Hazards

    struct HazardRow {
        let course: ResponseCourse
        let turn: Int
        /// Nil for all outcomes together.
        let outcome: Int?

        var place: ResponseCourse.Turn { course.turns[turn - 1] }
        var hazard: Double? { outcome.map { outcome in place.endings.map { $0[outcome] } } ?? place.hazard }
    }

    var hazardRows: [HazardRow] {
        courses.flatMap { course in
            (1...game.horizon).flatMap { turn in
                ([nil] + game.outcomes.indices.map { $0 }).map { outcome in
                    HazardRow(course: course, turn: turn, outcome: outcome)
                }
            }
        }
    }

    var hazardColumns: Columns<HazardRow> {
        [
            .string("user", "user type") { game.users[$0.course.user] },
            .string("response", "the response that is always given") { game.responses[$0.course.response].name },
            .integer("turn", "the turn, from 1") { $0.turn },
            .number("reach", "P(the conversation reaches the turn | type), exact") { $0.place.reach },
            .string("outcome", "how the reaction ends the conversation; missing for all outcomes together") {
                $0.outcome.map { game.outcomes[$0].name }
            },
            .number(
                "hazard",
                "P(a reaction ends the conversation in this turn, with this outcome | the turn is reached), exact; without the timeout "
                    + "after the last turn; missing if the turn is never reached"
            ) { $0.hazard },
        ]
    }

    // MARK: Targets

    var targetColumns: Columns<LeastChange.Finding> {
        [
            .string("target", "what the probability is of") { TargetText.place($0.target, in: game) }.shown(),
            .number("wanted", "the probability that was asked for") { $0.target.probability }
                .formatted("wanted") { Format.number($0) },
            .number("before", "the probability as the scenario has it") { $0.before }.shown(decimals: 6),
            .number("after", "the probability after the change") { $0.after }.shown(decimals: 6),
            .boolean("met", "whether the change meets the target") {
                abs($0.after - $0.target.probability) <= LeastChange.tolerance
            }.shown("", left: true) {
                abs($0.after - $0.target.probability) <= LeastChange.tolerance ? "met" : "NOT met"
            },
        ]
    }

    var changeColumns: Columns<LeastChange.Change> {
        [
            .string("path", "the number that was changed") {
                "users.\(game.users[$0.user]).utility.\(game.reactions[$0.reaction].name).bias"
            }.shown("bias", left: true),
            .number("before", "its value in the scenario, in units of utility") { $0.before }.shown(decimals: 4),
            .number("after", "its value after the change") { $0.after }.shown(decimals: 4),
            .number("logits", "how far it was moved, in logits: rationality times the difference") { $0.logits }
                .shown("logits") { ($0.logits > 0 ? "+" : "") + Format.fixed($0.logits, 4) },
        ]
    }
}
