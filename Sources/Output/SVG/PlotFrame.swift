/// The field of a plot: a box of the drawing, and what its sides measure.
struct PlotFrame {
    let box: PlotBox
    let x: PlotAxis
    let y: PlotAxis

    /// Where a point lies in the drawing; nil where a coordinate is not finite.
    func place(_ point: (Double, Double)) -> (Double, Double)? {
        guard point.0.isFinite, point.1.isFinite else { return nil }
        // Far outside is as good as outside, and keeps numbers short.
        func bounded(_ share: Double) -> Double { min(10, max(-9, share)) }
        return (
            box.x + bounded(x.share(point.0)) * box.width, box.y + (1 - bounded(y.share(point.1))) * box.height
        )
    }

    /// Ticks with thin lines across the field, and what the axes measure.
    ///
    /// - Parameter hasRows: whether names stand in place of what y measures.
    func grid(hasRows: Bool) -> SVGElement {
        var group = SVGElement("g", [("class", "axes")])
        func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> SVGElement {
            SVGElement(
                "line",
                [
                    ("class", "grid"), ("x1", PlotNumber.text(x1)), ("y1", PlotNumber.text(y1)),
                    ("x2", PlotNumber.text(x2)), ("y2", PlotNumber.text(y2)), ("stroke", "#DDDDDD"),
                ])
        }
        for tick in ticksAcross {
            let at = box.x + x.share(tick.value) * box.width
            group.append(rule(at, box.y, at, box.y + box.height))
            group.append(SVGDocument.label(tick.text, x: at, y: box.y + box.height + 18, anchor: "middle"))
        }
        for tick in y.ticks() {
            let at = box.y + (1 - y.share(tick.value)) * box.height
            group.append(rule(box.x, at, box.x + box.width, at))
            group.append(SVGDocument.label(tick.text, x: box.x - 8, y: at + 4, anchor: "end"))
        }
        let across = TextExtent.shortened(x.label, into: box.width + 40, size: 12)
        group.append(
            SVGDocument.label(across, x: box.x + box.width / 2, y: box.y + box.height + 42, anchor: "middle"))
        guard !hasRows, !y.label.isEmpty else { return group }
        let (left, middle) = (PlotNumber.text(box.x - 54), PlotNumber.text(box.y + box.height / 2))
        group.append(
            SVGElement(
                "text",
                [
                    ("x", left), ("y", middle), ("text-anchor", "middle"), ("fill", SVGDocument.ink),
                    ("transform", "rotate(-90 \(left) \(middle))"),
                ], text: TextExtent.shortened(y.label, into: box.height + 40, size: 12)))
        return group
    }

    /// As many numbers as have room beside each other.
    private var ticksAcross: [(value: Double, text: String)] {
        let tries = [6, 4, 3, 2].map { x.ticks(about: $0) }
        return tries.first { ticks in
            zip(ticks, ticks.dropFirst()).allSatisfy { a, b in
                (x.share(b.value) - x.share(a.value)) * box.width
                    > (TextExtent.width(a.text, size: 12) + TextExtent.width(b.text, size: 12)) / 2 + 6
            }
        } ?? []
    }
}

extension PlotBox {
    /// As attributes of a rectangle.
    var attributes: [(String, String)] {
        [
            ("x", PlotNumber.text(x)), ("y", PlotNumber.text(y)), ("width", PlotNumber.text(width)),
            ("height", PlotNumber.text(height)),
        ]
    }
}
