/// Where the best response switches as two numbers vary, at one decision: regions, the curves between them, and their corners.
public struct BoundaryMap: Sendable {
    /// A point of the map: the two numbers.
    public struct Point: Sendable, Hashable {
        public let x: Double
        public let y: Double

        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A part of a region, as a polygon.
    public struct Patch: Sendable, Equatable {
        public let response: Int
        public let corners: [Point]
        /// Whether no other response may be best anywhere in it; see ``BoundaryMap/open``.
        public var isSettled = true

        init(response: Int, corners: [Point], isSettled: Bool = true) {
            self.response = response
            self.corners = corners
            self.isSettled = isSettled
        }
    }

    /// A stretch of the boundary between two responses: points that lie on it, in order.
    public struct Curve: Sendable, Equatable {
        public let responses: [Int]
        public let points: [Point]
        /// Whether the boundary is known to be there: the optimal value is known up to rounding along it, or the policy is held.
        public var isProved = true
    }

    /// Where three responses are worth the same.
    public struct Corner: Sendable, Equatable {
        public let responses: [Int]
        public let point: Point
        /// Whether it is known to be there, as for curves.
        public var isProved = true
    }

    public let decision: History
    public let patches: [Patch]
    public let curves: [Curve]
    public let corners: [Corner]
    /// Cells of the finest size in which more may happen than was traced; their middles.
    public let undecided: [Point]
    /// Where another response may still be best than the one that is told. For the optimal policy: where its value may exceed the best known
    /// plan's by more than was to be left open, or by more than that plan leads by. For a policy that is held: ``undecided`` cells, and
    /// rectangles on which polynomials do not agree with the action values. Empty where all is settled.
    public let open: [Patch]
    /// Whether polynomials agree with the action values everywhere; for the optimal policy, whether the search came to its end.
    public let isResolved: Bool
    /// The largest difference between the exact values of the responses that should be equal, over all corners and some points
    /// of the curves, as a fraction of the largest value.
    public let residual: Double
    /// Evaluations of the game, for all decisions together; for the optimal policy, calls of the planner for this decision.
    public let evaluations: Int
    /// For the optimal policy: the value at the decision is nowhere larger than that of the stated responses by more than this, also
    /// where the search was stopped; 0 where nothing but rounding is left. Nil where a policy is held.
    public let gap: Double?

    /// Regions by their area, as fractions of the map: one number per response.
    public func shares(responses: Int) -> [Double] {
        var areas = [Double](repeating: 0, count: responses)
        for patch in patches { areas[patch.response] += Self.area(patch.corners) }
        let total = areas.reduce(0, +)
        return areas.map { $0 / total }
    }

    /// The part of the map that is not settled, as a fraction of its area.
    public var openShare: Double {
        let total = patches.reduce(0) { $0 + Self.area($1.corners) }
        return total > 0 ? open.reduce(0) { $0 + Self.area($1.corners) } / total : 0
    }

    /// The same patches with cells beside each other joined, for drawing.
    public var stripes: [Patch] {
        var joined: [Patch] = []
        for patch in patches {
            if let last = joined.last, last.response == patch.response, last.corners.count == 4,
                patch.corners.count == 4, last.isSettled == patch.isSettled, last.corners[1] == patch.corners[0],
                last.corners[2] == patch.corners[3]
            {
                joined[joined.count - 1] = Patch(
                    response: patch.response,
                    corners: [last.corners[0], patch.corners[1], patch.corners[2], last.corners[3]],
                    isSettled: last.isSettled)
            } else {
                joined.append(patch)
            }
        }
        return joined
    }

    private static func area(_ corners: [Point]) -> Double {
        let last = corners[corners.count - 1]
        return 0.5 * abs(zip([last] + corners, corners).reduce(0) { $0 + $1.0.x * $1.1.y - $1.0.y * $1.1.x })
    }
}
