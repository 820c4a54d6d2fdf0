internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// Maps of two numbers: boundary curves, where they meet, what is open, and how drawn scenarios agree.
extension BoundaryReport {
    /// A numbered point of a numbered curve or polygon.
    private struct Place<Outline> {
        let map: BoundaryMap
        /// From 1.
        let number: Int
        let outline: Outline
        /// From 1.
        let index: Int
        let point: BoundaryMap.Point
    }

    private func places<Outline>(
        _ maps: [BoundaryMap], of outlines: (BoundaryMap) -> [Outline], points: (Outline) -> [BoundaryMap.Point]
    ) -> [Place<Outline>] {
        maps.flatMap { map in
            outlines(map).enumerated().flatMap { number, outline in
                points(outline).enumerated().map { index, point in
                    Place(map: map, number: number + 1, outline: outline, index: index + 1, point: point)
                }
            }
        }
    }

    private typealias CornerRow = (map: BoundaryMap, corner: BoundaryMap.Corner)
    private typealias AgreementRow = (found: MapAgreement, cell: MapAgreement.Cell)

    // MARK: Columns

    /// A point of the map, which JSON has as a pair.
    private func point<Row>(
        _ description: String = "its value", _ point: @escaping @Sendable (Row) -> BoundaryMap.Point
    ) -> Columns<Row> {
        [
            .string("x_path", "the first number") { _ in variations[0].parameter.path }.notInJSON,
            .number("x", description) { point($0).x }.notInJSON,
            .string("y_path", "the second number") { _ in variations[1].parameter.path }.notInJSON,
            .number("y", description) { point($0).y }.notInJSON,
        ]
    }

    private var curves: Columns<BoundaryMap.Curve> {
        [
            .string("first", "a response on one side") { name($0.responses[0]) }.notInJSON,
            .string("second", "the response on the other") { name($0.responses[1]) }.notInJSON,
            .member("responses") { .strings($0.responses.map(name)) },
            .member("points") { .array($0.points.map { .numbers([$0.x, $0.y]) }) }, complete { $0.isProved },
        ]
    }

    private var curvePoints: Columns<Place<BoundaryMap.Curve>> {
        Columns<Place<BoundaryMap.Curve>>([
            after { $0.map.decision }, .integer("curve", "number of the curve, from 1") { $0.number },
            .integer("point", "number of the point along it, from 1") { $0.index },
        ]).followed(by: point { $0.point }).followed(by: curves.of { $0.outline })
    }

    private var corners: Columns<BoundaryMap.Corner> {
        point { $0.point }.followed(by: [
            .string("responses", "the responses that meet, separated by spaces") {
                $0.responses.map(name).joined(separator: " ")
            }.json { .strings($0.responses.map(name)) },
            .member("point") { .numbers([$0.point.x, $0.point.y]) }, complete { $0.isProved },
        ])
    }

    private var open: Columns<BoundaryMap.Patch> {
        [
            .string("response", "the response that is told there") { name($0.response) },
            .member("corners") { .array($0.corners.map { .numbers([$0.x, $0.y]) }) },
        ]
    }

    private var openCorners: Columns<Place<BoundaryMap.Patch>> {
        Columns<Place<BoundaryMap.Patch>>([
            after { $0.map.decision }, .integer("part", "number of the polygon, from 1") { $0.number },
        ]).followed(by: open.of { $0.outline }).followed(by: [
            .integer("corner", "number of the corner around the polygon, from 1") { $0.index }
        ]).followed(by: point { $0.point })
    }

    private var agreement: Columns<AgreementRow> {
        Columns<AgreementRow>([after { $0.found.decision }]).followed(
            by: point("its value at the cell's middle") { row in
                let (lower, upper) = (row.cell.lower, row.cell.upper)
                return BoundaryMap.Point(x: 0.5 * (lower.x + upper.x), y: 0.5 * (lower.y + upper.y))
            }
        ).followed(by: [
            .string("response", "the scenario's best response there") { name($0.cell.response) },
            .number("share", "share of the drawn scenarios with the same best response") {
                Double($0.cell.agreeing) / Double($0.found.samples)
            },
        ])
    }

    // MARK: Files

    func tables(_ maps: [BoundaryMap]) -> [TidyTable] {
        let decision: Columns<CornerRow> = [after { $0.map.decision }]
        return [
            curvePoints.table(
                "curves", title: "Boundaries between two responses, point by point",
                rows: places(maps, of: \.curves, points: \.points), within: run),
            decision.followed(by: corners.of { $0.corner }).table(
                "corners", title: "Where three responses are worth the same",
                rows: maps.flatMap { map in map.corners.map { (map, $0) } }, within: run),
            openCorners.table(
                "open", title: "Polygons of the map in which another response may be best",
                rows: places(maps, of: \.open, points: \.corners), within: run),
        ]
    }

    /// The table of agreement over maps, where scenarios were drawn.
    var agreementTables: [TidyTable] {
        guard case .agreement(let list, let samples, let seed) = bands else { return [] }
        let columns = agreement.followed(by: draws(samples: samples, seed: seed) { $0.found.unsettled })
        return [
            columns.table(
                "agreement", title: "How often scenarios drawn from the uncertainty answer as the scenario does",
                rows: list.flatMap { found in found.cells.map { (found, $0) } }, within: run)
        ]
    }

    // MARK: JSON

    func json(_ map: BoundaryMap, _ agreement: MapAgreement?) -> JSONValue {
        .object([
            "after": .string(text(map.decision)), "residual": .number(map.residual),
            "evaluations": .integer(map.evaluations), "undecided_cells": .integer(map.undecided.count),
            "resolved": .bool(map.isResolved), "gap": map.gap.map { .number($0) } ?? .null,
            "band_share": agreement.map { .number(share($0)) } ?? .null,
            "unsettled_samples": agreement.map { .integer($0.unsettled) } ?? .null,
            "complete": .bool(map.open.isEmpty && map.isResolved), "open_share": .number(map.openShare),
            "open": open.json(map.open),
            "shares": scenario.responses(map.shares(responses: game.responses.count)),
            "curves": curves.json(map.curves), "corners": corners.json(map.corners),
        ])
    }

    // MARK: Text

    /// The part of a map in which the band lies, by cells.
    package func share(_ agreement: MapAgreement) -> Double {
        Double(agreement.cells.count(where: agreement.isInBand)) / Double(agreement.cells.count)
    }

    func text(_ agreement: MapAgreement?) -> String {
        guard let agreement else { return "" }
        return "  band: \(Format.fixed(100 * share(agreement), 1)) % of the map\n"
            + (agreement.unsettled > 0
                ? "  not settled in \(agreement.unsettled) of the drawn scenarios\n" : "")
    }

    func text(_ map: BoundaryMap) -> String {
        let shares: Columns<(response: Int, share: Double)> = [
            .text("response", left: true) { name($0.response) },
            .text("share of the map") { Format.fixed($0.share, 4) },
        ]
        let shown = map.shares(responses: game.responses.count).enumerated().filter { $0.element > 0 }
        let table = shares.text(shown.map { ($0.offset, $0.element) }, indent: "  ")
        var out =
            "after \(text(map.decision)): \(variations[0].parameter) across, \(variations[1].parameter) up\n\(table)"
        for corner in map.corners {
            out +=
                "  \(corner.responses.map(name).joined(separator: ", ")) meet at \(corner.point.x), \(corner.point.y)"
                + (corner.isProved ? "\n" : " (not settled)\n")
        }
        out += "  \(map.curves.count) boundary curves of \(map.curves.reduce(0) { $0 + $1.points.count }) points; "
        out += "residual \(map.residual) of the values' size; \(map.evaluations) "
        if let gap = map.gap {
            return out + "calls of the planner\n" + openText(map.openShare, of: "the map")
                + words(gap: gap, isComplete: map.isResolved)
        }
        out += "evaluations of the game\n"
        if !map.isResolved { out += "  not settled: some rectangle needs finer polynomials\n" }
        if !map.undecided.isEmpty { out += "  not settled: \(map.undecided.count) cells\n" }
        return out + openText(map.openShare, of: "the map")
    }
}
