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
        parts.append(fenced(coefficients(fitted)))
        parts += fitted.remarks
        if !fitted.heldOut.isEmpty {
            parts.append("Held-out loss by conversation, nats per observation:\n")
            parts.append(fenced(heldOut(fitted.heldOut, fitted.designed.data)))
        }
        let comparison = designed.comparison(fit.coefficients, with: data)
        parts.append("Observed against predicted, by state and response (in the data that were fitted):\n")
        parts.append(fenced(counts(comparison)))
        if let transfer = fitted.transfer { parts.append(text(transfer)) }
        parts += fitted.checks.map(text)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func fenced(_ table: TextTable) -> String { Escaped.markdownBlock(table.text) }

    private static func coefficients(_ fitted: FittedModel) -> TextTable {
        let boot = fitted.bootstrap?.standardErrors
        var table = TextTable(
            ["coefficient", "estimate", "se", "clustered se"] + (boot == nil ? [] : ["bootstrap se"]) + ["z"])
        for (index, place) in fitted.designed.places.enumerated() {
            let fit = fitted.fit
            table.append(
                [
                    place.path, Format.estimate(fit.coefficients[index], beside: fit.standardErrors[index]),
                    error(fit.standardErrors[index]), error(fit.clusterErrors[index]),
                ] + (boot.map { [error($0[index])] } ?? [])
                    + [Format.fixed(fit.coefficients[index] / fitted.errors[index], 2)])
        }
        return table
    }

    /// A standard error; `none` where one conversation gives none.
    private static func error(_ value: Double) -> String {
        value.isNaN ? "none" : Format.estimate(value, beside: value)
    }

    private static func heldOut(_ lines: [HeldOutLine], _ data: ChoiceData) -> TextTable {
        var table = TextTable(["terms", "coefficients", "loss", "se", "against the model", "se of that"])
        guard let last = lines.last else { return table }
        for line in lines {
            let difference = line.loss.difference(to: last.loss, data: data)
            table.append([
                line.name, "\(line.parameters)", Format.fixed(line.loss.meanLoss, 4),
                Format.fixed(line.loss.standardError, 4),
                Format.fixed(difference.mean, 4), Format.fixed(difference.standardError, 4),
            ])
        }
        return table
    }

    private static func counts(_ comparison: FitComparison) -> TextTable {
        var table = TextTable(["state", "response", "what", "observed", "predicted"], left: [0, 1, 2])
        for count in comparison.counts.prefix(120) {
            table.append([
                count.state, count.response, count.category, Format.fixed(count.observed, 0),
                Format.fixed(count.predicted, 1),
            ])
        }
        return table
    }

    package static func text(_ transfer: Transfer) -> String {
        var table = TextTable(["on the tested rows", "rows", "loss"] + transfer.categories)
        for line in transfer.lines {
            table.append(
                [line.name, Format.fixed(line.weight, 0), Format.fixed(line.loss, 4)]
                    + line.predicted.map { Format.fixed($0, 3) })
        }
        if let first = transfer.lines.first {
            table.append(["observed", Format.fixed(first.weight, 0), ""] + first.observed.map { Format.fixed($0, 3) })
        }
        return "Transfer to other conversations, with predicted and observed shares:\n\n\(fenced(table))\n"
    }

    package static func text(_ named: NamedCheck) -> String {
        let check = named.check
        var table = TextTable(["whole conversations", "observed", "played", "from", "to", "tail", "inside"])
        for line in check.statistics {
            table.append([
                line.name, Format.fixed(line.observed, 3), Format.fixed(line.mean, 3), Format.fixed(line.low, 3),
                Format.fixed(line.high, 3), Format.fixed(line.tail, 3), line.isCovered ? "yes" : "no",
            ])
        }
        return "Whole conversations \(named.name), played \(check.samples) times (central 95 %):\n\n\(fenced(table))\n"
    }

    package static func text(_ fitted: FittedHidden) -> String {
        let fit = fitted.fit
        let boot = fitted.bootstrap?.standardErrors
        var table = TextTable(
            ["coefficient", "estimate", "se", "clustered se"] + (boot == nil ? [] : ["bootstrap se"]))
        let error = { (errors: [Double]?, index: Int) in errors.map { Self.error($0[index]) } ?? "none" }
        for index in fit.names.indices {
            table.append(
                [
                    fit.names[index], Format.estimate(fit.estimates[index], beside: fit.standardErrors?[index]),
                    error(fit.standardErrors, index),
                    error(fit.clusterErrors, index),
                ] + (boot == nil ? [] : [error(boot, index)]))
        }
        let shares = zip(fitted.model.design.types, fit.parameters.prior).map { "\($0) \(Format.fixed($1, 3))" }
        let reached = fit.reached.map { Format.fixed($0, 3) }.joined(separator: ", ")
        var parts = [
            "## \(fitted.name): hidden\n",
            "\(Format.count(fitted.model.transitionCount)) transitions in "
                + "\(Format.count(fitted.model.conversationCount)) conversations, "
                + "\(Format.count(Int(fit.observations.rounded()))) reactions observed. "
                + "Log-likelihood \(Format.fixed(fit.logLikelihood, 4)), "
                + "\(fit.names.count) coefficients and shares, AIC \(Format.fixed(fit.aic, 2)), BIC \(Format.fixed(fit.bic, 2)); "
                + "\(fit.isConverged ? "converged" : "NOT converged, so nothing of it goes into a scenario,") "
                + "after \(fit.iterations) iterations; starts reached \(reached). "
                + "Shares of types: \(shares.joined(separator: ", "))."
                + (fit.settings.precision > 0
                    ? " Prior precision \(fit.settings.precision) on all but the intercepts and the inertia." : ""),
        ]
        parts += fit.problems.map { "Not identified by the data: \($0)." }
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
        var published = TextTable(["style", "published", "se", "fitted"])
        for (effect, value) in zip(fitted.effects, fit.fitted) {
            published.append([
                effect.name, Format.fixed(effect.estimate, 4), Format.fixed(effect.standardError, 4),
                Format.fixed(value, 4),
            ])
        }
        let scales =
            fitted.perPoint.map { ($0.reaction, $0.logits) }
            + (fitted.satisfaction.map { [("satisfaction", $0)] } ?? [])
        var table = TextTable(["feature", "points", "se"] + scales.flatMap { ["\($0.0) x \($0.1)", "se"] })
        for (index, feature) in fit.features.enumerated() {
            table.append(
                [feature, Format.fixed(fit.coefficients[index], 4), Format.fixed(fit.standardErrors[index], 4)]
                    + scales.flatMap {
                        [
                            Format.fixed($0.1 * fit.coefficients[index], 4),
                            Format.fixed(abs($0.1) * fit.standardErrors[index], 4),
                        ]
                    })
        }
        let checked =
            fit.degreesOfFreedom == 0
            ? "There are as many coefficients as effects, so the fit is exact and cannot be checked."
            : "Misfit \(Format.fixed(fit.misfit, 2)) with \(fit.degreesOfFreedom) degrees of freedom."
        return "## \(fitted.name): effects on \(fitted.outcome)\n\n\(fit.fitted.count) published effects. \(checked) "
            + "What a point is worth is an assumption of the mapping file.\n\n\(fenced(published))\n\n\(fenced(table))\n"
    }
}
