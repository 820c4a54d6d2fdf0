/// ``HeatMap`` laid out: a legend, then panels, two in a row.
struct HeatMapDrawing {
    private let map: HeatMap
    private let scale: HeatScale
    private let titleLines: [String]
    private let noteLines: [String]

    private static let width = 900.0
    private static let margin = PictureHead.margin
    private static let noteHeight = PictureHead.noteHeight
    private static let titleHeight = 22.0
    /// Under a panel, for the values and what they are of.
    private static let axisHeight = 50.0
    /// Cells are no smaller than this, unless they are very many, and no larger than that.
    private static let cellHeights = (least: 8.0, most: 34.0)
    /// The height of the cells of a panel that is wished for.
    private static let wishedHeight = 300.0

    init(_ map: HeatMap) {
        self.map = map
        let room = Self.width - 2 * Self.margin
        titleLines = TextExtent.wrapped(map.title, into: room, size: 15, isBold: true)
        noteLines = map.notes.flatMap { TextExtent.wrapped($0, into: room, size: 12) }
        scale = HeatScale(map.panels.flatMap(\.cells).joined().compactMap(\.value))
    }

    private var perRow: Int { map.panels.count > 1 ? 2 : 1 }
    private var panelWidth: Double { (Self.width - 2 * Self.margin) / Double(perRow) }
    /// Left of the cells: the values of y, and what they are of.
    private var indent: Double {
        let widest = map.y.values.map { TextExtent.width(Format.brief($0), size: 11) }.max() ?? 0
        return 26 + min(80, widest) + 8
    }
    private var cell: (width: Double, height: Double) {
        let (columns, rows) = (Double(max(1, map.x.values.count)), Double(max(1, map.y.values.count)))
        let height = min(Self.cellHeights.most, max(Self.cellHeights.least, Self.wishedHeight / rows))
        return ((panelWidth - indent - 20) / columns, min(height, 1200 / rows))
    }
    private var panelHeight: Double {
        Self.titleHeight + cell.height * Double(map.y.values.count) + Self.axisHeight
    }

    private var hasOpen: Bool { map.panels.contains { $0.cells.joined().contains(where: \.isOpen) } }

    var svg: String {
        let entries = legend
        let top = (entries.map(\.y).max() ?? 0) + 24
        let rows = (map.panels.count + perRow - 1) / perRow
        return SVGDocument.text(
            title: map.title, description: description, width: Self.width,
            height: top + Double(rows) * panelHeight + 8
        ) { prefix in
            var elements = hasOpen ? [SVGElement("defs", children: [SVGDocument.stripes(prefix)])] : []
            elements += head(entries, prefix)
            for (index, panel) in map.panels.enumerated() {
                let left = Self.margin + panelWidth * Double(index % perRow)
                elements += self.panel(panel, left: left, top: top + panelHeight * Double(index / perRow), prefix)
            }
            return elements
        }
    }

    // MARK: Head

    private var legend: [(x: Double, y: Double, text: String, fill: String?)] {
        let begin = 33 + 19 * Double(titleLines.count) + Self.noteHeight * Double(noteLines.count)
        var entries: [(x: Double, y: Double, text: String, fill: String?)] = []
        let heading = TextExtent.fitted(map.measure, into: 300, size: 12, isBold: true)
        entries.append((Self.margin, begin, heading, nil))
        var (x, y) = (Self.margin + TextExtent.width(heading, size: 12, isBold: true) + 14, begin)
        let classes = scale.labels.enumerated().map { ($1, Optional(scale.colour($0))) }
        for (text, fill) in classes + (hasOpen ? [("not finished", Optional("open"))] : []) {
            let width = 20 + TextExtent.width(text, size: 12) + 16
            if x + width > Self.width - Self.margin { (x, y) = (Self.margin, y + 20) }
            entries.append((x, y, text, fill))
            x += width
        }
        return entries
    }

    private func head(
        _ entries: [(x: Double, y: Double, text: String, fill: String?)], _ prefix: String
    ) -> [SVGElement] {
        PictureHead(
            titleLines: titleLines, noteLines: noteLines,
            entries: entries.map { entry in
                (entry.x, entry.y, entry.text, entry.fill.map { $0 == "open" ? "url(#\(prefix)-open)" : $0 })
            }
        ).elements
    }

    // MARK: Panels

    private func panel(_ panel: HeatMap.Panel, left: Double, top: Double, _ prefix: String) -> [SVGElement] {
        let (x0, y0) = (left + indent, top + Self.titleHeight)
        let bottom = y0 + cell.height * Double(map.y.values.count)
        let title = TextExtent.fitted(panel.title, into: panelWidth - indent - 20, size: 13, isBold: true)
        var elements = [SVGDocument.label(title, x: x0, y: top + 15, size: 13, isBold: true)]
        let ring = own(x0, bottom)
        for (row, cells) in panel.cells.enumerated() {
            for (column, content) in cells.enumerated() {
                let place = (x0 + cell.width * Double(column), bottom - cell.height * Double(row + 1))
                elements += draw(content, at: place, ring: ring, prefix)
            }
        }
        elements += valuesAcross(x0, bottom) + valuesUp(x0, bottom)
        elements.append(
            .rectangle(
                x0, y0, cell.width * Double(map.x.values.count), bottom - y0,
                [("fill", "none"), ("stroke", "#444444")]))
        return elements + (ring.map(Self.circle) ?? [])
    }

    /// - Parameter ring: where the mark of the scenario is, which no number may touch.
    private func draw(
        _ content: HeatMap.Cell, at place: (x: Double, y: Double), ring: (x: Double, y: Double)?, _ prefix: String
    ) -> [SVGElement] {
        var elements: [SVGElement] = []
        if let value = content.value {
            let number = scale.number(value)
            elements.append(
                .rectangle(
                    place.x, place.y, cell.width, cell.height, [("class", "cell"), ("fill", scale.colour(number))]))
            let text = Format.fixed(value, 2)
            let width = TextExtent.width(text, size: 11)
            let centre = (x: place.x + cell.width / 2, y: place.y + cell.height / 2)
            let isUnderRing =
                ring.map { abs($0.x - centre.x) < width / 2 + 10 && abs($0.y - centre.y) < 17 } ?? false
            if !content.isOpen, !isUnderRing, width <= cell.width - 4, cell.height >= 15 {
                elements.append(
                    SVGDocument.label(
                        text, x: centre.x, y: centre.y + 4, anchor: "middle", size: 11,
                        colour: scale.ink(number)))
            }
        }
        if content.isOpen {
            elements.append(
                .rectangle(
                    place.x, place.y, cell.width, cell.height,
                    [("class", "open"), ("fill", "url(#\(prefix)-open)")]))
        }
        return elements
    }

    private func valuesAcross(_ left: Double, _ bottom: Double) -> [SVGElement] {
        let widest = map.x.values.map { TextExtent.width(Format.brief($0), size: 11) }.max() ?? 0
        let step = max(1, Int(((widest + 8) / cell.width).rounded(.up)))
        var elements = stride(from: 0, to: map.x.values.count, by: step).map { column in
            SVGDocument.label(
                Format.brief(map.x.values[column]), x: left + cell.width * (Double(column) + 0.5), y: bottom + 15,
                anchor: "middle", size: 11)
        }
        let room = panelWidth - indent
        elements.append(
            SVGDocument.label(
                TextExtent.shortened(map.x.label, into: room, size: 12), x: left + (room - 20) / 2, y: bottom + 34,
                anchor: "middle"))
        return elements
    }

    private func valuesUp(_ left: Double, _ bottom: Double) -> [SVGElement] {
        let step = max(1, Int((15 / cell.height).rounded(.up)))
        var elements = stride(from: 0, to: map.y.values.count, by: step).map { row in
            SVGDocument.label(
                TextExtent.fitted(Format.brief(map.y.values[row]), into: indent - 30, size: 11), x: left - 6,
                y: bottom - cell.height * (Double(row) + 0.5) + 4, anchor: "end", size: 11)
        }
        let height = cell.height * Double(map.y.values.count)
        let (x, y) = (PlotNumber.text(left - indent + 14), PlotNumber.text(bottom - height / 2))
        elements.append(
            SVGElement(
                "text",
                [
                    ("x", x), ("y", y), ("text-anchor", "middle"), ("fill", SVGDocument.ink),
                    ("transform", "rotate(-90 \(x) \(y))"),
                ],
                text: TextExtent.shortened(map.y.label, into: max(60, height + 40), size: 12)))
        return elements
    }

    /// Where the scenario is, if both of its numbers lie among the values.
    private func own(_ left: Double, _ bottom: Double) -> (x: Double, y: Double)? {
        guard let column = Self.position(map.x), let row = Self.position(map.y) else { return nil }
        return (left + cell.width * (column + 0.5), bottom - cell.height * (row + 0.5))
    }

    /// A ring that is seen on every colour.
    private static func circle(_ centre: (x: Double, y: Double)) -> [SVGElement] {
        [("#FFFFFF", "4"), (SVGDocument.ink, "1.8")].map { colour, width in
            SVGElement(
                "circle",
                [
                    ("class", "own"), ("cx", PlotNumber.text(centre.x)), ("cy", PlotNumber.text(centre.y)), ("r", "7"),
                    ("fill", "none"), ("stroke", colour), ("stroke-width", width),
                ])
        }
    }

    /// Where the axis's own value lies among its values, in cells from 0; nil where it does not.
    private static func position(_ axis: HeatMap.Axis) -> Double? {
        guard let own = axis.own else { return nil }
        if let exact = axis.values.firstIndex(of: own) { return Double(exact) }
        for (index, (a, b)) in zip(axis.values, axis.values.dropFirst()).enumerated()
        where (a - own) * (b - own) < 0 {
            return Double(index) + (own - a) / (b - a)
        }
        return nil
    }

    private var description: String {
        let values = map.panels.flatMap(\.cells).joined().compactMap(\.value)
        let range =
            values.isEmpty
            ? "nothing known"
            : "\(map.measure) from \(Format.number(values.min() ?? 0)) to \(Format.number(values.max() ?? 0))"
        let open = map.panels.flatMap(\.cells).joined().count(where: \.isOpen)
        let words = [
            "\(map.x.label) across, \(map.y.label) upwards; \(map.panels.map(\.title).joined(separator: ", ")): \(range).",
            open > 0 ? "\(open) cells are not finished." : nil,
            Self.position(map.x) != nil && Self.position(map.y) != nil ? "The ring is the scenario." : nil,
        ]
        return (map.notes + words.compactMap(\.self)).joined(separator: " ")
    }
}
