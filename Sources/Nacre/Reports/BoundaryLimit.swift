internal import Analysis
internal import Output
internal import Scenarios

/// The best value under the constraints along a limit.
extension BoundaryReport {
    private var pieces: Columns<LimitCurve.Piece> {
        [
            .string("path", "the limit that varies") { _ in variations[0].parameter.path }.notInJSON,
            .number("lower", "where the piece begins") { $0.lower }.shown("from", left: true),
            .number("upper", "where it ends") { $0.upper }.shown("to"),
            .number("value_at_lower", "the best value where it begins, in the goal's units") { $0.valueAtLower }
                .shown("value there") { interval($0.valueAtLower, $0.upperAtLower) },
            .number("value_at_upper", "the best value where it ends") { $0.valueAtUpper }
                .shown("value here") { interval($0.valueAtUpper, $0.upperAtUpper) },
            .number("price", "what the goal gains per unit of the limit") { $0.price }
                .shown { scenario.amount($0.price, 6) + ($0.isComplete ? "" : " (not complete)") },
            .number("upper_at_lower", "what no policy that keeps the limits exceeds where it begins") {
                $0.upperAtLower
            },
            .number("upper_at_upper", "what no policy that keeps the limits exceeds where it ends") {
                $0.upperAtUpper
            },
            .number("gap", "by how much the best value may be larger anywhere on the piece") { $0.gap },
            complete { $0.isComplete },
        ]
    }

    func table(_ curve: LimitCurve) -> TidyTable {
        pieces.table(
            "limit", title: "The best value under the constraints along a limit", rows: curve.pieces, within: run)
    }

    func json(_ curve: LimitCurve) -> JSONValue {
        .object([
            "edge": curve.edge.map { .number($0) } ?? .null, "edge_gap": .number(curve.edgeGap),
            "gap": .number(curve.gap), "complete": .bool(curve.isComplete), "searches": .integer(curve.searches),
            "pieces": pieces.json(curve.pieces),
        ])
    }

    func text(_ curve: LimitCurve) -> String {
        var out = "the best value along \(variations[0].parameter), now \(variations[0].value)\n"
        if let edge = curve.edge {
            out += "  no policy keeps the constraints below \(edge)"
            out += curve.edgeGap > 1e-9 ? " (± \(curve.edgeGap))\n" : "\n"
        }
        // Towards the lowest limit pieces may be many and short.
        let shown = curve.pieces.filter { $0.upper - $0.lower >= 1e-3 * (variations[0].upper - variations[0].lower) }
        out += pieces.text(shown, indent: "  ")
        if shown.count < curve.pieces.count {
            out +=
                "  and \(curve.pieces.count - shown.count) pieces shorter than a thousandth of the interval: see --json, --out\n"
        }
        if !curve.isComplete {
            out +=
                "  not complete: the value may be larger by up to \(scenario.amount(curve.gap, 6)); intervals say where it lies\n"
        }
        return out + "  \(curve.searches) searches\n"
    }
}
