internal import GameModel
internal import Parameters
internal import Solver

/// Which response is optimal at every posterior over three user types, at one decision: the exact partition of the simplex.
///
/// A place is a triple of weights on the simplex; a type's hidden state is distributed as after the history. The value of a plan
/// is linear in the weights, so the optimal value is the upper envelope of finitely many planes, and the regions are polygons.
///
/// Source: Smallwood & Sondik 1973 (Operations Research 21:1071); Cheng 1988 for the search for planes.
public struct SimplexPartition: Sendable {
    /// A region in which one plan is optimal.
    public struct Cell: Sendable, Equatable {
        public let response: Int
        /// Corners, in order around the cell, as weights of the three types.
        public let corners: [[Double]]
        /// What the plan is worth at the three vertices.
        public let values: [Double]
    }

    /// Cells side by side with the same response.
    public struct Region: Sendable, Equatable {
        public let response: Int
        /// Corners around the region, then around each hole in it the other way round.
        public let rings: [[[Double]]]
    }

    /// A stretch of the boundary between two responses.
    public struct Edge: Sendable, Equatable {
        public let responses: [Int]
        public let from: [Double]
        public let to: [Double]
    }

    /// Where three or more responses are worth the same.
    public struct Corner: Sendable, Equatable {
        public let responses: [Int]
        public let weights: [Double]
    }

    public let decision: History
    /// The three user types.
    public let users: [Int]
    public let cells: [Cell]
    public let regions: [Region]
    public let edges: [Edge]
    public let corners: [Corner]
    /// The posterior after the decision's history, as weights of the three types; nil if another type is possible there.
    public let posterior: [Double]?
    /// The optimal value is nowhere larger than the envelope by more than this, also where the search was stopped; 0 where nothing but
    /// rounding is left.
    public let gap: Double
    /// Whether the search came to its end: no corner is left that could be asked about more closely.
    /// How close the envelope is then, ``gap`` says.
    public let isComplete: Bool

    /// The best response at given weights.
    public func response(at weights: [Double]) -> Int? {
        cells.max {
            ConvexPolygon.product($0.values, weights) < ConvexPolygon.product($1.values, weights)
        }?.response
    }

    /// The largest of the cells' planes at given weights.
    public func value(at weights: [Double]) -> Double {
        cells.reduce(-Double.infinity) { max($0, ConvexPolygon.product($1.values, weights)) }
    }
}

extension PlannedPolicy {
    /// The partition of the simplex of three user types at the decision.
    ///
    /// - Parameter users: the three types, all possible after the history.
    /// - Throws: ``AnalysisError`` if a type is impossible there or not three are named.
    /// - Complexity: a call of the planner per corner of the partition.
    public func partition(of users: [Int]) throws -> SimplexPartition {
        guard let history = decisions.first, decisions.count == 1 else {
            throw AnalysisError("the posterior is partitioned at one decision at a time")
        }
        let game = try inputs.game()
        guard users.count == 3, Set(users).count == 3, users.allSatisfy(game.users.indices.contains) else {
            throw AnalysisError("the simplex needs three different user types; name three of \(game.users)")
        }
        let trail = try history.beliefs(in: game)
        let shares = trail[trail.count - 1].belief.users(in: game)
        for user in users where shares[user] == 0 {
            throw AnalysisError(
                "the user type \(game.users[user]) is impossible there; it has no hidden state to start from")
        }
        let domain = try SimplexDomain(self, history: history, users: users, width: game.users.count)
        var search = EnvelopeSearch(self, over: domain)
        try search.run()
        let rest = shares.indices.filter { !users.contains($0) }.reduce(0) { $0 + shares[$1] }
        let outline = EnvelopeOutline(of: search.envelope)
        return SimplexPartition(
            decision: history, users: users,
            cells: outline.cells.map {
                SimplexPartition.Cell(response: $0.response, corners: $0.corners, values: $0.values)
            },
            regions: outline.regions.map { SimplexPartition.Region(response: $0.response, rings: $0.rings) },
            edges: outline.edges.map {
                SimplexPartition.Edge(responses: $0.responses.sorted(), from: $0.from, to: $0.to)
            },
            corners: outline.corners.map { SimplexPartition.Corner(responses: $0.responses, weights: $0.place) },
            posterior: rest > 0 ? nil : users.map { shares[$0] }, gap: search.gap, isComplete: search.isComplete)
    }
}
