package import Output
internal import Scenarios

/// A point of satisfaction against risk.
package struct SuitePoint {
    package enum Kind: String {
        case policy, published, frontier
    }

    package let kind: Kind
    package let name: String
    package let satisfaction: Double
    package let risk: Double
    package let harm: Double?
    package let source: String?

    package init(kind: Kind, name: String, satisfaction: Double, risk: Double, harm: Double?, source: String?) {
        self.kind = kind
        self.name = name
        self.satisfaction = satisfaction
        self.risk = risk
        self.harm = harm
        self.source = source
    }
}

/// Policies, published models, and the trade-off that priced policies reach, in one picture.
package struct SuitePoints {
    package let results: SuiteResults
    /// The first policies are the suite's; those from here on trace the frontier.
    package let policyCount: Int

    package init(results: SuiteResults, policyCount: Int) {
        self.results = results
        self.policyCount = policyCount
    }

    package var points: [SuitePoint] {
        let traced = (policyCount..<results.policies.count).compactMap { point($0, .frontier) }
        let efficient = SuiteResults.efficient(traced.map { ($0.satisfaction, $0.risk) }).map { traced[$0] }
        let published = results.suite.published.map {
            SuitePoint(
                kind: .published, name: $0.name, satisfaction: $0.satisfaction, risk: $0.risk, harm: nil,
                source: $0.source)
        }
        return (0..<policyCount).compactMap { point($0, .policy) } + efficient + published
    }

    private func point(_ policy: Int, _ kind: SuitePoint.Kind) -> SuitePoint? {
        guard let satisfaction = results.statistic(.satisfaction, policy: policy)?.mean,
            let risk = results.statistic(.risk, policy: policy)?.mean
        else { return nil }
        return SuitePoint(
            kind: kind, name: results.policies[policy], satisfaction: satisfaction, risk: risk,
            harm: results.statistic(.harm, policy: policy)?.mean, source: nil)
    }

    /// The plot of satisfaction against risk, or against the harm alone that a benchmark of single answers can see.
    ///
    /// - Parameter note: what is not finished, for the picture; nil where nothing is.
    /// - Returns: nil where there is nothing to show.
    package static func plot(_ points: [SuitePoint], title: String, byHarm: Bool, note: String?) -> SVGPlot? {
        guard !points.isEmpty else { return nil }
        func place(_ point: SuitePoint) -> (Double, Double) {
            (byHarm ? point.harm ?? point.risk : point.risk, point.satisfaction)
        }
        let across =
            byHarm ? "an answer was used to harm (probability; published: R)" : "risk R (probability, less is better)"
        var plot = SVGPlot(
            title: "\(title): satisfaction against \(byHarm ? "harm" : "risk")",
            x: PlotAxis(across, fitting: points.map { place($0).0 }),
            y: PlotAxis("satisfaction S (in [−1, 1], more is better)", fitting: points.map(\.satisfaction)), width: 940,
            height: 560)
        if let note { plot.note(note) }
        if points.contains(where: { $0.kind == .published }) {
            // Measured by others, on other prompts, by judges: not to be read off against ours.
            plot.note(
                "Rings are published figures of models on a benchmark; all other marks are simulated. The scale is the same by "
                    + "definition only: compare shapes, not points.")
        }
        let frontier = points.filter { $0.kind == .frontier }.map(place)
        if !frontier.isEmpty {
            if !byHarm { plot.line(frontier, colour: .grey) }
            plot.points(frontier, marker: .circle, colour: .grey, size: 5, label: "priced policies (ours)")
        }
        let markers: [PlotMarker] = [.circle, .square, .triangle, .diamond, .cross]
        for (index, point) in points.filter({ $0.kind == .policy }).enumerated() {
            plot.points(
                [place(point)], marker: markers[index % markers.count], colour: .number(index), size: 9,
                label: point.name.count > 26 ? "…" + point.name.suffix(25) : point.name)
        }
        for (index, point) in points.filter({ $0.kind == .published }).enumerated() {
            plot.points(
                [place(point)], marker: .ring, colour: .black, size: 10,
                label: "\(index + 1) \(point.name) (published)")
            plot.text("\(index + 1)", x: place(point).0, y: place(point).1)
        }
        return plot
    }
}
