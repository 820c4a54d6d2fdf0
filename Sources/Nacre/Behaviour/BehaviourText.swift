internal import Analysis
internal import GameModel
internal import NumericalMethods
internal import Output
internal import Scenarios

/// The report on behaviour for people.
extension BehaviourReport {
    /// More turns are left to files.
    private static let mostTurns = 30

    var targetText: String? {
        guard let change else { return nil }
        let head =
            change.isMet
            ? "Targets met by the least change, of \(Format.fixed(change.size, 4)) logits in all; what follows is with it.\n"
            : "INFEASIBLE: no biases were found that meet these targets; the nearest that were (least squares) are below, and not applied.\n"
                + (change.changes.contains { abs($0.logits) > Self.farLogits }
                    || change.findings.contains { $0.target.probability == 0 || $0.target.probability == 1 }
                    ? "Some biases went far: as they grow without end, what is below is approached and not reached.\n"
                    : "")
        return head + "\n" + targetColumns.text(change.findings) + "\n" + changeColumns.text(change.changes)
    }

    /// Moves of more are of biases that go on growing.
    private static let farLogits = 8.0

    func text(_ user: Int) -> String {
        let name = Escaped.line(game.users[user])
        let courses = courses.filter { $0.user == user }
        return "\(name): P(reaction | response)\(placeText(user))\n" + reactionText(courses) + "\n"
            + "\(name): one response, always\n" + alwaysText(user) + "\n"
            + "\(name): P(a reaction ends the conversation in the turn | it is reached)\(hazardNote)\n"
            + hazardText(courses)
    }

    /// Which turn and state the reactions are of.
    private func placeText(_ user: Int) -> String {
        let turn =
            shown.turn == 1 && !game.users.indices.contains { scenario.definition.users[$0].agent.dependsOnTurn }
            ? "" : " in turn \(shown.turn)"
        if let state = shown.state { return "\(turn), of those who are \(Escaped.line(game.states[state]))" }
        guard game.states.count > 1 else { return turn }
        guard shown.turn == 1 else {
            return "\(turn), averaged over the states in which users are by then if the response has always been given"
        }
        let initial = scenario.definition.users[user].initialState
        let mix = zip(game.states, initial).filter { $0.1 > 0 }.map { "\(Escaped.line($0.0)) \($0.1)" }
        return "\(turn), averaged over how they begin (\(mix.joined(separator: ", ")))"
    }

    private func reactionText(_ courses: [ResponseCourse]) -> String {
        let columns = game.reactions.indices.map { reaction in
            Columns<ResponseCourse>.Column.text(game.reactions[reaction].name) { course in
                let turn = course.turns[shown.turn - 1]
                let value = shown.state.map { turn.reactions[$0][reaction] } ?? turn.meanReactions?[reaction]
                return value.map { Format.fixed($0, 4) } ?? "never"
            }
        }
        let first = Columns<ResponseCourse>.Column.text("response", left: true) { game.responses[$0.response].name }
        return Columns([first] + columns).text(courses, indent: "  ")
    }

    private func alwaysText(_ user: Int) -> String {
        typealias Column = Columns<Int>.Column
        let outcomes = game.outcomes.indices.map { outcome in
            Column.text(game.outcomes[outcome].name + (game.outcomes[outcome].isSafe ? "" : " (unsafe)")) {
                Format.fixed(behaviour.evaluations[$0].outcomes[user][outcome], 4)
            }
        }
        let columns =
            [Column.text("response", left: true) { game.responses[$0].name }] + outcomes + [
                Column.text("turns") { Format.fixed(behaviour.evaluations[$0].turnsByUser[user], 2) },
                Column.text("payoff") {
                    Format.number(
                        behaviour.evaluations[$0].payoffByUser[user], 4, noise: Format.rounding * game.amountScale)
                },
            ]
        return Columns(columns).text(shown.responses, indent: "  ")
    }

    private var hazardNote: String {
        shown.responses.count == 1
            ? ", by outcome; always \(Escaped.line(game.responses[shown.responses[0]].name))" : ""
    }

    /// A turn a row: a response a column, or of a single response an outcome a column.
    private func hazardText(_ courses: [ResponseCourse]) -> String {
        typealias Column = Columns<Int>.Column
        @Sendable func cell(_ value: Double?) -> String { value.map { Format.fixed($0, 4) } ?? "never" }
        var columns = [Column.text("turn") { "\($0)" }]
        if courses.count == 1, let course = courses.first {
            columns.append(.text("reached") { Format.fixed(course.turns[$0 - 1].reach, 4) })
            columns += game.outcomes.indices.map { outcome in
                .text(game.outcomes[outcome].name) { turn in cell(course.turns[turn - 1].endings.map { $0[outcome] }) }
            }
            columns.append(.text("any") { cell(course.turns[$0 - 1].hazard) })
        } else {
            columns += courses.map { course in
                .text(game.responses[course.response].name) { cell(course.turns[$0 - 1].hazard) }
            }
        }
        let rest = game.horizon - Self.mostTurns
        return Columns(columns).text(1...min(game.horizon, Self.mostTurns), indent: "  ")
            + (rest > 0 ? "  (and \(rest) turns more, in --json and --csv)\n" : "")
    }
}
