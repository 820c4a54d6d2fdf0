public import GameModel
internal import NumericalMethods
internal import Solver

extension HeldQuery {
    /// The maps of the best response at each decision, as two numbers vary.
    ///
    /// Action values are represented by polynomials on rectangles, which takes a number of evaluations that does not depend on the
    /// resolution; boundaries are traced on the polynomials and checked on the exact values.
    ///
    /// - Parameters:
    ///   - resolution: cells a side, at least; cells in which more may happen are divided up to six times.
    ///   - control: asked to stop between evaluations, and between rows of cells.
    /// - Throws: ``AnalysisError`` if the numbers are entries of one distribution, or a point makes no game in which the decisions
    ///   can happen.
    public func maps(
        along x: Variation, _ y: Variation, resolution: Int = 64, threads: Int = 1, control: RunControl = RunControl()
    ) throws -> [BoundaryMap] {
        try x.requireIndependence(of: y)
        guard (1...4096).contains(resolution) else {
            throw AnalysisError("the resolution is \(resolution); it must be from 1 to 4096")
        }
        let cover = try PatchCover(x: x.lower...x.upper, y: y.lower...y.upper) { points in
            try values([x, y], at: points.map { [$0.0, $0.1] }, threads: threads, control: control)
        }
        return try decisions.indices.map {
            try map($0, x, y, cover, resolution: resolution, shouldStop: control.shouldStop)
        }
    }

    private func map(
        _ decision: Int, _ x: Variation, _ y: Variation, _ cover: PatchCover, resolution: Int, shouldStop: () -> Bool
    ) throws -> BoundaryMap {
        let functions = decision * responseCount..<(decision + 1) * responseCount
        var patches: [BoundaryMap.Patch] = []
        var chains = SegmentChains(width: x.upper - x.lower, height: y.upper - y.lower)
        var corners: [BoundaryMap.Corner] = []
        var undecided: [BoundaryMap.Point] = []
        var open: [BoundaryMap.Patch] = []
        for patch in cover.patches {
            var tracing = PatchTracing(Array(patch.series[functions]), noise: 10 * PatchCover.tolerance * cover.scale)
            // Cells of a patch: as many as its part of the map deserves.
            let wide = (patch.x.upperBound - patch.x.lowerBound) / (x.upper - x.lower)
            let high = (patch.y.upperBound - patch.y.lowerBound) / (y.upper - y.lower)
            let xs = Self.cuts(patch.x, Int((wide * Double(resolution)).rounded(.up)))
            let ys = Self.cuts(patch.y, Int((high * Double(resolution)).rounded(.up)))
            for (bottom, top) in zip(ys, ys.dropFirst()) {
                guard !shouldStop() else { throw AnalysisError("the work was stopped before its end") }
                for (left, right) in zip(xs, xs.dropFirst()) {
                    tracing.trace(PatchTracing.Cell(x: left...right, y: bottom...top), depth: 6)
                }
            }
            patches += tracing.patches.map {
                BoundaryMap.Patch(response: $0.response, corners: $0.corners, isSettled: patch.isResolved)
            }
            open +=
                patch.isResolved
                ? tracing.open
                : tracing.patches.map {
                    BoundaryMap.Patch(response: $0.response, corners: $0.corners, isSettled: false)
                }
            corners += tracing.corners
            undecided += tracing.undecided
            for segment in tracing.segments { chains.add(segment.pair, segment.from, segment.to) }
        }
        let curves = chains.curves
        return BoundaryMap(
            decision: decisions[decision], patches: patches, curves: curves, corners: corners, undecided: undecided,
            open: open,
            isResolved: cover.patches.allSatisfy(\.isResolved),
            residual: try residual(decision, x, y, curves: curves, corners: corners) / max(cover.scale, 1e-300),
            evaluations: cover.evaluations, gap: nil)
    }

    private static func cuts(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        (0...max(1, count)).map { index in
            index == max(1, count)
                ? range.upperBound
                : range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(max(1, count))
        }
    }

    /// The largest difference of exact values that should be equal, at the corners and at three points of each curve.
    private func residual(
        _ decision: Int, _ x: Variation, _ y: Variation, curves: [BoundaryMap.Curve], corners: [BoundaryMap.Corner]
    ) throws -> Double {
        let onCurves = curves.prefix(20).flatMap { curve in
            [0, curve.points.count / 2, curve.points.count - 1].map { (curve.responses, curve.points[$0]) }
        }
        return try (onCurves + corners.map { ($0.responses, $0.point) }).reduce(0) { largest, item in
            let row = try values([x, y], at: [item.1.x, item.1.y])
            let meeting = item.0.map { row[decision * responseCount + $0] }
            return max(largest, (meeting.max() ?? 0) - (meeting.min() ?? 0))
        }
    }
}

extension Variation {
    /// - Throws: ``AnalysisError`` if setting one of the two numbers moves the other.
    func requireIndependence(of other: Variation) throws(AnalysisError) {
        guard parameter != other.parameter, !parameter.sharesDistribution(with: other.parameter) else {
            throw AnalysisError(
                "\(parameter) and \(other.parameter) are entries of one distribution, and setting one moves the other; vary "
                    + "one of them, or ask for the posterior")
        }
    }
}

extension Parameter {
    /// Whether another number is an entry of the same distribution.
    func sharesDistribution(with other: Parameter) -> Bool {
        switch (location, other.location) {
        case (.prior, .prior): true
        case (.reference(let first, _), .reference(let second, _)): first == second
        case (.initialState(let first, _), .initialState(let second, _)): first == second
        case (.cue(let first, let state, _), .cue(let second, let other, _)): first == second && state == other
        default: false
        }
    }
}
