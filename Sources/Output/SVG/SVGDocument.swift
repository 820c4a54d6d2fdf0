/// The document around a drawing: what every picture of ours has.
///
/// Title and description for those who hear it, white paper of its own so that it is read on dark pages too, and identifiers that no other
/// picture on the same page has.
enum SVGDocument {
    /// The ink of texts, lines and frames, 15 : 1 against the paper.
    static let ink = "#222222"

    /// - Parameters:
    ///   - description: what is seen, in sentences.
    ///   - draw: the drawing, with definitions first, from the beginning that its identifiers must have.
    /// - Returns: the document, ended by a line feed. The same arguments give the same bytes.
    /// - Complexity: the drawing is made twice, since its identifiers are made from its bytes.
    static func text(
        title: String, description: String, width: Double, height: Double,
        draw: (_ prefix: String) -> [SVGElement]
    ) -> String {
        func document(_ prefix: String) -> String {
            let size = [PlotNumber.text(width), PlotNumber.text(height)]
            var root = SVGElement(
                "svg",
                [
                    ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(size[0]) \(size[1])"),
                    ("width", size[0]), ("height", size[1]), ("font-family", "Helvetica, Arial, sans-serif"),
                    ("font-size", "12"), ("role", "img"),
                ])
            root.append(SVGElement("title", text: title))
            root.append(SVGElement("desc", text: description))
            root.append(
                SVGElement("rect", [("class", "paper"), ("width", size[0]), ("height", size[1]), ("fill", "#FFFFFF")]))
            for element in draw(prefix) { root.append(element) }
            return root.xml()
        }
        let prefix = "p" + ContentHash.sha256(document("p")).prefix(12)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document(prefix)
    }

    /// A line of text.
    ///
    /// - Parameter anchor: `start`, `middle` or `end`: where the place is in the text.
    static func label(
        _ text: String, x: Double, y: Double, anchor: String = "start", size: Double = 12, isBold: Bool = false,
        isItalic: Bool = false, colour: String = ink
    ) -> SVGElement {
        var attributes = [("x", PlotNumber.text(x)), ("y", PlotNumber.text(y))]
        if anchor != "start" { attributes.append(("text-anchor", anchor)) }
        if size != 12 { attributes.append(("font-size", PlotNumber.text(size))) }
        if isBold { attributes.append(("font-weight", "bold")) }
        if isItalic { attributes.append(("font-style", "italic")) }
        return SVGElement("text", attributes + [("fill", colour)], text: text)
    }

    /// Black and white stripes for what is not settled: seen on every colour and without colours.
    static func stripes(_ prefix: String) -> SVGElement {
        SVGElement(
            "pattern",
            [
                ("id", "\(prefix)-open"), ("patternUnits", "userSpaceOnUse"), ("width", "9"), ("height", "9"),
                ("patternTransform", "rotate(45)"),
            ],
            children: [
                SVGElement(
                    "rect", [("width", "9"), ("height", "9"), ("fill", "#FFFFFF"), ("fill-opacity", "0.35")]),
                SVGElement(
                    "line",
                    [
                        ("x1", "0"), ("y1", "0"), ("x2", "0"), ("y2", "9"), ("stroke", ink), ("stroke-width", "2.2"),
                    ]),
            ])
    }
}
