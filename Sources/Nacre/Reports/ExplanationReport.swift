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

    private var game: Game { scenario.game }
    private func name(_ response: Int) -> String { game.responses[response].name }
    private var historyText: String { HistoryArgument.text(explanation.history, game: game) }

    /// The attributions with the largest derivative, relative to the size of the number.
    private var attributions: [(parameter: Parameter, value: Double, derivative: Double, own: Double?)] {
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
            "after \(historyText) (turn \(explanation.history.turn))\n", need, risk, guideline, strategies, answer,
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var need: String {
        var table = TextTable(["need: who is asking"] + game.users + ["state", "evidence speaks for"], left: [0])
        for posterior in explanation.posteriors {
            let evidence =
                posterior.response.map { "\(name($0)) > " } ?? ""
            let state = posterior.states.indices.max { posterior.states[$0] < posterior.states[$1] } ?? 0
            let favoured = posterior.weights.indices.max {
                (posterior.weights[$0] ?? -.infinity) < (posterior.weights[$1] ?? -.infinity)
            }
            let weight = favoured.flatMap { user in
                posterior.weights[user].map { "\(game.users[user]) (\($0 < 0 ? "" : "+")\(Format.fixed($0, 2)) nats)" }
            }
            table.append(
                [evidence + game.name(ofObservation: posterior.observation)]
                    + posterior.users.map { Format.fixed($0, 3) }
                    + ["\(game.states[state]) \(Format.fixed(posterior.states[state], 2))", weight ?? ""])
        }
        return table.text
    }

    private var risk: String {
        var table = TextTable(
            ["risk: if the model says"] + game.outcomes.map(\.name) + ["unsafe"] + game.users.map { "unsafe | \($0)" })
        for candidate in explanation.candidates {
            table.append(
                [name(candidate.response)] + candidate.outcomes.map { Format.fixed($0, 3) }
                    + [Format.fixed(candidate.risk, 3)]
                    + candidate.riskByUser.map { $0.map { Format.fixed($0, 3) } ?? "" })
        }
        return table.text
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

    private var strategies: String {
        var table = TextTable(
            ["strategies", "value", "behind the best", "policy", "reference", "likeliest reaction"], left: [0, 5])
        let best = explanation.candidates.map(\.value).max() ?? 0
        for candidate in explanation.candidates {
            let reaction = candidate.reactions.indices.max { candidate.reactions[$0] < candidate.reactions[$1] } ?? 0
            table.append([
                name(candidate.response), scenario.amount(candidate.value), scenario.amount(candidate.value - best),
                Format.fixed(candidate.strategy, 3), Format.fixed(candidate.reference, 3),
                "\(game.reactions[reaction].name) \(Format.fixed(candidate.reactions[reaction], 2))",
            ])
        }
        return table.text
    }

    private var answer: String {
        guard let runnerUp = explanation.runnerUp, let margin = explanation.margin else {
            return "answer: \(name(explanation.decision)), the only response there is\n"
        }
        var lines = [
            "answer: \(name(explanation.decision)); \(margin >= 0 ? "ahead of" : "BEHIND") \(name(runnerUp)) by "
                + "\(scenario.amount(abs(margin)))"
        ]
        var slopes = TextTable(["hangs most on", "is", "lead changes per unit by", "value changes per unit by"])
        for item in attributions.prefix(top) where item.derivative != 0 {
            slopes.append([
                item.parameter.path, "\(item.value)", Format.number(item.derivative),
                item.own.map { Format.number($0) } ?? "",
            ])
        }
        lines.append(slopes.text)
        if flips.isEmpty {
            lines.append("no single number among those tried turns the decision over\n")
        } else {
            var table = TextTable(["would turn over if", "is", "were", "change"])
            for flip in flips {
                table.append([
                    flip.parameter.path, "\(flip.value)", Format.number(flip.threshold),
                    Format.number(flip.threshold - flip.value),
                ])
            }
            lines.append(table.text)
        }
        return lines.joined(separator: "\n")
    }

    fileprivate var json: JSONValue {
        .object([
            "history": .string(historyText), "turn": .integer(explanation.history.turn),
            "need": .array(
                explanation.posteriors.map { posterior in
                    .object([
                        "turn": .integer(posterior.turn),
                        "response": posterior.response.map { .string(name($0)) } ?? .null,
                        "observation": .string(game.name(ofObservation: posterior.observation)),
                        "likelihood": .number(posterior.likelihood), "users": named(game.users, posterior.users),
                        "states": named(game.states, posterior.states),
                        "weights": .object(
                            Dictionary(
                                uniqueKeysWithValues: zip(game.users, posterior.weights).map {
                                    ($0, $1.flatMap { $0.isFinite ? .number($0) : nil } ?? .null)
                                })),
                    ])
                }),
            "guidelines": .array(
                explanation.guidelines.map { item in
                    .object([
                        "user": .string(game.users[item.constraint.user]),
                        "outcome": .string(game.outcomes[item.constraint.outcome].name),
                        "at_most": .number(item.constraint.atMost), "share": .number(item.share),
                        "price": .number(item.price), "binding": .bool(item.isBinding),
                    ])
                }),
            "strategies": .object(
                Dictionary(uniqueKeysWithValues: explanation.candidates.map { (name($0.response), candidate($0)) })),
            "answer": .string(name(explanation.decision)),
            "runner_up": explanation.runnerUp.map { .string(name($0)) } ?? .null,
            "margin": explanation.margin.map { .number($0) } ?? .null,
            "attributions": .array(
                attributions.map {
                    .object([
                        "path": .string($0.parameter.path), "value": .number($0.value),
                        "derivative": .number($0.derivative),
                        "value_derivative": $0.own.map { .number($0) } ?? .null,
                    ])
                }),
            "flips": .array(
                flips.map {
                    .object([
                        "path": .string($0.parameter.path), "value": .number($0.value),
                        "threshold": .number($0.threshold),
                    ])
                }),
        ])
    }

    private func candidate(_ item: Anticipation) -> JSONValue {
        .object([
            "value": .number(item.value), "policy": .number(item.strategy), "reference": .number(item.reference),
            "risk": .number(item.risk), "outcomes": named(game.outcomes.map(\.name), item.outcomes),
            "reactions": named(game.reactions.map(\.name), item.reactions),
            "risk_by_user": .object(
                Dictionary(
                    uniqueKeysWithValues: zip(game.users, item.riskByUser).map { ($0, $1.map { .number($0) } ?? .null) }
                )),
        ])
    }

    private func named(_ names: [String], _ values: [Double]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(names, values.map { JSONValue.number($0) })))
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
        return ChainGraph(title: scenario.title, columns: columns.map { ChainGraph.Column($0.0, $0.1) })
    }
}

/// Explanations of one policy after several histories.
package struct ExplanationList: Report {
    let scenario: Scenario
    let policy: NamedPolicy
    package let explanations: [ExplanationReport]

    /// - Parameter top: how many numbers are listed, and searched for flips.
    /// - Complexity: per history one evaluation, one adjoint pass, and a search along each of the numbers.
    package init(
        _ policy: NamedPolicy, in scenario: Scenario, after histories: [History], top: Int, note: (String) -> Void
    ) throws {
        self.scenario = scenario
        self.policy = policy
        let inputs = GameInputs(definition: scenario.definition, objective: policy.objective(scenario.objective))
        let multipliers = policy.prices(in: scenario, note: note)
        explanations = try histories.map { history in
            let explanation = try Explanation(
                policy.controller, after: history, inputs: inputs, multipliers: multipliers)
            let flips = try FlipSearch(
                explanation, controller: policy.controller, inputs: inputs, multipliers: multipliers
            ).flips(among: top)
            return ExplanationReport(
                scenario: scenario, policy: policy.label, explanation: explanation, flips: flips, top: top)
        }
    }

    package func json() -> JSONValue {
        .object(
            scenario.withForesight([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "policy": .string(policy.label), "how": .string("exact"),
                "explanations": .array(explanations.map(\.json)),
            ]))
    }

    package func text() throws -> String {
        "\(scenario.heading)\nPolicy \(Escaped.line(policy.label)); everything below is exact.\n\(scenario.foresightLine)\n"
            + (try explanations.map { try $0.text() }.joined(separator: "\n"))
    }
}
