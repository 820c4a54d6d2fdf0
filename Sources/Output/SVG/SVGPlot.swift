/// A plot with two axes as a self-contained SVG document: lines, points, filled regions, texts and a legend.
///
/// ```swift
/// var plot = SVGPlot(title: "Trade-off", x: PlotAxis("risk", from: 0, to: 1), y: PlotAxis("helped", from: 0, to: 1))
/// plot.line([(0, 0.2), (0.4, 0.7)], colour: .blue, label: "efficient policies")
/// plot.points([(0.3, 0.4)], marker: .square, colour: .vermillion, label: "reference")
/// print(plot.svg)
/// ```
///
/// Later layers lie over earlier ones. The same calls give the same bytes. Points with a coordinate that is not finite are left
/// out; what lies outside the axes is cut off.
public struct SVGPlot: Sendable {
    private enum Layer: Sendable {
        case line([(Double, Double)], PlotColour, dashed: Bool, width: Double)
        case points([(Double, Double)], PlotMarker, PlotColour, size: Double)
        case region([(Double, Double)], PlotColour, opacity: Double)
        case hatch([(Double, Double)])
        case text(String, x: Double, y: Double, PlotColour)
    }

    public let title: String
    public let x: PlotAxis
    public let y: PlotAxis
    /// Of the drawing, in pixels.
    public let width: Double
    public let height: Double
    private var layers: [Layer] = []
    /// What stands under the title: what a reader must know before anything else, such as that the search was not finished.
    private var notes: [String] = []
    /// What the legend says of a layer.
    private var legend: [(label: String, layer: Layer)] = []

    public init(title: String, x: PlotAxis, y: PlotAxis, width: Double = 760, height: Double = 480) {
        self.title = title
        self.x = x
        self.y = y
        self.width = max(320, width)
        self.height = max(240, height)
    }

    /// A line through points, in their order.
    public mutating func line(
        _ points: [(Double, Double)], colour: PlotColour = .blue, dashed: Bool = false, width: Double = 2,
        label: String? = nil
    ) { add(.line(points, colour, dashed: dashed, width: width), label) }

    /// A marker at every point.
    public mutating func points(
        _ points: [(Double, Double)], marker: PlotMarker = .circle, colour: PlotColour = .blue, size: Double = 7,
        label: String? = nil
    ) { add(.points(points, marker, colour, size: size), label) }

    /// A filled polygon; it is closed by itself.
    public mutating func region(
        _ corners: [(Double, Double)], colour: PlotColour, opacity: Double = 0.25, label: String? = nil
    ) { add(.region(corners, colour, opacity: opacity), label) }

    /// Stripes over a polygon, so that what lies under them is seen not to be settled; it is closed by itself.
    public mutating func hatch(_ corners: [(Double, Double)], label: String? = nil) { add(.hatch(corners), label) }

    /// A line under the title, also for those who hear the picture.
    public mutating func note(_ text: String) { notes.append(text) }

    /// A text that begins at a place.
    public mutating func text(_ text: String, x: Double, y: Double, colour: PlotColour = .black) {
        add(.text(text, x: x, y: y, colour), nil)
    }

    private mutating func add(_ layer: Layer, _ label: String?) {
        layers.append(layer)
        if let label { legend.append((label, layer)) }
    }

    // MARK: Drawing

    /// Room around the field of the plot; the legend stands to the right.
    private var margins: (left: Double, right: Double, top: Double, bottom: Double) {
        let widest = legend.map { Escaped.line($0.label).count }.max() ?? 0
        return (
            74, legend.isEmpty ? 24 : min(width / 2.6, 48 + 6.6 * Double(widest)),
            44 + Self.noteHeight * Double(notes.count), 56
        )
    }

    private static let noteHeight = 17.0

    private var field: (x: Double, y: Double, width: Double, height: Double) {
        let m = margins
        return (m.left, m.top, width - m.left - m.right, height - m.top - m.bottom)
    }

    private func place(_ point: (Double, Double)) -> (Double, Double)? {
        guard point.0.isFinite, point.1.isFinite else { return nil }
        // Far outside is as good as outside, and keeps numbers short.
        func bounded(_ share: Double) -> Double { min(10, max(-9, share)) }
        return (
            field.x + bounded(x.share(point.0)) * field.width, field.y + (1 - bounded(y.share(point.1))) * field.height
        )
    }

    /// The document, ended by a line feed.
    public var svg: String {
        let size = [PlotNumber.text(width), PlotNumber.text(height)]
        var root = SVGElement(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(size[0]) \(size[1])"), ("width", size[0]),
                ("height", size[1]), ("font-family", "Helvetica, Arial, sans-serif"), ("font-size", "12"),
                ("role", "img"),
            ])
        root.append(SVGElement("title", text: title))
        if !notes.isEmpty { root.append(SVGElement("desc", text: notes.joined(separator: " "))) }
        let f = field
        let frame = [
            ("x", PlotNumber.text(f.x)), ("y", PlotNumber.text(f.y)), ("width", PlotNumber.text(f.width)),
            ("height", PlotNumber.text(f.height)),
        ]
        root.append(
            SVGElement(
                "defs",
                children: [SVGElement("clipPath", [("id", "field")], children: [SVGElement("rect", frame)])]
                    + (layers.contains { if case .hatch = $0 { true } else { false } } ? [Self.stripes] : [])))
        root.append(SVGElement("rect", [("width", size[0]), ("height", size[1]), ("fill", "#FFFFFF")]))
        root.append(
            SVGElement(
                "text",
                [
                    ("x", PlotNumber.text(f.x)), ("y", "26"), ("font-size", "15"), ("font-weight", "bold"),
                    ("fill", PlotColour.black.rawValue),
                ], text: title))
        for (index, note) in notes.enumerated() {
            root.append(
                SVGElement(
                    "text",
                    [
                        ("x", PlotNumber.text(f.x)), ("y", PlotNumber.text(44 + Self.noteHeight * Double(index))),
                        ("font-size", "12"), ("font-style", "italic"), ("fill", PlotColour.black.rawValue),
                    ], text: note))
        }
        root.append(grid)
        root.append(
            SVGElement(
                "g", [("clip-path", "url(#field)")], children: layers.compactMap { element($0) }))
        root.append(SVGElement("rect", frame + [("fill", "none"), ("stroke", "#444444")]))
        if !legend.isEmpty { root.append(legendElement) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xml()
    }

    /// Black and white stripes, which stay seen on every colour and without colours.
    private static let stripes = SVGElement(
        "pattern",
        [
            ("id", "open"), ("patternUnits", "userSpaceOnUse"), ("width", "9"), ("height", "9"),
            ("patternTransform", "rotate(45)"),
        ],
        children: [
            SVGElement(
                "rect", [("width", "9"), ("height", "9"), ("fill", "#FFFFFF"), ("fill-opacity", "0.35")]),
            SVGElement(
                "line",
                [
                    ("x1", "0"), ("y1", "0"), ("x2", "0"), ("y2", "9"), ("stroke", PlotColour.black.rawValue),
                    ("stroke-width", "2.2"),
                ]),
        ])

    private func element(_ layer: Layer) -> SVGElement? {
        switch layer {
        case .line(let points, let colour, let dashed, let width):
            let dash = dashed ? [("stroke-dasharray", "6 4")] : []
            return SVGElement(
                "polyline",
                [
                    ("points", PlotNumber.points(points.compactMap(place))), ("fill", "none"),
                    ("stroke", colour.rawValue), ("stroke-width", PlotNumber.text(width)),
                    ("stroke-linejoin", "round"),
                ] + dash)
        case .points(let points, let marker, let colour, let size):
            let marks = points.compactMap(place).map { marker.element(x: $0.0, y: $0.1, size: size, colour: colour) }
            return SVGElement("g", children: marks)
        case .region(let corners, let colour, let opacity):
            return SVGElement(
                "polygon",
                [
                    ("points", PlotNumber.points(corners.compactMap(place))), ("fill", colour.rawValue),
                    ("fill-opacity", PlotNumber.text(opacity)),
                ])
        case .hatch(let corners):
            return SVGElement(
                "polygon",
                [
                    ("points", PlotNumber.points(corners.compactMap(place))), ("class", "open"), ("fill", "url(#open)"),
                ])
        case .text(let text, let x, let y, let colour):
            return place((x, y)).map { label(text, x: $0.0, y: $0.1, anchor: "start", colour: colour) }
        }
    }

    private func label(
        _ text: String, x: Double, y: Double, anchor: String, colour: PlotColour = .black, turned: Bool = false
    ) -> SVGElement {
        let turn = turned ? [("transform", "rotate(-90 \(PlotNumber.text(x)) \(PlotNumber.text(y)))")] : []
        return SVGElement(
            "text",
            [
                ("x", PlotNumber.text(x)), ("y", PlotNumber.text(y)), ("text-anchor", anchor),
                ("fill", colour.rawValue),
            ] + turn, text: text)
    }

    /// Ticks with thin lines across the field, and what the axes measure.
    private var grid: SVGElement {
        let f = field
        var group = SVGElement("g")
        func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> SVGElement {
            SVGElement(
                "line",
                [
                    ("x1", PlotNumber.text(x1)), ("y1", PlotNumber.text(y1)), ("x2", PlotNumber.text(x2)),
                    ("y2", PlotNumber.text(y2)), ("stroke", "#DDDDDD"),
                ])
        }
        for tick in x.ticks() {
            let at = f.x + x.share(tick.value) * f.width
            group.append(rule(at, f.y, at, f.y + f.height))
            group.append(label(tick.text, x: at, y: f.y + f.height + 18, anchor: "middle"))
        }
        for tick in y.ticks() {
            let at = f.y + (1 - y.share(tick.value)) * f.height
            group.append(rule(f.x, at, f.x + f.width, at))
            group.append(label(tick.text, x: f.x - 8, y: at + 4, anchor: "end"))
        }
        group.append(label(x.label, x: f.x + f.width / 2, y: f.y + f.height + 42, anchor: "middle"))
        group.append(label(y.label, x: f.x - 54, y: f.y + f.height / 2, anchor: "middle", turned: true))
        return group
    }

    private var legendElement: SVGElement {
        let left = field.x + field.width + 14
        var group = SVGElement("g")
        for (index, entry) in legend.enumerated() {
            let top = field.y + 12 + 20 * Double(index)
            switch entry.layer {
            case .line(_, let colour, let dashed, let width):
                let dash = dashed ? [("stroke-dasharray", "6 4")] : []
                group.append(
                    SVGElement(
                        "line",
                        [
                            ("x1", PlotNumber.text(left)), ("y1", PlotNumber.text(top)),
                            ("x2", PlotNumber.text(left + 20)), ("y2", PlotNumber.text(top)),
                            ("stroke", colour.rawValue), ("stroke-width", PlotNumber.text(width)),
                        ] + dash))
            case .points(_, let marker, let colour, let size):
                group.append(marker.element(x: left + 10, y: top, size: size, colour: colour))
            case .region(_, let colour, let opacity):
                group.append(
                    SVGElement(
                        "rect",
                        [
                            ("x", PlotNumber.text(left)), ("y", PlotNumber.text(top - 6)), ("width", "20"),
                            ("height", "12"), ("fill", colour.rawValue), ("fill-opacity", PlotNumber.text(opacity)),
                        ]))
            case .hatch:
                group.append(
                    SVGElement(
                        "rect",
                        [
                            ("x", PlotNumber.text(left)), ("y", PlotNumber.text(top - 6)), ("width", "20"),
                            ("height", "12"), ("fill", "url(#open)"),
                        ]))
            case .text: break
            }
            group.append(label(entry.label, x: left + 27, y: top + 4, anchor: "start"))
        }
        return group
    }
}
