internal import NumericalMethods

/// What data cannot tell about coefficients: those that never matter, those that only matter together, and those that the
/// likelihood drives to infinity.
public enum Identification {
    /// A set of coefficients about which the likelihood says nothing, or too much.
    public enum Problem: Sendable, Equatable, CustomStringConvertible {
        /// The value of the coefficient is the same for all alternatives that were observed together.
        case unidentified(String)
        /// A combination of the coefficients changes no probability.
        case collinear([String])
        /// The likelihood grows without end along a direction: the signed coefficients go to infinity.
        case separated([String])

        public var description: String {
            switch self {
            case .unidentified(let name): "\(name) is not identified: it changes no probability in these data"
            case .collinear(let names): "\(names.joined(separator: ", ")) are collinear: only a combination matters"
            case .separated(let names):
                "\(names.joined(separator: ", ")): the data are separated, so the estimate is infinite"
            }
        }
    }

    /// Below this share of a column's own squares, what is left of them after the means of the contexts is rounding.
    private static let rounding = 1e-12
    /// Eigenvalues of the correlations below this are 0: standard errors would be 10⁵ times those of a column alone.
    private static let flat = 1e-10

    /// Coefficients that no data in these contexts can tell apart.
    ///
    /// The null space of the information is the same for all β with finite entries; it is found at β = 0, with columns of one scale
    /// and from the information scaled to a unit diagonal, so that units do not matter.
    ///
    /// - Complexity: O(Σ_c (entries of c)² + P³).
    public static func rankProblems(model: ChoiceModel, counts: [Double]) throws(CalibrationError) -> [Problem] {
        try rankProblems(StandardisedModel(model, counts: counts), counts: counts)
    }

    static func rankProblems(_ scaled: StandardisedModel, counts: [Double]) throws(CalibrationError) -> [Problem] {
        let names = scaled.model.parameters
        let order = names.count
        guard order > 0 else { return [] }
        let information = scaled.model.derivatives(counts, [Double](repeating: 0, count: order)).information
        let squares = scaled.model.squares(counts)
        let constants = scaled.map.constants
        var problems = constants.map { Problem.collinear([$0.column, $0.on].sorted().map { names[$0] }) }
        let settled = Set(constants.map(\.column))
        let scale = (0..<order).map { max(information[$0 * order + $0], 0).squareRoot() }
        let dead = (0..<order).filter {
            !settled.contains($0) && !(scale[$0] * scale[$0] > rounding * squares[$0])
        }
        problems = dead.map { .unidentified(names[$0]) } + problems
        let live = (0..<order).filter { !settled.contains($0) && !dead.contains($0) }
        guard !live.isEmpty else { return problems }
        let reduced = live.flatMap { row in
            live.map { information[row * order + $0] / (scale[row] * scale[$0]) }
        }
        let system: SymmetricEigensystem
        do { system = try SymmetricEigensystem(reduced, order: live.count) } catch {
            throw CalibrationError("the design", "cannot be checked for collinearity: \(error)")
        }
        let null = system.values.indices.filter { system.values[$0] < flat }
        guard !null.isEmpty else { return problems }
        var involved: Set<Int> = []
        for vector in null {
            var direction = [Double](repeating: 0, count: order)
            // Parts in units of a column's own standard error, so that rounding is small against 1.
            for (index, column) in live.enumerated() where abs(system.vectors[vector][index]) > 1e-6 {
                direction[column] = system.vectors[vector][index] / scale[column]
            }
            involved.formUnion(scaled.map.involved(in: direction))
        }
        return problems + [.collinear(involved.sorted().map { names[$0] })]
    }

    /// Whether a direction never makes an observed choice less likely, and makes one more likely: then the likelihood has no
    /// maximum.
    ///
    /// Source: Albert & Anderson 1984, "On the existence of maximum likelihood estimates in logistic regression models",
    /// Biometrika 71, for complete and quasi-complete separation.
    ///
    /// - Complexity: O(entries).
    static func separates(_ direction: [Double], model: ChoiceModel, counts: [Double]) -> Bool {
        let cleaned = cleaned(direction)
        var gains = false
        for context in 0..<model.contextCount {
            let range = model.alternatives(of: context)
            let values = range.map { model.utility($0, cleaned) }
            guard let best = values.max() else { continue }
            for (alternative, value) in zip(range, values) where counts[alternative] > 0 {
                guard value >= best - 1e-6 else { return false }
                if values.contains(where: { value > $0 + 1e-3 }) { gains = true }
            }
        }
        return gains
    }

    /// A direction of length 1 in its largest part, without the parts that are rounding.
    static func cleaned(_ direction: [Double]) -> [Double] {
        let largest = direction.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return direction }
        return direction.map { abs($0) < 1e-4 * largest ? 0 : $0 / largest }
    }

    /// The names of a direction's parts, with the sign in which they go to infinity in the units of the data.
    static func names(of direction: [Double], _ scaled: StandardisedModel) -> [String] {
        let (parts, raw) = (cleaned(direction), scaled.map.raw(direction))
        return scaled.model.parameters.indices.compactMap { index in
            abs(parts[index]) < 1e-2 ? nil : "\(scaled.model.parameters[index]) → \(raw[index] > 0 ? "+" : "−")∞"
        }
    }
}
