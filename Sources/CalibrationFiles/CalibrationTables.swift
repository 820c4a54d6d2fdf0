package import Calibration
package import Output

/// Files that other programs read: coefficients, covariances, counts.
package enum CalibrationTables {
    /// The covariances of the coefficients that scenarios have, named by their paths: a header of names and one row each.
    ///
    /// Several models stand in one file; their covariance is 0, since they were fitted apart.
    package static func covariance(_ blocks: [FittedBlock]) -> String? {
        let names = blocks.flatMap(\.paths)
        guard !names.isEmpty else { return nil }
        var lines = [([""] + names).joined(separator: ",")]
        var before = 0
        for block in blocks {
            let order = block.paths.count
            for (row, path) in block.paths.enumerated() {
                let own = (0..<order).map { "\(block.covariance[row * order + $0])" }
                let zeros = { (count: Int) in [String](repeating: "0.0", count: count) }
                lines.append(
                    ([path] + zeros(before) + own + zeros(names.count - before - order)).joined(separator: ","))
            }
            before += order
        }
        return lines.joined(separator: "\n") + "\n"
    }

    package static func coefficients(_ blocks: [FittedBlock]) -> TidyTable {
        var table = TidyTable(
            name: "coefficients", title: "Fitted coefficients",
            columns: [
                .init("model", .string, "name of the model in the mapping file"),
                .init("coefficient", .string, "path of the coefficient"),
                .init("estimate", .number, "on the logit scale"),
                .init("standard_error", .number, "from the observed information, or the published intervals"),
                .init("clustered_error", .number, "sandwich, one score per conversation; empty where there is none"),
                .init("bootstrap_error", .number, "over conversations drawn with replacement; empty without bootstrap"),
            ])
        for block in blocks {
            for row in block.rows {
                table.append([
                    .string(block.name), .string(row.path), .number(row.estimate),
                    .number(ifPresent: row.standardError), .number(ifPresent: row.clusteredError),
                    .number(ifPresent: row.bootstrapError),
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
