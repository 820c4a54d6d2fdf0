internal import GameModel
internal import NumericalMethods
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
        /// Whether no other response may be best anywhere in the cell; see ``SimplexPartition/open``.
        public let isSettled: Bool
        /// Per corner, what no plan exceeds there.
        public let uppers: [Double]
    }

    /// A part of a cell in which another response may still be best.
    public struct OpenPart: Sendable, Equatable {
        /// The response that is told there.
        public let response: Int
        /// Corners, in order around the part, as weights of the three types.
        public let corners: [[Double]]
    }

    /// What is known at the posterior after the decision's history.
    public struct Own: Sendable, Equatable {
        public let weights: [Double]
        /// The response of the best plan that is known there.
        public let response: Int
        /// What the optimal value lies between there.
        public let lower: Double
        public let upper: Double
        /// Whether no other response may be best there.
        public let isSettled: Bool
    }

    /// Cells side by side with the same response.
    public struct Region: Sendable, Equatable {
        public let response: Int
        /// Corners around the region, then around each hole in it the other way round.
        public let rings: [[[Double]]]
        /// Whether all its cells are settled.
        public let isSettled: Bool
    }

    /// A stretch of the boundary between two responses.
    public struct Edge: Sendable, Equatable {
        public let responses: [Int]
        public let from: [Double]
        public let to: [Double]
        /// Whether the optimal value is known up to rounding along it.
        public let isProved: Bool
    }

    /// Where three or more responses are worth the same.
    public struct Corner: Sendable, Equatable {
        public let responses: [Int]
        public let weights: [Double]
        /// Whether the optimal value is known up to rounding there.
        public let isProved: Bool
    }

    public let decision: History
    /// The three user types.
    public let users: [Int]
    public let cells: [Cell]
    public let regions: [Region]
    public let edges: [Edge]
    public let corners: [Corner]
    /// Where another response may still be best than the one that is told: where the optimal value may exceed the best known plan's by more
    /// than was to be left open, or by more than that plan leads by. Empty where all is settled.
    public let open: [OpenPart]
    /// What is known at the posterior after the decision's history; nil if another type is possible there.
    public let own: Own?
    /// That posterior, as weights of the three types.
    public var posterior: [Double]? { own?.weights }
    /// The optimal value is nowhere larger than the envelope by more than this, also where the search was stopped; 0 where nothing but
    /// rounding is left.
    public let gap: Double
    /// Whether the search came to its end: no corner is left that could be asked about more closely.
    /// How close the envelope is then, ``gap`` says.
    public let isComplete: Bool

    /// The part of the simplex that is not settled, as a fraction of its area.
    public var openShare: Double { open.reduce(0) { $0 + abs(ConvexPolygon.area($1.corners)) } }

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

extension PlannedQuery {
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
        var search = try EnvelopeSearch(self, over: domain)
        try search.run()
        let rest = shares.indices.filter { !users.contains($0) }.reduce(0) { $0 + shares[$1] }
        let outline = EnvelopeOutline(of: search.envelope)
        let doubt = search.doubt(of: outline.cells)
        let own = rest > 0 ? nil : Self.own(users.map { shares[$0] }, search, outline.cells)
        return SimplexPartition(
            decision: history, users: users,
            cells: outline.cells.indices.map { index in
                let cell = outline.cells[index]
                return SimplexPartition.Cell(
                    response: cell.response, corners: cell.corners, values: cell.values,
                    isSettled: doubt.isSettled[index], uppers: doubt.bounds[index].map(\.upper))
            },
            regions: outline.regions.map { region in
                SimplexPartition.Region(
                    response: region.response, rings: region.rings,
                    isSettled: region.cells.allSatisfy { doubt.isSettled[$0] })
            },
            edges: outline.edges.map {
                SimplexPartition.Edge(
                    responses: $0.responses.sorted(), from: $0.from, to: $0.to,
                    isProved: search.isProved(at: $0.from) && search.isProved(at: $0.to))
            },
            corners: outline.corners.map {
                SimplexPartition.Corner(
                    responses: $0.responses, weights: $0.place, isProved: search.isProved(at: $0.place))
            },
            open: doubt.parts.map { SimplexPartition.OpenPart(response: $0.response, corners: $0.corners) }, own: own,
            gap: search.gap, isComplete: search.isComplete)
    }

    private static func own(
        _ weights: [Double], _ search: EnvelopeSearch<SimplexDomain>, _ cells: [PlanEnvelope.Cell]
    ) -> SimplexPartition.Own? {
        let values = cells.map { ConvexPolygon.product($0.values, weights) }
        guard let best = values.indices.max(by: { values[$0] < values[$1] }) else { return nil }
        let bounds = search.bounds(at: weights)
        return SimplexPartition.Own(
            weights: weights, response: cells[best].response, lower: bounds.lower, upper: bounds.upper,
            isSettled: search.isSettled(at: weights, in: cells[best], among: cells))
    }
}
