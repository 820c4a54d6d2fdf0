internal import GameModel
internal import Labelling
internal import NumericalMethods

/// Draws of what answers may be, given uncertain labels: the same number for every answer, draw d of one beside draw d of the others.
///
/// Features are drawn by Sobol points, a coordinate a feature, through the quantile of the normal distribution with the label's mean and
/// standard deviation *truncated* to [0, 1]: the label is read as a normal measurement of an amount of which nothing else is known but
/// that it lies there. Near an end the mean of what is drawn therefore lies further inside than the label's. Features of one answer are
/// independent, and so are answers: the order of an answer's draws is a fixed permutation that depends on its place in the prompt.
/// A response is drawn by the midpoints of D equal shares.
///
/// Source: Sobol 1967, USSR Comput. Maths. Math. Phys. 7(4); permuted pairing as in Latin hypercubes, McKay, Beckman & Conover 1979
/// (doi:10.1080/00401706.1979.10489755).
struct LabelDraws: Sendable {
    /// D.
    let count: Int
    /// [D][K] in (0, 1).
    private let points: [[Double]]
    /// Permutations of 0 ..< D, by the place of an answer.
    private let orders: [[Int]]

    /// How many places have a permutation of their own.
    private static let places = 256

    /// - Throws: `GSLError` for more features than there are sequences for.
    init(count: Int, features: Int) throws {
        self.count = count
        points = try Self.points(count: count, dimension: max(1, features))
        orders = (0..<Self.places).map { Self.order(count, place: $0) }
    }

    /// The origin and the points after it, each moved by half of what tells them apart.
    private static func points(count: Int, dimension: Int) throws -> [[Double]] {
        let kind: QuasiRandomSequence.Kind =
            dimension <= QuasiRandomSequence.Kind.sobol.maximumDimension ? .sobol : .halton
        var sequence = try QuasiRandomSequence(kind, dimension: dimension)
        var points = [[Double](repeating: 0, count: dimension)]
        while points.count < count { points.append(try sequence.next()) }
        let half = 0.5 / Double(count)
        return points.map { $0.map { min($0 + half, 1 - half) } }
    }

    private static func order(_ count: Int, place: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, through: 1, by: -1) {
            let word = Philox4x64.block(counter: (UInt64(index), UInt64(place), 0, 0), key: (0x6C61_6265_6C73, 1)).0
            order.swapAt(index, Int(word.multipliedFullWidth(by: UInt64(index + 1)).high))
        }
        return order
    }

    private func order(_ place: Int) -> [Int] { orders[place % Self.places] }

    /// [D] indices of responses.
    ///
    /// - Parameters:
    ///   - shares: a distribution.
    ///   - place: which of the prompt's answers it is.
    func responses(_ shares: [Double], place: Int) -> [Int] {
        var ends: [Double] = []
        for share in shares { ends.append((ends.last ?? 0) + share) }
        let last = shares.lastIndex { $0 > 0 } ?? 0
        return order(place).map { step in
            let level = (Double(step) + 0.5) / Double(count)
            return min(ends.firstIndex { level < $0 } ?? last, last)
        }
    }

    /// [D][K] features.
    ///
    /// - Throws: `GSLError` never for amounts as labels have them.
    func features(_ amounts: [TextLabel.Amount], place: Int) throws -> [[Double]] {
        func below(_ z: Double) -> Double { Distributions.standardNormalUpperTail(-z) }
        let bounds = amounts.map { amount in
            amount.deviation > 0
                ? (below(-amount.mean / amount.deviation), below((1 - amount.mean) / amount.deviation))
                : (0, 0)
        }
        return try order(place).map { step in
            try amounts.enumerated().map { index, amount in
                guard amount.deviation > 0 else { return amount.mean }
                let (low, high) = bounds[index]
                let level = low + points[step][index] * (high - low)
                let value = amount.mean + amount.deviation * (try Distributions.standardNormalQuantile(level))
                return min(1, max(0, value))
            }
        }
    }
}
