package import Calibration
internal import Output
internal import Scenarios

/// What was fitted, in words and tables for people.
package enum CalibrationReport {
    package static func text(_ fitted: FittedModel, data: ObservedTransitions) -> String {
        let (fit, designed) = (fitted.fit, fitted.designed)
        var parts = ["## \(fitted.name): \(designed.design.kind.rawValue)\n"]
        parts.append(
            "\(Format.count(Int(fit.observations.rounded()))) observations in \(Format.count(fit.conversations)) conversations; "
                + "\(designed.data.model.contextCount) distinct contexts. Log-likelihood \(Format.fixed(fit.logLikelihood, 4)), "
                + "\(Format.fixed(fit.effectiveParameters, 1)) effective coefficients, AIC \(Format.fixed(fit.aic, 2)), "
                + "BIC \(Format.fixed(fit.bic, 2)). \(fit.iterations) Newton steps, gradient \(fit.residual) standard errors."
                + (fit.settings.precision > 0
                    ? " Prior precision \(fit.settings.precision) on all but the intercepts." : ""))
        for (reason, weight) in designed.leftOut {
            parts.append("Left out: \(Format.count(Int(weight.rounded()))), \(Escaped.markdown(reason)).")
        }
        for problem in fit.problems { parts.append("Held by the prior only: \(problem).") }
        parts.append(fenced(coefficients(fitted).text(fitted.block(source: "").rows.enumerated().map { ($0, $1) })))
        parts += fitted.remarks
        if !fitted.heldOut.isEmpty {
            parts.append("Held-out loss by conversation, nats per observation:\n")
            parts.append(fenced(heldOut(fitted.heldOut, fitted.designed.data)))
        }
        let comparison = designed.comparison(fit.coefficients, with: data)
        parts.append("Observed against predicted, by state and response (in the data that were fitted):\n")
        parts.append(fenced(CalibrationTables.counts.text(comparison.counts.prefix(120))))
        if let transfer = fitted.transfer { parts.append(text(transfer)) }
        parts += fitted.checks.map(text)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func fenced(_ table: String) -> String { Escaped.markdownBlock(table) }

    /// Held-out losses, each against the last line's.
    private static func heldOut(_ lines: [HeldOutLine], _ data: ChoiceData) -> String {
        typealias Row = (line: HeldOutLine, difference: (mean: Double, standardError: Double))
        let rows = lines.last.map { last in
            lines.map { ($0, $0.loss.difference(to: last.loss, data: data)) as Row }
        }
        return CalibrationTables.heldOut.of { (row: Row) in row.line }.followed(by: [
            .text("against the model") { Format.fixed($0.difference.mean, 4) },
            .text("se of that") { Format.fixed($0.difference.standardError, 4) },
        ]).text(rows ?? [])
    }

    /// What is predicted by one fit, or what was observed: a share for each category.
    private struct TransferRow {
        let name: String
        let weight: Double
        let loss: Double?
        let shares: [Double]
    }

    package static func text(_ transfer: Transfer) -> String {
        let columns = Columns<TransferRow>(
            [
                .text("on the tested rows", left: true) { $0.name }, .text("rows") { Format.fixed($0.weight, 0) },
                .text("loss") { $0.loss.map { Format.fixed($0, 4) } ?? "" },
            ]
                + transfer.categories.enumerated().map { index, category in
                    .text(category) { Format.fixed($0.shares[index], 3) }
                })
        let predicted = transfer.lines.map {
            TransferRow(name: $0.name, weight: $0.weight, loss: $0.loss, shares: $0.predicted)
        }
        let observed = transfer.lines.prefix(1).map {
            TransferRow(name: "observed", weight: $0.weight, loss: nil, shares: $0.observed)
        }
        let table = columns.text(predicted + observed)
        return "Transfer to other conversations, with predicted and observed shares:\n\n\(fenced(table))\n"
    }

    package static func text(_ named: NamedCheck) -> String {
        let check = named.check
        let columns: Columns<PredictiveCheck.Statistic> = [
            .text("whole conversations", left: true) { $0.name }, .text("observed") { Format.fixed($0.observed, 3) },
            .text("played") { Format.fixed($0.mean, 3) }, .text("from") { Format.fixed($0.low, 3) },
            .text("to") { Format.fixed($0.high, 3) }, .text("tail") { Format.fixed($0.tail, 3) },
            .text("inside") { $0.isCovered ? "yes" : "no" },
        ]
        let table = columns.text(check.statistics)
        return "Whole conversations \(named.name), played \(check.samples) times (central 95 %):\n\n\(fenced(table))\n"
    }

    package static func text(_ fitted: FittedHidden) -> String {
        let fit = fitted.fit
        let table = CalibrationTables.coefficients(hasBootstrap: fitted.bootstrap != nil)
            .text(fitted.block(source: "").rows)
        let shares = zip(fitted.model.design.types, fit.parameters.prior).map { "\($0) \(Format.fixed($1, 3))" }
        let reached = fit.reached.map { Format.fixed($0, 3) }.joined(separator: ", ")
        var parts = [
            "## \(fitted.name): \(fitted.misread.map { $0.kind == "hidden" ? "hidden" : "\($0.kind) behind labels" } ?? "hidden")\n",
            "\(Format.count(fitted.model.transitionCount)) transitions in "
                + "\(Format.count(fitted.model.conversationCount)) conversations, "
                + "\(Format.count(Int(fit.observations.rounded()))) \(fitted.misread?.kind == "moves" ? "turns" : "reactions") observed. "
                + "Log-likelihood \(Format.fixed(fit.logLikelihood, 4)), "
                + "\(fit.names.count) coefficients and shares, AIC \(Format.fixed(fit.aic, 2)), BIC \(Format.fixed(fit.bic, 2)); "
                + "\(fit.isConverged ? "converged" : "NOT converged, so nothing of it goes into a scenario,") "
                + "after \(fit.iterations) iterations; starts reached \(reached). "
                + "Shares of types: \(shares.joined(separator: ", "))."
                + (fit.settings.precision > 0
                    ? " Prior precision \(fit.settings.precision) on all but the intercepts and the inertia." : ""),
        ]
        parts += fit.problems.map { "Not identified by the data: \($0)." }
        if let misread = fitted.misread { parts.append(text(misread, fitted)) }
        parts.append(fenced(table))
        if let bootstrap = fitted.bootstrap, bootstrap.failures > 0 {
            parts.append(
                "\(bootstrap.failures) bootstrap samples did not converge or lost a share, and are not covered.")
        }
        parts += fitted.remarks
        if let judged = fitted.judged {
            parts.append(
                "Held-out loss by conversation, nats per observation, each turn given those before:"
                    + (fitted.unfinishedFolds == 0 ? "" : " \(fitted.unfinishedFolds) folds had NOT converged.") + "\n")
            parts.append(fenced(heldOut(fitted.heldOut, judged)))
        }
        parts += fitted.checks.map(text)
        return parts.joined(separator: "\n\n") + "\n"
    }

    package static func text(_ fitted: FittedEffects) -> String {
        let fit = fitted.fit
        let scales =
            fitted.perPoint.map { ($0.reaction, $0.logits) }
            + (fitted.satisfaction.map { [("satisfaction", $0)] } ?? [])
        let published = effects(fitted).text(fitted.effects.indices)
        let table = features(fitted, scales).text(fit.features.indices)
        let checked =
            fit.degreesOfFreedom == 0
            ? "There are as many coefficients as effects, so the fit is exact and cannot be checked."
            : "Misfit \(Format.fixed(fit.misfit, 2)) with \(fit.degreesOfFreedom) degrees of freedom."
        return "## \(fitted.name): effects on \(fitted.outcome)\n\n\(fit.fitted.count) published effects. \(checked) "
            + "What a point is worth is an assumption of the mapping file.\n\n\(fenced(published))\n\n\(fenced(table))\n"
    }

    /// A published effect a line, by its place.
    private static func effects(_ fitted: FittedEffects) -> Columns<Int> {
        [
            .text("style", left: true) { fitted.effects[$0].name },
            .text("published") { Format.fixed(fitted.effects[$0].estimate, 4) },
            .text("se") { Format.fixed(fitted.effects[$0].standardError, 4) },
            .text("fitted") { Format.fixed(fitted.fit.fitted[$0], 4) },
        ]
    }

    /// A feature a line, by its place, with what a point of it is worth on every scale.
    private static func features(
        _ fitted: FittedEffects, _ scales: [(name: String, perPoint: Double)]
    ) -> Columns<Int> {
        let fit = fitted.fit
        return Columns<Int>(
            [
                .text("feature", left: true) { fit.features[$0] },
                .text("points") { Format.fixed(fit.coefficients[$0], 4) },
                .text("se") { Format.fixed(fit.standardErrors[$0], 4) },
            ]
                + scales.flatMap { name, perPoint -> [Columns<Int>.Column] in
                    [
                        .text("\(name) x \(perPoint)") { Format.fixed(perPoint * fit.coefficients[$0], 4) },
                        .text("se") { Format.fixed(abs(perPoint) * fit.standardErrors[$0], 4) },
                    ]
                })
    }

    /// The coefficients of a model with their z, by their place.
    private static func coefficients(_ fitted: FittedModel) -> Columns<(place: Int, row: FittedBlock.Row)> {
        CalibrationTables.coefficients(hasBootstrap: fitted.bootstrap != nil).of { $0.row }.followed(by: [
            .text("z") { Format.fixed($0.row.estimate / fitted.errors[$0.place], 2) }
        ])
    }
}
