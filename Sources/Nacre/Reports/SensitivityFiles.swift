internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The folder of a sensitivity analysis, and its picture.
extension SensitivityReport {
    package func write(to path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            try folder.write("tornado.svg", plot.svg)
            try DataPackage(scenario, tables: [tornado, sobol, try measureFirst()])
                .write(to: folder, beside: folder.files)
        }
    }

    private var plot: SVGPlot {
        let shown = Array(ranked.prefix(15))
        let ends = shown.flatMap { [$0.atLower.payoff, $0.atUpper.payoff] } + [base.payoff]
        var plot = SVGPlot(
            title: "\(scenario.title): payoff, one number at a time",
            x: PlotAxis("payoff", fitting: ends),
            y: PlotAxis("number", from: 0, to: Double(shown.count)).withoutNumbers, width: 900,
            height: 120 + 28 * Double(shown.count))
        if let changes = scenario.changesText { plot.note(changes) }
        for (row, bar) in shown.enumerated() {
            let (bottom, top) = (Double(shown.count - row) - 0.95, Double(shown.count - row) - 0.55)
            for (found, colour, label) in [
                (bar.atLower.payoff, PlotColour.blue, "number at its lower end"),
                (bar.atUpper.payoff, .orange, "number at its upper end"),
            ] {
                plot.region(
                    [(base.payoff, bottom), (found, bottom), (found, top), (base.payoff, top)], colour: colour,
                    opacity: 0.7, label: row == 0 ? label : nil)
            }
            plot.text(
                "\(bar.range.parameter)\(flips(bar) ? " (decision switches)" : "")",
                x: plot.x.lower + 0.01 * (plot.x.upper - plot.x.lower), y: top + 0.08)
        }
        plot.line([(base.payoff, 0), (base.payoff, Double(shown.count))], colour: .grey, dashed: true)
        return plot
    }
}
