/// Which columns of a choice model are ones, which of them cover which others, and the scale of the others.
struct ColumnSurvey {
    /// Mean and spread of a column where the column that it is compared with is not zero.
    struct Moments {
        /// The column of ones; nil where none covers the column.
        var on: Int?
        /// A power of two near the largest value; mean and spread are in units of it, so that no square leaves the range of numbers.
        var unit: Double
        var mean: Double
        var spread: Double
    }

    /// Columns that have other values than 0 and ±1, in their order.
    private let numbers: [Int]
    /// The column of ones with the fewest alternatives among those that cover a column, by column.
    private let centre: [Int?]
    private let largest: [Double]

    /// - Complexity: O(Σ_c (entries of c)²).
    init(_ model: ChoiceModel, counts: [Double]) {
        let order = model.parameters.count
        var (isOnes, largest) = ([Bool](repeating: true, count: order), [Double](repeating: 0, count: order))
        var alternatives: [Int] = []
        for context in 0..<model.contextCount {
            let range = model.alternatives(of: context)
            guard range.contains(where: { counts[$0] > 0 }) else { continue }
            alternatives += range
            for alternative in range {
                for entry in model.entryStart[alternative]..<model.entryStart[alternative + 1] {
                    let (column, size) = (model.entryParameter[entry], abs(model.entryValue[entry]))
                    largest[column] = max(largest[column], size)
                    if size != 1 { isOnes[column] = false }
                }
            }
        }
        self.largest = largest
        numbers = (0..<order).filter { !isOnes[$0] }
        centre = numbers.isEmpty ? [] : Self.centres(model, alternatives, isOnes)
    }

    private static func centres(_ model: ChoiceModel, _ alternatives: [Int], _ isOnes: [Bool]) -> [Int?] {
        let order = isOnes.count
        var support = [Int](repeating: 0, count: order)
        var together = [Int](repeating: 0, count: order * order)
        for alternative in alternatives {
            let columns = model.entries(of: alternative).map(\.parameter)
            for column in columns {
                support[column] += 1
                guard !isOnes[column] else { continue }
                for other in columns where isOnes[other] { together[column * order + other] += 1 }
            }
        }
        return (0..<order).map { column in
            guard !isOnes[column] else { return nil }
            return (0..<order).filter { support[column] > 0 && together[column * order + $0] == support[column] }
                .min { (support[$0], $0) < (support[$1], $1) }
        }
    }

    /// Moments of the columns that are not ones, with each context weighted by how often it was seen.
    ///
    /// - Complexity: O(Σ_c (entries of c)²).
    func moments(_ model: ChoiceModel, counts: [Double]) -> [(column: Int, moments: Moments)] {
        var sums = [Sums](repeating: Sums(), count: model.parameters.count)
        visit(model, counts) { column, ratio, weight in sums[column].add(ratio, weight) }
        let means = numbers.map { sums[$0].mean }
        for column in numbers { sums[column] = Sums(origin: centre[column] == nil ? 0 : sums[column].mean) }
        visit(model, counts) { column, ratio, weight in sums[column].addSquare(ratio, weight) }
        return zip(numbers, means).compactMap { column, mean in
            guard sums[column].weight > 0 else { return nil }
            return (
                column,
                Moments(
                    on: centre[column], unit: unit(column), mean: centre[column] == nil ? 0 : mean,
                    spread: sums[column].spread)
            )
        }
    }

    private func unit(_ column: Int) -> Double {
        Double(sign: .plus, exponent: largest[column].exponent, significand: 1)
    }

    /// A running mean about the first value, which is exact for a column that has one value only.
    private struct Sums {
        var origin: Double?
        var sum = 0.0
        var weight = 0.0

        mutating func add(_ value: Double, _ weight: Double) {
            let start = origin ?? value
            origin = start
            sum += weight * (value - start)
            self.weight += weight
        }

        mutating func addSquare(_ value: Double, _ weight: Double) {
            let distance = value - (origin ?? 0)
            sum += weight * distance * distance
            self.weight += weight
        }

        var mean: Double { (origin ?? 0) + (weight > 0 ? sum / weight : 0) }
        var spread: Double { weight > 0 ? (sum / weight).squareRoot() : 0 }
    }

    /// The values of the columns that are not ones, in units and as multiples of the column that they are centred on: zeros too,
    /// where that column has a value.
    private func visit(_ model: ChoiceModel, _ counts: [Double], _ body: (Int, Double, Double) -> Void) {
        guard !numbers.isEmpty else { return }
        var children = [[Int]](repeating: [], count: model.parameters.count)
        for column in numbers { if let on = centre[column] { children[on].append(column) } }
        let isNumber = Set(numbers)
        for context in 0..<model.contextCount {
            let range = model.alternatives(of: context)
            let weight = range.reduce(0) { $0 + counts[$1] }
            guard weight > 0 else { continue }
            for alternative in range {
                let entries = model.entries(of: alternative)
                for entry in entries {
                    for column in children[entry.parameter] {
                        let value = entries.first { $0.parameter == column }?.value ?? 0
                        body(column, value / unit(column) * entry.value, weight)
                    }
                    if isNumber.contains(entry.parameter), centre[entry.parameter] == nil {
                        body(entry.parameter, entry.value / unit(entry.parameter), weight)
                    }
                }
            }
        }
    }
}
