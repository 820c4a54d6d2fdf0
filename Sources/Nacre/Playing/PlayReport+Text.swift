internal import Conversations
internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation

extension PlayReport {
    /// What is said wherever a model was judged by simulated users.
    public static let caution = "Users are simulated by the scenario's assumptions. They are not people."

    package func text() -> String {
        let shown = conversations.prefix(request.shown)
        let transcript = ConversationText(scenario.game)
        var parts = shown.map { transcript.text($0) }
        if shown.count < conversations.count, !shown.isEmpty {
            parts.append("(the first \(shown.count) of \(Format.count(conversations.count)) conversations)\n")
        }
        parts += [head, outcomes, differences, labels, fit, regretText].filter { !$0.isEmpty }
        return "\(scenario.heading)\n\n" + parts.joined(separator: "\n")
    }

    private var head: String {
        var text =
            "Played: \(Format.count(episodes)) conversations with \(Escaped.line(cast.source.name)), seed "
            + "\(request.seed).\n± is one standard error.\n\(Self.caution)\n\(scenario.assumptionLines)"
        if let user = request.user { text += "Every user is of the type \(Escaped.line(user)).\n" }
        let missing = unfinished
        guard !missing.isEmpty else { return text }
        text += "Not finished, and left out of every figure: \(Format.count(missing.count))\n"
        var reasons: [String: Int] = [:]
        for item in missing { reasons[item.missing.reason, default: 0] += 1 }
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(5) {
            text += "  \(Format.count(count)): \(Escaped.line(reason))\n"
        }
        return text
    }

    private var outcomes: String { OutcomeTable(game: scenario.game, entries: entries(named: shortName)).text }

    private var differences: String { compared.isEmpty ? "" : differenceColumns.text(compared) }

    private var labels: String {
        guard let labeller = cast.labeller else { return "" }
        let (all, abstained) = answers
        var text = "Labelled by \(Escaped.line(labeller.name)): \(Format.count(all)) answers"
        text += abstained > 0 ? ", \(Format.count(abstained)) of them doubtful (marked ?)\n" : "\n"
        if request.voice != nil {
            let counts = paraphrases
            let fates = SpokenConversation.Paraphrase.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }
            text += "Paraphrases: \(fates.joined(separator: ", "))\n"
        }
        if let samples {
            text += "Candidates: \(Format.count(samples.prompts.count)) prompts with different answers; "
            text += "\(Format.count(samples.uniform)) with one answer only are left out\n"
        }
        return text
    }

    private var fit: String {
        guard let fitted else { return "" }
        let exact = Evaluation(fitted, game: cast.game)
        var rows: [FigureRow] = [
            ("fitted policy, exact", Format.number(exact.payoff), Format.number(exact.safe))
        ]
        if let means {
            rows.append(("as played", Format.quantity(means.payoff.plain), Format.quantity(means.safe.plain)))
            rows.append(
                (
                    "with control variate", Format.quantity(means.payoff.controlled),
                    Format.quantity(means.safe.controlled)
                ))
            func saved(_ mean: ControlledMeans.Mean) -> String {
                mean.varianceSaved.map { "\(Format.fixed(100 * $0, 1)) %" } ?? "–"
            }
            rows.append(("variance saved", saved(means.payoff), saved(means.safe)))
        }
        if let labelling {
            rows.append(
                (
                    "error of labels, besides", "± \(Format.number(labelling.payoff))",
                    "± \(Format.number(labelling.safe))"
                ))
        }
        let columns: Columns<FigureRow> = [
            .text("the model", left: true) { $0.name }, .text("payoff") { $0.payoff }, .text("safe") { $0.safe },
        ]
        return columns.text(rows)
    }

    private typealias FigureRow = (name: String, payoff: String, safe: String)

    private var regretText: String {
        guard let regret, let solved = cast.solved, episodes > 0 else { return "" }
        let total = Sample(regret.losses)
        var text = "Regret against \(Escaped.line(solved.label)), a conversation"
        text += solved.prices(in: scenario).contains { $0 > 0 } ? ", limits at their prices: " : ": "
        text += Format.estimate(total.mean, error: total.count > 1 ? total.squaredError.squareRoot() : nil) + "\n"
        if regret.implausible > 0 {
            text += "\(Format.count(regret.implausible)) conversations have a history that the prior rules out.\n"
        }
        return text + regretColumns.text(regret.rows.prefix(10).filter { $0.loss > 0 })
    }
}
