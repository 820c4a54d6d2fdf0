internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

extension BoundaryReport {
    /// The pictures, by the names of their files.
    package var plots: [(name: String, plot: SVGPlot)] {
        switch result {
        case .lines(let lines), .limit(_, let lines): [("boundary.svg", plot(lines))]
        case .maps(let maps):
            maps.enumerated().map { ("map-\($0.offset + 1).svg", plot($0.element, agreement(of: $0.offset))) }
        case .partitions(let partitions):
            partitions.enumerated().map { ("posterior-\($0.offset + 1).svg", plot($0.element)) }
        }
    }

    private static let openLabel = "not settled"

    /// Says on a picture what is not finished, and what the stripes mean.
    private func note(_ words: String?, isStriped: Bool, in plot: inout SVGPlot) {
        guard let words else { return }
        plot.note(
            "\(words.prefix(1).uppercased())\(words.dropFirst())."
                + (isStriped ? " Striped: another response may be best." : ""))
    }

    /// One bar per decision.
    private func plot(_ lines: [DecisionLine]) -> SVGPlot {
        let variation = variations[0]
        var plot = SVGPlot(
            title: "\(scenario.title): best response",
            x: PlotAxis(variation.parameter.path, from: variation.lower, to: variation.upper),
            y: PlotAxis("after", from: 0, to: Double(lines.count)).withoutNumbers, width: 900,
            height: max(240, 130 + 64 * Double(lines.count)))
        for response in game.responses.indices {
            var label: String? = name(response)
            for (row, line) in lines.enumerated() {
                let (bottom, top) = (Double(lines.count - row) - 0.75, Double(lines.count - row) - 0.25)
                for item in line.segments where item.response == response {
                    let corners = [(item.lower, bottom), (item.upper, bottom), (item.upper, top), (item.lower, top)]
                    plot.region(corners, fill: .number(response), label: label)
                    plot.name(name(response), inside: [corners])
                    label = nil
                }
            }
        }
        hatch(lines, in: &plot)
        for (row, line) in lines.enumerated() {
            let (bottom, top) = (Double(lines.count - row) - 0.8, Double(lines.count - row) - 0.2)
            plot.row(text(line.decision), y: (bottom + top) / 2)
            for item in line.switches { plot.line([(item.value, bottom), (item.value, top)], colour: .black) }
        }
        draw(lines, in: &plot)
        plot.line(
            [(variation.value, 0), (variation.value, Double(lines.count))], colour: .vermillion, dashed: true,
            label: "the scenario")
        return plot
    }

    /// Stripes over what is not settled, and what the search came to.
    private func hatch(_ lines: [DecisionLine], in plot: inout SVGPlot) {
        var label: String? = Self.openLabel
        for (row, line) in lines.enumerated() {
            let (bottom, top) = (Double(lines.count - row) - 0.75, Double(lines.count - row) - 0.25)
            for stretch in line.open {
                let (low, high) = (stretch.lowerBound, stretch.upperBound)
                plot.hatch([(low, bottom), (high, bottom), (high, top), (low, top)], label: label)
                label = nil
            }
        }
        note(unfinishedWords, isStriped: true, in: &plot)
    }

    /// Under every bar, the bands of its switches.
    private func draw(_ lines: [DecisionLine], in plot: inout SVGPlot) {
        var label: String?
        if case .drawn(let list, let samples, _) = bands {
            let unsettled = list.map(\.unsettled).max() ?? 0
            label = "5–95 % of \(samples) draws" + (unsettled > 0 ? ", \(unsettled) not settled" : "")
        }
        for row in lines.indices {
            for band in bands(of: row)?.bands ?? [] where band.value != nil {
                guard let interval = band.interval else { continue }
                let (bottom, top) = (Double(lines.count - row) - 0.92, Double(lines.count - row) - 0.8)
                plot.shade(
                    [
                        (interval.lowerBound, bottom), (interval.upperBound, bottom), (interval.upperBound, top),
                        (interval.lowerBound, top),
                    ], colour: .black, opacity: 0.45, label: label)
                label = nil
            }
        }
    }

    private func plot(_ map: BoundaryMap, _ agreement: MapAgreement?) -> SVGPlot {
        let (x, y) = (variations[0], variations[1])
        var plot = SVGPlot(
            title: "\(scenario.title), after \(text(map.decision))",
            x: PlotAxis(x.parameter.path, from: x.lower, to: x.upper),
            y: PlotAxis(y.parameter.path, from: y.lower, to: y.upper), width: 860)
        for response in game.responses.indices {
            let patches = map.stripes.filter { $0.response == response }
            let polygons = patches.map { $0.corners.map { ($0.x, $0.y) } }
            for (index, polygon) in polygons.enumerated() {
                plot.region(polygon, fill: .number(response), label: index == 0 ? name(response) : nil)
            }
            if !polygons.isEmpty { plot.name(name(response), inside: polygons) }
        }
        for (index, stripe) in (agreement?.band ?? []).enumerated() {
            let (low, high) = (stripe.lower, stripe.upper)
            plot.shade(
                [(low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y)], colour: .black, opacity: 0.18,
                label: index == 0 ? bandLabel(agreement) : nil)
        }
        for (index, patch) in map.open.enumerated() {
            plot.hatch(patch.corners.map { ($0.x, $0.y) }, label: index == 0 ? Self.openLabel : nil)
        }
        note(unfinishedWords(map), isStriped: !map.open.isEmpty, in: &plot)
        for curve in map.curves {
            plot.line(curve.points.map { ($0.x, $0.y) }, colour: .black, dashed: !curve.isProved, width: 1.5)
        }
        if !map.corners.isEmpty {
            plot.points(
                map.corners.map { ($0.point.x, $0.point.y) }, marker: .circle, colour: .black, size: 7,
                label: "three responses meet")
        }
        plot.points([(x.value, y.value)], marker: .diamond, colour: .vermillion, size: 10, label: "the scenario")
        return plot
    }

    private func bandLabel(_ agreement: MapAgreement?) -> String {
        guard let agreement, agreement.unsettled > 0 else { return "band of the uncertainty" }
        return "band of the uncertainty, \(agreement.unsettled) of \(agreement.samples) draws not settled"
    }

    /// The simplex as a triangle: the first type at the left, the second at the right, the third at the top.
    private func plot(_ partition: SimplexPartition) -> SVGPlot {
        func place(_ weights: [Double]) -> (Double, Double) {
            (weights[1] + 0.5 * weights[2], 0.8660254037844386 * weights[2])
        }
        let users = partition.users.map { game.users[$0] }
        var plot = SVGPlot(
            title: "\(scenario.title), after \(text(partition.decision))",
            x: PlotAxis("posterior over user types: certainty at the corners", from: -0.1, to: 1.15).withoutNumbers,
            y: PlotAxis("", from: -0.1, to: 0.95).withoutNumbers, width: 860, height: 620)
        for (user, corner) in zip(users, [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]) {
            let (x, y) = place(corner)
            plot.text(user, x: x, y: y)
        }
        for response in game.responses.indices {
            let polygons = partition.cells.filter { $0.response == response }.map { $0.corners.map(place) }
            for (index, polygon) in polygons.enumerated() {
                plot.region(polygon, fill: .number(response), label: index == 0 ? name(response) : nil)
            }
            if !polygons.isEmpty { plot.name(name(response), inside: polygons) }
        }
        for (index, part) in partition.open.enumerated() {
            plot.hatch(part.corners.map(place), label: index == 0 ? Self.openLabel : nil)
        }
        note(unfinishedWords(partition), isStriped: !partition.open.isEmpty, in: &plot)
        for edge in partition.edges {
            plot.line([place(edge.from), place(edge.to)], colour: .black, dashed: !edge.isProved, width: 1.5)
        }
        plot.line([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]].map(place), colour: .grey, width: 1)
        if !partition.corners.isEmpty {
            plot.points(
                partition.corners.map { place($0.weights) }, marker: .circle, colour: .black, size: 7,
                label: "three responses meet")
        }
        if let own = partition.own {
            plot.points(
                [place(own.weights)], marker: .diamond, colour: .vermillion, size: 10,
                label: own.isSettled ? "the scenario" : "the scenario (not settled)")
        }
        return plot
    }
}
