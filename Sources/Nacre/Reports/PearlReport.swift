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
    /// Whether the work was to end before all starts, histories and rewrites were done.
    let wasStopped: Bool

    /// Whether all searches met their tolerances.
    package var isConverged: Bool { points.allSatisfy(\.draft.isConverged) && rewrites.allSatisfy(\.isConverged) }

    package init(
        scenario: Scenario, policy: String, question: PearlQuestion, histories: [History], points: [PearlPoint],
        rewrites: [ResponseRewrite], revised: Int?, revisions: [Revision], wasStopped: Bool = false
    ) {
        self.wasStopped = wasStopped
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
            "\(scenario.heading)\n\(scenario.assumptionLines)Policy \(Escaped.line(policy)) continues afterwards; maximised: \(question.goal.rawValue). Risks and values are "
            + "exact; searches are local, from several starts.\n\n"
            + (wasStopped
                ? "NOT COMPLETE: stopped at history \(points.count) of \(histories.count); the best so far\n\n" : "")
        var parts = zip(histories, points).enumerated().map { index, item in
            section(item.0, item.1) + (revisions.indices.contains(index) ? revision(revisions[index]) : "")
        }
        parts += rewrites.map(rewrite)
        return head + parts.joined(separator: "\n")
    }

    private func section(_ history: History, _ point: PearlPoint) -> String {
        let posterior = zip(game.users, point.posterior).map { "\($0) \(Format.fixed($1, 2))" }
        let best = point.best.map { "pearl point among the candidates: \(game.responses[$0].name)" }
        return "after \(HistoryArgument.text(history, game: game)): \(posterior.joined(separator: ", "))\n"
            + "safety boundary: P(unsafe) ≤ \(Format.fixed(point.maximumRisk, 4))\n"
            + candidates.text(rows(point))
            + "\(best ?? "no candidate lies inside the boundary")\n\n" + brief(point.draft)
    }

    /// A response that is written already, at a point.
    private typealias CandidateRow = (name: String, isBest: Bool, candidate: PearlPoint.Candidate)

    private func rows(_ point: PearlPoint) -> [CandidateRow] {
        point.candidates.enumerated().map { (game.responses[$0].name, $0 == point.best, $1) }
    }

    private var candidates: Columns<CandidateRow> {
        [
            .text("response", left: true) { $0.name + ($0.isBest ? " *" : "") },
            .number("satisfaction", "expected satisfaction") { $0.candidate.satisfaction }
                .shown("satisfaction", decimals: 3),
            .number("value", "what it is worth") { $0.candidate.anticipation.value }
                .formatted("value") { scenario.amount($0) },
            .number("risk", "P(unsafe)") { $0.candidate.anticipation.risk }.shown("unsafe", decimals: 4),
            .boolean("inside", "whether it lies inside the boundary") { $0.candidate.isInside }
                .shown { $0.candidate.isInside ? "yes" : "no" },
        ]
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
        let end =
            switch revision.status {
            case .met: "both targets are met"
            case .stuck: "stuck: no change of a single feature comes nearer to both targets"
            case .stepLimit: "the steps ran out"
            }
        return "\nrevision, one feature at a time: \(end)\n" + steps(of: revised).text(rows(revision))
    }

    private typealias StepRow = (number: Int, step: RevisionStep)

    private func rows(_ revision: Revision) -> [StepRow] { revision.steps.enumerated().map { ($0, $1) } }

    /// - Parameter revised: the response that the revision begins with.
    private func steps(of revised: Int?) -> Columns<StepRow> {
        [
            .text("step") { "\($0.number)" },
            .string("feature", "the feature that the step changes; missing for what it begins with") {
                $0.step.feature.map { game.features[$0] }
            }.shown("changed", missing: revised.map { "(\(game.responses[$0].name) as it is)" } ?? ""),
            .text("to") { row in row.step.feature.map { Format.fixed(row.step.features[$0], 3) } ?? "" },
            .member("features") { named($0.step.features) },
            .number("satisfaction", "expected satisfaction") { $0.step.satisfaction }
                .shown("satisfaction", decimals: 3),
            .number("risk", "P(unsafe)") { $0.step.risk }.shown("unsafe", decimals: 4),
        ]
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
                    + "\(constraint.beside(share, 4)); price \(scenario.amount(price))")
        }
        lines.append(
            item.isConverged
                ? "\(item.successes) of \(item.starts) starts ended here"
                : "NOT CONVERGED: residual \(item.residual), violation \(item.violation)")
        return lines.joined(separator: "\n") + "\n"
    }

    package func json() -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "policy": .string(policy), "complete": .bool(!wasStopped), "maximise": .string(question.goal.rawValue),
                "points": .array(zip(histories, points).map(point)),
                "revisions": .array(
                    revisions.map { revision in
                        .object([
                            "status": .string(revision.status.rawValue),
                            "steps": steps(of: revised).json(rows(revision)),
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
            "candidates": candidates.json(rows(point)) { $0.name },
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
