/// A plot with two axes as a self-contained SVG document: lines, points, filled regions, names and a legend.
///
/// ```swift
/// var plot = SVGPlot(title: "Trade-off", x: PlotAxis("risk", from: 0, to: 1), y: PlotAxis("helped", from: 0, to: 1))
/// plot.line([(0, 0.2), (0.4, 0.7)], colour: .blue, label: "efficient policies")
/// plot.points([(0.3, 0.4)], marker: .square, colour: .vermillion, label: "reference")
/// print(plot.svg)
/// ```
///
/// Later layers lie over earlier ones. Names and texts are placed when everything else is known: they cross no line and lie on nothing that is
/// marked. The same calls give the same bytes. Points with a coordinate that is not finite are left out; what lies outside the axes is cut off.
public struct SVGPlot: Sendable {
    enum Layer: Sendable {
        case line([(Double, Double)], PlotColour, dashed: Bool, width: Double)
        case points([(Double, Double)], PlotMarker, PlotColour, size: Double)
        case shade([(Double, Double)], PlotColour, opacity: Double)
        case region([(Double, Double)], PlotFill)
        case hatch([(Double, Double)])
    }

    /// A text that gets its place last.
    enum Label: Sendable {
        /// Somewhere in polygons; left out where it does not fit, since the legend has it too.
        case inside(String, [[(Double, Double)]])
        /// Beside a point.
        case beside(String, (Double, Double))
    }

    public let title: String
    public let x: PlotAxis
    public let y: PlotAxis
    /// Of the drawing, in pixels; a part that is enlarged comes below it.
    public let width: Double
    public let height: Double
    var layers: [Layer] = []
    var labels: [Label] = []
    /// Names along the left side, in place of numbers.
    var rows: [(y: Double, text: String)] = []
    /// What stands under the title: what a reader must know before anything else, such as that the search was not finished.
    var notes: [String] = []
    /// What the legend says of a layer.
    var legend: [(label: String, layer: Layer)] = []
    /// What is drawn a second time, larger.
    var enlarged: (x: PlotAxis, y: PlotAxis)?

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

    /// A polygon that darkens what lies under it; it is closed by itself. What is to be told apart by its colour is a
    /// ``region(_:fill:label:)``.
    public mutating func shade(
        _ corners: [(Double, Double)], colour: PlotColour, opacity: Double = 0.25, label: String? = nil
    ) { add(.shade(corners, colour, opacity: opacity), label) }

    /// A filled polygon; it is closed by itself.
    public mutating func region(_ corners: [(Double, Double)], fill: PlotFill, label: String? = nil) {
        add(.region(corners, fill), label)
    }

    /// Stripes over a polygon, so that what lies under them is seen not to be settled; it is closed by itself.
    public mutating func hatch(_ corners: [(Double, Double)], label: String? = nil) { add(.hatch(corners), label) }

    /// A line under the title, also for those who hear the picture.
    public mutating func note(_ text: String) { notes.append(text) }

    /// A name somewhere in the given polygons, where it fits without crossing a line; nothing where it does not.
    public mutating func name(_ text: String, inside polygons: [[(Double, Double)]]) {
        labels.append(.inside(text, polygons))
    }

    /// A text beside a point, with a thin line to it where there is no room close by.
    public mutating func text(_ text: String, x: Double, y: Double) { labels.append(.beside(text, (x, y))) }

    /// A name of a row, at the left of the field: for axes that measure nothing.
    public mutating func row(_ text: String, y: Double) { rows.append((y, text)) }

    /// Curves that use less than this share of the field are drawn a second time.
    static let leastShare = 0.1

    /// Draws the part around these points a second time, larger, if they use less than a tenth of the field.
    public mutating func enlarge(_ points: [(Double, Double)]) {
        let finite = points.filter { $0.0.isFinite && $0.1.isFinite }
        guard let left = finite.map(\.0).min(), let right = finite.map(\.0).max(), let low = finite.map(\.1).min(),
            let high = finite.map(\.1).max()
        else { return }
        let (across, up) = ((right - left) / (x.upper - x.lower), (high - low) / (y.upper - y.lower))
        // What has no extent is not seen better when it is larger.
        guard across * up < Self.leastShare, across > 1e-6, up > 1e-6 else { return }
        enlarged = (PlotAxis(x.label, fitting: finite.map(\.0)), PlotAxis(y.label, fitting: finite.map(\.1)))
    }

    private mutating func add(_ layer: Layer, _ label: String?) {
        layers.append(layer)
        if let label { legend.append((label, layer)) }
    }

    /// The document, ended by a line feed.
    ///
    /// - Complexity: that of placing the names, O(names · places tried · (lines + corners of their polygons)).
    public var svg: String { SVGPlotDrawing(self).svg }
}
