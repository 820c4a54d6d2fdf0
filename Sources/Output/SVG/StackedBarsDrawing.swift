/// ``StackedBars`` laid out: everything has its place before anything is drawn.
struct StackedBarsDrawing {
    private let bars: StackedBars
    /// Where bars begin and how long the whole is.
    private let left: Double
    private let length: Double
    private let legend: [(x: Double, y: Double, text: String, fill: PlotFill?)]
    private let top: Double
    private let titleLines: [String]
    private let noteLines: [String]

    private static let margin = PictureHead.margin
    private static let barHeight = 22.0
    /// Between a bar and the first lane of intervals, and between lanes.
    private static let lane = 6.0
    private static let rowGap = 8.0
    private static let headingHeight = 24.0
    private static let noteHeight = PictureHead.noteHeight
    private static let swatch = PictureHead.swatch
    /// Names of bars may take no more than this share of the picture.
    private static let nameShare = 0.28

    init(_ bars: StackedBars) {
        self.bars = bars
        let all = bars.groups.flatMap(\.bars)
        let names = all.map { TextExtent.width($0.name, size: 12) }.max() ?? 0
        left = Self.margin + min(Self.nameShare * bars.width, names) + 10
        let remarks = all.map(\.remark) + [bars.remarkTitle]
        let behind = remarks.map { TextExtent.width($0, size: 12) }.max() ?? 0
        length = bars.width - left - Self.margin - (behind > 0 ? min(0.22 * bars.width, behind) + 10 : 0)
        let room = bars.width - 2 * Self.margin
        titleLines = TextExtent.wrapped(bars.title, into: room, size: 15, isBold: true)
        noteLines = bars.notes.flatMap { TextExtent.wrapped($0, into: room, size: 12) }
        let begin = 33 + 19 * Double(titleLines.count) + Self.noteHeight * Double(noteLines.count)
        legend = Self.legend(bars, from: begin)
        top = (legend.map(\.y).max() ?? begin) + 26
    }

    /// Entries of the legend from left to right, in as many rows as they need; a family begins a row.
    private static func legend(
        _ bars: StackedBars, from top: Double
    ) -> [(x: Double, y: Double, text: String, fill: PlotFill?)] {
        var entries: [(x: Double, y: Double, text: String, fill: PlotFill?)] = []
        let families = bars.parts.map(\.family)
        let heading = families.map { TextExtent.width($0, size: 12, isBold: true) }.max() ?? 0
        let indent = margin + min(heading, 0.2 * bars.width) + 12
        var (x, y, family) = (indent, top - 20, String?.none)
        for part in bars.parts {
            let room = bars.width - margin - indent
            let text = TextExtent.fitted(part.name, into: room - swatch - 24, size: 12)
            let width = swatch + 6 + TextExtent.width(text, size: 12) + 18
            if part.family != family {
                (x, y, family) = (indent, y + 20, part.family)
                entries.append((margin, y, TextExtent.fitted(part.family, into: indent - margin, size: 12), nil))
            } else if x + width > bars.width - margin {
                (x, y) = (indent, y + 20)
            }
            entries.append((x, y, text, part.fill))
            x += width
        }
        return entries
    }

    var svg: String {
        SVGDocument.text(
            title: bars.title, description: description, width: bars.width, height: body("").bottom + 44
        ) { prefix in
            let fills = Set(bars.parts.map(\.fill)).sorted {
                ($0.pattern.rawValue, $0.colour) < ($1.pattern.rawValue, $1.colour)
            }
            let definitions =
                fills.compactMap { $0.definition(prefix) }
                + (bars.groups.flatMap(\.bars).contains { $0.shares == nil } ? [SVGDocument.stripes(prefix)] : [])
            let (elements, bottom) = body(prefix)
            return (definitions.isEmpty ? [] : [SVGElement("defs", children: definitions)]) + head(prefix) + elements
                + axis(at: bottom)
        }
    }

    /// All groups, and where they end.
    private func body(_ prefix: String) -> (elements: [SVGElement], bottom: Double) {
        var elements: [SVGElement] = []
        var y = top
        for group in bars.groups {
            elements += heading(group, at: y)
            y += Self.headingHeight
            let begin = y
            var rows: [SVGElement] = []
            for bar in group.bars {
                let (drawn, height) = row(bar, at: y, prefix)
                rows += drawn
                y += height + Self.rowGap
            }
            elements += grid(from: begin - 2, to: y - Self.rowGap + 2) + rows
            y += 6
        }
        return (elements, y)
    }

    private func head(_ prefix: String) -> [SVGElement] {
        PictureHead(
            titleLines: titleLines, noteLines: noteLines,
            entries: legend.map { ($0.x, $0.y, $0.text, $0.fill?.paint(prefix)) }
        ).elements
    }

    private func heading(_ group: StackedBars.Group, at y: Double) -> [SVGElement] {
        let text = TextExtent.fitted(group.name, into: left + length - Self.margin, size: 13, isBold: true)
        var elements = [SVGDocument.label(text, x: Self.margin, y: y + 14, size: 13, isBold: true)]
        if !bars.remarkTitle.isEmpty {
            elements.append(SVGDocument.label(bars.remarkTitle, x: left + length + 10, y: y + 14))
        }
        return elements
    }

    /// Thin lines under the bars of a group.
    private func grid(from top: Double, to bottom: Double) -> [SVGElement] {
        (0...5).map { Double($0) / 5 }.map { share in
            line(left + share * length, top, left + share * length, bottom, [("class", "grid"), ("stroke", "#CCCCCC")])
        }
    }

    private func axis(at y: Double) -> [SVGElement] {
        (0...5).map { Double($0) / 5 }.map { share in
            SVGDocument.label(
                Format.fixed(share, 1), x: left + share * length, y: y + 10,
                anchor: share == 0 ? "start" : share == 1 ? "end" : "middle")
        } + [SVGDocument.label(bars.axis, x: left + length / 2, y: y + 30, anchor: "middle")]
    }

    // MARK: A bar

    private func row(
        _ bar: StackedBars.Bar, at y: Double, _ prefix: String
    ) -> (elements: [SVGElement], height: Double) {
        let name = TextExtent.shortened(bar.name, into: left - Self.margin - 10, size: 12)
        var elements = [SVGDocument.label(name, x: left - 10, y: y + 15.5, anchor: "end")]
        // What was measured fits into the room that was measured for it, whatever rounding says.
        let room = bars.width - Self.margin - left - length - 10 + 0.5
        if !bar.remark.isEmpty {
            let remark = TextExtent.fitted(bar.remark, into: room, size: 12)
            elements.append(SVGDocument.label(remark, x: left + length + 10, y: y + 15.5))
        }
        guard let shares = bar.shares else {
            elements.append(
                .rectangle(
                    left, y, length, Self.barHeight,
                    [("class", "open"), ("fill", "url(#\(prefix)-open)"), ("stroke", SVGDocument.ink)]))
            return (elements, Self.barHeight)
        }
        elements += parts(shares, at: y, prefix)
        let intervals = self.intervals(shares)
        let lanes = Self.lanes(intervals)
        for (interval, lane) in zip(intervals, lanes) {
            elements.append(whisker(interval, at: y + Self.barHeight + Self.lane * (Double(lane) + 0.8)))
        }
        return (elements, Self.barHeight + Self.lane * Double((lanes.max() ?? -1) + 1))
    }

    private func parts(_ shares: [StackedBars.Share], at y: Double, _ prefix: String) -> [SVGElement] {
        var elements: [SVGElement] = []
        var before = 0.0
        for (part, share) in zip(bars.parts, shares) {
            let (x, size) = (left + before * length, share.value * length)
            before += share.value
            guard size > 0 else { continue }
            elements.append(
                .rectangle(
                    x, y, size, Self.barHeight,
                    [
                        ("class", "part"), ("fill", part.fill.paint(prefix)), ("stroke", SVGDocument.ink),
                        ("stroke-width", "0.8"),
                    ]))
            if let text = number(share, into: size - 6) {
                elements += plate(text, centre: x + size / 2, y: y, onPattern: part.fill.pattern != .plain)
            }
        }
        return elements
    }

    /// Where the ends of the parts may be, in the drawing.
    private func intervals(_ shares: [StackedBars.Share]) -> [(low: Double, high: Double)] {
        var before = 0.0
        return shares.compactMap { share in
            before += share.value
            // The end of nothing is the end of the part before it, and the last part ends where the bar does.
            guard let end = share.end, share.value > 0, before < 1 - 1e-9 else { return nil }
            return (left + end.lowerBound * length, left + end.upperBound * length)
        }
    }

    /// The number of a part as it fits into it: an interval where it is one, its value where only that fits; nil where nothing does.
    private func number(_ share: StackedBars.Share, into room: Double) -> String? {
        // An interval that does not fit is under the bar; a bare value would claim what is not known.
        let text =
            share.interval.map { Format.interval($0.lowerBound, $0.upperBound, 2) } ?? Format.fixed(share.value, 2)
        return TextExtent.width(text, size: 11) <= room ? text : nil
    }

    /// A number in a part, on a plate where a pattern would run through it.
    private func plate(_ text: String, centre: Double, y: Double, onPattern: Bool) -> [SVGElement] {
        let label = SVGDocument.label(text, x: centre, y: y + 15, anchor: "middle", size: 11)
        guard onPattern else { return [label] }
        let width = TextExtent.width(text, size: 11) + 4
        return [.rectangle(centre - width / 2, y + 3, width, Self.barHeight - 6, [("fill", "#FFFFFF")]), label]
    }

    private func whisker(_ ends: (low: Double, high: Double), at y: Double) -> SVGElement {
        let (low, high, up, down) = (
            PlotNumber.text(ends.low), PlotNumber.text(ends.high), PlotNumber.text(y - 2), PlotNumber.text(y + 2)
        )
        let level = PlotNumber.text(y)
        return SVGElement(
            "path",
            [
                ("class", "interval"), ("d", "M\(low) \(up)V\(down)M\(low) \(level)H\(high)M\(high) \(up)V\(down)"),
                ("stroke", SVGDocument.ink), ("stroke-width", "1.2"), ("fill", "none"),
            ])
    }

    /// The lane of each interval: the first in which it touches none before it.
    private static func lanes(_ intervals: [(low: Double, high: Double)]) -> [Int] {
        var ends: [Double] = []
        return intervals.map { interval in
            let lane = ends.firstIndex { $0 + 3 < interval.low } ?? ends.count
            if lane == ends.count { ends.append(interval.high) } else { ends[lane] = interval.high }
            return lane
        }
    }

    /// What a reader hears: every bar with its numbers.
    private var description: String {
        let words = bars.groups.flatMap { group in
            group.bars.map { bar in
                let numbers = bar.shares.map { shares in
                    zip(bars.parts, shares).map { part, share in
                        "\(part.name) "
                            + (share.interval.map { Format.interval($0.lowerBound, $0.upperBound, 3) }
                                ?? Format.fixed(share.value, 3))
                    }.joined(separator: ", ")
                }
                return "\(group.name), \(bar.name): \(numbers ?? "nothing known")."
            }
        }
        return (bars.notes + (words.isEmpty ? ["There is nothing to show."] : words)).joined(separator: " ")
    }

    // MARK: Elements

    private func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: [(String, String)]
    ) -> SVGElement {
        SVGElement(
            "line",
            [
                ("x1", PlotNumber.text(x1)), ("y1", PlotNumber.text(y1)), ("x2", PlotNumber.text(x2)),
                ("y2", PlotNumber.text(y2)),
            ] + attributes)
    }
}
