/// A rectangle of a drawing, in pixels.
struct PlotBox: Sendable, Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var centre: (x: Double, y: Double) { (x + width / 2, y + height / 2) }

    func grown(by margin: Double) -> PlotBox {
        PlotBox(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }

    func contains(_ other: PlotBox) -> Bool {
        other.x >= x && other.y >= y && other.x + other.width <= x + width && other.y + other.height <= y + height
    }

    func overlaps(_ other: PlotBox) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }

    /// Whether a part of a segment lies in the box.
    func meets(_ segment: PlotSegment) -> Bool {
        // Liang and Barsky 1984: the part of the segment between the four sides is not empty.
        var (from, to) = (0.0, 1.0)
        let (dx, dy) = (segment.x2 - segment.x1, segment.y2 - segment.y1)
        let sides = [
            (-dx, segment.x1 - x), (dx, x + width - segment.x1), (-dy, segment.y1 - y), (dy, y + height - segment.y1),
        ]
        for (step, room) in sides {
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
}

/// A straight piece of a line of a drawing, in pixels.
struct PlotSegment: Sendable, Equatable {
    var x1: Double
    var y1: Double
    var x2: Double
    var y2: Double
}

/// Finds places for texts: in a field, off lines, marks and each other.
struct LabelPlaces {
    private let field: PlotBox
    private var segments: [PlotSegment]
    private var taken: [PlotBox]

    static let size = 12.0
    /// Around a text, to what is beside it.
    private static let margin = 2.0

    /// - Parameters:
    ///   - segments: lines that no text may cross.
    ///   - marks: what no text may cover.
    init(field: PlotBox, segments: [PlotSegment], marks: [PlotBox]) {
        self.field = field
        self.segments = segments.filter { field.meets($0) }
        taken = marks
    }

    /// The box of a text around a centre.
    private static func box(_ text: String, centre: (x: Double, y: Double)) -> PlotBox {
        let (width, height) = (TextExtent.width(text, size: size), TextExtent.lineHeight * size)
        return PlotBox(x: centre.x - width / 2, y: centre.y - height / 2, width: width, height: height)
            .grown(by: margin)
    }

    private func isFree(_ box: PlotBox) -> Bool {
        field.contains(box) && !taken.contains { $0.overlaps(box) } && !segments.contains { box.meets($0) }
    }

    /// How far from lines and borders a name should stand, in pixels: the most that can be had of these.
    private static let distances = [16.0, 8, 3, 0]

    /// A place in the given polygons, as far from their borders and from lines as can be had.
    ///
    /// - Parameter polygons: in pixels; a point is inside if it is in any of them.
    /// - Returns: nil where the text does not fit.
    mutating func place(_ text: String, inside polygons: [[(Double, Double)]]) -> PlotBox? {
        let shapes = polygons.map(PlotPolygon.init)
        guard let largest = shapes.max(by: { $0.box.width * $0.box.height < $1.box.width * $1.box.height }) else {
            return nil
        }
        // Where the mass is, over all of them.
        let weight = shapes.reduce(0) { $0 + $1.area }
        let middle =
            weight > 0
            ? shapes.reduce((x: 0.0, y: 0.0)) {
                ($0.x + $1.box.centre.x * $1.area / weight, $0.y + $1.box.centre.y * $1.area / weight)
            } : largest.box.centre
        let around = shapes.reduce(largest.box) { box, shape in
            let (left, top) = (min(box.x, shape.box.x), min(box.y, shape.box.y))
            return PlotBox(
                x: left, y: top, width: max(box.x + box.width, shape.box.x + shape.box.width) - left,
                height: max(box.y + box.height, shape.box.y + shape.box.height) - top)
        }
        let centres = Self.candidates(in: around, near: middle)
        for distance in Self.distances {
            for centre in centres {
                let box = Self.box(text, centre: centre)
                let wide = box.grown(by: distance)
                guard isFree(wide) || distance == 0 && isFree(box),
                    Self.samples(wide).allSatisfy({ point in
                        shapes.contains { $0.contains(point) }
                    })
                else { continue }
                taken.append(box)
                return box
            }
        }
        return nil
    }

    /// A grid of centres, the nearest first.
    private static func candidates(
        in box: PlotBox, near middle: (x: Double, y: Double)
    ) -> [(x: Double, y: Double)] {
        let (columns, rows) = (32, 32)
        var centres = [middle]
        for row in 0..<rows {
            for column in 0..<columns {
                centres.append(
                    (
                        box.x + box.width * (Double(column) + 0.5) / Double(columns),
                        box.y + box.height * (Double(row) + 0.5) / Double(rows)
                    ))
            }
        }
        func distance(_ centre: (x: Double, y: Double)) -> Double {
            let (dx, dy) = (centre.x - middle.x, centre.y - middle.y)
            return dx * dx + dy * dy
        }
        // By their number where they are equally near: the same bytes everywhere.
        return centres.enumerated().sorted { a, b in
            let (first, second) = (distance(a.element), distance(b.element))
            return first == second ? a.offset < b.offset : first < second
        }.map(\.element)
    }

    private static func samples(_ box: PlotBox) -> [(Double, Double)] {
        (0...8).flatMap { column in
            (0...2).map { row in
                (box.x + box.width * Double(column) / 8, box.y + box.height * Double(row) / 2)
            }
        }
    }

    /// How far from its point a text may stand, in pixels, and from where on a line leads to it.
    private static let radii = [7.0, 12, 20, 32, 48, 70, 100]
    private static let leaderFrom = 20.0

    /// A place beside a point.
    ///
    /// - Returns: the box and, where it is not close by, a line to it; nil where there is no room.
    mutating func place(_ text: String, beside point: (x: Double, y: Double)) -> (box: PlotBox, leader: PlotSegment?)? {
        let empty = Self.box(text, centre: (0, 0))
        let (halfWidth, halfHeight) = (empty.width / 2, empty.height / 2)
        for radius in Self.radii {
            let slant = 0.7 * radius
            let ways: [(Double, Double)] = [
                (radius + halfWidth, 0), (-radius - halfWidth, 0), (0, -radius - halfHeight), (0, radius + halfHeight),
                (slant + halfWidth, -slant - halfHeight), (-slant - halfWidth, -slant - halfHeight),
                (slant + halfWidth, slant + halfHeight), (-slant - halfWidth, slant + halfHeight),
            ]
            for way in ways {
                let box = Self.box(text, centre: (point.x + way.0, point.y + way.1))
                guard isFree(box) else { continue }
                guard radius >= Self.leaderFrom else {
                    taken.append(box)
                    labelled.append(box)
                    return (box, nil)
                }
                let end = (
                    min(max(point.x, box.x), box.x + box.width), min(max(point.y, box.y), box.y + box.height)
                )
                let leader = PlotSegment(x1: point.x, y1: point.y, x2: end.0, y2: end.1)
                // A line to a text may not run through another text.
                guard !labelled.contains(where: { $0.meets(leader) }) else { continue }
                taken.append(box)
                labelled.append(box)
                segments.append(leader)
                return (box, leader)
            }
        }
        return nil
    }

    /// Boxes of texts that have their places.
    private var labelled: [PlotBox] = []
}

/// A polygon with what is asked of it often.
struct PlotPolygon {
    let corners: [(Double, Double)]
    let box: PlotBox
    let area: Double

    init(_ corners: [(Double, Double)]) {
        self.corners = corners
        let (xs, ys) = (corners.map(\.0), corners.map(\.1))
        let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
        box = PlotBox(x: left, y: top, width: (xs.max() ?? 0) - left, height: (ys.max() ?? 0) - top)
        let next = corners.dropFirst() + corners.prefix(1)
        area = abs(zip(corners, next).reduce(0) { $0 + $1.0.0 * $1.1.1 - $1.1.0 * $1.0.1 }) / 2
    }

    /// Whether a point is inside or, up to rounding, on the border.
    func contains(_ point: (Double, Double)) -> Bool {
        let slack = 0.01
        guard point.0 >= box.x - slack, point.0 <= box.x + box.width + slack, point.1 >= box.y - slack,
            point.1 <= box.y + box.height + slack
        else { return false }
        return isInside(point)
            || [(slack, slack), (-slack, slack), (slack, -slack), (-slack, -slack)].contains {
                isInside((point.0 + $0.0, point.1 + $0.1))
            }
    }

    /// By the number of sides to the right of the point.
    private func isInside(_ point: (Double, Double)) -> Bool {
        var inside = false
        var previous = corners.last ?? (0, 0)
        for corner in corners {
            if (corner.1 > point.1) != (previous.1 > point.1),
                point.0 < (previous.0 - corner.0) * (point.1 - corner.1) / (previous.1 - corner.1) + corner.0
            {
                inside.toggle()
            }
            previous = corner
        }
        return inside
    }
}
