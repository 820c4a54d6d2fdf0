extension SVGPlotDrawing {
    /// What the layers are, to the right of the field.
    func legend(_ prefix: String) -> [SVGElement] {
        let left = main.box.x + main.box.width + 14
        return plot.legend.enumerated().flatMap { index, entry in
            let top = main.box.y + 12 + 20 * Double(index)
            let text = TextExtent.shortened(entry.label, into: plot.width - left - 31, size: 12)
            return (sample(entry.layer, left: left, top: top, prefix).map { [$0] } ?? [])
                + [SVGDocument.label(text, x: left + 27, y: top + 4)]
        }
    }

    private func sample(_ layer: SVGPlot.Layer, left: Double, top: Double, _ prefix: String) -> SVGElement? {
        let patch = PlotBox(x: left, y: top - 6, width: 20, height: 12).attributes
        switch layer {
        case .line(_, let colour, let dashed, let width):
            let dash = dashed ? [("stroke-dasharray", "6 4")] : []
            return SVGElement(
                "line",
                [
                    ("class", "legend"), ("x1", PlotNumber.text(left)), ("y1", PlotNumber.text(top)),
                    ("x2", PlotNumber.text(left + 20)), ("y2", PlotNumber.text(top)), ("stroke", colour.rawValue),
                    ("stroke-width", PlotNumber.text(width)),
                ] + dash)
        case .points(_, let marker, let colour, let size):
            return marker.element(x: left + 10, y: top, size: size, colour: colour)
        case .shade(_, let colour, let opacity):
            return SVGElement(
                "rect", patch + [("fill", colour.rawValue), ("fill-opacity", PlotNumber.text(opacity))])
        case .region(_, let fill):
            return SVGElement("rect", patch + [("fill", fill.paint(prefix)), ("stroke", SVGDocument.ink)])
        case .hatch:
            return SVGElement("rect", patch + [("fill", "url(#\(prefix)-open)"), ("stroke", SVGDocument.ink)])
        }
    }
}
