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

    /// The name of the model, which files repeat and reports have as a title.
    private static func model<Row>(_ name: @escaping @Sendable (Row) -> String) -> Columns<Row>.Column {
        .string("model", "name of the model in the mapping file", name).notInJSON
    }

    // MARK: Coefficients

    /// A coefficient a row.
    ///
    /// - Parameter hasBootstrap: whether people see bootstrap errors.
    package static func coefficients(hasBootstrap: Bool = false) -> Columns<FittedBlock.Row> {
        let bootstrap: Columns<FittedBlock.Row>.Column = .number(
            "bootstrap_error", "over conversations drawn with replacement; empty without bootstrap"
        ) { $0.bootstrapError }.json("bootstrap_se").inJSON { $0.bootstrapError != nil }
        return [
            .string("coefficient", "path of the coefficient") { $0.path }.json("path").shown(),
            .number("estimate", "on the logit scale") { $0.estimate }
                .shown { Format.estimate($0.estimate, beside: $0.standardError) },
            .number("standard_error", "from the observed information, or the published intervals") {
                $0.standardError
            }.json("se").inJSON { $0.standardError != nil }.shown("se") { error($0.standardError) },
            .number("clustered_error", "sandwich, one score per conversation; empty where there is none") {
                $0.clusteredError
            }.json("clustered_se").inJSON { $0.clusteredError != nil }
                .shown("clustered se") { error($0.clusteredError) },
            hasBootstrap ? bootstrap.shown("bootstrap se") { error($0.bootstrapError) } : bootstrap,
        ]
    }

    /// A standard error; `none` where one conversation gives none.
    private static func error(_ value: Double?) -> String {
        guard let value, !value.isNaN else { return "none" }
        return Format.estimate(value, beside: value)
    }

    package static func coefficients(_ blocks: [FittedBlock]) -> TidyTable {
        let columns: Columns<(model: String, row: FittedBlock.Row)> = [model { $0.model }]
        return columns.followed(by: coefficients().of { $0.row }).table(
            "coefficients", title: "Fitted coefficients",
            rows: blocks.flatMap { block in block.rows.map { (block.name, $0) } })
    }

    // MARK: Counts

    /// A group of observations a row.
    static var counts: Columns<FitComparison.Count> {
        [
            .string("state", "state before; empty where it was not observed") { $0.state }.shown(),
            .string("response", "what the helper did; empty where it was not observed") { $0.response }.shown(),
            .string("category", "the reaction, the move, or the state after") { $0.category }.shown("what"),
            .number("observed", "weight of the observations") { $0.observed }.shown("observed", decimals: 0),
            .number("predicted", "sum of probabilities") { $0.predicted }.shown("predicted", decimals: 1),
        ]
    }

    package static func counts(_ fitted: [FittedModel], data: ObservedTransitions) -> TidyTable {
        let columns: Columns<(model: String, count: FitComparison.Count)> = [model { $0.model }]
        return columns.followed(by: counts.of { $0.count }).table(
            "counts", title: "Observed and predicted counts",
            rows: fitted.flatMap { model in
                model.designed.comparison(model.fit.coefficients, with: data).counts.map { (model.name, $0) }
            })
    }

    // MARK: Held-out losses

    /// A choice of terms a row.
    package static var heldOut: Columns<HeldOutLine> {
        [
            .string("terms", "what the predictor is made of") { $0.name }.shown(),
            .text("coefficients") { "\($0.parameters)" },
            .number("loss", "mean loss, in nats per observation") { $0.loss.meanLoss }.shown("loss", decimals: 4),
            .number("se", "its standard error by conversation; missing for one conversation") {
                $0.loss.standardError.isFinite ? $0.loss.standardError : nil
            }.shown { Format.fixed($0.loss.standardError, 4) },
        ]
    }
}
