/// Colours that people with any kind of colour vision tell apart.
///
/// Source: Okabe & Ito 2008, Color Universal Design.
public enum PlotColour: String, Sendable, Equatable, CaseIterable {
    case blue = "#0072B2"
    case vermillion = "#D55E00"
    case green = "#009E73"
    case purple = "#CC79A7"
    case orange = "#E69F00"
    case sky = "#56B4E9"
    case yellow = "#F0E442"
    case black = "#222222"
    case grey = "#8A8A8A"

    /// A colour for the n-th of several things, from 0; they repeat after eight.
    public static func number(_ index: Int) -> PlotColour {
        [blue, vermillion, green, purple, orange, sky, yellow, black][index % 8]
    }
}

/// What stands at a point. Shapes differ, so that nothing depends on colour alone.
public enum PlotMarker: String, Sendable, Equatable, CaseIterable {
    case circle, square, triangle, diamond, cross, ring

    /// The marker around a place in the drawing.
    func element(x: Double, y: Double, size: Double, colour: PlotColour) -> SVGElement {
        let (half, fill) = (size / 2, ("fill", colour.rawValue))
        func path(_ points: [(Double, Double)]) -> SVGElement {
            SVGElement("polygon", [("points", PlotNumber.points(points)), fill])
        }
        switch self {
        case .circle:
            return SVGElement(
                "circle", [("cx", PlotNumber.text(x)), ("cy", PlotNumber.text(y)), ("r", PlotNumber.text(half)), fill])
        case .ring:
            return SVGElement(
                "circle",
                [
                    ("cx", PlotNumber.text(x)), ("cy", PlotNumber.text(y)), ("r", PlotNumber.text(half)),
                    ("fill", "none"),
                    ("stroke", colour.rawValue), ("stroke-width", "1.8"),
                ])
        case .square:
            return path([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])
        case .triangle: return path([(x, y - half), (x + half, y + half), (x - half, y + half)])
        case .diamond: return path([(x, y - 1.2 * half), (x + half, y), (x, y + 1.2 * half), (x - half, y)])
        case .cross:
            let corner = PlotNumber.text
            return SVGElement(
                "path",
                [
                    (
                        "d",
                        "M\(corner(x - half)) \(corner(y - half))L\(corner(x + half)) \(corner(y + half))"
                            + "M\(corner(x - half)) \(corner(y + half))L\(corner(x + half)) \(corner(y - half))"
                    ), ("stroke", colour.rawValue), ("stroke-width", "2.2"), ("fill", "none"),
                ])
        }
    }
}

/// Numbers in a drawing: two decimals, the same bytes everywhere.
enum PlotNumber {
    static func text(_ value: Double) -> String { Format.fixed(value, 2) }

    static func points(_ points: [(Double, Double)]) -> String {
        points.map { "\(text($0.0)),\(text($0.1))" }.joined(separator: " ")
    }
}
