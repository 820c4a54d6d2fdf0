import Foundation
import GameFixtures
import Output
import Testing

/// Pairs of Sharma, Wu & Dalal 2005, table 1: L, a, b twice, and ΔE₀₀.
private let pairs: [[Double]] = [
    [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425], [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
    [50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412], [50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000],
    [50, 0, 0, 50, -1, 2, 2.3669], [50, 2.4900, -0.0010, 50, -2.4900, 0.0009, 7.1792],
    [50, 2.4900, -0.0010, 50, -2.4900, 0.0011, 7.2195], [50, -0.0010, 2.4900, 50, 0.0009, -2.4900, 4.8045],
    [50, 2.5, 0, 50, 0, -2.5, 4.3065], [50, 2.5, 0, 73, 25, -18, 27.1492],
    [50, 2.5, 0, 61, -5, 29, 22.8977], [50, 2.5, 0, 56, -27, -3, 31.9030],
    [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
    [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
    [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
    [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
    [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
    [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
    [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
]

@Suite("Rules for pictures")
struct PictureRuleTests {
    @Test("The colour difference of these tests is the published one", arguments: pairs)
    func oracle(pair: [Double]) {
        let found = ColourDifference.deltaE(Array(pair[0..<3]), Array(pair[3..<6]))
        #expect(abs(found - pair[6]) < 1e-4)
        #expect(abs(ColourDifference.deltaE(Array(pair[3..<6]), Array(pair[0..<3])) - found) < 1e-12)
    }

    @Test("Fills are told apart with every kind of colour vision, or by their patterns")
    func fills() throws {
        for family in [(0..<32).map(PlotFill.number), (0..<16).map(PlotFill.cool) + (0..<16).map(PlotFill.warm)] {
            for (i, a) in family.enumerated() {
                #expect(try #require(ColourDifference.contrast(a.colour, "#222222")) >= 4.5)
                for b in family.dropFirst(i + 1) where a.pattern == b.pattern {
                    for vision in ColourDifference.Vision.allCases {
                        let difference = try #require(ColourDifference.between(a.colour, b.colour, vision))
                        #expect(difference >= 10, "\(a.colour) and \(b.colour) with \(vision)")
                    }
                }
            }
        }
        // The test can fail: the colours of pictures before, as they lay on paper.
        #expect(try #require(ColourDifference.between("#D9B7CC", "#C0DDF1", .tritanopia)) < 40)
        #expect(try #require(ColourDifference.between("#8A8A8A", "#8F8F8F", .normal)) < 10)
    }

    @Test("Classes of a map are told apart from the next by every kind of colour vision")
    func classes() throws {
        let map = HeatMap(
            title: "m", x: .init("x", [0, 1, 2, 3, 4, 5]), y: .init("y", [0]), measure: "z",
            panels: [.init("p", cells: [[0.5, 1.5, 2.5, 3.5, 4.5, 5.4].map { HeatMap.Cell($0) }])])
        let svg = map.svg
        let colours = svg.split(separator: "\n").filter { $0.contains("class=\"cell\"") }.compactMap { line in
            line.range(of: "fill=\"#").map { String(line[line.index(before: $0.upperBound)...].prefix(7)) }
        }
        #expect(colours.count == 6 && Set(colours).count == 6)
        for (a, b) in zip(colours, colours.dropFirst()) {
            for vision in ColourDifference.Vision.allCases {
                #expect(try #require(ColourDifference.between(a, b, vision)) >= 10)
            }
        }
        #expect(PictureAudit(svg).faults == [])
    }

    /// Names that are long, short, wide and hostile.
    static let awkward = ["a", "a much longer name than anybody would give", "<b>&\"漢字 🙂", "\u{202E}turned"]

    @Test("Names stand in their regions, off lines, marks and each other", arguments: awkward)
    func placement(name: String) {
        var plot = SVGPlot(
            title: "\(name): \(name) and \(name)", x: PlotAxis(name, from: 0, to: 1), y: PlotAxis(name, from: 0, to: 1))
        let halves = [[(0.0, 0.0), (0.3, 0), (0.7, 1), (0, 1)], [(0.3, 0.0), (1, 0), (1, 1), (0.7, 1)]]
        for (index, corners) in halves.enumerated() {
            plot.region(corners, fill: .number(index), label: name)
            plot.name("\(name) \(index)", inside: [corners])
        }
        plot.line([(0.3, 0), (0.7, 1)], colour: .black)
        for step in 0..<8 { plot.line([(0, 0.12 * Double(step)), (1, 0.12 * Double(step) + 0.1)], dashed: true) }
        let places = (0..<12).map { index -> (Double, Double) in
            let (column, row) = (Double(index % 4), Double(index / 4))
            return (0.4 + 0.01 * column, 0.5 + 0.01 * row)
        }
        plot.points(places, marker: .ring, colour: .black, size: 10, label: name)
        for (index, place) in places.enumerated() { plot.text("\(index)", x: place.0, y: place.1) }
        plot.hatch([(0, 0), (0.2, 0), (0.2, 0.2)], label: "not settled")
        #expect(PictureAudit(plot.svg).faults == [])
        let free = SVGPlot(title: "", x: plot.x, y: plot.y)
        #expect(PictureAudit(free.svg).faults == ["has no title"])
        var roomy = free
        roomy.name(name, inside: [[(0, 0), (1, 0), (1, 1), (0, 1)]])
        #expect(roomy.svg.contains("class=\"plate\""))
    }

    @Test("A name that does not fit is left out, and the legend has it")
    func narrow() {
        var plot = SVGPlot(title: "t", x: PlotAxis("x", from: 0, to: 1), y: PlotAxis("y", from: 0, to: 1))
        let corners = [(0.0, 0.0), (0.01, 0), (0.01, 1), (0, 1)]
        plot.region(corners, fill: .number(0), label: "a long name")
        plot.name("a long name", inside: [corners])
        #expect(!plot.svg.contains("class=\"plate\""))
        #expect(plot.svg.contains("a long name"))
    }

    @Test("What uses less than a tenth of the field is drawn again, larger; nothing else is")
    func enlarged() {
        var plot = SVGPlot(title: "t", x: PlotAxis("x", from: 0, to: 1), y: PlotAxis("y", from: 0, to: 1))
        plot.line([(0.1, 0.1), (0.35, 0.45)])
        plot.text("beside", x: 0.2, y: 0.2)
        let plain = plot.svg
        plot.enlarge([(0.1, 0.1), (0.45, 0.45)])
        #expect(plot.svg == plain)
        plot.enlarge([(0.1, 0.1), (0.1, 0.1)])
        #expect(plot.svg == plain)
        plot.enlarge([(0.1, 0.1), (0.35, 0.45)])
        #expect(plot.svg.contains("class=\"window\"") && plot.svg.contains("larger"))
        #expect(PictureAudit(plot.svg).faults == [])
    }

    @Test(
        "Bars: intervals stand in lanes, what is not known is striped, and every kind of whole is drawn",
        arguments: awkward)
    func bars(name: String) {
        let parts = (0..<9).map {
            StackedBars.Part(
                "\(name) \($0)", family: $0 < 5 ? "safe" : "unsafe", fill: $0 < 5 ? .cool($0) : .warm($0 - 5))
        }
        let even = parts.map { _ in StackedBars.Share(1.0 / 9) }
        let played = (0..<9).map { index -> StackedBars.Share in
            let end = Double(index + 1) / 9
            return StackedBars.Share(1.0 / 9, interval: 0.05...0.2, end: max(0, end - 0.1)...min(1, end + 0.1))
        }
        let picture = StackedBars(
            title: name, notes: ["Striped: nothing is known."], parts: parts,
            groups: [
                .init(
                    "\(name) all",
                    bars: [.init(name, shares: even, remark: "0.556"), .init("p", shares: played, remark: "0.4–0.7")]),
                .init("none", bars: [.init(name, shares: nil, remark: "unknown")]),
                .init("one", bars: [.init("q", shares: [.init(1)] + parts.dropFirst().map { _ in .init(0) })]),
            ], remarkTitle: "safe")
        #expect(PictureAudit(picture.svg).faults == [])
        #expect(picture.svg == picture.svg)
        #expect(picture.svg.split(separator: "class=\"interval\"").count == 9)
        // A whole without parts of its own, and no groups at all.
        let empty = StackedBars(title: name, parts: [], groups: [])
        #expect(PictureAudit(empty.svg).faults == [])
    }

    @Test("Maps of one cell, of very many, of nothing and of what is not finished", arguments: [1, 2, 7, 90])
    func maps(size: Int) {
        let values = (0..<size).map { 0.1 * Double($0) - 1e-7 }
        func cell(_ row: Int, _ column: Int) -> HeatMap.Cell {
            HeatMap.Cell(
                (row + column) % 5 == 0 ? nil : Double(row * column) / Double(size), isOpen: (row + column) % 5 == 0)
        }
        let cells = values.indices.map { row in values.indices.map { cell(row, $0) } }
        let map = HeatMap(
            title: "A map", notes: ["Striped: not finished."], x: .init("users.a.prior", values, own: 0.05),
            y: .init("users.b.a-path-that-is-rather-long-for-a-panel-of-this-size", values, own: 0.05),
            measure: "payoff",
            panels: ["p", "q", "r"].map { .init($0, cells: cells) })
        #expect(PictureAudit(map.svg).faults == [])
    }

    @Test("The audit finds what is wrong")
    func audit() {
        let head = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\">"
        let whole = head + "<title>t</title><desc>d</desc><rect class=\"paper\" width=\"100\" height=\"100\"/>"
        func faults(_ body: String) -> [String] { PictureAudit(whole + body + "</svg>").faults }
        #expect(faults("") == [])
        #expect(PictureAudit(head + "</svg>").faults.count == 3)
        let word = "<text x=\"10\" y=\"50\" fill=\"#222222\">word</text>"
        #expect(faults(word) == [])
        #expect(faults(word + "<line x1=\"0\" y1=\"48\" x2=\"90\" y2=\"48\"/>").count == 1)
        #expect(faults(word + "<text x=\"20\" y=\"55\" fill=\"#222222\">word</text>").count == 1)
        #expect(faults("<text x=\"90\" y=\"50\" fill=\"#222222\">word</text>").count == 1)
        #expect(faults("<text x=\"10\" y=\"50\" fill=\"#BBBBBB\">word</text>").count == 1)
        #expect(faults("<rect class=\"open\" width=\"9\" height=\"9\"/>").count == 1)
        #expect(faults("<clipPath id=\"field\"/>").count == 1)
        let two = ["#8A8A8A", "#8F8F8F"].map { "<rect class=\"region\" width=\"9\" height=\"9\" fill=\"\($0)\"/>" }
        #expect(faults(two.joined()).count == 4)
    }
}
