internal import NumericalMethods

/// How often texts with a true name were given each name: C_ij = P(given j | true i).
///
/// What a labeller does is taken to depend on the true name alone, not on the conversation or the turn.
public struct ConfusionMatrix: Sendable, Equatable {
    /// [K], the order of rows and columns.
    public let names: [String]
    /// C, [K][K]; rows sum to 1.
    public let shares: [[Double]]
    /// n_i, texts with each true name that C was counted on; nil where C is given without counts, and taken for certain.
    public let texts: [Double]?

    /// A matrix whose smallest singular value is below this tells no two names apart: what it does to shares cannot be undone, and
    /// errors would be a million times those of true names.
    static let singular = 1e-6
    /// How far a row of shares may sum to something else than 1: what three decimals lose over ten names.
    static let sumTolerance = 5e-3

    /// - Parameter counts: [K][K], texts by true and given name; every true name at least once.
    /// - Throws: ``CalibrationError`` if these are no counts of a matrix, or cannot be undone.
    public init(names: [String], counts: [[Double]]) throws(CalibrationError) {
        try Self.check(names, counts)
        let texts = counts.map { $0.reduce(0, +) }
        if let empty = texts.firstIndex(of: 0) {
            throw CalibrationError(
                "the row of '\(names[empty])'", "has no text; every true name needs some, to know what it is taken for")
        }
        try self.init(
            checked: names, shares: zip(counts, texts).map { row, total in row.map { $0 / total } }, texts: texts)
    }

    /// - Parameter shares: [K][K], rows that sum to 1.
    /// - Throws: ``CalibrationError`` as above, and for rows that do not sum to 1.
    public init(names: [String], shares: [[Double]]) throws(CalibrationError) {
        try Self.check(names, shares)
        let sums = shares.map { $0.reduce(0, +) }
        for (name, sum) in zip(names, sums) where abs(sum - 1) > Self.sumTolerance {
            throw CalibrationError(
                "the row of '\(name)'", "sums to \(sum); shares of what a true name is taken for sum to 1")
        }
        try self.init(
            checked: names, shares: zip(shares, sums).map { row, sum in row.map { $0 / sum } }, texts: nil)
    }

    private init(checked names: [String], shares: [[Double]], texts: [Double]?) throws(CalibrationError) {
        (self.names, self.shares, self.texts) = (names, shares, texts)
        let smallest = try Self.smallestSingularValue(shares)
        guard smallest > Self.singular else {
            throw CalibrationError(
                "the matrix",
                "is singular: two true names, or mixtures of them, are labelled alike, so nothing can be undone")
        }
    }

    /// Whether every name was always given where it is true.
    public var isIdentity: Bool {
        names.indices.allSatisfy { row in names.indices.allSatisfy { shares[row][$0] == (row == $0 ? 1 : 0) } }
    }

    /// The same with rows and columns in another order.
    ///
    /// - Throws: ``CalibrationError`` if the names are others; the error lists what is missing and what is too much.
    public func reordered(to wanted: [String]) throws(CalibrationError) -> ConfusionMatrix {
        let missing = wanted.filter { !names.contains($0) }
        let unknown = names.filter { !wanted.contains($0) }
        guard missing.isEmpty, unknown.isEmpty else {
            let lacks = missing.isEmpty ? "" : "lacks \(missing.joined(separator: ", "))"
            let has = unknown.isEmpty ? "" : "has \(unknown.joined(separator: ", ")), which the mapping does not"
            throw CalibrationError(
                "the matrix",
                "\([lacks, has].filter { !$0.isEmpty }.joined(separator: " and ")); its names must be those of the mapping: "
                    + wanted.joined(separator: ", "))
        }
        let order = wanted.compactMap { names.firstIndex(of: $0) }
        return try ConfusionMatrix(
            checked: wanted, shares: order.map { row in order.map { shares[row][$0] } },
            texts: texts.map { texts in order.map { texts[$0] } })
    }

    /// The same with row i tilted: C_ik ∝ C_ik exp(η δ_jk). Derivatives in this direction keep rows on the simplex.
    func tilted(row: Int, column: Int, by step: Double) -> [[Double]] {
        var result = shares
        result[row][column] *= Libm.exp(step)
        let total = result[row].reduce(0, +)
        result[row] = result[row].map { $0 / total }
        return result
    }

    private static func check(_ names: [String], _ values: [[Double]]) throws(CalibrationError) {
        guard names.count > 1 else {
            throw CalibrationError("the matrix", "is about \(names.count) names; it must be about two or more")
        }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw CalibrationError("the matrix", "has the name '\(twice)' twice")
        }
        guard values.count == names.count, values.allSatisfy({ $0.count == names.count }) else {
            throw CalibrationError("the matrix", "is not square: it needs a row and a column for each of its names")
        }
        for (row, values) in values.enumerated() {
            for (column, value) in values.enumerated() where !(value >= 0 && value.isFinite) {
                throw CalibrationError(
                    "'\(names[row])' taken for '\(names[column])'", "is \(value); it must be a number of at least 0")
            }
        }
    }

    /// The root of the smallest eigenvalue of C Cᵀ.
    private static func smallestSingularValue(_ shares: [[Double]]) throws(CalibrationError) -> Double {
        let product = shares.flatMap { row in
            shares.map { other in zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        do {
            return max(0, try SymmetricEigensystem(product, order: shares.count).values.min() ?? 0).squareRoot()
        } catch { throw CalibrationError("the matrix", "has no singular values: \(error)") }
    }
}
