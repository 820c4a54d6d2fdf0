package import Calibration
package import Reporting

/// Files that other programs read: coefficients, covariances, counts.
package enum CalibrationTables {
    /// The covariances of the coefficients that scenarios have, named by their paths: a header of names and one row each.
    ///
    /// Several models stand in one file; their covariance is 0, since they were fitted apart.
    package static func covariance(_ fitted: [FittedModel]) -> String? {
        let kept = fitted.map { model in
            model.designed.places.indices.filter { model.user != nil && model.designed.places[$0].scenarioKey != nil }
        }
        let names = zip(fitted, kept).flatMap { model, indices in indices.map { model.designed.places[$0].path } }
        guard !names.isEmpty else { return nil }
        var lines = [([""] + names).joined(separator: ",")]
        var before = 0
        for (model, indices) in zip(fitted, kept) {
            let order = model.designed.places.count
            for row in indices {
                let own = indices.map { "\(model.covariance[row * order + $0])" }
                let zeros = { (count: Int) in [String](repeating: "0.0", count: count) }
                let cells = zeros(before) + own + zeros(names.count - before - indices.count)
                lines.append(([model.designed.places[row].path] + cells).joined(separator: ","))
            }
            before += indices.count
        }
        return lines.joined(separator: "\n") + "\n"
    }

    package static func coefficients(_ fitted: [FittedModel]) -> TidyTable {
        var table = TidyTable(
            name: "coefficients", title: "Fitted coefficients",
            columns: [
                .init("model", .string, "name of the model in the mapping file"),
                .init("coefficient", .string, "path of the coefficient"),
                .init("estimate", .number, "on the logit scale"),
                .init("standard_error", .number, "from the observed information"),
                .init("clustered_error", .number, "sandwich, one score per conversation"),
                .init("bootstrap_error", .number, "over conversations drawn with replacement; empty without bootstrap"),
            ])
        for model in fitted {
            let boot = model.bootstrap?.standardErrors
            for index in model.designed.places.indices {
                table.append([
                    .string(model.name), .string(model.designed.places[index].path),
                    .number(model.fit.coefficients[index]),
                    .number(model.fit.standardErrors[index]), .number(model.fit.clusterErrors[index]),
                    .number(ifPresent: boot?[index]),
                ])
            }
        }
        return table
    }

    package static func counts(_ fitted: [FittedModel], data: ObservedTransitions) -> TidyTable {
        var table = TidyTable(
            name: "counts", title: "Observed and predicted counts",
            columns: [
                .init("model", .string, "name of the model in the mapping file"),
                .init("state", .string, "state before; empty where it was not observed"),
                .init("response", .string, "what the helper did; empty where it was not observed"),
                .init("category", .string, "the reaction, the move, or the state after"),
                .init("observed", .number, "weight of the observations"),
                .init("predicted", .number, "sum of probabilities"),
            ])
        for model in fitted {
            for count in model.designed.comparison(model.fit.coefficients, with: data).counts {
                table.append([
                    .string(model.name), .string(count.state), .string(count.response), .string(count.category),
                    .number(count.observed), .number(count.predicted),
                ])
            }
        }
        return table
    }
}
