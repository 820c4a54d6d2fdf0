internal import GameModel

/// A distribution as decimals that sum to exactly one.
///
/// The doubles of a row sum to one up to rounding, which is not enough for readers that calculate with rational numbers.
/// Every probability is written as its shortest decimal, except the largest (the first of several), which is written as
/// one minus the others, calculated digit by digit. It differs from the double by no more than the row's sum does from 1.
package enum ExactRow {
    /// - Parameter row: probabilities that sum to 1 within ``GameModel/GameError/sumTolerance``.
    /// - Returns: one text per entry, `0.0` where the probability is 0.
    /// - Complexity: O(entries · places).
    package static func decimals(_ row: [Double]) -> [String] {
        let largest = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
        var texts = row.map { PositionalDecimal.text($0) }
        var others: [[UInt8]] = []
        for index in row.indices where index != largest && row[index] > 0 {
            others.append(PositionalDecimal.parts(row[index]).fraction)
        }
        if !row.isEmpty { texts[largest] = complement(others) }
        return texts
    }

    /// 1 − Σ of fractions given by the digits after their points, none of which is the larger part.
    private static func complement(_ fractions: [[UInt8]]) -> String {
        let places = fractions.map(\.count).max() ?? 0
        var sums = [Int](repeating: 0, count: places)
        for fraction in fractions {
            for (place, digit) in fraction.enumerated() { sums[place] += Int(digit) }
        }
        // One is 0.99…9 and one unit of the last place; digits are subtracted with a borrow from the right.
        var (digits, borrow) = ([UInt8](repeating: 0, count: places), 0)
        for place in stride(from: places - 1, through: 0, by: -1) {
            let left = -sums[place] - borrow
            let digit = (left % 10 + 10) % 10
            borrow = (digit - left) / 10
            digits[place] = UInt8(digit)
        }
        precondition(borrow <= 1, "the other probabilities of a row are at most 1")
        while digits.last == 0 { digits.removeLast() }
        return (borrow == 1 ? "0" : "1") + "." + (digits.isEmpty ? "0" : PositionalDecimal.text(digits))
    }
}
