internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// Where the best response switches along one number: stretches, switches and their bands.
extension BoundaryReport {
    private typealias SegmentRow = (line: DecisionLine, item: DecisionLine.Segment)
    private typealias SwitchRow = (line: DecisionLine, item: DecisionLine.Switch)
    private typealias OpenRow = (line: DecisionLine, stretch: ClosedRange<Double>)
    private typealias BandRow = (found: SwitchBands, band: SwitchBand)

    // MARK: Columns

    private func path<Row>() -> Columns<Row>.Column {
        .string("path", "the number that varies") { _ in variations[0].parameter.path }.notInJSON
    }

    private var segments: Columns<SegmentRow> {
        [
            after { $0.line.decision }, path(),
            .number("lower", "where the stretch begins") { $0.item.lower }.shown("from", left: true),
            .number("upper", "where it ends") { $0.item.upper }.shown("to"),
            .string("response", "the best response in the stretch; the likeliest where the policy draws it") {
                name($0.item.response)
            }.shown("best response") { words($0.item) + ($0.line.isSettled($0.item) ? "" : " (not settled)") },
            .string("responses", "all responses that are given there, separated by spaces") {
                $0.item.responses.map(name).joined(separator: " ")
            }.json { .strings($0.item.responses.map(name)) },
            complete { $0.line.isSettled($0.item) },
        ]
    }

    private func rows(_ line: DecisionLine) -> [SegmentRow] { line.segments.map { (line, $0) } }

    private var switches: Columns<SwitchRow> {
        [
            after { $0.line.decision }, path(), .number("value", "where the switch is") { $0.item.value },
            .string("below", "the best response below") { name($0.item.below) },
            .string("above", "the best response above") { name($0.item.above) },
            .number("uncertainty", "how far the switch may be from the value") { $0.item.uncertainty },
            .number("lower", "where the switch lies at least") { $0.item.lower },
            .number("upper", "where the switch lies at most") { $0.item.upper },
            complete { row in !row.line.open.contains { $0.contains(row.item.value) } }.notInJSON,
        ]
    }

    /// JSON has these as pairs.
    private var open: Columns<OpenRow> {
        [
            after { $0.line.decision }, path(),
            .number("lower", "where the stretch begins") { $0.stretch.lowerBound }.notInJSON,
            .number("upper", "where it ends") { $0.stretch.upperBound }.notInJSON,
        ]
    }

    private var bandColumns: Columns<BandRow> {
        [
            after { $0.found.decision }, path(),
            .string("below", "the best response below") { name($0.band.below) }
                .shown("switch") { "\(name($0.band.below)) → \(name($0.band.above))" },
            .string("above", "the best response above") { name($0.band.above) },
            .number("value", "where the scenario itself has the switch; missing where it has none") { $0.band.value }
                .shown("the scenario", decimals: 6, missing: "none"),
            .number("low", "5 % quantile of its place in the drawn scenarios that have it") {
                $0.band.interval?.lowerBound
            }.shown("5 %", decimals: 6),
            .number("high", "95 % quantile of its place in the drawn scenarios that have it") {
                $0.band.interval?.upperBound
            }.shown("95 %", decimals: 6),
            .number("share", "share of the drawn scenarios that have it") {
                Double($0.band.count) / Double($0.found.samples)
            }.formatted("in drawn scenarios") { "\(Format.fixed(100 * $0, 1)) %" },
        ]
    }

    private func rows(_ found: SwitchBands) -> [BandRow] { found.bands.map { (found, $0) } }

    /// How scenarios were drawn, which JSON says once.
    func draws<Row>(samples: Int, seed: UInt64, unsettled: @escaping @Sendable (Row) -> Int) -> Columns<Row> {
        [
            .integer("samples", "how many scenarios were drawn") { _ in samples }.notInJSON,
            .string("seed", "the seed of the draws") { _ in "\(seed)" }.notInJSON,
            .integer(
                "unsettled",
                "in how many of the drawn scenarios something was not settled, so that it may be missing", unsettled
            ).notInJSON,
        ]
    }

    // MARK: Files

    func tables(_ lines: [DecisionLine]) -> [TidyTable] {
        [
            segments.table("segments", title: "The best response by stretches", rows: lines.flatMap(rows), within: run),
            switches.table(
                "switches", title: "Where the best response switches",
                rows: lines.flatMap { line in line.switches.map { (line, $0) } }, within: run),
            open.table(
                "open", title: "Stretches in which another response may be best",
                rows: lines.flatMap { line in line.open.map { (line, $0) } }, within: run),
        ]
    }

    /// The table of bands, where scenarios were drawn.
    var bandTables: [TidyTable] {
        guard case .drawn(let list, let samples, let seed) = bands else { return [] }
        let columns = bandColumns.followed(by: draws(samples: samples, seed: seed) { $0.found.unsettled })
        return [
            columns.table(
                "bands", title: "Where switches lie in scenarios drawn from the uncertainty",
                rows: list.flatMap(rows), within: run)
        ]
    }

    // MARK: JSON

    func json(_ line: DecisionLine, _ bands: SwitchBands?) -> JSONValue {
        .object([
            "after": .string(text(line.decision)), "has_effect": .bool(!line.hasNoEffect),
            "bands": bands.map { bandColumns.json(rows($0)) } ?? .null,
            "unsettled_samples": bands.map { .integer($0.unsettled) } ?? .null,
            "complete": .string(Self.words(line.completeness)), "segments": segments.json(rows(line)),
            "open": .array(line.open.map { .numbers([$0.lowerBound, $0.upperBound]) }),
            "unreached": .array(line.unreached.map { .numbers([$0.lowerBound, $0.upperBound]) }),
            "switches": switches.json(line.switches.map { (line, $0) }),
            "undecided": .array(line.undecided.map { .numbers([$0.lowerBound, $0.upperBound]) }),
        ])
    }

    // MARK: Text

    func text(_ bands: SwitchBands?) -> String {
        guard let bands, !bands.bands.isEmpty else { return "" }
        return bandColumns.text(rows(bands), indent: "  ")
            + (bands.unsettled > 0 ? "  not settled in \(bands.unsettled) of the drawn scenarios\n" : "")
    }

    func text(_ line: DecisionLine) -> String {
        let variation = variations[0]
        var out = "after \(text(line.decision)): \(variation.parameter), now \(variation.value)\n"
        if line.hasNoEffect { return out + "  no effect: no response is worth more or less for it\n" }
        out += segments.text(rows(line), indent: "  ")
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
}
