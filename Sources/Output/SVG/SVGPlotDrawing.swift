/// ``SVGPlot`` laid out: a head, the field, a legend to the right, and below what is enlarged.
struct SVGPlotDrawing {
    let plot: SVGPlot
    private let titleLines: [String]
    private let noteLines: [String]
    let main: PlotFrame
    let inset: PlotFrame?

    static let titleSize = 15.0
    static let noteHeight = 17.0
    static let insetHeight = 220.0
    private static let edge = 16.0

    init(_ plot: SVGPlot) {
        self.plot = plot
        let names = plot.rows.map { TextExtent.width($0.text, size: 12) }.max() ?? 0
        let left = plot.rows.isEmpty ? 74 : 24 + min(0.4 * plot.width, max(40, names))
        let room = plot.width - 2 * Self.edge
        titleLines = TextExtent.wrapped(plot.title, into: room, size: Self.titleSize, isBold: true)
        noteLines = plot.notes.flatMap { TextExtent.wrapped($0, into: room, size: 12) }
        let widest = plot.legend.map { TextExtent.width($0.label, size: 12) }.max() ?? 0
        let right = plot.legend.isEmpty ? 24 : min(0.4 * plot.width, 52 + widest)
        let top =
            22 + 19 * Double(titleLines.count) + Self.noteHeight * Double(noteLines.count)
            + (plot.rows.isEmpty || plot.y.label.isEmpty ? 0 : 16)
        // What stands above the field makes the picture taller, not the field lower.
        let head = top - 41
        let field = PlotBox(
            x: left, y: top, width: plot.width - left - right, height: plot.height + head - top - 56)
        main = PlotFrame(box: field, x: plot.x, y: plot.y)
        inset = plot.enlarged.map { axes in
            PlotFrame(
                box: PlotBox(
                    x: left, y: field.y + field.height + 56 + 34, width: field.width, height: Self.insetHeight),
                x: axes.x, y: axes.y)
        }
    }

    private var height: Double {
        let last = inset ?? main
        let legendEnd = main.box.y + 20 * Double(plot.legend.count) + 12
        return max(last.box.y + last.box.height + 56, legendEnd)
    }

    var svg: String {
        let labels = placedLabels
        return SVGDocument.text(
            title: plot.title, description: description, width: plot.width, height: height
        ) { prefix in
            var elements = [SVGElement("defs", children: definitions(prefix))] + head
            elements += frame(main, clip: "\(prefix)-field", prefix)
            if let inset {
                elements.append(window(inset))
                elements.append(
                    SVGDocument.label(
                        "The part in the dashed box, larger", x: inset.box.x, y: inset.box.y - 10, isBold: true))
                elements += frame(inset, clip: "\(prefix)-inset", prefix)
            }
            elements += labels.flatMap(\.elements)
            return elements + rowNames + legend(prefix)
        }
    }

    // MARK: Around the field

    private func definitions(_ prefix: String) -> [SVGElement] {
        let clips = [("field", main)] + (inset.map { [("inset", $0)] } ?? [])
        var elements = clips.map { name, frame in
            SVGElement(
                "clipPath", [("id", "\(prefix)-\(name)")], children: [SVGElement("rect", frame.box.attributes)])
        }
        var fills: [PlotFill] = []
        var hasStripes = false
        for layer in plot.layers {
            switch layer {
            case .region(_, let fill): if !fills.contains(fill) { fills.append(fill) }
            case .hatch: hasStripes = true
            case .line, .points, .shade: break
            }
        }
        elements += fills.compactMap { $0.definition(prefix) }
        return elements + (hasStripes ? [SVGDocument.stripes(prefix)] : [])
    }

    private var head: [SVGElement] {
        var elements = titleLines.enumerated().map { index, line in
            SVGDocument.label(
                line, x: Self.edge, y: 24 + 19 * Double(index), size: Self.titleSize, isBold: true)
        }
        let first = 24 + 19 * Double(titleLines.count - 1) + 18
        for (index, note) in noteLines.enumerated() {
            elements.append(
                SVGDocument.label(note, x: Self.edge, y: first + Self.noteHeight * Double(index), isItalic: true))
        }
        return elements
    }

    private var rowNames: [SVGElement] {
        let f = main.box
        var elements = plot.rows.map { row in
            SVGDocument.label(
                TextExtent.shortened(row.text, into: f.x - 18, size: 12), x: f.x - 10,
                y: f.y + (1 - plot.y.share(row.y)) * f.height + 4, anchor: "end")
        }
        if !plot.rows.isEmpty, !plot.y.label.isEmpty {
            elements.append(SVGDocument.label(plot.y.label, x: f.x - 10, y: f.y - 6, anchor: "end", isItalic: true))
        }
        return elements
    }

    /// What a reader hears.
    private var description: String {
        let axes =
            "\(plot.x.label.isEmpty ? "A plot" : plot.x.label) across"
            + (plot.y.label.isEmpty ? "." : ", \(plot.y.label) upwards.")
        let legend = plot.legend.map(\.label)
        let rows = plot.rows.map(\.text)
        let words = [
            axes, legend.isEmpty ? nil : "Shown: \(legend.joined(separator: ", ")).",
            rows.isEmpty ? nil : "From the top: \(rows.joined(separator: "; ")).",
        ]
        return (plot.notes + words.compactMap(\.self)).joined(separator: " ")
    }

    // MARK: Fields

    private func frame(_ frame: PlotFrame, clip: String, _ prefix: String) -> [SVGElement] {
        [
            frame.grid(hasRows: !plot.rows.isEmpty),
            SVGElement(
                "g", [("clip-path", "url(#\(clip))")],
                children: plot.layers.compactMap { element($0, frame, prefix) }),
            SVGElement("rect", frame.box.attributes + [("class", "frame"), ("fill", "none"), ("stroke", "#444444")]),
        ]
    }

    /// Where the enlarged part lies in the field.
    private func window(_ inset: PlotFrame) -> SVGElement {
        SVGElement(
            "polyline",
            [
                ("class", "window"), ("points", PlotNumber.points(windowCorners(inset))), ("fill", "none"),
                ("stroke", "#444444"), ("stroke-dasharray", "3 3"),
            ])
    }

    private func windowCorners(_ inset: PlotFrame) -> [(Double, Double)] {
        let (x, y) = (inset.x, inset.y)
        let corners = [
            (x.lower, y.lower), (x.upper, y.lower), (x.upper, y.upper), (x.lower, y.upper), (x.lower, y.lower),
        ]
        let f = main.box
        return corners.compactMap { main.place($0) }.map {
            (min(max($0.0, f.x), f.x + f.width), min(max($0.1, f.y), f.y + f.height))
        }
    }

    private func element(_ layer: SVGPlot.Layer, _ frame: PlotFrame, _ prefix: String) -> SVGElement? {
        switch layer {
        case .line(let points, let colour, let dashed, let width):
            let dash = dashed ? [("stroke-dasharray", "6 4")] : []
            return SVGElement(
                "polyline",
                [
                    ("points", PlotNumber.points(points.compactMap(frame.place))), ("fill", "none"),
                    ("stroke", colour.rawValue), ("stroke-width", PlotNumber.text(width)),
                    ("stroke-linejoin", "round"),
                ] + dash)
        case .points(let points, let marker, let colour, let size):
            let marks = points.compactMap(frame.place).map {
                marker.element(x: $0.0, y: $0.1, size: size, colour: colour)
            }
            return SVGElement("g", children: marks)
        case .shade(let corners, let colour, let opacity):
            return polygon(
                corners, frame, [("fill", colour.rawValue), ("fill-opacity", PlotNumber.text(opacity))])
        case .region(let corners, let fill):
            // Neighbours of one colour would show a seam where they meet.
            return polygon(
                corners, frame,
                [
                    ("class", "region"), ("fill", fill.paint(prefix)), ("stroke", fill.colour),
                    ("stroke-width", "0.8"),
                ])
        case .hatch(let corners):
            return polygon(corners, frame, [("class", "open"), ("fill", "url(#\(prefix)-open)")])
        }
    }

    private func polygon(
        _ corners: [(Double, Double)], _ frame: PlotFrame, _ attributes: [(String, String)]
    ) -> SVGElement {
        SVGElement(
            "polygon", [("points", PlotNumber.points(corners.compactMap(frame.place)))] + attributes)
    }

    // MARK: Names

    /// A text with its place: a plate, so that stripes and thin lines do not run through it, and perhaps a line to what it is of.
    private struct PlacedLabel {
        let text: String
        let box: PlotBox
        let leader: PlotSegment?

        var elements: [SVGElement] {
            let line = leader.map { leader in
                SVGElement(
                    "line",
                    [
                        ("class", "leader"), ("x1", PlotNumber.text(leader.x1)), ("y1", PlotNumber.text(leader.y1)),
                        ("x2", PlotNumber.text(leader.x2)), ("y2", PlotNumber.text(leader.y2)), ("stroke", "#444444"),
                        ("stroke-width", "0.8"),
                    ])
            }
            return (line.map { [$0] } ?? []) + [
                SVGElement(
                    "rect",
                    box.attributes + [("class", "plate"), ("rx", "2"), ("fill", "#FFFFFF"), ("fill-opacity", "0.8")]),
                SVGDocument.label(
                    text, x: box.centre.x, y: box.centre.y + LabelPlaces.size * (0.5 - TextExtent.descent) + 1,
                    anchor: "middle"),
            ]
        }
    }

    private var placedLabels: [PlacedLabel] {
        guard !plot.labels.isEmpty else { return [] }
        var places = LabelPlaces(field: main.box, segments: segments, marks: marks)
        let most = 0.4 * main.box.width
        var placed: [PlacedLabel] = []
        // Texts at points first: they have less choice.
        for label in plot.labels {
            guard case .beside(let text, let point) = label, let at = main.place(point) else { continue }
            let shown = TextExtent.fitted(text, into: most, size: LabelPlaces.size)
            guard let place = places.place(shown, beside: at) else { continue }
            placed.append(PlacedLabel(text: shown, box: place.box, leader: place.leader))
        }
        for label in plot.labels {
            guard case .inside(let text, let polygons) = label else { continue }
            let shown = TextExtent.fitted(text, into: most, size: LabelPlaces.size)
            let drawn = polygons.map { $0.compactMap(main.place) }
            guard let box = places.place(shown, inside: drawn) else { continue }
            placed.append(PlacedLabel(text: shown, box: box, leader: nil))
        }
        return placed
    }

    /// Lines of the field, in pixels.
    private var segments: [PlotSegment] {
        var all = plot.layers.flatMap { layer -> [PlotSegment] in
            guard case .line(let points, _, _, _) = layer else { return [] }
            return Self.segments(points.compactMap(main.place))
        }
        if let inset { all += Self.segments(windowCorners(inset)) }
        return all
    }

    private static func segments(_ points: [(Double, Double)]) -> [PlotSegment] {
        zip(points, points.dropFirst()).map { PlotSegment(x1: $0.0, y1: $0.1, x2: $1.0, y2: $1.1) }
    }

    private var marks: [PlotBox] {
        plot.layers.flatMap { layer -> [PlotBox] in
            guard case .points(let points, _, _, let size) = layer else { return [] }
            return points.compactMap(main.place).map {
                PlotBox(x: $0.0 - size / 2, y: $0.1 - size / 2, width: size, height: size).grown(by: 1.5)
            }
        }
    }
}
