internal import Solver

/// What the pieces of a limit's curve leave open.
extension LimitSearch {
    /// What no policy that keeps the limits exceeds at a limit: the best value does not fall as a limit rises, so that what was said of
    /// any higher one holds. Something always was said of the upper end.
    func ceiling(at limit: Double) -> Double {
        asked.reduce(.infinity) { $1.limit >= limit ? min($0, $1.upper) : $0 }
    }

    /// The pieces between the vertices, with what is known of their ends.
    func pieces(_ gaps: [Double]) -> [LimitCurve.Piece] {
        func upper(_ vertex: Int) -> Double {
            let open = [vertex - 1, vertex].filter(gaps.indices.contains).map { gaps[$0] }.min() ?? .infinity
            return max(vertices[vertex].value, min(vertices[vertex].value + open, ceiling(at: vertices[vertex].limit)))
        }
        return gaps.indices.map { index in
            let (low, high) = (vertices[index], vertices[index + 1])
            return LimitCurve.Piece(
                lower: low.limit, upper: high.limit, valueAtLower: low.value, valueAtUpper: high.value,
                gap: gaps[index],
                upperAtLower: upper(index), upperAtUpper: upper(index + 1),
                isComplete: gaps[index] <= max(policy.settings.planner.gap, 10 * Self.rounding * scale))
        }
    }

    /// By how much the optimal value may exceed a piece.
    ///
    /// A concave function that is nowhere below a line and at most g above it at one point is at most g · width / (distance to the nearer
    /// end) above it anywhere. It also lies below the pieces on either side, drawn on, plus what those leave open, and below what it does
    /// not exceed at any higher limit.
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
        return min(asked ?? .infinity, triangle(index), max(0, ceiling(at: high.limit) - low.value))
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
