internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

extension BoundaryReport {
    /// Writes tables, a data dictionary and pictures.
    package func write(to path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            for (name, plot) in plots { try folder.write(name, plot.svg) }
            try DataPackage(name: scenario.name, title: scenario.title, tables: tables)
                .write(to: folder, beside: folder.files)
        }
    }

    // MARK: Tables

    package static let key: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("scenario", .string, "name of the scenario"),
        .init("policy", .string, "the policy that is held; missing where everything after the decision is optimal"),
        .init("after", .string, "the history after which the model decides"),
    ]

    package func key(_ history: History) -> [TidyTable.Cell] {
        [
            .string(runID), .string(scenario.name), policy.map { .string($0) } ?? .missing, .string(text(history)),
        ]
    }

    private var tables: [TidyTable] {
        switch result {
        case .lines(let lines): lineTables(lines) + bandTables
        case .limit(let curve, let lines): lineTables(lines) + [limitTable(curve)]
        case .maps(let maps): mapTables(maps) + agreementTable
        case .partitions(let partitions): [cellTable(partitions), regionTable(partitions), openTable(partitions)]
        }
    }

    private func lineTables(_ lines: [DecisionLine]) -> [TidyTable] {
        var segments = TidyTable(
            name: "segments", title: "The best response by stretches",
            columns: Self.key + [
                .init("path", .string, "the number that varies"),
                .init("lower", .number, "where the stretch begins"), .init("upper", .number, "where it ends"),
                .init("response", .string, "the best response in the stretch; the likeliest where the policy draws it"),
                .init("responses", .string, "all responses that are given there, separated by spaces"),
                Self.complete,
            ])
        var switches = TidyTable(
            name: "switches", title: "Where the best response switches",
            columns: Self.key + [
                .init("path", .string, "the number that varies"), .init("value", .number, "where the switch is"),
                .init("below", .string, "the best response below"), .init("above", .string, "the best response above"),
                .init("uncertainty", .number, "how far the switch may be from the value"),
                .init("lower", .number, "where the switch lies at least"),
                .init("upper", .number, "where the switch lies at most"), Self.complete,
            ])
        let path = TidyTable.Cell.string(variations[0].parameter.path)
        for line in lines {
            for item in line.segments {
                segments.append(
                    key(line.decision) + [
                        path, .number(item.lower), .number(item.upper), .string(name(item.response)),
                        .string(item.responses.map(name).joined(separator: " ")), .boolean(line.isSettled(item)),
                    ])
            }
            for item in line.switches {
                switches.append(
                    key(line.decision) + [
                        path, .number(item.value), .string(name(item.below)), .string(name(item.above)),
                        .number(item.uncertainty), .number(item.lower), .number(item.upper),
                        .boolean(!line.open.contains { $0.contains(item.value) }),
                    ])
            }
        }
        return [segments, switches, openTable(lines)]
    }

    package static let complete = TidyTable.Column(
        "complete", .boolean,
        "false where another response may be best, or the search left more open than was asked for")

    private func openTable(_ lines: [DecisionLine]) -> TidyTable {
        var table = TidyTable(
            name: "open", title: "Stretches in which another response may be best",
            columns: Self.key + [
                .init("path", .string, "the number that varies"),
                .init("lower", .number, "where the stretch begins"), .init("upper", .number, "where it ends"),
            ])
        for line in lines {
            for stretch in line.open {
                table.append(
                    key(line.decision) + [
                        .string(variations[0].parameter.path), .number(stretch.lowerBound), .number(stretch.upperBound),
                    ])
            }
        }
        return table
    }

    private func limitTable(_ curve: LimitCurve) -> TidyTable {
        var table = TidyTable(
            name: "limit", title: "The best value under the constraints along a limit",
            columns: Array(Self.key.prefix(3)) + [
                .init("path", .string, "the limit that varies"),
                .init("lower", .number, "where the piece begins"), .init("upper", .number, "where it ends"),
                .init("value_at_lower", .number, "the best value where it begins, in the goal's units"),
                .init("value_at_upper", .number, "the best value where it ends"),
                .init("price", .number, "what the goal gains per unit of the limit"),
                .init("upper_at_lower", .number, "what no policy that keeps the limits exceeds where it begins"),
                .init("upper_at_upper", .number, "what no policy that keeps the limits exceeds where it ends"),
                .init("gap", .number, "by how much the best value may be larger anywhere on the piece"), Self.complete,
            ])
        for piece in curve.pieces {
            table.append(
                [
                    .string(runID), .string(scenario.name), .missing, .string(variations[0].parameter.path),
                    .number(piece.lower), .number(piece.upper), .number(piece.valueAtLower),
                    .number(piece.valueAtUpper), .number(piece.price), .number(piece.upperAtLower),
                    .number(piece.upperAtUpper), .number(piece.gap), .boolean(piece.isComplete),
                ])
        }
        return table
    }

    /// The table of bands, where scenarios were drawn.
    private var bandTables: [TidyTable] {
        guard case .drawn(let list, let samples, let seed) = bands else { return [] }
        var table = TidyTable(
            name: "bands", title: "Where switches lie in scenarios drawn from the uncertainty",
            columns: Self.key + [
                .init("path", .string, "the number that varies"),
                .init("below", .string, "the best response below"), .init("above", .string, "the best response above"),
                .init("value", .number, "where the scenario itself has the switch; missing where it has none"),
                .init("low", .number, "5 % quantile of its place in the drawn scenarios that have it"),
                .init("high", .number, "95 % quantile of its place in the drawn scenarios that have it"),
                .init("share", .number, "share of the drawn scenarios that have it"),
                .init("samples", .integer, "how many scenarios were drawn"),
                .init("seed", .string, "the seed of the draws"), Self.unsettled,
            ])
        func number(_ value: Double?) -> TidyTable.Cell { value.map { .number($0) } ?? .missing }
        for found in list {
            for band in found.bands {
                table.append(
                    key(found.decision) + [
                        .string(variations[0].parameter.path), .string(name(band.below)), .string(name(band.above)),
                        number(band.value), number(band.interval?.lowerBound), number(band.interval?.upperBound),
                        .number(Double(band.count) / Double(samples)), .integer(samples), .string("\(seed)"),
                        .integer(found.unsettled),
                    ])
            }
        }
        return [table]
    }

    private static let unsettled = TidyTable.Column(
        "unsettled", .integer, "in how many of the drawn scenarios something was not settled, so that it may be missing"
    )

    /// The table of agreement over maps, where scenarios were drawn.
    private var agreementTable: [TidyTable] {
        guard case .agreement(let list, let samples, let seed) = bands else { return [] }
        var table = TidyTable(
            name: "agreement", title: "How often scenarios drawn from the uncertainty answer as the scenario does",
            columns: Self.key + [
                .init("x_path", .string, "the first number"), .init("x", .number, "its value at the cell's middle"),
                .init("y_path", .string, "the second number"), .init("y", .number, "its value at the cell's middle"),
                .init("response", .string, "the scenario's best response there"),
                .init("share", .number, "share of the drawn scenarios with the same best response"),
                .init("samples", .integer, "how many scenarios were drawn"),
                .init("seed", .string, "the seed of the draws"), Self.unsettled,
            ])
        let paths = variations.map { TidyTable.Cell.string($0.parameter.path) }
        for found in list {
            for cell in found.cells {
                table.append(
                    key(found.decision) + [
                        paths[0], .number(0.5 * (cell.lower.x + cell.upper.x)), paths[1],
                        .number(0.5 * (cell.lower.y + cell.upper.y)), .string(name(cell.response)),
                        .number(Double(cell.agreeing) / Double(samples)), .integer(samples), .string("\(seed)"),
                        .integer(found.unsettled),
                    ])
            }
        }
        return [table]
    }
}
