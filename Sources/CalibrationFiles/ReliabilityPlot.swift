package import Calibration
internal import Output

/// Observed shares against predicted probabilities, one series a category, as an SVG that stands alone.
package enum ReliabilityPlot {
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]

    package static func svg(_ bins: [FitComparison.Bin], categories: [String], title: String) -> String {
        let x = { (value: Double) in Format.fixed(60 + 380 * value, 1) }
        let y = { (value: Double) in Format.fixed(420 - 380 * value, 1) }
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"620\" height=\"480\" viewBox=\"0 0 620 480\" "
                + "font-family=\"sans-serif\" font-size=\"12\">",
            "<title>\(Escaped.xml(title))</title>", "<rect width=\"620\" height=\"480\" fill=\"white\"/>",
            "<text x=\"60\" y=\"24\" font-size=\"14\">\(Escaped.xml(title))</text>",
        ]
        for tick in stride(from: 0.0, through: 1.0, by: 0.25) {
            lines.append(
                "<path d=\"M\(x(tick)) \(y(0))V\(y(1))M\(x(0)) \(y(tick))H\(x(1))\" stroke=\"#dddddd\" fill=\"none\"/>")
            lines.append("<text x=\"\(x(tick))\" y=\"438\" text-anchor=\"middle\">\(Format.fixed(tick, 2))</text>")
            lines.append(
                "<text x=\"52\" y=\"\(y(tick))\" text-anchor=\"end\" dominant-baseline=\"middle\">\(Format.fixed(tick, 2))</text>"
            )
        }
        lines.append("<path d=\"M\(x(0)) \(y(0))L\(x(1)) \(y(1))\" stroke=\"#888888\" stroke-dasharray=\"4 4\"/>")
        lines.append("<text x=\"250\" y=\"462\" text-anchor=\"middle\">predicted probability</text>")
        lines.append("<text transform=\"translate(16 230) rotate(-90)\" text-anchor=\"middle\">observed share</text>")
        for (category, name) in categories.enumerated() {
            let colour = colours[category % colours.count]
            let own = bins.filter { $0.category == category }
            let path = own.enumerated().map {
                ($0.offset == 0 ? "M" : "L") + "\(x($0.element.predicted)) \(y($0.element.observed))"
            }
            lines.append("<path d=\"\(path.joined())\" stroke=\"\(colour)\" fill=\"none\"/>")
            lines += own.map {
                "<circle cx=\"\(x($0.predicted))\" cy=\"\(y($0.observed))\" r=\"3.5\" fill=\"\(colour)\"/>"
            }
            let height = 60 + 20 * category
            lines.append("<circle cx=\"462\" cy=\"\(height)\" r=\"4\" fill=\"\(colour)\"/>")
            lines.append("<text x=\"472\" y=\"\(height + 4)\">\(Escaped.xml(name))</text>")
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }
}
