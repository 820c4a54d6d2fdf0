import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What is wrong with a picture, by the rules of docs/pictures.md; it reads the SVG and knows nothing of how it was made.
public struct PictureAudit {
    /// A sentence per fault; empty where there is none.
    public let faults: [String]

    /// - Parameter svg: the document.
    public init(_ svg: String) {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        guard parser.parse() else {
            faults = ["is no XML: \(parser.parserError.map { "\($0)" } ?? "")"]
            return
        }
        faults = Self.faults(reader)
    }

    struct Element {
        let name: String
        let attributes: [String: String]
        /// The clip path that it is under.
        let clip: String?
        /// Whether it is drawn, and no definition.
        let isDrawn: Bool
        var text = ""

        func number(_ key: String) -> Double { Double(attributes[key] ?? "") ?? 0 }
        var group: String { attributes["class"] ?? "" }
    }

    struct Box {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        /// Parts of a pixel are not seen.
        func overlaps(_ other: Box, by slack: Double = 0.5) -> Bool {
            x + slack < other.x + other.width && other.x + slack < x + width && y + slack < other.y + other.height
                && other.y + slack < y + height
        }

        func meets(_ a: (Double, Double), _ b: (Double, Double)) -> Bool {
            let (dx, dy) = (b.0 - a.0, b.1 - a.1)
            var (from, to) = (0.0, 1.0)
            for (step, room) in [(-dx, a.0 - x), (dx, x + width - a.0), (-dy, a.1 - y), (dy, y + height - a.1)] {
                if step == 0 {
                    if room < 0 { return false }
                } else if step < 0 {
                    from = max(from, room / step)
                } else {
                    to = min(to, room / step)
                }
            }
            return from <= to
        }

        func common(_ other: Box) -> Box {
            let (left, top) = (max(x, other.x), max(y, other.y))
            return Box(
                x: left, y: top, width: min(x + width, other.x + other.width) - left,
                height: min(y + height, other.y + other.height) - top)
        }
    }

    final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        var clips: [String: Box] = [:]
        private var open: [(name: String, clip: String?, isDrawn: Bool, index: Int)] = []
        private var clipID: String?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let above = open.last
            let clip = attributes["clip-path"].map { String($0.dropFirst(5).dropLast()) } ?? above?.clip
            let isDrawn = above?.isDrawn ?? true && name != "defs"
            if name == "clipPath" { clipID = attributes["id"] }
            let element = Element(name: name, attributes: attributes, clip: clip, isDrawn: isDrawn)
            if name == "rect", let clipID {
                clips[clipID] = PictureAudit.rectangle(element)
                self.clipID = nil
            }
            elements.append(element)
            open.append((name, clip, isDrawn, elements.count - 1))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            if let last = open.last { elements[last.index].text += string }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { open.removeLast() }
    }

    static func rectangle(_ element: Element) -> Box {
        Box(
            x: element.number("x"), y: element.number("y"), width: element.number("width"),
            height: element.number("height"))
    }

    // MARK: Rules

    private static func faults(_ reader: Reader) -> [String] {
        let elements = reader.elements
        guard let root = elements.first, root.name == "svg" else { return ["is no svg"] }
        let drawn = elements.filter(\.isDrawn)
        let texts = drawn.filter { $0.name == "text" && !$0.text.isEmpty }
        let boxes = texts.map(box)
        let canvas = Box(x: 0, y: 0, width: root.number("width"), height: root.number("height"))
        return heads(elements, canvas) + identifiers(elements) + unfinished(elements)
            + legibility(texts, boxes, drawn) + outside(texts, boxes, canvas) + overlaps(texts, boxes)
            + crossings(texts, boxes, drawn, reader.clips) + colours(elements)
    }

    private static func heads(_ elements: [Element], _ canvas: Box) -> [String] {
        var faults: [String] = []
        for name in ["title", "desc"] where elements.first(where: { $0.name == name })?.text.isEmpty ?? true {
            faults.append("has no \(name)")
        }
        let paper = elements.first { $0.group == "paper" }.map(rectangle)
        if paper?.width != canvas.width || paper?.height != canvas.height { faults.append("has no paper of its own") }
        return faults
    }

    /// Identifiers that another picture on the same page could have too.
    private static func identifiers(_ elements: [Element]) -> [String] {
        elements.compactMap { $0.attributes["id"] }.filter { $0.prefix { $0 != "-" }.count < 8 }.map {
            "has the identifier \($0), which other pictures have too"
        }
    }

    private static func unfinished(_ elements: [Element]) -> [String] {
        let isStriped = elements.contains { $0.isDrawn && $0.group == "open" }
        let words = elements.filter { ["text", "desc"].contains($0.name) }.map { $0.text.lowercased() }.joined()
        let isSaid = ["not settled", "not finished", "not complete", "nothing is known", "striped"].contains {
            words.contains($0)
        }
        return isStriped && !isSaid ? ["has stripes that nothing explains"] : []
    }

    private static func legibility(_ texts: [Element], _ boxes: [Box], _ drawn: [Element]) -> [String] {
        let areas = drawn.filter { ["cell", "part", "region"].contains($0.group) && $0.name == "rect" }
            .map { (box: rectangle($0), fill: $0.attributes["fill"]) }
        return zip(texts, boxes).compactMap { text, box in
            let under = areas.last { $0.box.overlaps(box) }?.fill
            let ground = under.flatMap { $0.hasPrefix("#") ? $0 : nil } ?? "#FFFFFF"
            let ink = text.attributes["fill"] ?? "#000000"
            guard let contrast = ColourDifference.contrast(ink, ground), contrast >= 4.5 else {
                return "the text \(text.text) is hard to read: \(ink) on \(ground)"
            }
            return nil
        }
    }

    private static func outside(_ texts: [Element], _ boxes: [Box], _ canvas: Box) -> [String] {
        zip(texts, boxes).filter { _, box in
            box.x < -1 || box.y < -1 || box.x + box.width > canvas.width + 1 || box.y + box.height > canvas.height + 1
        }.map { "the text \($0.0.text) is not all in the picture" }
    }

    private static func overlaps(_ texts: [Element], _ boxes: [Box]) -> [String] {
        boxes.indices.flatMap { i in
            boxes.indices.dropFirst(i + 1).filter { boxes[i].overlaps(boxes[$0]) }.map {
                "the texts \(texts[i].text) and \(texts[$0].text) overlap"
            }
        }
    }

    private static func crossings(
        _ texts: [Element], _ boxes: [Box], _ drawn: [Element], _ clips: [String: Box]
    ) -> [String] {
        // A thin grid is behind everything and stops at plates.
        let lines = drawn.filter { ["line", "polyline"].contains($0.name) && $0.group != "grid" }
        return zip(texts, boxes).flatMap { text, box in
            lines.compactMap { line in
                var area = box
                if let clip = line.clip.flatMap({ clips[$0] }) { area = box.common(clip) }
                guard area.width > 0, area.height > 0 else { return nil }
                let inner = Box(
                    x: area.x + 0.5, y: area.y + 0.5, width: area.width - 1, height: area.height - 1)
                let points = points(line)
                let meets = zip(points, points.dropFirst()).contains { inner.meets($0, $1) }
                return meets ? "the text \(text.text) is crossed by a line" : nil
            }
        }
    }

    private static func points(_ line: Element) -> [(Double, Double)] {
        guard line.name == "polyline" else {
            return [(line.number("x1"), line.number("y1")), (line.number("x2"), line.number("y2"))]
        }
        return (line.attributes["points"] ?? "").split(separator: " ").map { pair in
            let parts = pair.split(separator: ",").map { Double($0) ?? 0 }
            return (parts[0], parts[1])
        }
    }

    /// Fills of areas that a reader has to tell apart.
    private static func colours(_ elements: [Element]) -> [String] {
        let areas = elements.filter { ["part", "region"].contains($0.group) && $0.isDrawn }
        let fills = Set(areas.compactMap { $0.attributes["fill"] }).sorted()
        let plain = fills.filter { $0.hasPrefix("#") }
        return plain.indices.flatMap { i in
            plain.indices.dropFirst(i + 1).flatMap { j in
                ColourDifference.Vision.allCases.compactMap { vision in
                    let difference = ColourDifference.between(plain[i], plain[j], vision) ?? 0
                    return difference < 10 ? "\(plain[i]) and \(plain[j]) look alike with \(vision)" : nil
                }
            }
        }
    }

    // MARK: Texts

    /// Advances of Helvetica for the printable ASCII characters, in thousandths of the font size.
    private static let widths = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
        556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
        556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
        500, 500, 500, 334, 260, 334, 584,
    ]

    /// The box of a text in Helvetica, from the top of its capitals to the foot of its descenders.
    static func box(_ text: Element) -> Box {
        let size = Double(text.attributes["font-size"] ?? "12") ?? 12
        let isBold = text.attributes["font-weight"] == "bold"
        let thousandths = text.text.unicodeScalars.reduce(0) { sum, scalar in
            let index = Int(scalar.value) - 32
            return sum + (widths.indices.contains(index) ? widths[index] : 800)
        }
        let width = Double(thousandths) / 1000 * size * (isBold ? 1.06 : 1)
        let anchor = text.attributes["text-anchor"] ?? "start"
        let left = text.number("x") - (anchor == "middle" ? width / 2 : anchor == "end" ? width : 0)
        let box = Box(x: left, y: text.number("y") - 0.72 * size, width: width, height: 0.93 * size)
        guard text.attributes["transform"]?.hasPrefix("rotate(-90") == true else { return box }
        return Box(
            x: text.number("x") - 0.72 * size, y: text.number("y") - width / 2, width: 0.93 * size, height: width)
    }
}
