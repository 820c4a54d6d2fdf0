internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// Pearl points for people, as candidates and a writing brief, and for scripts.
package struct PearlReport: Report {
    package let scenario: Scenario
    package let policy: String
    package let question: PearlQuestion
    package let histories: [History]
    package let points: [PearlPoint]
    package let rewrites: [ResponseRewrite]
    package let revised: Int?
    package let revisions: [Revision]

    package init(
        scenario: Scenario, policy: String, question: PearlQuestion, histories: [History], points: [PearlPoint],
        rewrites: [ResponseRewrite], revised: Int?, revisions: [Revision]
    ) {
        self.scenario = scenario
        self.policy = policy
        self.question = question
        self.histories = histories
        self.points = points
        self.rewrites = rewrites
        self.revised = revised
        self.revisions = revisions
    }

    private var game: Game { scenario.game }

    package func text() -> String {
        let head =
            "\(scenario.heading)\n\(scenario.foresightLine)Policy \(Escaped.line(policy)) continues afterwards; maximised: \(question.goal.rawValue). Risks and values are "
            + "exact; searches are local, from several starts.\n\n"
        var parts = zip(histories, points).enumerated().map { index, item in
            section(item.0, item.1) + (revisions.indices.contains(index) ? revision(revisions[index]) : "")
        }
        parts += rewrites.map(rewrite)
        return head + parts.joined(separator: "\n")
    }

    private func section(_ history: History, _ point: PearlPoint) -> String {
        let posterior = zip(game.users, point.posterior).map { "\($0) \(Format.fixed($1, 2))" }
        var table = TextTable(["response", "satisfaction", "value", "unsafe", "inside"])
        for (index, candidate) in point.candidates.enumerated() {
            table.append([
                game.responses[index].name + (index == point.best ? " *" : ""),
                candidate.satisfaction.map { Format.fixed($0, 3) } ?? "", scenario.amount(candidate.anticipation.value),
                Format.fixed(candidate.anticipation.risk, 4), candidate.isInside ? "yes" : "no",
            ])
        }
        let best = point.best.map { "pearl point among the candidates: \(game.responses[$0].name)" }
        return "after \(HistoryArgument.text(history, game: game)): \(posterior.joined(separator: ", "))\n"
            + "safety boundary: P(unsafe) ≤ \(Format.fixed(point.maximumRisk, 4))\n" + table.text
            + "\(best ?? "no candidate lies inside the boundary")\n\n" + brief(point.draft)
    }

    /// What somebody who writes the response must know.
    private func brief(_ draft: PearlPoint.Draft) -> String {
        guard draft.violation <= 1e-6 else {
            return "brief: no features were found inside the boundary; the search came as near as P(unsafe) "
                + "\(Format.fixed(draft.risk, 4)), with \(named(features: draft.features)); allow more with --max-risk\n"
                + "NOT CONVERGED: residual \(draft.residual), violation \(draft.violation)\n"
        }
        var lines = ["brief: start from \(game.responses[draft.nearest].name), and change"]
        for (index, change) in draft.changes.enumerated() where abs(change) >= 0.005 {
            let held = draft.heldFeatures.contains(index) ? " (as far as it goes)" : ""
            lines.append(
                "  \(game.features[index]) \(change > 0 ? "+" : "")\(Format.fixed(change, 2)), to "
                    + "\(Format.fixed(draft.features[index], 2))\(held)")
        }
        if draft.changes.allSatisfy({ abs($0) < 0.005 }) { lines.append("  nothing: it is there already") }
        lines.append(
            "it then has value \(scenario.amount(draft.value)), P(unsafe) \(Format.fixed(draft.risk, 4))"
                + (draft.satisfaction.map { ", satisfaction \(Format.fixed($0, 3))" } ?? ""))
        if let gain = draft.gain { lines.append("gain over the best candidate inside: \(scenario.amount(gain))") }
        lines.append(
            draft.riskPrice > 0
                ? "the boundary binds: 0.01 more risk would add about \(scenario.amount(0.01 * draft.riskPrice))"
                : "the boundary does not bind")
        lines.append(
            draft.isConverged
                ? "\(draft.successes) of \(draft.starts) starts ended here"
                : "NOT CONVERGED: residual \(draft.residual), violation \(draft.violation)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func named(features: [Double]) -> String {
        zip(game.features, features).map { "\($0) \(Format.fixed($1, 2))" }.joined(separator: ", ")
    }

    private func revision(_ revision: Revision) -> String {
        guard let revised else { return "" }
        var table = TextTable(["step", "changed", "to", "satisfaction", "unsafe"], left: [1])
        for (index, step) in revision.steps.enumerated() {
            table.append([
                "\(index)", step.feature.map { game.features[$0] } ?? "(\(game.responses[revised].name) as it is)",
                step.feature.map { Format.fixed(step.features[$0], 3) } ?? "", Format.fixed(step.satisfaction, 3),
                Format.fixed(step.risk, 4),
            ])
        }
        let end =
            switch revision.status {
            case .met: "both targets are met"
            case .stuck: "stuck: no change of a single feature comes nearer to both targets"
            case .stepLimit: "the steps ran out"
            }
        return "\nrevision, one feature at a time: \(end)\n" + table.text
    }

    private func rewrite(_ item: ResponseRewrite) -> String {
        let name = game.responses[item.response].name
        var lines = ["rewrite of \(name), everywhere the policy gives it:"]
        for (index, change) in item.changes.enumerated() where abs(change) >= 0.005 {
            lines.append(
                "  \(game.features[index]) \(change > 0 ? "+" : "")\(Format.fixed(change, 2)), to "
                    + Format.fixed(item.features[index], 2))
        }
        lines.append("value \(scenario.amount(item.valueBefore, 6)) → \(scenario.amount(item.valueAfter, 6))")
        for (constraint, (share, price)) in zip(
            scenario.objective.constraints, zip(item.shares, item.multipliers))
        {
            lines.append(
                "P(\(game.outcomes[constraint.outcome].name) | \(game.users[constraint.user])) = "
                    + "\(Format.fixed(share, 4)) ≤ \(constraint.atMost); price \(scenario.amount(price))")
        }
        lines.append(
            item.isConverged
                ? "\(item.successes) of \(item.starts) starts ended here"
                : "NOT CONVERGED: residual \(item.residual), violation \(item.violation)")
        return lines.joined(separator: "\n") + "\n"
    }

    package func json() -> JSONValue {
        .object(
            scenario.withForesight([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "policy": .string(policy), "maximise": .string(question.goal.rawValue),
                "points": .array(zip(histories, points).map(point)),
                "revisions": .array(
                    revisions.map { revision in
                        .object([
                            "status": .string(revision.status.rawValue),
                            "steps": .array(
                                revision.steps.map { step in
                                    .object([
                                        "feature": step.feature.map { .string(game.features[$0]) } ?? .null,
                                        "features": named(step.features), "satisfaction": .number(step.satisfaction),
                                        "risk": .number(step.risk),
                                    ])
                                }),
                        ])
                    }),
                "rewrites": .array(
                    rewrites.map { item in
                        .object([
                            "response": .string(game.responses[item.response].name), "features": named(item.features),
                            "changes": named(item.changes), "value_before": .number(item.valueBefore),
                            "value_after": .number(item.valueAfter), "shares": .numbers(item.shares),
                            "multipliers": .numbers(item.multipliers), "converged": .bool(item.isConverged),
                            "residual": .number(item.residual), "violation": .number(item.violation),
                        ])
                    }),
            ]))
    }

    private func named(_ features: [Double]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(game.features, features.map { JSONValue.number($0) })))
    }

    private func point(_ history: History, _ point: PearlPoint) -> JSONValue {
        let draft = point.draft
        return .object([
            "history": .string(HistoryArgument.text(history, game: game)),
            "posterior": .object(
                Dictionary(uniqueKeysWithValues: zip(game.users, point.posterior.map { JSONValue.number($0) }))),
            "maximum_risk": .number(point.maximumRisk),
            "candidates": .object(
                Dictionary(
                    uniqueKeysWithValues: point.candidates.enumerated().map { index, candidate in
                        (
                            game.responses[index].name,
                            .object([
                                "satisfaction": candidate.satisfaction.map { .number($0) } ?? .null,
                                "value": .number(candidate.anticipation.value),
                                "risk": .number(candidate.anticipation.risk), "inside": .bool(candidate.isInside),
                            ])
                        )
                    })),
            "best": point.best.map { .string(game.responses[$0].name) } ?? .null,
            "draft": .object([
                "features": named(draft.features), "changes": named(draft.changes),
                "nearest": .string(game.responses[draft.nearest].name), "value": .number(draft.value),
                "risk": .number(draft.risk), "satisfaction": draft.satisfaction.map { .number($0) } ?? .null,
                "gain": draft.gain.map { .number($0) } ?? .null, "risk_price": .number(draft.riskPrice),
                "held": .strings(draft.heldFeatures.map { game.features[$0] }), "converged": .bool(draft.isConverged),
                "residual": .number(draft.residual), "violation": .number(draft.violation),
            ]),
        ])
    }
}
