/// What the pieces of a limit's curve leave open.
extension LimitSearch {
    /// By how much the optimal value may exceed a piece; infinite where nothing is known.
    ///
    /// A concave function that is nowhere below a line and at most g above it at one point is at most g · width / (distance to the nearer
    /// end) above it anywhere. It also lies below the pieces on either side, drawn on, plus what those leave open.
    func left(_ index: Int) -> Double {
        let (low, high) = (vertices[index], vertices[index + 1])
        let width = high.limit - low.limit
        guard width > 1e-12 else { return 0 }
        let rounding = 10 * Self.rounding * scale
        let asked = asked.compactMap { item -> Double? in
            let reach = min(item.limit - low.limit, high.limit - item.limit) / width
            guard reach > 0 else { return nil }
            let line = low.value + (high.value - low.value) * (item.limit - low.limit) / width
            let over = max(0, item.upper - line)
            return over <= rounding ? 0 : over / reach
        }.min()
        if asked == 0 { return 0 }
        return min(asked ?? .infinity, triangle(index))
    }

    /// The height of the triangle between a piece and its neighbours drawn on; infinite without a proved neighbour on both sides.
    private func triangle(_ index: Int) -> Double {
        guard index > 0, index + 2 < vertices.count, isProved(index - 1), isProved(index + 1) else { return .infinity }
        let (low, high) = (vertices[index], vertices[index + 1])
        let own = Self.slope(low, high)
        let rise = Self.slope(vertices[index - 1], low) - own
        let fall = own - Self.slope(high, vertices[index + 2])
        guard rise > 0, fall > 0 else { return .infinity }
        return (high.limit - low.limit) * rise * fall / (rise + fall)
    }

    /// Whether somebody asked inside a piece, and the line was all there is.
    private func isProved(_ index: Int) -> Bool {
        let (low, high) = (vertices[index], vertices[index + 1])
        return asked.contains { item in
            guard item.limit > low.limit, item.limit < high.limit else { return false }
            let line = low.value + Self.slope(low, high) * (item.limit - low.limit)
            return item.upper - line <= 10 * Self.rounding * scale
        }
    }
}
