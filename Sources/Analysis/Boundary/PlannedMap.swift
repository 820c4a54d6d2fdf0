internal import GameModel
internal import Parameters

extension PlannedPolicy {
    /// The map of the best response at each decision as two numbers vary, when everything after it is optimal too.
    ///
    /// Two payoffs, exposures or costs enter the value of every plan linearly together, so that regions are made of polygons; a
    /// prior p with a payoff or an exposure u of a type θ does so in p and P(θ) u, in which the search is made: boundaries are
    /// then parts of hyperbolas, of which ``BoundaryMap/Curve`` has points.
    ///
    /// - Throws: ``AnalysisError`` for other pairs of numbers, and if a point makes no game in which the decisions can happen.
    /// - Complexity: per decision, calls of the planner at some of the corners of the partition.
    public func maps(along x: Variation, _ y: Variation) throws -> [BoundaryMap] {
        try decisions.map { decision in
            let policy = try PlannedPolicy(
                inputs: inputs, decisions: [decision], settings: settings, samples: samples, shouldStop: shouldStop,
                onAnswer: onAnswer)
            let domain = try MapDomain(policy, x: x, y: y)
            var search = EnvelopeSearch(policy, over: domain)
            try search.run()
            let outline = EnvelopeOutline(of: search.envelope)
            var chains = SegmentChains(width: x.upper - x.lower, height: y.upper - y.lower)
            for edge in outline.edges {
                let points = domain.points(from: edge.from, to: edge.to) + [domain.point(at: edge.to)]
                for (from, to) in zip(points, points.dropFirst()) {
                    chains.add(Array(edge.responses.prefix(2)), from, to)
                }
            }
            return BoundaryMap(
                decision: decision,
                patches: outline.cells.map { cell in
                    let around = zip(cell.corners, cell.corners.dropFirst() + cell.corners.prefix(1))
                    return BoundaryMap.Patch(
                        response: cell.response, corners: around.flatMap { domain.points(from: $0, to: $1) })
                },
                curves: chains.curves,
                corners: outline.corners.map {
                    BoundaryMap.Corner(responses: $0.responses, point: domain.point(at: $0.place))
                },
                undecided: [], isResolved: search.isComplete, residual: outline.residual / search.envelope.scale,
                evaluations: search.searches, gap: search.gap / domain.leastMass)
        }
    }
}
