/// What stands above a picture: its title, what must be known before anything else, and the legend.
struct PictureHead {
    let titleLines: [String]
    let noteLines: [String]
    /// Names of the legend where they stand, each with what its patch is painted with; nil for a word without a patch.
    let entries: [(x: Double, y: Double, text: String, paint: String?)]

    /// Between the edge of the drawing and what stands on it.
    static let margin = 16.0
    static let noteHeight = 17.0
    /// The side of a patch of the legend.
    static let swatch = 14.0

    var elements: [SVGElement] {
        var elements = titleLines.enumerated().map { index, line in
            SVGDocument.label(line, x: Self.margin, y: 26 + 19 * Double(index), size: 15, isBold: true)
        }
        for (index, note) in noteLines.enumerated() {
            elements.append(
                SVGDocument.label(
                    note, x: Self.margin, y: 27 + 19 * Double(titleLines.count) + Self.noteHeight * Double(index),
                    isItalic: true))
        }
        for entry in entries {
            guard let paint = entry.paint else {
                elements.append(SVGDocument.label(entry.text, x: entry.x, y: entry.y, isBold: true))
                continue
            }
            elements.append(
                .rectangle(
                    entry.x, entry.y - 11, Self.swatch, Self.swatch, [("fill", paint), ("stroke", SVGDocument.ink)]))
            elements.append(SVGDocument.label(entry.text, x: entry.x + Self.swatch + 6, y: entry.y))
        }
        return elements
    }
}

extension SVGElement {
    static func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ attributes: [(String, String)]
    ) -> SVGElement {
        SVGElement(
            "rect",
            [
                ("x", PlotNumber.text(x)), ("y", PlotNumber.text(y)), ("width", PlotNumber.text(width)),
                ("height", PlotNumber.text(height)),
            ] + attributes)
    }
}
