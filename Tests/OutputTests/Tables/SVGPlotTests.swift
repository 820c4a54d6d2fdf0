import Foundation
import GameFixtures
import Output
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Plots")
struct SVGPlotTests {
    /// Counts elements and collects texts, as an XML parser sees them.
    private final class Reader: NSObject, XMLParserDelegate {
        var counts: [String: Int] = [:]
        var texts: [String] = []
        private var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            counts[name, default: 0] += 1
            text = ""
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            if name == "text" || name == "title" { texts.append(text) }
        }
    }

    private func read(_ svg: String) -> Reader? {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }

    @Test("What differs by rounding does not fill an axis; what differs by more does")
    func axes() {
        let rounding = PlotAxis("value", fitting: [0.468, 0.468 + 5e-15, 0.468 - 2e-15])
        #expect(rounding.lower < 0.4 && rounding.upper > 0.5)
        let small = PlotAxis("value", fitting: [0.468, 0.468 + 1e-6])
        #expect(small.upper - small.lower < 2e-6)
        let texts = rounding.ticks().map(\.text)
        #expect(Set(texts).count == texts.count && texts.allSatisfy { $0.count <= 6 })
    }

    @Test("Long names keep both ends")
    func longNames() throws {
        let name = "users." + String(repeating: "very-long-", count: 20) + "type.prior"
        var plot = SVGPlot(title: "", x: PlotAxis(name, from: 0, to: 1), y: PlotAxis(name, from: 0, to: 1))
        plot.points([(0.5, 0.5)], label: name)
        let texts = try #require(read(plot.svg)).texts.filter { $0.contains("…") }
        #expect(texts.count == 3)
        #expect(texts.allSatisfy { $0.hasPrefix("users.") && $0.hasSuffix("prior") })
    }

    private func plot(_ name: String) -> SVGPlot {
        var plot = SVGPlot(
            title: name, x: PlotAxis("risk <\(name)>", from: 0, to: 1), y: PlotAxis("payoff", fitting: [-2, 0.5]))
        plot.region([(0, 0), (1, 0), (1, 0.5)], fill: .number(2), label: "region")
        plot.shade([(0, 0), (1, 0), (1, 0.5)], colour: .sky)
        plot.line([(0, -1), (.nan, 3), (1, 0.5)], colour: .blue, dashed: true, label: "line & more")
        for (index, marker) in PlotMarker.allCases.enumerated() {
            plot.points([(0.1 * Double(index), -1.5), (.infinity, 0)], marker: marker, colour: .number(index))
        }
        plot.text(name, x: 0.5, y: -1)
        return plot
    }

    @Test(
        "are XML whatever their names are, and say the names unchanged",
        arguments: [
            "plain", "<script>&\"'", "]]>", "ümläut 漢字 🙂", "a]]>b<!-- c -->",
        ])
    func isXML(name: String) throws {
        let svg = plot(name).svg
        #expect(PictureAudit(svg).faults == [])
        let reader = try #require(read(svg))
        #expect(reader.counts["svg"] == 1)
        #expect(reader.counts["polyline"] == 1)
        #expect(reader.counts["script"] == nil)
        #expect(reader.texts.filter { $0 == name }.count == 3)
        #expect(reader.texts.contains("risk <\(name)>"))
        #expect(reader.texts.contains("line & more"))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
        #expect(svg == plot(name).svg)
    }

    @Test(
        "what XML forbids and what turns text round is shown by its number",
        arguments: ["\u{0}", "\u{1}", "\u{7F}", "\u{9B}", "\n", "\u{202E}", "\u{FFFE}"] as [Unicode.Scalar])
    func controls(scalar: Unicode.Scalar) throws {
        let reader = try #require(read(plot("a\(scalar)b").svg))
        #expect(reader.texts.contains("a\\u{\(String(scalar.value, radix: 16, uppercase: true))}b"))
    }

    @Test("stripes and notes are there where they were asked for, and say so in the legend and to those who hear")
    func unfinished() throws {
        let plain = plot("p")
        #expect(!plain.svg.contains("pattern") && !plain.svg.contains("stopped"))
        var striped = plain
        striped.hatch([(0.2, 0), (0.4, 0), (0.4, 0.4)], label: "not <settled>")
        striped.hatch([(0.5, 0), (0.6, 0), (0.6, 0.4)])
        striped.note("Not complete & stopped.")
        let reader = try #require(read(striped.svg))
        #expect(reader.counts["pattern"] == 1)
        #expect(reader.counts["desc"] == 1)
        #expect(striped.svg.split(separator: "class=\"open\"").count == 3)
        #expect(reader.texts.contains("not <settled>") && reader.texts.contains("Not complete & stopped."))
        // The note stands above the field, which makes room for it.
        #expect(PictureAudit(striped.svg).faults == [])
    }

    @Test("Graphs of chains: a drawing that is XML, and a text in which no name begins or ends anything")
    func chain() throws {
        let name = "<script>\"; \\ \u{1B}[0m\nb -> a;"
        let graph = ChainGraph(
            title: name,
            columns: [.init(name, [.init(name, [name, "2"], isStrong: true)]), .init("c", [.init("d", ["e"])])])
        let reader = try #require(read(graph.svg))
        let shown = "<script>\"; \\ \\u{1B}[0m\\u{A}b -> a;"
        #expect(reader.texts.filter { $0 == shown }.count == 4)
        #expect(PictureAudit(graph.svg).faults == [])
        #expect(reader.counts["script"] == nil)
        #expect(!graph.dot.contains("<") && !graph.dot.contains("\u{1B}"))
        #expect(graph.dot.split(separator: "\n").filter { $0.contains(" -> ") && !$0.contains("label") }.count == 1)
    }

    @Test(
        "ticks are round and inside",
        arguments: [
            (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (-1.8, 0.4, ["-1.5", "-1.0", "-0.5", "0.0"]),
            (0.0941, 0.0972, ["0.095", "0.096", "0.097"]),
            (0, 3000, ["0", "500", "1000", "1500", "2000", "2500", "3000"]),
            (7, 7, ["6.6", "6.8", "7.0", "7.2", "7.4"]),
        ] as [(Double, Double, [String])])
    func ticks(lower: Double, upper: Double, texts: [String]) {
        let axis = PlotAxis("", from: lower, to: upper)
        let ticks = axis.ticks()
        #expect(ticks.map(\.text) == texts)
        for tick in ticks { #expect(tick.value >= axis.lower - 1e-12 && tick.value <= axis.upper + 1e-12) }
    }

    @Test("an axis has room for its values, and for none")
    func fitting() {
        let axis = PlotAxis("", fitting: [1, 3, .nan, .infinity])
        #expect(abs(axis.lower - 0.9) < 1e-12 && abs(axis.upper - 3.1) < 1e-12)
        #expect(PlotAxis("", fitting: []).lower < PlotAxis("", fitting: []).upper)
        #expect(PlotAxis("", from: .nan, to: 1).lower < PlotAxis("", from: .nan, to: 1).upper)
    }
}
