import GameFixtures
import Pages
import Testing

@Suite("Colours of bars on pages")
struct PageColourTests {
    /// What the pictures keep to as well.
    private static let leastDifference = 10.0

    /// Colours by class: families of classes share their first letter.
    private func colours(_ style: String, property: String) throws -> [Character: [String: String]] {
        let rule = try Regex(
            "\\.([a-z])([0-9]) \\{ \(property): (#[0-9a-f]{6});", as: (Substring, Substring, Substring, Substring).self)
        var families: [Character: [String: String]] = [:]
        for match in style.matches(of: rule) {
            guard let family = match.output.1.first else { continue }
            families[family, default: [:]][String(match.output.1 + match.output.2)] = String(match.output.3)
        }
        return families
    }

    private func check(_ colours: [String: String]) throws {
        let classes = colours.sorted { $0.key < $1.key }
        for (index, first) in classes.enumerated() {
            for second in classes[(index + 1)...] {
                for vision in ColourDifference.Vision.allCases {
                    let difference = try #require(ColourDifference.between(first.value, second.value, vision))
                    #expect(difference >= Self.leastDifference, "\(first.key) and \(second.key), \(vision)")
                }
            }
        }
    }

    @Test("Endings on a report differ from each other, and responses do, whatever the colour vision")
    func report() throws {
        let families = try colours(ReportPage.style, property: "fill")
        let (safe, unsafe) = (try #require(families["s"]), try #require(families["u"]))
        #expect(safe.count == 6 && unsafe.count == 6)
        // The last safe ending lies beside the first unsafe one that occurs, which may be any.
        try check(safe.merging(unsafe) { first, _ in first })
        let responses = try #require(families["k"])
        #expect(responses.count == 8)
        try check(responses)
        try check(try #require(families["m"]).filter { $0.value.hasPrefix("#") })
    }

    @Test("Parts of bars in the explorer differ from each other, and their ink can be read on them")
    func explorer() throws {
        let gate = ExplorerGate(token: "t", port: 1)
        let routes = ExplorerRoutes(ExplorerAnswers(title: "", name: "", file: "", answers: [:]), gate: gate)
        let headers = ["host": "127.0.0.1:1", "x-nacre-token": "t"]
        let response = routes.respond(
            to: LoopbackRequest("GET", "/explorer.css", query: [:], headers: headers, body: []))
        let style = String(decoding: try #require(response.bytes), as: UTF8.self)
        let parts = try #require(try colours(style, property: "background-color")["c"])
        #expect(parts.count == 9)
        try check(parts)
        let inks = try Regex(
            "\\.c[0-9] \\{ background-color: (#[0-9a-f]{6}); color: (#[0-9a-f]{3});",
            as: (Substring, Substring, Substring).self)
        let pairs = style.matches(of: inks)
        #expect(pairs.count == 9)
        for pair in pairs {
            let ink = "#" + pair.output.2.dropFirst().map { "\($0)\($0)" }.joined()
            let contrast = try #require(ColourDifference.contrast(String(pair.output.1), ink))
            #expect(contrast >= 4.5, "\(pair.output.0)")
        }
    }
}
