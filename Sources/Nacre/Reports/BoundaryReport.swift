internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// What `boundary` found, as text, JSON, tidy CSV and pictures.
package struct BoundaryReport: Report {
    package enum Result {
        case lines([DecisionLine])
        /// Along a limit of the objective, with the curve of the best value.
        case limit(LimitCurve, [DecisionLine])
        case maps([BoundaryMap])
        case partitions([SimplexPartition])
    }

    /// What the scenario's uncertainty does to the switches of ``Result/lines``.
    package enum Bands {
        /// One per line.
        case drawn([SwitchBands], samples: Int, seed: UInt64)
        /// One per map.
        case agreement([MapAgreement], samples: Int, seed: UInt64)
        /// Why there are none.
        case none(String)
    }

    package let scenario: Scenario
    /// The policy that is held; nil for the optimal one.
    package let policy: String?
    package let variations: [Variation]
    package let result: Result
    package let bands: Bands
    package let runID: String

    package init(
        scenario: Scenario, policy: String?, variations: [Variation], result: Result, bands: Bands, runID: String
    ) {
        self.scenario = scenario
        self.policy = policy
        self.variations = variations
        self.result = result
        self.bands = bands
        self.runID = runID
    }

    package var game: Game { scenario.game }

    /// The lines, where one number varies.
    package var lines: [DecisionLine]? {
        switch result {
        case .lines(let lines), .limit(_, let lines): lines
        case .maps, .partitions: nil
        }
    }

    package func name(_ response: Int) -> String { game.responses[response].name }
    package func text(_ history: History) -> String { HistoryArgument.text(history, game: game) }

    /// Whether nothing was left open.
    package var isSettled: Bool {
        switch result {
        case .lines(let lines): lines.allSatisfy(isSettled)
        case .limit(let curve, _): curve.isComplete
        case .maps(let maps): maps.allSatisfy { $0.open.isEmpty && $0.isResolved && ($0.gap ?? 0) == 0 }
        case .partitions(let partitions): partitions.allSatisfy { $0.isComplete && $0.gap == 0 }
        }
    }

    private func isSettled(_ line: DecisionLine) -> Bool {
        guard line.open.isEmpty else { return false }
        return switch line.completeness {
        case .proved, .resolved, .sampled(_, gap: 0): true
        case .searched(_, let gap, _, let isConverged): isConverged && gap <= 1e-9
        case .provedUpTo, .sampled, .unfinished: false
        }
    }

    // MARK: Text

    private var isSampled: Bool {
        lines?.contains { if case .searched = $0.completeness { true } else { false } } ?? false
    }

    private var head: String {
        if let policy {
            return "Held policy \(Escaped.line(policy)); only the response at the decision is re-optimised."
        }
        if case .limit = result {
            return
                "The best policy under the constraints, by belief planning: it draws one of some plans at the opening."
        }
        return isSampled
            ? "The policy is re-solved at every value."
            : "Everything after the decision is optimal too, by belief planning."
    }

    package func text() -> String {
        let body: [String] =
            switch result {
            case .lines(let lines): lines.enumerated().map { text($0.element) + text(bands(of: $0.offset)) }
            case .limit(let curve, let lines): [text(curve)] + lines.map(text)
            case .maps(let maps): maps.enumerated().map { text($0.element) + text(agreement(of: $0.offset)) }
            case .partitions(let partitions): partitions.map(text)
            }
        return "\(scenario.heading)\n\(scenario.foresightLine)\(head)\n\(bandWords)\n\n" + body.joined(separator: "\n")
    }

    /// The bands of a line; nil where none were drawn.
    package func bands(of line: Int) -> SwitchBands? {
        guard case .drawn(let list, _, _) = bands else { return nil }
        return list[line]
    }

    /// How drawn scenarios agree with a map; nil where none were drawn.
    package func agreement(of map: Int) -> MapAgreement? {
        guard case .agreement(let list, _, _) = bands else { return nil }
        return list[map]
    }

    /// The part of a map in which the band lies, by cells.
    package func share(_ agreement: MapAgreement) -> Double {
        Double(agreement.cells.count(where: agreement.isInBand)) / Double(agreement.cells.count)
    }

    private func text(_ agreement: MapAgreement?) -> String {
        guard let agreement else { return "" }
        return "  band: \(Format.fixed(100 * share(agreement), 1)) % of the map\n"
            + (agreement.unsettled > 0
                ? "  not settled in \(agreement.unsettled) of the drawn scenarios\n" : "")
    }

    private var bandWords: String {
        switch bands {
        case .none(let reason): reason.prefix(1).uppercased() + reason.dropFirst() + "."
        case .agreement(_, let samples, let seed):
            "Bands: \(samples) scenarios drawn from the uncertainty (seed \(seed)), the policy held; where 5 % of them or more answer "
                + "otherwise."
        case .drawn(_, let samples, let seed):
            "Bands: \(samples) scenarios drawn from the uncertainty (seed \(seed)), the policy held."
        }
    }

    private func text(_ bands: SwitchBands?) -> String {
        guard let bands, !bands.bands.isEmpty else { return "" }
        var table = TextTable(["  switch", "the scenario", "5 %", "95 %", "in drawn scenarios"])
        for band in bands.bands {
            table.append([
                "  \(name(band.below)) → \(name(band.above))", band.value.map { Format.fixed($0, 6) } ?? "none",
                band.interval.map { Format.fixed($0.lowerBound, 6) } ?? "",
                band.interval.map { Format.fixed($0.upperBound, 6) } ?? "",
                "\(Format.fixed(100 * Double(band.count) / Double(bands.samples), 1)) %",
            ])
        }
        return table.text
            + (bands.unsettled > 0 ? "  not settled in \(bands.unsettled) of the drawn scenarios\n" : "")
    }

    private func text(_ line: DecisionLine) -> String {
        let variation = variations[0]
        var out = "after \(text(line.decision)): \(variation.parameter), now \(variation.value)\n"
        if line.hasNoEffect { return out + "  no effect: no response is worth more or less for it\n" }
        var table = TextTable(["  from", "to", "best response"], left: [0, 2])
        for segment in line.segments {
            table.append([
                "  \(segment.lower)", "\(segment.upper)",
                words(segment) + (line.isSettled(segment) ? "" : " (not settled)"),
            ])
        }
        out += table.text
        for range in line.unreached {
            out +=
                "  not reached: \(range.lowerBound) to \(range.upperBound), where the policy does not give these responses\n"
        }
        for item in line.switches where item.uncertainty > 1e-8 {
            out += "  \(name(item.below)) → \(name(item.above)) lies in \(item.lower)–\(item.upper)\n"
        }
        if line.switches.isEmpty { out += "  no switch \(line.open.isEmpty ? "" : "was found ")in the interval\n" }
        for range in line.open.prefix(Self.shownStretches) {
            out += "  not settled: \(range.lowerBound) to \(range.upperBound), where another response may be best\n"
        }
        if line.open.count > Self.shownStretches {
            out += "  and \(line.open.count - Self.shownStretches) more such stretches: see --json, --out\n"
        }
        return out + "  \(Self.words(line.completeness))\n"
    }

    /// More open stretches than these are counted.
    private static let shownStretches = 6

    /// The response of a stretch, and the others that are drawn there.
    private func words(_ segment: DecisionLine.Segment) -> String {
        let others = segment.responses.filter { $0 != segment.response }.map(name)
        return name(segment.response) + (others.isEmpty ? "" : ", and less often \(others.joined(separator: ", "))")
    }

    private func text(_ curve: LimitCurve) -> String {
        var out = "the best value along \(variations[0].parameter), now \(variations[0].value)\n"
        if let edge = curve.edge {
            out += "  no policy keeps the constraints below \(edge)"
            out += curve.edgeGap > 1e-9 ? " (± \(curve.edgeGap))\n" : "\n"
        }
        var table = TextTable(["  from", "to", "value there", "value here", "price"], left: [0])
        // Towards the lowest limit pieces may be many and short.
        let shown = curve.pieces.filter { $0.upper - $0.lower >= 1e-3 * (variations[0].upper - variations[0].lower) }
        for piece in shown {
            table.append([
                "  \(piece.lower)", "\(piece.upper)", interval(piece.valueAtLower, piece.upperAtLower),
                interval(piece.valueAtUpper, piece.upperAtUpper),
                scenario.amount(piece.price, 6) + (piece.isComplete ? "" : " (not complete)"),
            ])
        }
        out += table.text
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

    package static func words(_ completeness: DecisionLine.Completeness) -> String {
        switch completeness {
        case .searched(let points, let gap, let isLocal, let isConverged):
            "sampled: re-solved at \(points) values, and bracketed where two answers differ; what switches twice between two "
                + "of them is not seen; "
                + (isLocal
                    ? "local optima, \(isConverged ? "all converged" : "NOT ALL CONVERGED")"
                    : "the planner left open at most \(gap)")
        case .proved: "proved: the optimal value is convex in this number and was checked at every corner"
        case .provedUpTo(let gap): "complete up to differences of value of \(gap), which the planner left open"
        case .unfinished: "not complete: stopped before every corner was checked"
        case .resolved: "complete: action values are known to rounding by polynomials, and every root was found"
        case .sampled(let points, let gap):
            "checked by the planner at \(points) values (gap \(gap)) and at every switch; what switches twice between two of "
                + "them is not seen"
        }
    }

    private func text(_ map: BoundaryMap) -> String {
        var table = TextTable(["  response", "share of the map"], left: [0])
        for (response, share) in map.shares(responses: game.responses.count).enumerated() where share > 0 {
            table.append(["  \(name(response))", Format.fixed(share, 4)])
        }
        var out =
            "after \(text(map.decision)): \(variations[0].parameter) across, \(variations[1].parameter) up\n\(table.text)"
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

    private func text(_ partition: SimplexPartition) -> String {
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
