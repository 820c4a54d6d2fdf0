internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// Partitions of the posterior over three user types: cells, regions and what is open.
extension BoundaryReport {
    /// A weight of a corner of a polygon: a row of a file.
    private struct Weight<Part> {
        let partition: SimplexPartition
        /// The number of the part, of the ring around it and of the corner on that, from 1.
        let number: Int
        let part: Part
        let ring: Int
        let corner: Int
        let user: Int
        let weight: Double
    }

    private func weights<Part>(
        _ partitions: [SimplexPartition], of parts: (SimplexPartition) -> [Part], rings: (Part) -> [[[Double]]]
    ) -> [Weight<Part>] {
        var rows: [Weight<Part>] = []
        for partition in partitions {
            for (index, part) in parts(partition).enumerated() {
                for (ring, corners) in rings(part).enumerated() {
                    for (number, corner) in corners.enumerated() {
                        rows += zip(partition.users, corner).map { user, weight in
                            Weight(
                                partition: partition, number: index + 1, part: part, ring: ring + 1,
                                corner: number + 1, user: user, weight: weight)
                        }
                    }
                }
            }
        }
        return rows
    }

    // MARK: Columns

    private func response<Part>(_ description: String, _ response: @escaping @Sendable (Part) -> Int)
        -> Columns<Part>.Column
    {
        .string("response", description) { name(response($0)) }
    }

    private func part<Part>(_ name: String, of what: String) -> Columns<Weight<Part>> {
        [after { $0.partition.decision }, .integer(name, "number of the \(what), from 1") { $0.number }]
    }

    private func corner<Part>(around outline: String) -> Columns<Weight<Part>> {
        [
            .integer("corner", "number of the corner around the \(outline), from 1") { $0.corner },
            .string("user", "user type") { game.users[$0.user] },
            .number("weight", "P(user type) at the corner") { $0.weight },
        ]
    }

    private var cellResponse: Columns<SimplexPartition.Cell>.Column {
        response("the response that its plan begins with") { $0.response }
    }

    private var cells: Columns<SimplexPartition.Cell> {
        [
            cellResponse, .member("corners") { .array($0.corners.map { .numbers($0) }) },
            .member("values") { .numbers($0.values) }, complete { $0.isSettled },
            .member("uppers") { .numbers($0.uppers) },
        ]
    }

    private var cellWeights: Columns<Weight<SimplexPartition.Cell>> {
        part("cell", of: "polygon").followed(by: [cellResponse.of { $0.part }])
            .followed(by: corner(around: "polygon")).followed(by: [
                complete { $0.part.isSettled },
                .number("lower", "what the best value is at least at the corner") { row in
                    zip(row.part.values, row.part.corners[row.corner - 1]).reduce(0) { $0 + $1.0 * $1.1 }
                },
                .number("upper", "what the best value is at most at the corner") { $0.part.uppers[$0.corner - 1] },
            ])
    }

    private var openResponse: Columns<SimplexPartition.OpenPart>.Column {
        response("the response that is told there") { $0.response }
    }

    private var open: Columns<SimplexPartition.OpenPart> {
        [openResponse, .member("corners") { .array($0.corners.map { .numbers($0) }) }]
    }

    private var openWeights: Columns<Weight<SimplexPartition.OpenPart>> {
        part("part", of: "polygon").followed(by: [openResponse.of { $0.part }])
            .followed(by: corner(around: "polygon"))
    }

    private var regionResponse: Columns<SimplexPartition.Region>.Column {
        response("the best response there") { $0.response }
    }

    private var regions: Columns<SimplexPartition.Region> {
        [
            regionResponse, .member("rings") { .array($0.rings.map { .array($0.map { .numbers($0) }) }) },
            complete { $0.isSettled },
        ]
    }

    private var regionWeights: Columns<Weight<SimplexPartition.Region>> {
        part("region", of: "region").followed(by: [
            regionResponse.of { $0.part },
            .integer("ring", "1 around the region; from 2 around its holes") { $0.ring },
        ]).followed(by: corner(around: "ring")).followed(by: [complete { $0.part.isSettled }])
    }

    // MARK: Files

    func tables(_ partitions: [SimplexPartition]) -> [TidyTable] {
        [
            cellWeights.table(
                "cells", title: "Polygons of the posterior in which one plan is optimal",
                rows: weights(partitions, of: \.cells) { [$0.corners] }, within: run),
            regionWeights.table(
                "regions", title: "Regions of the posterior with one best response: cells side by side, joined",
                rows: weights(partitions, of: \.regions, rings: \.rings), within: run),
            openWeights.table(
                "open", title: "Polygons of the posterior in which another response may be best",
                rows: weights(partitions, of: \.open) { [$0.corners] }, within: run),
        ]
    }

    // MARK: JSON

    func json(_ partition: SimplexPartition) -> JSONValue {
        .object([
            "after": .string(text(partition.decision)), "users": .strings(partition.users.map { game.users[$0] }),
            "posterior": partition.posterior.map { .numbers($0) } ?? .null, "gap": .number(partition.gap),
            "complete": .bool(partition.isComplete), "open_share": .number(partition.openShare),
            "own": partition.own.map { own in
                .object([
                    "weights": .numbers(own.weights), "response": .string(name(own.response)),
                    "complete": .bool(own.isSettled), "lower": .number(own.lower), "upper": .number(own.upper),
                ])
            } ?? .null,
            "open": open.json(partition.open), "cells": cells.json(partition.cells),
            "regions": regions.json(partition.regions),
            "corners": .array(
                partition.corners.map {
                    .object([
                        "responses": .strings($0.responses.map(name)), "weights": .numbers($0.weights),
                        "complete": .bool($0.isProved),
                    ])
                }),
        ])
    }

    // MARK: Text

    func text(_ partition: SimplexPartition) -> String {
        let users = partition.users.map { game.users[$0] }
        var out = "after \(text(partition.decision)): posterior over \(users.joined(separator: ", "))"
        if let own = partition.posterior { out += ", now \(own.map { Format.fixed($0, 4) }.joined(separator: ", "))" }
        out += "\n"
        if let own = partition.own {
            out += "  there: \(name(own.response))" + (own.isSettled ? "" : " (not settled: another may be best)")
            out += ", value \(interval(own.lower, own.upper))\n"
        }
        for response in game.responses.indices {
            let cells = partition.cells.filter { $0.response == response }
            let regions = partition.regions.count { $0.response == response }
            let words = regions == 1 ? "1 region" : "\(regions) regions"
            if !cells.isEmpty { out += "  \(name(response)): \(words) of \(cells.count) cells\n" }
        }
        for corner in partition.corners {
            out += "  \(corner.responses.map(name).joined(separator: ", ")) meet at "
            out += corner.weights.map { Format.fixed($0, 8) }.joined(separator: ", ")
            out += corner.isProved ? "\n" : " (not settled)\n"
        }
        return out + openText(partition.openShare, of: "the triangle")
            + words(gap: partition.gap, isComplete: partition.isComplete)
    }
}
