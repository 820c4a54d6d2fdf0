internal import GameModel
internal import NumericalMethods

/// The points and steps of the search that ``AssumptionChange`` makes.
struct AssumptionSearch {
    let targets: [AssumptionChange.Target]
    /// What may move, each with how many logits a unit of it is.
    let coefficients: [(parameter: Parameter, logits: Double)]
    private let inputs: GameInputs

    init(targets: [AssumptionChange.Target], movable: [Parameter], inputs: GameInputs) {
        self.targets = targets
        self.inputs = inputs
        coefficients = movable.compactMap { parameter in inputs.logits(per: parameter).map { (parameter, $0) } }
    }

    /// No change.
    var none: [Double] { coefficients.map { _ in 0 } }

    struct Point {
        /// In logits, one a coefficient.
        let shifts: [Double]
        let values: [Double]
        /// g − g*.
        let gaps: [Double]
        /// ∂g / ∂Δ, [targets][coefficients].
        let rows: [[Double]]
        /// Σ (gap / s)².
        let misfit: Double

        /// What is made least.
        func merit(ridge: Double) -> Double { misfit + ridge * shifts.reduce(0) { $0 + $1 * $1 } }
    }

    /// - Returns: nil where a number is at an end of its range, from which no logit leads.
    func point(_ shifts: [Double]) throws -> Point? {
        var changed = inputs
        for (item, shift) in zip(coefficients, shifts) where shift != 0 {
            guard let before = inputs[item.parameter] else { continue }
            changed = try changed.setting(item.parameter, to: before + shift / item.logits)
        }
        var (values, gaps, rows): ([Double], [Double], [[Double]]) = ([], [], [])
        for target in targets {
            let measured = try target.statistic.measured(in: changed)
            guard measured.logit.isFinite else { return nil }
            let slopes = Dictionary(uniqueKeysWithValues: measured.slopes.map { ($0.parameter, $0.slope) })
            values.append(measured.value)
            gaps.append(measured.logit - target.logit)
            // Without a derivative a coefficient stays where it is.
            rows.append(coefficients.map { item in (slopes[item.parameter] ?? nil).map { $0 / item.logits } ?? 0 })
        }
        let misfit = zip(gaps, targets).reduce(0) {
            $0 + ($1.0 / $1.1.standardError) * ($1.0 / $1.1.standardError)
        }
        return Point(shifts: shifts, values: values, gaps: gaps, rows: rows, misfit: misfit)
    }

    /// The largest ‖∂g/∂Δ‖² / s²: where ρ is as large no figure outweighs a logit; nil where nothing moves any number.
    func stiffness(of point: Point) -> Double? {
        let all = zip(point.rows, targets).map { row, target in
            row.reduce(0) { $0 + $1 * $1 } / (target.standardError * target.standardError)
        }
        return all.max().flatMap { $0 > 0 ? $0 : nil }
    }

    /// A point on the way to an aim at which the function has fallen; nil where there is none.
    func step(from point: Point, to aim: [Double], ridge: Double, longest: Double) throws -> Point? {
        let direction = zip(aim, point.shifts).map { $0 - $1 }
        let far = direction.map(abs).max() ?? 0
        var length = far > longest ? longest / far : 1
        while length > 1e-6 {
            if let next = try self.point(zip(point.shifts, direction).map { $0 + length * $1 }) {
                if next.merit(ridge: ridge) < point.merit(ridge: ridge) { return next }
                // At the end the function differs by less than it is rounded by, and what is left to go has to say. A full step may lead
                // as far beyond: where figures lie far off, the softmax bends more than the change is penalised.
                if far <= Self.near, let left = distance(from: next, ridge: ridge), left <= Self.shrinkage * far {
                    return next
                }
            }
            length /= 2
        }
        return nil
    }

    /// Where no coefficient would move further, differences of the function are too small to go by.
    private static let near = 1e-4
    /// By how much a step that is judged by what is left must shorten it.
    private static let shrinkage = 0.9

    /// The furthest that a coefficient would move from a point; nil where that cannot be said.
    private func distance(from point: Point, ridge: Double) -> Double? {
        aim(from: point, ridge: ridge).flatMap { zip($0, point.shifts).map { abs($0 - $1) }.max() }
    }

    /// Jᵀ (J Jᵀ + ρ S²)⁻¹ (J Δ − h).
    ///
    /// - Returns: nil where the equations have no solution to working precision.
    func aim(from point: Point, ridge: Double) -> [Double]? {
        var matrix = point.rows.map { row in
            point.rows.map { other in zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        for (index, target) in targets.enumerated() {
            matrix[index][index] += ridge * target.standardError * target.standardError
        }
        let right = zip(point.rows, point.gaps).map { row, gap in
            zip(row, point.shifts).reduce(-gap) { $0 + $1.0 * $1.1 }
        }
        guard let weights = LinearEquations.solve(matrix, right) else { return nil }
        return coefficients.indices.map { index in
            zip(weights, point.rows).reduce(0) { $0 + $1.0 * $1.1[index] }
        }
    }
}

extension GameInputs {
    /// The most logits that a unit of a coefficient is: λ of utilities, 1 of moves, λ (T − 1) of the turn; nil where the user has no logits.
    func logits(per parameter: Parameter) -> Double? {
        switch parameter.location {
        case .move: return 1
        case .utility(let user, _, let term):
            guard let rationality = definition.users[user].agent.choiceRationality, rationality > 0,
                rationality.isFinite
            else { return nil }
            return term == .turn ? rationality * Double(max(1, definition.horizon - 1)) : rationality
        default: return nil
        }
    }
}
