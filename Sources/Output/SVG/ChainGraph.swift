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
        let titleLines = TextExtent.wrapped(title, into: 868, size: 14, isBold: true)
        let top = Self.top + 18 * Double(titleLines.count - 1)
        var left = 16.0
        var boxes: [[PlotBox]] = []
        let tallest = columns.map(height).max() ?? 0
        for column in columns {
            let widths = column.nodes.flatMap(\.lines).map { TextExtent.width($0, size: 12) + 2 * Self.padding }
            let width = max(widths.max() ?? 0, TextExtent.width(column.title, size: 12))
            var y = top + (tallest - height(column)) / 2
            boxes.append(
                column.nodes.map { node in
                    let height = Double(node.lines.count) * Self.lineHeight + 2 * Self.padding
                    defer { y += height + Self.gap }
                    return PlotBox(x: left, y: y, width: width, height: height)
                })
            left += width + Self.columnGap
        }
        let titleWidth = titleLines.map { TextExtent.width($0, size: 14, isBold: true) }.max() ?? 0
        return SVGDocument.text(
            title: title, description: description, width: max(titleWidth + 32, left - Self.columnGap + 16),
            height: top + tallest + 16
        ) { _ in
            var elements = titleLines.enumerated().map { index, line in
                SVGDocument.label(line, x: 16, y: 22 + 18 * Double(index), size: 14, isBold: true)
            }
            elements += arrows(boxes)
            for (column, places) in zip(columns, boxes) {
                if let first = places.first {
                    elements.append(
                        SVGDocument.label(column.title, x: first.x, y: top - 16, colour: PlotColour.blue.rawValue))
                }
                for (node, box) in zip(column.nodes, places) { elements += drawn(node, box) }
            }
            return elements
        }
    }

    /// What a reader hears: every column with its boxes.
    private var description: String {
        columns.map { column in
            "\(column.title): \(column.nodes.map { $0.lines.joined(separator: ", ") }.joined(separator: "; "))."
        }.joined(separator: " ")
    }

    private func height(_ column: Column) -> Double {
        column.nodes.reduce(-Self.gap) { $0 + Double($1.lines.count) * Self.lineHeight + 2 * Self.padding + Self.gap }
    }

    private func arrows(_ boxes: [[PlotBox]]) -> [SVGElement] {
        zip(boxes, boxes.dropFirst()).flatMap { before, after in
            before.flatMap { from in
                after.map { to in
                    SVGElement(
                        "line",
                        [
                            ("x1", PlotNumber.text(from.x + from.width)), ("y1", PlotNumber.text(from.centre.y)),
                            ("x2", PlotNumber.text(to.x)), ("y2", PlotNumber.text(to.centre.y)),
                            ("stroke", "#8A8A8A"), ("stroke-width", "1"),
                        ])
                }
            }
        }
    }

    private func drawn(_ node: Node, _ box: PlotBox) -> [SVGElement] {
        let frame = SVGElement(
            "rect",
            box.attributes + [
                ("class", "box"), ("rx", "4"), ("fill", "#FFFFFF"), ("stroke", SVGDocument.ink),
                ("stroke-width", node.isStrong ? "2.5" : "1"),
            ])
        return [frame]
            + node.lines.enumerated().map { index, line in
                SVGDocument.label(
                    line, x: box.x + Self.padding, y: box.y + Self.padding + 12 + Double(index) * Self.lineHeight)
            }
    }
}
