internal import Calibration
package import CalibrationFiles
package import GameModel
package import Output
package import Scenarios

/// Two sources of conversations beside each other, and what their difference costs.
package struct ComparisonReport: Report {
    package let comparison: CalibrationComparison
    /// Nil without a scenario.
    package let price: DecisionPrice?
    private let hashes: [String]
    private let seed: UInt64

    /// - Parameters:
    ///   - tables: two files.
    ///   - scenario: where the users go, to be planned for; nil for no price.
    ///   - permutations: how often conversations are dealt at random for each model.
    /// - Throws: `DataError` for data that cannot be read or have nothing in common; what fits and searches throw.
    package init(
        _ tables: [ObservationTable], _ mapping: CalibrationMapping, into scenario: Scenario?,
        _ method: any SolvingMethod, permutations: Int, seed: UInt64, _ control: RunControl
    ) throws {
        comparison = try CalibrationComparison(
            tables, mapping, FitRequest(folds: 0, bootstraps: 0, seed: seed, threads: control.threads ?? 1),
            permutations: permutations, control: control)
        price = try scenario.map {
            try DecisionPrice(tables, mapping, into: $0, method, seed: seed, control)
        }
        (hashes, self.seed) = (tables.map(\.hash), seed)
    }

    package var isConverged: Bool { price?.isConverged ?? true }

    private var names: [String] { comparison.sources.names }

    private var coefficients: [(model: String, row: SourceComparison.Coefficient)] {
        comparison.models.flatMap { model in model.comparison.coefficients.map { (model.name, $0) } }
    }

    package func json() throws -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "kind": .string("comparison"), "mapping": .string(comparison.mapping),
            "sources": .array(zip(names, hashes).map { .object(["file": .string($0), "sha256": .string($1)]) }),
            "seed": .string("\(seed)"), "notes": .strings(comparison.notes),
            "tests": ComparisonColumns.tests.json(comparison.models),
            "coefficients": .object(
                Dictionary(
                    uniqueKeysWithValues: comparison.models.map { model in
                        (
                            model.name,
                            ComparisonColumns.coefficients.json(model.comparison.coefficients.map { (model.name, $0) })
                        )
                    })),
            "contrasts": ComparisonColumns.contrasts.json(comparison.contrasts),
        ]
        if let price {
            members["price"] = DecisionPrice.columns(names).json(price.cells)
            members["searches"] = .array(price.solved.map { .string($0.ending) })
        }
        return .object(members)
    }

    package func text() throws -> String {
        var text =
            "\(Escaped.line(comparison.mapping)): first \(Escaped.line(names[0])), second \(Escaped.line(names[1]))\n"
        let conversations = [false, true].map { second in comparison.sources.isSecond.count { $0 == second } }
        text += "\(Format.count(conversations[0])) and \(Format.count(conversations[1])) conversations; seed \(seed)\n"
        for note in comparison.notes { text += "note: \(Escaped.line(note))\n" }
        if !comparison.models.isEmpty {
            text += "\none model or two\n\(ComparisonColumns.tests.text(comparison.models))"
            text += "\ncoefficients, errors clustered by conversation\n"
            text += ComparisonColumns.coefficients.text(coefficients)
        }
        if !comparison.contrasts.isEmpty {
            text += "\nwhat users did, errors clustered by conversation\n"
            text += ComparisonColumns.contrasts.text(comparison.contrasts)
            text += "of differences that are none, one in twenty has |z| above 1.96\n"
        }
        if let price {
            text += "\nthe price of planning for the wrong users\n\(DecisionPrice.columns(names).text(price.cells))"
            for (name, solved) in zip(names, price.solved) {
                text += "search for \(Escaped.line(name)): \(solved.ending)\n"
            }
        }
        return text
    }

    /// Writes tables, and with a price the scenarios and policies of both sources, into a folder that appears whole.
    package func write(to folder: OutputFolder) throws {
        try folder.write("report.txt", try text())
        for (number, letter) in ["first", "second"].enumerated() {
            guard let price else { break }
            try folder.write("scenario-\(letter).yaml", price.scenarios[number].sourceText)
            try folder.write("policy-\(letter).json", try price.solved[number].file.text(.indented) + "\n")
        }
        let others = folder.files
        var tables = [
            ComparisonColumns.tests.table("tests", title: "One model or two", rows: comparison.models),
            ComparisonColumns.coefficients.table(
                "coefficients", title: "Coefficients of both sources", rows: coefficients),
            ComparisonColumns.contrasts.table(
                "contrasts", title: "What users did in both sources", rows: comparison.contrasts),
        ]
        if let price {
            tables.append(
                DecisionPrice.columns(names).table(
                    "price", title: "What a policy loses with the users of the other source", rows: price.cells))
        }
        try DataPackage(
            name: "comparison", title: "Two sources of conversations", tables: tables,
            members: [
                "sources": .array(zip(names, hashes).map { .object(["file": .string($0), "sha256": .string($1)]) })
            ]
        ).write(to: folder, beside: others)
    }
}
