/// How an area is filled: a colour, and a pattern where colours run out.
///
/// Any two fills of ``number(_:)``, and any two of ``cool(_:)`` and ``warm(_:)`` together, differ by a colour difference ΔE₀₀ of 10 or more
/// for people with normal vision, protanopia, deuteranopia and tritanopia, or by their patterns; dark text can be read on all of them.
/// The colours were searched for with that aim (docs/pictures.md says how), and a test computes the differences.
public struct PlotFill: Sendable, Equatable, Hashable {
    /// What lies over the colour.
    public enum Pattern: String, Sendable, Equatable, CaseIterable {
        case plain, dots, rows, grid
    }

    /// As `#RRGGBB`.
    public let colour: String
    public let pattern: Pattern

    private static let numbered = [
        "#8D87FF", "#BFB11F", "#26A7A6", "#C5BEF7", "#B2E5B7", "#8F9D6B", "#E3FF56", "#F4E6F1",
    ]
    private static let cool = ["#209BF9", "#B7DCFD", "#99A6C8", "#E3EFF0"]
    private static let warm = ["#F96906", "#FCCF70", "#DF9485", "#F2E9CD"]

    private static func fill(_ index: Int, of colours: [String]) -> PlotFill {
        PlotFill(
            colour: colours[index % colours.count],
            pattern: Pattern.allCases[index / colours.count % Pattern.allCases.count])
    }

    /// The fill of the n-th of several things, from 0; fills repeat after 32.
    public static func number(_ index: Int) -> PlotFill { fill(index, of: numbered) }

    /// The n-th of the family of blues, for what is wanted; fills repeat after 16.
    public static func cool(_ index: Int) -> PlotFill { fill(index, of: cool) }

    /// The n-th of the family of oranges, for what is not wanted; fills repeat after 16.
    public static func warm(_ index: Int) -> PlotFill { fill(index, of: warm) }

    /// What the attribute `fill` says, in a document whose identifiers begin so.
    func paint(_ prefix: String) -> String { pattern == .plain ? colour : "url(#\(identifier(prefix)))" }

    private func identifier(_ prefix: String) -> String { "\(prefix)-\(pattern.rawValue)-\(colour.dropFirst())" }

    /// What has to be defined for the fill; nil where it is plain.
    func definition(_ prefix: String) -> SVGElement? {
        let ink = [("stroke", "#222222"), ("stroke-width", "1.1"), ("fill", "none")]
        let marks: [SVGElement]
        switch pattern {
        case .plain: return nil
        case .dots:
            marks = [SVGElement("circle", [("cx", "3.5"), ("cy", "3.5"), ("r", "1.2"), ("fill", "#222222")])]
        case .rows: marks = [SVGElement("path", [("d", "M0 3.5H7")] + ink)]
        case .grid: marks = [SVGElement("path", [("d", "M0 3.5H7M3.5 0V7")] + ink)]
        }
        let ground = SVGElement("rect", [("width", "7"), ("height", "7"), ("fill", colour)])
        return SVGElement(
            "pattern",
            [("id", identifier(prefix)), ("patternUnits", "userSpaceOnUse"), ("width", "7"), ("height", "7")],
            children: [ground] + marks)
    }
}
