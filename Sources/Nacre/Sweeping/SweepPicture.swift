internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios

extension SweepReport {
    /// Lines over one axis, a map per policy over two.
    package var svg: String { axes.count == 1 ? lines.svg : maps.svg }

    private var title: String { "\(job.scenario.title): \(measure.name) over \(over)" }

    private var unit: String {
        measure.quantity == .payoff ? "\(measure.name) (payoff units)" : "\(measure.name) (probability)"
    }

    /// What stripes mean, where there are any.
    private var notes: [String] {
        unfinished + (rows.contains { !isSettled($0) } ? ["Striped: not finished; a better policy may lie there."] : [])
    }

    private func isSettled(_ row: Row) -> Bool { row.record?.isComplete == true }

    // MARK: Lines

    private var lines: SVGPlot {
        let axis = axes[0]
        let rows = rows
        let found = rows.compactMap { $0.record?.value(of: measure) } + rows.compactMap { reach($0)?.upperBound }
        var plot = SVGPlot(
            title: title, x: PlotAxis(axis.path, fitting: axis.values), y: PlotAxis(unit, fitting: found), width: 860)
        for note in notes { plot.note(note) }
        for (label, strip) in strips(rows, in: plot) { plot.hatch(strip, label: label) }
        if let own = axis.own, own >= plot.x.lower, own <= plot.x.upper {
            plot.line(
                [(own, plot.y.lower), (own, plot.y.upper)], colour: .grey, dashed: true, width: 1.5,
                label: "the scenario")
        }
        let markers: [PlotMarker] = [.circle, .square, .triangle, .diamond, .cross]
        for (number, player) in job.players.enumerated() {
            let own = rows.filter {
                $0.place.index * job.players.count + number < rows.count && $0.policy == player.label
            }
            .sorted { $0.place.values[0] < $1.place.values[0] }
            let places = own.compactMap { row in
                row.record.map { (row.place.values[0], $0.value(of: measure)) }
            }
            let colour = PlotColour.number(number)
            plot.line(places, colour: colour, dashed: number >= 8)
            plot.points(
                places, marker: markers[number % markers.count], colour: colour, size: places.count > 60 ? 4 : 6,
                label: player.label.count > 30 ? "…" + player.label.suffix(29) : player.label)
        }
        return plot
    }

    /// What a picture of the goal itself shows: there a search knows how far a better policy could reach.
    private var hasBounds: Bool {
        let objective = job.scenario.objective
        guard objective.klWeight == 0 else { return false }
        switch measure.quantity {
        case .payoff: return objective.goal == .payoff
        case .safe: return objective.goal == .safeOutcomes
        case .risk, .outcome: return false
        }
    }

    /// How high a better policy could reach where a search is not finished; nil where that is not known.
    private func reach(_ row: Row) -> ClosedRange<Double>? {
        guard hasBounds, let record = row.record, !record.isComplete, record.status != "infeasible",
            let value = record.value, let bound = record.bound, bound > value
        else { return nil }
        return value...bound
    }

    /// Strips of the field around values at which something is not settled: up to the bound where one is known, otherwise the whole
    /// height.
    private func strips(_ rows: [Row], in plot: SVGPlot) -> [(label: String?, corners: [(Double, Double)])] {
        let values = axes[0].values.sorted()
        var strips: [(label: String?, corners: [(Double, Double)])] = []
        for (index, value) in values.enumerated() {
            let own = rows.filter { $0.place.values[0] == value }
            let open = own.filter { !isSettled($0) }
            guard own.isEmpty || !open.isEmpty else { continue }
            let left = index == 0 ? plot.x.lower : (values[index - 1] + value) / 2
            let right = index == values.count - 1 ? plot.x.upper : (values[index + 1] + value) / 2
            let reaches = open.map(reach)
            let isBounded = !open.isEmpty && reaches.allSatisfy { $0 != nil }
            let whole = [plot.y.lower...plot.y.upper]
            for range in isBounded ? reaches.compactMap(\.self) : whole {
                let (low, high) = (range.lowerBound, range.upperBound)
                strips.append(
                    (strips.isEmpty ? "not finished" : nil, [(left, low), (right, low), (right, high), (left, high)]))
            }
        }
        return strips
    }

    // MARK: Maps

    private var maps: HeatMap {
        let rows = rows
        let (across, up) = (axes[0], axes[1])
        return HeatMap(
            title: title, notes: notes, x: .init(across.path, across.values, own: across.own),
            y: .init(up.path, up.values, own: up.own), measure: unit,
            panels: job.players.enumerated().map { number, player in
                func row(_ column: Int, _ line: Int) -> Row? {
                    let index = (column * up.values.count + line) * job.players.count + number
                    return rows.indices.contains(index) ? rows[index] : nil
                }
                return HeatMap.Panel(
                    player.label,
                    cells: up.values.indices.map { line in
                        across.values.indices.map { column in
                            let row = row(column, line)
                            return HeatMap.Cell(
                                row?.record?.value(of: measure), isOpen: row.map { !isSettled($0) } ?? true)
                        }
                    })
            })
    }
}
