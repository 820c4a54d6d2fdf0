internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

extension BoundaryReport {
    package func json() -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "run_id": .string(runID), "policy": policy.map { .string($0) } ?? .null, "settled": .bool(isSettled),
            "uncertainty": uncertaintyJSON,
            "vary": .array(
                variations.map {
                    .object([
                        "path": .string($0.parameter.path), "value": .number($0.value), "lower": .number($0.lower),
                        "upper": .number($0.upper),
                    ])
                }),
        ]
        switch result {
        case .lines(let lines):
            members["lines"] = .array(lines.enumerated().map { json($0.element, bands(of: $0.offset)) })
        case .limit(let curve, let lines):
            members["lines"] = .array(lines.map { json($0, nil) })
            members["limit"] = json(curve)
        case .maps(let maps):
            members["maps"] = .array(maps.enumerated().map { json($0.element, agreement(of: $0.offset)) })
        case .partitions(let partitions): members["partitions"] = .array(partitions.map(json))
        }
        return .object(scenario.withForesight(members))
    }

    private var uncertaintyJSON: JSONValue {
        switch bands {
        case .none(let reason): .object(["samples": .integer(0), "reason": .string(reason)])
        case .drawn(_, let samples, let seed), .agreement(_, let samples, let seed):
            .object(["samples": .integer(samples), "seed": .string("\(seed)")])
        }
    }

    private func json(_ band: SwitchBand, of samples: Int) -> JSONValue {
        .object([
            "below": .string(name(band.below)), "above": .string(name(band.above)),
            "value": band.value.map { .number($0) } ?? .null,
            "low": band.interval.map { .number($0.lowerBound) } ?? .null,
            "high": band.interval.map { .number($0.upperBound) } ?? .null,
            "share": .number(Double(band.count) / Double(samples)),
        ])
    }

    private func json(_ line: DecisionLine, _ bands: SwitchBands?) -> JSONValue {
        .object([
            "after": .string(text(line.decision)), "has_effect": .bool(!line.hasNoEffect),
            "bands": bands.map { found in
                .array(found.bands.map { json($0, of: found.samples) })
            } ?? .null,
            "unsettled_samples": bands.map { .integer($0.unsettled) } ?? .null,
            "complete": .string(Self.words(line.completeness)),
            "segments": .array(
                line.segments.map {
                    .object([
                        "lower": .number($0.lower), "upper": .number($0.upper), "response": .string(name($0.response)),
                        "responses": .strings($0.responses.map(name)), "complete": .bool(line.isSettled($0)),
                    ])
                }),
            "open": .array(line.open.map { .numbers([$0.lowerBound, $0.upperBound]) }),
            "unreached": .array(line.unreached.map { .numbers([$0.lowerBound, $0.upperBound]) }),
            "switches": .array(
                line.switches.map {
                    .object([
                        "value": .number($0.value), "below": .string(name($0.below)), "above": .string(name($0.above)),
                        "uncertainty": .number($0.uncertainty), "lower": .number($0.lower), "upper": .number($0.upper),
                    ])
                }),
            "undecided": .array(line.undecided.map { .numbers([$0.lowerBound, $0.upperBound]) }),
        ])
    }

    private func json(_ curve: LimitCurve) -> JSONValue {
        .object([
            "edge": curve.edge.map { .number($0) } ?? .null, "edge_gap": .number(curve.edgeGap),
            "gap": .number(curve.gap), "complete": .bool(curve.isComplete), "searches": .integer(curve.searches),
            "pieces": .array(
                curve.pieces.map {
                    .object([
                        "lower": .number($0.lower), "upper": .number($0.upper), "price": .number($0.price),
                        "value_at_lower": .number($0.valueAtLower), "value_at_upper": .number($0.valueAtUpper),
                        "gap": .number($0.gap), "upper_at_lower": .number($0.upperAtLower),
                        "upper_at_upper": .number($0.upperAtUpper), "complete": .bool($0.isComplete),
                    ])
                }),
        ])
    }

    private func json(_ map: BoundaryMap, _ agreement: MapAgreement?) -> JSONValue {
        let shares = map.shares(responses: game.responses.count)
        return .object([
            "after": .string(text(map.decision)), "residual": .number(map.residual),
            "evaluations": .integer(map.evaluations), "undecided_cells": .integer(map.undecided.count),
            "resolved": .bool(map.isResolved), "gap": map.gap.map { .number($0) } ?? .null,
            "band_share": agreement.map { .number(share($0)) } ?? .null,
            "unsettled_samples": agreement.map { .integer($0.unsettled) } ?? .null,
            "complete": .bool(map.open.isEmpty && map.isResolved), "open_share": .number(map.openShare),
            "open": .array(
                map.open.map { patch in
                    .object([
                        "response": .string(name(patch.response)),
                        "corners": .array(patch.corners.map { .numbers([$0.x, $0.y]) }),
                    ])
                }),
            "shares": .object(
                Dictionary(uniqueKeysWithValues: shares.enumerated().map { (name($0.offset), .number($0.element)) })),
            "curves": .array(
                map.curves.map { curve in
                    .object([
                        "responses": .strings(curve.responses.map(name)),
                        "points": .array(curve.points.map { .numbers([$0.x, $0.y]) }),
                        "complete": .bool(curve.isProved),
                    ])
                }),
            "corners": .array(
                map.corners.map {
                    .object([
                        "responses": .strings($0.responses.map(name)), "point": .numbers([$0.point.x, $0.point.y]),
                        "complete": .bool($0.isProved),
                    ])
                }),
        ])
    }

    private func json(_ partition: SimplexPartition) -> JSONValue {
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
            "open": .array(
                partition.open.map { part in
                    .object([
                        "response": .string(name(part.response)), "corners": .array(part.corners.map { .numbers($0) }),
                    ])
                }),
            "cells": .array(
                partition.cells.map { cell in
                    .object([
                        "response": .string(name(cell.response)),
                        "corners": .array(cell.corners.map { .numbers($0) }), "values": .numbers(cell.values),
                        "complete": .bool(cell.isSettled), "uppers": .numbers(cell.uppers),
                    ])
                }),
            "regions": .array(
                partition.regions.map { region in
                    .object([
                        "response": .string(name(region.response)),
                        "rings": .array(region.rings.map { .array($0.map { .numbers($0) }) }),
                        "complete": .bool(region.isSettled),
                    ])
                }),
            "corners": .array(
                partition.corners.map {
                    .object([
                        "responses": .strings($0.responses.map(name)), "weights": .numbers($0.weights),
                        "complete": .bool($0.isProved),
                    ])
                }),
        ])
    }
}
