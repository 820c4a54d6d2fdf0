internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The folder of a sensitivity analysis, and its picture.
extension SensitivityReport {
    package func write(to path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            try folder.write("tornado.svg", plot.svg)
            try DataPackage(name: scenario.name, title: scenario.title, tables: [tornado, sobol, try measureFirst()])
                .write(to: folder, beside: folder.files)
        }
    }

    private var plot: SVGPlot {
        let shown = Array(ranked.prefix(15))
        let ends = shown.flatMap { [$0.atLower.payoff, $0.atUpper.payoff] } + [base.payoff]
        var plot = SVGPlot(
            title: "\(scenario.title): payoff, one number at a time",
            x: PlotAxis("payoff", fitting: ends),
            y: PlotAxis("", from: 0, to: Double(shown.count)).withoutNumbers, width: 900,
            height: 120 + 28 * Double(shown.count))
        for (row, bar) in shown.enumerated() {
            let (bottom, top) = (Double(shown.count - row) - 0.8, Double(shown.count - row) - 0.2)
            for (found, fill, label) in [
                (bar.atLower.payoff, PlotFill.cool(0), "number at its lower end"),
                (bar.atUpper.payoff, .warm(1), "number at its upper end"),
            ] {
                plot.region(
                    [(base.payoff, bottom), (found, bottom), (found, top), (base.payoff, top)], fill: fill,
                    label: row == 0 ? label : nil)
            }
            plot.row(
                "\(bar.range.parameter)\(flips(bar) ? " (decision switches)" : "")", y: (bottom + top) / 2)
        }
        if ranked.count > shown.count {
            plot.note("The \(shown.count) numbers of \(ranked.count) that move the payoff most.")
        }
        plot.line(
            [(base.payoff, 0), (base.payoff, Double(shown.count))], colour: .black, dashed: true, width: 1.2,
            label: "as the scenario says")
        return plot
    }
}
