internal import GSLMath

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

    /// Coefficients that no data in these contexts can tell apart.
    ///
    /// The null space of the information is the same for all β with finite entries; it is found at β = 0 from the information
    /// scaled to a unit diagonal.
    ///
    /// - Complexity: O(P³).
    public static func rankProblems(model: ChoiceModel, counts: [Double]) throws(CalibrationError) -> [Problem] {
        let order = model.parameters.count
        guard order > 0 else { return [] }
        let zero = [Double](repeating: 0, count: order)
        let information = model.derivatives(counts, zero).information
        let scale = (0..<order).map { max(information[$0 * order + $0], 0).squareRoot() }
        let largest = scale.max() ?? 0
        let live = (0..<order).filter { scale[$0] > 1e-9 * max(largest, 1e-300) }
        let dead = Set(0..<order).subtracting(live).sorted().map { Problem.unidentified(model.parameters[$0]) }
        guard !live.isEmpty else { return dead }
        let reduced = live.flatMap { row in
            live.map { information[row * order + $0] / (scale[row] * scale[$0]) }
        }
        let system: SymmetricEigensystem
        do { system = try SymmetricEigensystem(reduced, order: live.count) } catch {
            throw CalibrationError("the design", "cannot be checked for collinearity: \(error)")
        }
        let null = system.values.indices.filter { system.values[$0] < 1e-10 }
        guard !null.isEmpty else { return dead }
        // Coefficients with a part in the null space, whatever basis of it the eigenvectors are.
        let involved = live.indices.filter { index in
            null.contains { abs(system.vectors[$0][index]) > 1e-6 }
        }
        return dead + [.collinear(involved.map { model.parameters[live[$0]] })]
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
    private static func cleaned(_ direction: [Double]) -> [Double] {
        let largest = direction.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return direction }
        return direction.map { abs($0) < 1e-4 * largest ? 0 : $0 / largest }
    }

    /// The names of a direction's parts, with the sign in which they go to infinity.
    static func names(of direction: [Double], _ parameters: [String]) -> [String] {
        zip(cleaned(direction), parameters).compactMap { part, name in
            abs(part) < 1e-2 ? nil : "\(name) → \(part > 0 ? "+" : "−")∞"
        }
    }
}
