internal import GameModel
internal import Output
internal import Pages
internal import Preferences
internal import Scenarios

extension AnnotateReport {
    /// A reader's page of the shown conversation: what could be expected of it turn by turn, its words, and its dearest answer; nil where
    /// there is none.
    ///
    /// - Throws: the parser's error for a template that is none.
    package func page() throws -> String? {
        guard let shown else { return nil }
        let title = "Which answer cost what: \(Escaped.line(shown.conversation.id))"
        return try CreditPage.html(
            title: "\(title) · Nacre",
            [
                "scenario": .text(scenario.name), "title": .text(title), "lead": .text(lead(shown)),
                "course": .text(
                    "The line is the payoff that could be expected of the whole conversation by who knows what was seen and "
                        + "said, if \(Escaped.line(policy)) went on. From a circle to the square after it is an answer's own "
                        + "part, from a square to the next circle is what the user then did."),
                "wide": .markup(Markup(svg: picture(shown, width: 900, height: 380), named: "wide")),
                "narrow": .markup(Markup(svg: picture(shown, width: 324, height: 320), named: "narrow")),
                "words": .text(
                    shown.conversation.messages.isEmpty
                        ? "The source kept no words: a run of the store knows what was said by name."
                        : "In the margin stands what labels say the messages are."),
                "messages": .list(messages(shown)), "users": .texts(scenario.game.users),
                "turns": .list(shown.turns.indices.map { row($0, shown) }), "sum": .text(sum(shown)),
                "version": .text(Release.version), "command": .text(Escaped.line(Shell.resultCommandLine)),
            ])
    }

    private func lead(_ shown: ConversationCredit) -> String {
        let game = scenario.game
        let who = shown.conversation.user.map { " with a user of type \(game.users[$0])" } ?? ""
        let count = Format.counted(shown.turns.count, "answer")
        let course: String =
            if case .outcome(let outcome) = shown.conversation.end {
                "The conversation\(who) ended in \(game.outcomes[outcome].name)"
                    + "\(game.outcomes[outcome].isSafe ? "" : " (unsafe)") after \(count)."
            } else { "The conversation\(who) is not over after \(count), or nothing says how it ended." }
        guard let pivotal = shown.pivotal else {
            return "\(course) No answer cost anything against \(policy)."
        }
        let turn = shown.turns[pivotal]
        return
            "\(course) Turn \(pivotal + 1) cost most: "
            + "\(game.responses[turn.response].name) where \(game.responses[turn.situation.best].name) was worth more "
            + "(advantage \(Format.fixed(turn.advantage, 4)))."
    }

    /// The points of the line: before the first answer, then after each answer and after each message.
    private func course(_ shown: ConversationCredit) -> (before: [(Double, Double)], after: [(Double, Double)]) {
        var now = tracer.measures.start[CreditMeasures.payoff] + shown.opening
        var (before, after) = ([(Double, Double)](), [(Double, Double)]())
        for (index, turn) in shown.turns.enumerated() {
            before.append((Double(index + 1), now))
            now += turn.advantage
            after.append((Double(index + 1) + 0.5, now))
            now += turn.chance ?? 0
        }
        if shown.payoff != nil { before.append((Double(shown.turns.count + 1), now)) }
        return (before, after)
    }

    private func picture(_ shown: ConversationCredit, width: Double, height: Double) -> String {
        let course = course(shown)
        let line = (course.before + course.after).sorted { $0.0 < $1.0 }
        var plot = SVGPlot(
            title: "Expected payoff, answer by answer",
            x: PlotAxis("turn", from: 0.5, to: Double(shown.turns.count) + 1.5),
            y: PlotAxis("expected payoff of the conversation", fitting: line.map(\.1)), width: width, height: height)
        plot.line(line, colour: .grey)
        plot.points(course.before, marker: .circle, colour: .blue, size: 9, label: "before")
        plot.points(course.after, marker: .square, colour: .orange, size: 9, label: "after")
        if let pivotal = shown.pivotal {
            plot.points([course.after[pivotal]], marker: .ring, colour: .vermillion, size: 16, label: "dearest")
        }
        return plot.svg
    }

    private func messages(_ shown: ConversationCredit) -> [PageValue] {
        shown.conversation.messages.map { item in
            let isAnswer = item.message.role == .assistant
            let turn = isAnswer && item.speaks && item.answers < shown.turns.count ? shown.turns[item.answers] : nil
            let isPivotal = turn != nil && shown.pivotal == item.answers
            let margin = turn.map { scenario.game.responses[$0.response].name } ?? (isAnswer ? nil : label(item, shown))
            return [
                "speaker": .text(item.message.role.rawValue), "who": .text(isAnswer ? "Assistant" : "User"),
                "margin": .text(margin ?? ""), "text": .text(item.message.content), "pivotal": .flag(isPivotal),
                "verdict": .text(
                    ifPresent: turn.flatMap { turn in
                        isPivotal
                            ? "cost \(Format.fixed(-turn.advantage, 4)); best here: "
                                + scenario.game.responses[turn.situation.best].name : nil
                    }),
            ]
        }
    }

    /// What a message of the user is labelled as: the likeliest reaction and cue.
    private func label(_ item: SpokenMessage, _ shown: ConversationCredit) -> String? {
        guard item.speaks else { return nil }
        let (cue, reaction) = shown.conversation.labels(before: item.answers)
        let parts = [reaction.map { scenario.game.reactions[$0].name }, cue.map { scenario.game.cues[$0] }]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private func row(_ index: Int, _ shown: ConversationCredit) -> PageValue {
        let (game, turn) = (scenario.game, shown.turns[index])
        func number(_ value: Double?) -> PageValue { .text(value.map { Format.fixed($0, 4) } ?? "–") }
        return [
            "turn": "\(index + 1)", "said": .text(game.responses[turn.response].name),
            "best": .text(game.responses[turn.situation.best].name),
            "before": number(turn.situation.value(CreditMeasures.payoff)),
            "after": number(turn.said(CreditMeasures.payoff)), "advantage": number(turn.advantage),
            "chance": number(turn.chance), "unsafeBefore": number(turn.unsafeBefore),
            "unsafeAfter": number(turn.unsafeAfter), "pivotal": .flag(shown.pivotal == index),
            "posterior": .texts(turn.situation.users.map { Format.fixed($0, 3) }),
        ]
    }

    private func sum(_ shown: ConversationCredit) -> String {
        let start = tracer.measures.start[CreditMeasures.payoff]
        let advantage = shown.turns.reduce(0) { $0 + $1.advantage }
        guard let payoff = shown.payoff else {
            return
                "Expected before anything was said: \(Format.fixed(start, 4)). All advantages: \(Format.fixed(advantage, 4))."
        }
        let chance = shown.turns.reduce(0) { $0 + ($1.chance ?? 0) }
        return
            "Payoff \(Format.fixed(payoff, 4)) = \(Format.fixed(start, 4)) expected before anything was said "
            + "+ \(Format.fixed(shown.opening, 4)) by the opening + \(Format.fixed(advantage, 4)) by the answers "
            + "+ \(Format.fixed(chance, 4)) by what the user did."
    }
}
