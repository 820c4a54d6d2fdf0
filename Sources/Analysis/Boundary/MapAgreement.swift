public import GameModel
internal import NumericalMethods

/// How often scenarios whose uncertain coefficients are drawn answer as the scenario itself does, over a map of two numbers.
public struct MapAgreement: Sendable, Equatable {
    /// A cell of an even grid.
    public struct Cell: Sendable, Equatable {
        public let lower: BoundaryMap.Point
        public let upper: BoundaryMap.Point
        /// The best response at the cell's middle in the scenario itself.
        public let response: Int
        /// How many of the drawn scenarios have the same best response there.
        public let agreeing: Int
    }

    public let decision: History
    /// Row by row from below.
    public let cells: [Cell]
    public let samples: Int
    /// In how many of them polynomials did not settle the action values somewhere, so that an answer there may be another.
    public let unsettled: Int

    /// Whether at least 5 % of the drawn scenarios answer otherwise in a cell: the band around the boundaries.
    public func isInBand(_ cell: Cell) -> Bool { Double(cell.agreeing) <= 0.95 * Double(samples) }

    /// The cells of the band, those beside each other joined.
    public var band: [(lower: BoundaryMap.Point, upper: BoundaryMap.Point)] {
        var stripes: [(lower: BoundaryMap.Point, upper: BoundaryMap.Point)] = []
        for cell in cells where isInBand(cell) {
            if let last = stripes.last, last.lower.y == cell.lower.y, last.upper.x == cell.lower.x {
                stripes[stripes.count - 1].upper = cell.upper
            } else {
                stripes.append((cell.lower, cell.upper))
            }
        }
        return stripes
    }
}

extension HeldQuery {
    /// The agreement of drawn scenarios with this one over a map of two numbers, at each decision, the policy held.
    ///
    /// - Parameters:
    ///   - resolution: cells a side.
    ///   - control: asked to stop between scenarios: the agreement is then with those done.
    /// - Throws: ``AnalysisError`` naming the draw in which nothing can be computed.
    /// - Complexity: a cover by polynomials per sample, some hundred evaluations of the game, whatever the resolution.
    public func agreement(
        along x: Variation, _ y: Variation, samples: [GameInputs], resolution: Int = 48, threads: Int = 1,
        control: RunControl = RunControl()
    ) throws -> [MapAgreement] {
        let own = try best(x, y, resolution).responses
        let drawn = try control.mapUnits(
            of: Self.drawnUnit, count: samples.count, threads: threads, shown: "agreement"
        ) { index in
            try asked(of: samples[index], number: index + 1) { try $0.best(x, y, resolution) }
        }
        func place(_ index: Int, _ range: Variation) -> Double {
            range.lower + (range.upper - range.lower) * Double(index) / Double(resolution)
        }
        return decisions.indices.map { decision in
            MapAgreement(
                decision: decisions[decision],
                cells: own[decision].indices.map { cell in
                    let (row, column) = (cell / resolution, cell % resolution)
                    return MapAgreement.Cell(
                        lower: BoundaryMap.Point(x: place(column, x), y: place(row, y)),
                        upper: BoundaryMap.Point(x: place(column + 1, x), y: place(row + 1, y)),
                        response: own[decision][cell],
                        agreeing: drawn.count { $0.responses[decision][cell] == own[decision][cell] })
                }, samples: drawn.count, unsettled: drawn.count { !$0.isResolved })
        }
    }

    /// The best responses over a map.
    private struct BestResponses: Codable, Sendable {
        /// [decisions][cells] at the middle of every cell.
        let responses: [[Int]]
        /// Whether polynomials settled them.
        let isResolved: Bool
    }

    private func best(_ x: Variation, _ y: Variation, _ resolution: Int) throws -> BestResponses {
        let cover = try PatchCover(x: x.lower...x.upper, y: y.lower...y.upper) { points in
            try points.map { try values([x, y], at: [$0.0, $0.1]) }
        }
        let responses = decisions.indices.map { decision in
            let functions = decision * responseCount..<(decision + 1) * responseCount
            return (0..<resolution * resolution).map { cell in
                let point = (
                    x.lower + (x.upper - x.lower) * (Double(cell % resolution) + 0.5) / Double(resolution),
                    y.lower + (y.upper - y.lower) * (Double(cell / resolution) + 0.5) / Double(resolution)
                )
                let patch = cover.patches.first { $0.x.contains(point.0) && $0.y.contains(point.1) }
                let row = functions.map { patch?.series[$0](point) ?? -.infinity }
                return row.indices.max { row[$0] < row[$1] } ?? 0
            }
        }
        return BestResponses(responses: responses, isResolved: cover.patches.allSatisfy(\.isResolved))
    }
}
