/// A chain of reasoning as a picture: columns of boxes, every box leading to those of the next column.
///
/// The same value gives Graphviz's DOT and a drawing that needs no other program. Deterministic: same value, same bytes.
public struct ChainGraph: Sendable, Equatable {
    /// A box with lines of text.
    public struct Node: Sendable, Equatable {
        /// Unique in the graph.
        public let id: String
        public let lines: [String]
        /// Whether the box stands out.
        public let isStrong: Bool

        public init(_ id: String, _ lines: [String], isStrong: Bool = false) {
            self.id = id
            self.lines = lines
            self.isStrong = isStrong
        }
    }

    public struct Column: Sendable, Equatable {
        public let title: String
        public let nodes: [Node]

        public init(_ title: String, _ nodes: [Node]) {
            self.title = title
            self.nodes = nodes
        }
    }

    public let title: String
    public let columns: [Column]

    public init(title: String, columns: [Column]) {
        self.title = title
        self.columns = columns
    }

    /// Graphviz's language, left to right.
    public var dot: String {
        var text = "digraph chain {\n  rankdir=LR;\n  label=\(Escaped.dot(title));\n  node [shape=box];\n"
        for (index, column) in columns.enumerated() {
            text += "  subgraph cluster_\(index) {\n    label=\(Escaped.dot(column.title));\n"
            for node in column.nodes {
                let strength = node.isStrong ? ", penwidth=2.5" : ""
                let label = Escaped.dotLabel(node.lines)
                text += "    \(Escaped.dot(node.id)) [label=\"\(label)\"\(strength)];\n"
            }
            text += "  }\n"
        }
        for (before, after) in zip(columns, columns.dropFirst()) {
            for from in before.nodes {
                for to in after.nodes { text += "  \(Escaped.dot(from.id)) -> \(Escaped.dot(to.id));\n" }
            }
        }
        return text + "}\n"
    }

    private static let lineHeight = 16.0
    private static let padding = 8.0
    private static let gap = 14.0
    private static let columnGap = 46.0
    private static let top = 64.0

    /// A drawing of its own.
    public var svg: String {
        var left = 16.0
        var boxes: [[(x: Double, y: Double, width: Double, height: Double)]] = []
        let tallest = columns.map(height).max() ?? 0
        for column in columns {
            let widest = (column.nodes.flatMap(\.lines) + [column.title]).map { Escaped.line($0).count }.max() ?? 0
            let width = 7.0 * Double(widest) + 2 * Self.padding
            var y = Self.top + (tallest - height(column)) / 2
            boxes.append(
                column.nodes.map { node in
                    let box = (left, y, width, Double(node.lines.count) * Self.lineHeight + 2 * Self.padding)
                    y += box.3 + Self.gap
                    return box
                })
            left += width + Self.columnGap
        }
        let (width, height) = (left - Self.columnGap + 16, Self.top + tallest + 16)
        var root = SVGElement(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("width", PlotNumber.text(width)),
                ("height", PlotNumber.text(height)),
                ("viewBox", "0 0 \(PlotNumber.text(width)) \(PlotNumber.text(height))"),
                ("font-family", "sans-serif"), ("font-size", "12"),
            ])
        root.append(SVGElement("rect", [("width", "100%"), ("height", "100%"), ("fill", "#ffffff")]))
        root.append(
            SVGElement("text", [("x", "16"), ("y", "22"), ("font-size", "14"), ("font-weight", "bold")], text: title))
        for arrow in arrows(boxes) { root.append(arrow) }
        for (column, places) in zip(columns, boxes) {
            if let first = places.first {
                root.append(
                    SVGElement(
                        "text",
                        [("x", PlotNumber.text(first.x)), ("y", "48"), ("fill", PlotColour.blue.rawValue)],
                        text: column.title))
            }
            for (node, box) in zip(column.nodes, places) { draw(node, box, into: &root) }
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xml()
    }

    private func height(_ column: Column) -> Double {
        column.nodes.reduce(-Self.gap) { $0 + Double($1.lines.count) * Self.lineHeight + 2 * Self.padding + Self.gap }
    }

    private func arrows(_ boxes: [[(x: Double, y: Double, width: Double, height: Double)]]) -> [SVGElement] {
        zip(boxes, boxes.dropFirst()).flatMap { before, after in
            before.flatMap { from in
                after.map { to in
                    SVGElement(
                        "line",
                        [
                            ("x1", PlotNumber.text(from.x + from.width)),
                            ("y1", PlotNumber.text(from.y + from.height / 2)),
                            ("x2", PlotNumber.text(to.x)), ("y2", PlotNumber.text(to.y + to.height / 2)),
                            ("stroke", "#b8b8b8"), ("stroke-width", "1"),
                        ])
                }
            }
        }
    }

    private func draw(
        _ node: Node, _ box: (x: Double, y: Double, width: Double, height: Double), into root: inout SVGElement
    ) {
        root.append(
            SVGElement(
                "rect",
                [
                    ("x", PlotNumber.text(box.x)), ("y", PlotNumber.text(box.y)), ("width", PlotNumber.text(box.width)),
                    ("height", PlotNumber.text(box.height)), ("rx", "4"), ("fill", "#ffffff"),
                    ("stroke", PlotColour.black.rawValue), ("stroke-width", node.isStrong ? "2.5" : "1"),
                ]))
        for (index, line) in node.lines.enumerated() {
            let y = box.y + Self.padding + 12 + Double(index) * Self.lineHeight
            root.append(
                SVGElement(
                    "text", [("x", PlotNumber.text(box.x + Self.padding)), ("y", PlotNumber.text(y))], text: line))
        }
    }
}
