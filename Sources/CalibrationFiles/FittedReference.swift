package import Calibration
internal import GameModel
internal import Output

/// A model's own policy, fitted: a table that `objective.reference` takes.
package struct FittedReference: Sendable {
    package let name: String
    package let table: PolicyTable
    let responses: [String]
    /// Levels of the factor `cue`.
    let cues: [String]
    /// First turns of the bands after the first.
    let bands: [Int]

    /// The turns of a band.
    private func turns(_ band: Int) -> ClosedRange<Int> {
        let first = band == 0 ? 1 : bands[band - 1]
        return first...(band < bands.count ? bands[band] - 1 : GameLimits.horizon)
    }

    /// The path of a cell's strategy in a scenario.
    private func place(_ row: Int?) -> String {
        row.map { "objective.reference.rows.\($0).is" } ?? "objective.reference.otherwise"
    }

    /// Where a cell holds, as the keys of a row.
    private func keys(_ cell: PolicyTable.Cell) -> [String] {
        [
            cell.band.map { "turns: [\(turns($0).lowerBound), \(turns($0).upperBound)]" },
            cell.cue.map { "cue: \(cues[$0])" }, cell.after.map { "after: \(responses[$0])" },
        ].compactMap(\.self)
    }

    /// The block that a scenario takes as it is.
    package func yaml(source: String) -> String {
        func strategy(_ cell: PolicyTable.Cell) -> String {
            let shares = FittedYAML.wholeShares(cell.shares)
            return "{" + zip(responses, shares).map { "\($0): \($1)" }.joined(separator: ", ") + "}"
        }
        func comment(_ cell: PolicyTable.Cell) -> String {
            let errors = (cell.clusteredErrors ?? cell.standardErrors).map { FittedModel.shown($0) }
            return
                "  # source: \(Escaped.line(source)) (se \(errors.joined(separator: ", ")), n \(Format.count(Int(cell.weight.rounded()))))"
        }
        var lines = ["objective:", "  reference:"]
        if table.cells.allSatisfy({ keys($0).isEmpty }) {
            return "objective:\n  reference: \(strategy(table.overall))\(comment(table.overall))\n"
        }
        lines.append("    rows:")
        for cell in table.cells {
            lines.append(
                "      - {\((keys(cell) + ["is: \(strategy(cell))"]).joined(separator: ", "))}\(comment(cell))"
            )
        }
        lines.append("    otherwise: \(strategy(table.overall))\(comment(table.overall))")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every share with its errors.
    package var block: FittedBlock {
        var block = FittedBlock(name: name)
        let cells =
            table.cells.enumerated().map { (Optional($0.offset), $0.element) } + [(nil, table.overall)]
        block.rows = cells.flatMap { row, cell in
            responses.indices.map { response in
                FittedBlock.Row(
                    path: "\(place(row)).\(responses[response])", estimate: cell.shares[response],
                    standardError: cell.standardErrors[response],
                    clusteredError: cell.clusteredErrors?[response])
            }
        }
        return block
    }

    private struct Line {
        let cell: PolicyTable.Cell
        let response: Int
    }

    /// The report for people.
    package var text: String {
        let columns: Columns<Line> = [
            .text("turns", left: true) { line in
                line.cell.band.map {
                    "\(turns($0).lowerBound)–" + ($0 < bands.count ? "\(turns($0).upperBound)" : "")
                } ?? "all"
            },
            .text("cue", left: true) { $0.cell.cue.map { cues[$0] } ?? "any" },
            .text("after", left: true) { $0.cell.after.map { responses[$0] } ?? "any" },
            .text("response", left: true) { responses[$0.response] },
            .text("share") { Format.fixed($0.cell.shares[$0.response], 4) },
            .text("se") { Format.fixed($0.cell.standardErrors[$0.response], 4) },
            .text("clustered se") { line in
                line.cell.clusteredErrors.map { Format.fixed($0[line.response], 4) } ?? "none"
            },
            .text("n") { Format.fixed($0.cell.weight, 0) },
            .text("conversations") { "\($0.cell.conversations)" },
        ]
        let rows = (table.cells + [table.overall]).flatMap { cell in
            responses.indices.map { Line(cell: cell, response: $0) }
        }
        let left =
            table.leftOut > 0
            ? "Left out: \(Format.fixed(table.leftOut, 0)) turns of which the response, the cue or the turn before was not observed.\n\n"
            : ""
        return
            "## \(name): policy\n\nShares of responses; the last rows are of all situations together.\n\n\(left)"
            + Escaped.markdownBlock(columns.text(rows)) + "\n"
    }
}

extension ModelFitter {
    /// The terms that a policy may depend on.
    private static let policyTerms = ["phase", "factor:cue", "after"]

    package func fitPolicy(_ model: CalibrationMapping.Model) throws -> FittedReference {
        for term in model.terms where !Self.policyTerms.contains(term) {
            throw CalibrationError(
                "models.\(model.name).terms",
                "has '\(term)'; a policy depends on \(Self.policyTerms.joined(separator: ", ")), and on nothing else"
            )
        }
        guard !data.responses.isEmpty else {
            throw CalibrationError(
                "models.\(model.name)", "needs the key 'response': which column says what the model did")
        }
        var conditions = PolicyTable.Conditions(usesResponse: model.terms.contains("after"))
        if model.terms.contains("phase") { conditions.bands = mapping.phases }
        var cues: [String] = []
        if model.terms.contains("factor:cue") {
            let factor = try index("cue", in: data.factors.map(\.name), model.name, "terms")
            (conditions.cue, cues) = (factor, data.factors[factor].levels)
        }
        let rows = try rows(model.only, model)
        let table = try located(model) { () throws(CalibrationError) in
            try PolicyTable(rows, by: conditions)
        }
        return FittedReference(
            name: model.name, table: table, responses: data.responses, cues: cues, bands: conditions.bands
        )
    }
}
