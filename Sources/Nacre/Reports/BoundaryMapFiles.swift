internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The tables of maps and of partitions of the posterior.
extension BoundaryReport {
    package func mapTables(_ maps: [BoundaryMap]) -> [TidyTable] {
        var curves = TidyTable(
            name: "curves", title: "Boundaries between two responses, point by point",
            columns: Self.key + [
                .init("curve", .integer, "number of the curve, from 1"),
                .init("point", .integer, "number of the point along it, from 1"),
                .init("x_path", .string, "the first number"), .init("x", .number, "its value"),
                .init("y_path", .string, "the second number"), .init("y", .number, "its value"),
                .init("first", .string, "a response on one side"),
                .init("second", .string, "the response on the other"), Self.complete,
            ])
        var corners = TidyTable(
            name: "corners", title: "Where three responses are worth the same",
            columns: Self.key + [
                .init("x_path", .string, "the first number"), .init("x", .number, "its value"),
                .init("y_path", .string, "the second number"), .init("y", .number, "its value"),
                .init("responses", .string, "the responses that meet, separated by spaces"), Self.complete,
            ])
        let paths = variations.map { TidyTable.Cell.string($0.parameter.path) }
        for map in maps {
            for (index, curve) in map.curves.enumerated() {
                for (number, point) in curve.points.enumerated() {
                    curves.append(
                        key(map.decision) + [
                            .integer(index + 1), .integer(number + 1), paths[0], .number(point.x), paths[1],
                            .number(point.y), .string(name(curve.responses[0])), .string(name(curve.responses[1])),
                            .boolean(curve.isProved),
                        ])
                }
            }
            for corner in map.corners {
                corners.append(
                    key(map.decision) + [
                        paths[0], .number(corner.point.x), paths[1], .number(corner.point.y),
                        .string(corner.responses.map(name).joined(separator: " ")), .boolean(corner.isProved),
                    ])
            }
        }
        return [curves, corners, openTable(maps)]
    }

    package func openTable(_ maps: [BoundaryMap]) -> TidyTable {
        let paths = variations.map { TidyTable.Cell.string($0.parameter.path) }
        var table = TidyTable(
            name: "open", title: "Polygons of the map in which another response may be best",
            columns: Self.key + [
                .init("part", .integer, "number of the polygon, from 1"),
                .init("response", .string, "the response that is told there"),
                .init("corner", .integer, "number of the corner around the polygon, from 1"),
                .init("x_path", .string, "the first number"), .init("x", .number, "its value"),
                .init("y_path", .string, "the second number"), .init("y", .number, "its value"),
            ])
        for map in maps {
            for (index, patch) in map.open.enumerated() {
                for (number, corner) in patch.corners.enumerated() {
                    table.append(
                        key(map.decision) + [
                            .integer(index + 1), .string(name(patch.response)), .integer(number + 1), paths[0],
                            .number(corner.x), paths[1], .number(corner.y),
                        ])
                }
            }
        }
        return table
    }

    package func cellTable(_ partitions: [SimplexPartition]) -> TidyTable {
        var cells = TidyTable(
            name: "cells", title: "Polygons of the posterior in which one plan is optimal",
            columns: Self.key + [
                .init("cell", .integer, "number of the polygon, from 1"),
                .init("response", .string, "the response that its plan begins with"),
                .init("corner", .integer, "number of the corner around the polygon, from 1"),
                .init("user", .string, "user type"), .init("weight", .number, "P(user type) at the corner"),
                Self.complete,
                .init("lower", .number, "what the best value is at least at the corner"),
                .init("upper", .number, "what the best value is at most at the corner"),
            ])
        for partition in partitions {
            for (index, cell) in partition.cells.enumerated() {
                for (number, corner) in cell.corners.enumerated() {
                    let lower = zip(cell.values, corner).reduce(0) { $0 + $1.0 * $1.1 }
                    for (user, weight) in zip(partition.users, corner) {
                        cells.append(
                            key(partition.decision) + [
                                .integer(index + 1), .string(name(cell.response)), .integer(number + 1),
                                .string(game.users[user]), .number(weight), .boolean(cell.isSettled), .number(lower),
                                .number(cell.uppers[number]),
                            ])
                    }
                }
            }
        }
        return cells
    }

    package func openTable(_ partitions: [SimplexPartition]) -> TidyTable {
        var table = TidyTable(
            name: "open", title: "Polygons of the posterior in which another response may be best",
            columns: Self.key + [
                .init("part", .integer, "number of the polygon, from 1"),
                .init("response", .string, "the response that is told there"),
                .init("corner", .integer, "number of the corner around the polygon, from 1"),
                .init("user", .string, "user type"), .init("weight", .number, "P(user type) at the corner"),
            ])
        for partition in partitions {
            for (index, part) in partition.open.enumerated() {
                for (number, corner) in part.corners.enumerated() {
                    for (user, weight) in zip(partition.users, corner) {
                        table.append(
                            key(partition.decision) + [
                                .integer(index + 1), .string(name(part.response)), .integer(number + 1),
                                .string(game.users[user]), .number(weight),
                            ])
                    }
                }
            }
        }
        return table
    }

    package func regionTable(_ partitions: [SimplexPartition]) -> TidyTable {
        var table = TidyTable(
            name: "regions", title: "Regions of the posterior with one best response: cells side by side, joined",
            columns: Self.key + [
                .init("region", .integer, "number of the region, from 1"),
                .init("response", .string, "the best response there"),
                .init("ring", .integer, "1 around the region; from 2 around its holes"),
                .init("corner", .integer, "number of the corner around the ring, from 1"),
                .init("user", .string, "user type"), .init("weight", .number, "P(user type) at the corner"),
                Self.complete,
            ])
        for partition in partitions {
            for (index, region) in partition.regions.enumerated() {
                for (ring, corners) in region.rings.enumerated() {
                    for (number, corner) in corners.enumerated() {
                        for (user, weight) in zip(partition.users, corner) {
                            table.append(
                                key(partition.decision) + [
                                    .integer(index + 1), .string(name(region.response)), .integer(ring + 1),
                                    .integer(number + 1), .string(game.users[user]), .number(weight),
                                    .boolean(region.isSettled),
                                ])
                        }
                    }
                }
            }
        }
        return table
    }
}
