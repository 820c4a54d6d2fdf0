package import Calibration
internal import Output

/// Observed shares against predicted probabilities, one series a category, as an SVG that stands alone.
package enum ReliabilityPlot {
    /// - Parameter bins: predictions that are close to each other, with the share in which they came true.
    package static func svg(_ bins: [FitComparison.Bin], categories: [String], title: String) -> String {
        let (x, y) = (PlotAxis("predicted probability", from: 0, to: 1), PlotAxis("observed share", from: 0, to: 1))
        var plot = SVGPlot(title: title, x: x, y: y, width: 720, height: 500)
        plot.note("Each marker is a group of predictions; on the dashed line they come true as often as predicted.")
        plot.line([(0, 0), (1, 1)], colour: .grey, dashed: true, width: 1.5, label: "as predicted")
        let markers: [PlotMarker] = [.circle, .square, .triangle, .diamond, .cross, .ring]
        for (category, name) in categories.enumerated() {
            let places = bins.filter { $0.category == category }.map { ($0.predicted, $0.observed) }
            plot.line(places, colour: .number(category), dashed: category >= 8, width: 1.2)
            plot.points(
                places, marker: markers[category % markers.count], colour: .number(category), size: 8, label: name)
        }
        return plot.svg
    }
}
