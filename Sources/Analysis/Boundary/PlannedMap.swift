internal import GameModel

extension PlannedQuery {
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
            let policy = try PlannedQuery(
                inputs: inputs, decisions: [decision], settings: settings, samples: samples, shouldStop: shouldStop,
                onAnswer: onAnswer)
            let domain = try MapDomain(policy, x: x, y: y)
            var search = try EnvelopeSearch(policy, over: domain)
            try search.run()
            let outline = EnvelopeOutline(of: search.envelope)
            let doubt = search.doubt(of: outline.cells)
            func patch(_ response: Int, _ corners: [[Double]], isSettled: Bool) -> BoundaryMap.Patch {
                let around = zip(corners, corners.dropFirst() + corners.prefix(1))
                return BoundaryMap.Patch(
                    response: response, corners: around.flatMap { domain.points(from: $0, to: $1) },
                    isSettled: isSettled)
            }
            return BoundaryMap(
                decision: decision,
                patches: outline.cells.indices.map { index in
                    patch(
                        outline.cells[index].response, outline.cells[index].corners, isSettled: doubt.isSettled[index])
                },
                curves: curves(outline, search, domain, x, y),
                corners: outline.corners.map {
                    BoundaryMap.Corner(
                        responses: $0.responses, point: domain.point(at: $0.place),
                        isProved: search.isProved(at: $0.place))
                },
                undecided: [], open: doubt.parts.map { patch($0.response, $0.corners, isSettled: false) },
                isResolved: search.isComplete, residual: outline.residual / max(search.envelope.scale, 1e-300),
                evaluations: search.searches, gap: search.gap / domain.leastMass)
        }
    }

    /// Boundaries that are proved are joined apart from those that are not.
    private func curves(
        _ outline: EnvelopeOutline, _ search: EnvelopeSearch<MapDomain>, _ domain: MapDomain, _ x: Variation,
        _ y: Variation
    ) -> [BoundaryMap.Curve] {
        let empty = SegmentChains(width: x.upper - x.lower, height: y.upper - y.lower)
        var (proved, open) = (empty, empty)
        for edge in outline.edges {
            let isProved = search.isProved(at: edge.from) && search.isProved(at: edge.to)
            let points = domain.points(from: edge.from, to: edge.to) + [domain.point(at: edge.to)]
            for (from, to) in zip(points, points.dropFirst()) {
                if isProved {
                    proved.add(Array(edge.responses.prefix(2)), from, to)
                } else {
                    open.add(Array(edge.responses.prefix(2)), from, to)
                }
            }
        }
        return proved.curves
            + open.curves.map { BoundaryMap.Curve(responses: $0.responses, points: $0.points, isProved: false) }
    }
}
