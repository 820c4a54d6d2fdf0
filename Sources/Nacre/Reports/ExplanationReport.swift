internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// An explanation for people, for scripts, and as a graph.
package struct ExplanationReport {
    package let scenario: Scenario
    package let policy: String
    package let explanation: Explanation
    package let flips: [DecisionFlip]
    package let top: Int

    package init(scenario: Scenario, policy: String, explanation: Explanation, flips: [DecisionFlip], top: Int) {
        self.scenario = scenario
        self.policy = policy
        self.explanation = explanation
        self.flips = flips
        self.top = top
    }

    var game: Game { scenario.game }
    func name(_ response: Int) -> String { game.responses[response].name }
    private var historyText: String { HistoryArgument.text(explanation.history, game: game) }

    /// The attributions with the largest derivative, relative to the size of the number.
    private var attributions: [Attribution] {
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        return zip(explanation.attributions, explanation.valueSlopes).compactMap { item, own in
            guard let value = inputs[item.parameter], let derivative = item.derivative,
                derivative != 0 || own.map({ $0 != 0 }) == true
            else { return nil }
            return (item.parameter, value, derivative, own)
        }.sorted {
            (abs($1.derivative), $0.parameter.path) < (abs($0.derivative), $1.parameter.path)
        }
    }

    package func text() throws -> String {
        [
            "after \(historyText) (turn \(explanation.history.turn))\n", posteriors.text(explanation.posteriors),
            risks.text(explanation.candidates), guideline, candidates.text(explanation.candidates), answer,
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var guideline: String {
        explanation.guidelines.map { item in
            let constraint = item.constraint
            return "guideline: P(\(game.outcomes[constraint.outcome].name) | \(game.users[constraint.user])) = "
                + "\(Format.fixed(item.share, 4)) ≤ \(constraint.atMost)"
                + (item.isBroken
                    ? ": BROKEN\n"
                    : item.isBinding ? ", binding; price \(scenario.amount(item.price))\n" : ", with room to spare\n")
        }.joined()
    }

    private var answer: String {
        guard let runnerUp = explanation.runnerUp, let margin = explanation.margin else {
            return "answer: \(name(explanation.decision)), the only response there is\n"
        }
        var lines = [
            "answer: \(name(explanation.decision)); \(margin >= 0 ? "ahead of" : "BEHIND") \(name(runnerUp)) by "
                + "\(scenario.amount(abs(margin)))"
        ]
        lines.append(slopes.text(attributions.prefix(top).filter { $0.derivative != 0 }))
        if flips.isEmpty {
            lines.append("no single number among those tried turns the decision over\n")
        } else {
            lines.append(turns.text(flips))
        }
        return lines.joined(separator: "\n")
    }

    fileprivate var json: JSONValue {
        .object([
            "history": .string(historyText), "turn": .integer(explanation.history.turn),
            "need": posteriors.json(explanation.posteriors),
            "guidelines": .array(
                explanation.guidelines.map { item in
                    .object([
                        "user": .string(game.users[item.constraint.user]),
                        "outcome": .string(game.outcomes[item.constraint.outcome].name),
                        "at_most": .number(item.constraint.atMost), "share": .number(item.share),
                        "price": .number(item.price), "binding": .bool(item.isBinding),
                    ])
                }),
            "strategies": candidates.json(explanation.candidates) { name($0.response) },
            "answer": .string(name(explanation.decision)),
            "runner_up": explanation.runnerUp.map { .string(name($0)) } ?? .null,
            "margin": explanation.margin.map { .number($0) } ?? .null,
            "attributions": slopes.json(attributions), "flips": turns.json(flips),
        ])
    }

    /// The chain as boxes in the order of the paper.
    package var graph: ChainGraph {
        let last = explanation.posteriors[explanation.posteriors.count - 1]
        let posterior = zip(game.users, last.users).map { "\($0) \(Format.fixed($1, 3))" }
        let need = ChainGraph.Node("need", ["after \(historyText)"] + posterior)
        let risks = explanation.candidates.map { item in
            ChainGraph.Node(
                "risk \(name(item.response))", ["\(name(item.response)):", "unsafe \(Format.fixed(item.risk, 3))"])
        }
        let rules = explanation.guidelines.map { item in
            ChainGraph.Node(
                "rule \(game.users[item.constraint.user]) \(game.outcomes[item.constraint.outcome].name)",
                [
                    "P(\(game.outcomes[item.constraint.outcome].name) | \(game.users[item.constraint.user])) "
                        + "≤ \(item.constraint.atMost)",
                    item.isBinding ? "binding, price \(scenario.amount(item.price, 3))" : "not binding",
                ], isStrong: item.isBinding)
        }
        let values = explanation.candidates.map { item in
            ChainGraph.Node(
                "value \(name(item.response))",
                [
                    "\(name(item.response)):", "value \(scenario.amount(item.value))",
                    "policy \(Format.fixed(item.strategy, 3))",
                ],
                isStrong: item.response == explanation.decision)
        }
        let lead = explanation.margin.map { "lead \(scenario.amount($0))" }
        let answer = ChainGraph.Node("answer", [name(explanation.decision)] + (lead.map { [$0] } ?? []), isStrong: true)
        let columns =
            [
                ("need", [need]), ("risk intent", risks), ("guideline", rules), ("strategies", values),
                ("answer", [answer]),
            ].filter { !$0.1.isEmpty }
        return ChainGraph(
            title: scenario.title + (scenario.changesText.map { " (\($0))" } ?? ""),
            columns: columns.map { ChainGraph.Column($0.0, $0.1) })
    }
}

/// Explanations of one policy after several histories.
package struct ExplanationList: Report {
    let scenario: Scenario
    let policy: NamedPolicy
    package let explanations: [ExplanationReport]
    /// How many histories were asked for; fewer are explained where the work was to end.
    let requested: Int
    /// Whether it was, so that flips may be missing, too.
    package let wasStopped: Bool

    /// - Parameters:
    ///   - top: how many numbers are listed, and searched for flips.
    ///   - control: asked to stop between histories and numbers: what is explained by then is the result, one history at least.
    /// - Complexity: per history one evaluation, one adjoint pass, and a search along each of the numbers.
    package init(
        _ policy: NamedPolicy, in scenario: Scenario, after histories: [History], top: Int, control: RunControl
    ) throws {
        self.scenario = scenario
        self.policy = policy
        let inputs = GameInputs(definition: scenario.definition, objective: policy.objective(scenario.objective))
        let multipliers = policy.prices(in: scenario, note: control.note)
        var explanations: [ExplanationReport] = []
        for (index, history) in histories.enumerated() where index == 0 || !control.shouldStop() {
            var part = control
            part.progress = { progress in
                var progress = progress
                progress.phase = "history \(index + 1) of \(histories.count)"
                control.progress(progress)
            }
            let explanation = try Explanation(
                policy.controller, after: history, inputs: inputs, multipliers: multipliers)
            let flips = try FlipSearch(
                explanation, controller: policy.controller, inputs: inputs, multipliers: multipliers
            ).flips(among: top, control: part)
            explanations.append(
                ExplanationReport(
                    scenario: scenario, policy: policy.label, explanation: explanation, flips: flips, top: top))
        }
        self.explanations = explanations
        requested = histories.count
        wasStopped = control.shouldStop()
    }

    package func json() -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "policy": .string(policy.label), "how": .string("exact"),
                "explanations": .array(explanations.map(\.json)), "complete": .bool(!wasStopped),
            ]))
    }

    package func text() throws -> String {
        "\(scenario.heading)\nPolicy \(Escaped.line(policy.label)); everything below is exact.\n\(scenario.assumptionLines)\n"
            + unfinished + (try explanations.map { try $0.text() }.joined(separator: "\n"))
    }

    private var unfinished: String {
        wasStopped
            ? "NOT COMPLETE: stopped after \(explanations.count) of \(requested) histories; flips may be missing\n\n"
            : ""
    }
}
