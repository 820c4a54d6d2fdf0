package import Labelling
internal import NumericalMethods
package import Output
package import Scenarios

/// How well two files of labels agree.
package struct AgreementReport: Report {
    package let agreement: LabelAgreement
    package let truth: String
    package let given: String

    /// - Parameters:
    ///   - truth: labels that are taken for true.
    ///   - given: labels that are judged by them.
    /// - Throws: `InputError` for files that cannot be read or have no text in common.
    package init(truth: String, given: String, scenario: Scenario) throws {
        let scheme = scenario.labelScheme
        agreement = try LabelAgreement(
            truth: LabelledFile(truth, scheme), given: LabelledFile(given, scheme), scheme: scheme)
        (self.truth, self.given) = (truth, given)
    }

    package func json() -> JSONValue {
        var names: [String: JSONValue] = [:]
        for kind in agreement.names {
            names[kind.member] = .object([
                "all": kind.figures.json, "without_abstained": kind.decided?.json ?? .null,
            ])
        }
        return .object([
            "format": .integer(1), "truth": .string(truth), "given": .string(given), "both": .integer(agreement.both),
            "only_truth": .integer(agreement.onlyFirst), "only_given": .integer(agreement.onlySecond),
            "abstained": .integer(agreement.abstained), "names": .object(names),
            "features": .object(
                Dictionary(uniqueKeysWithValues: agreement.features.map { ($0.name, $0.figures.json) })),
        ])
    }

    package func text() -> String {
        var text = "\(Escaped.line(given)) against \(Escaped.line(truth)), which is taken for true: "
        text += "\(Format.count(agreement.both)) texts in both\n"
        if agreement.onlyFirst + agreement.onlySecond > 0 {
            text += "only in one: \(Format.count(agreement.onlyFirst)) of the first file, "
            text += "\(Format.count(agreement.onlySecond)) of the second\n"
        }
        for kind in agreement.names {
            text += "\n\(kind.member): \(kind.figures.line)\n"
            if let decided = kind.decided { text += "  without those abstained on: \(decided.line)\n" }
            if kind.figures.impossible > 0 {
                text += "  no log-loss: \(kind.figures.impossible) true names were given the probability 0\n"
            }
            if kind.figures.count < NominalFigures.enough {
                text += "  fewer than \(NominalFigures.enough) texts are too few for a claim\n"
            }
            for point in kind.figures.coverage where point.left > 0 {
                text += "  least certain \(Format.fixed(100 * point.left, 0)) % left to a person: accuracy "
                text += "\(Format.fixed(point.accuracy.value, 2)), n = \(point.accuracy.count ?? 0)\n"
            }
        }
        if !agreement.features.isEmpty {
            text += "\n" + Self.features.text(agreement.features.map { Feature(name: $0.name, figures: $0.figures) })
        }
        return text
    }

    /// Writes the figures, the confusion matrices and the features into a folder that appears whole.
    package func write(to path: String, replaces: Bool, note: (String) -> Void) throws {
        try OutputFolder.write(path: path, replaces: replaces, note: note) { folder in
            try folder.write("agreement.json", try json().text(.indented) + "\n")
            let others = folder.files
            try DataPackage(
                name: "agreement", title: "Agreement of labels",
                tables: [
                    Self.confusion.table(
                        "confusion", title: "Names that were given, by true names",
                        rows: agreement.names.flatMap(Self.cells)),
                    Self.features.table(
                        "features", title: "Features that were given against true ones",
                        rows: agreement.features.map { Feature(name: $0.name, figures: $0.figures) }),
                ]
            ).write(to: folder, beside: others)
        }
    }

    /// One cell of a confusion matrix.
    private struct Cell {
        let member: String
        let truth: String
        let given: String
        let count: Int
        let share: Estimate
    }

    private static var confusion: Columns<Cell> {
        [
            .string("truth", "the true name") { $0.truth }, .string("given", "the name that was given") { $0.given },
            .integer("count", "texts") { $0.count },
            .number("share", "of the texts with the true name") { $0.share.value },
            .number("ci_low", "lower end of the 95 % interval of the share (Wilson)") { $0.share.interval?.lowerBound },
            .number("ci_high", "upper end of the 95 % interval of the share") { $0.share.interval?.upperBound },
            .string("member", "what is named: response, cue or reaction") { $0.member },
        ]
    }

    private static func cells(_ kind: LabelAgreement.Names) -> [Cell] {
        kind.figures.table.enumerated().flatMap { row, counts in
            let total = counts.reduce(0, +)
            return counts.enumerated().compactMap { column, count in
                Estimate(successes: count, of: total).map {
                    Cell(
                        member: kind.member, truth: kind.names[row], given: kind.names[column], count: count, share: $0)
                }
            }
        }
    }

    /// One feature.
    private struct Feature {
        let name: String
        let figures: AmountFigures
    }

    private static var features: Columns<Feature> {
        [
            .string("feature", "the feature") { $0.name }.shown(left: true) { $0.name },
            .number("mean_absolute_error", "mean of |given − true|") { $0.figures.error }
                .shown("mean error") { Format.fixed($0.figures.error, 3) },
            .number("bias", "mean of given − true") { $0.figures.bias }.shown { Format.fixed($0.figures.bias, 3) },
            .number("r", "Pearson's correlation") { $0.figures.correlation }
                .shown { $0.figures.correlation.map { Format.fixed($0, 2) } ?? "none" },
            .number("within_two_sd", "share of true values within two given standard deviations") { $0.figures.covered }
                .shown("within 2 sd") { $0.figures.covered.map { Format.fixed($0, 2) } ?? "none" },
            .integer("n", "texts") { $0.figures.count }.shown { "\($0.figures.count)" },
        ]
    }
}
