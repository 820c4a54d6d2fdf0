/// Throws unless the start has at least one coordinate and all are finite.
func checkStart(_ start: [Double], _ operation: String) throws(GSLError) {
    guard !start.isEmpty else {
        throw .invalid(operation, "the starting point has no coordinates; it must have at least one")
    }
    guard start.allSatisfy(\.isFinite) else {
        throw .domain(operation, "the starting point is \(shortText(start)); every coordinate must be finite")
    }
}

/// A point as short text for an error: all coordinates up to eight, the first eight and the dimension beyond.
func shortText(_ point: [Double]) -> String {
    let shown = point.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return point.count <= 8 ? "(\(shown))" : "(\(shown), … \(point.count) coordinates)"
}
