internal import Calibration
internal import Output

extension CalibrationReport {
    /// What labels that may be wrong did to a fit.
    static func text(_ misread: FittedHidden.Misread, _ fitted: FittedHidden) -> String {
        let kinds = [
            ("states", misread.misreading.states), ("responses", misread.misreading.responses),
            ("reactions", misread.misreading.reactions),
        ]
        let matrices = kinds.compactMap { name, matrix -> String? in
            guard let matrix else { return nil }
            let right = matrix.names.indices.map { "\(matrix.names[$0]) \(Format.fixed(matrix.shares[$0][$0], 3))" }
            let texts = matrix.texts.map { "of \($0.map { Format.count(Int($0)) }.joined(separator: ", ")) texts" }
            return
                "\(name) are labelled rightly with probability \(right.joined(separator: ", ")) (\(texts ?? "taken for certain"))"
        }
        let fit = fitted.fit
        let order = fit.names.count
        let rows = fit.names.indices.filter { misread.naive[fit.names[$0]] != nil }
        let columns: Columns<Int> = [
            .text("coefficient", left: true) { fit.names[$0] },
            .text("as labelled") { Format.fixed(misread.naive[fit.names[$0]] ?? .nan, 4) },
            .text("behind the labels") { Format.fixed(fit.estimates[$0], 4) },
            .text("se") { index in
                fitted.covariance.map { Format.fixed($0[index * order + index].squareRoot(), 4) } ?? "none"
            },
            .text("of it by the matrix") { index in
                fit.labelCovariance.map { Format.fixed($0[index * order + index].squareRoot(), 4) } ?? "none"
            },
        ]
        var text = "Labels may be wrong: \(matrices.joined(separator: "; "))."
        if misread.kind != "hidden" {
            text +=
                rows.isEmpty
                ? " Taken as they are, they could not be fitted."
                : "\n\n\(Escaped.markdownBlock(columns.text(rows)))"
        }
        return text
    }
}
