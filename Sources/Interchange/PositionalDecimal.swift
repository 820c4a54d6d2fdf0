/// Numbers as every reader of old formats understands them: digits on both sides of one point, and never an exponent.
package enum PositionalDecimal {
    /// The shortest decimal that reads back as the same bits, such as `0.25`, `-3.0` or `0.00000012`.
    ///
    /// - Complexity: O(number of digits); at most 326 places follow the point.
    package static func text(_ value: Double) -> String {
        let (negative, whole, fraction) = parts(value)
        return (negative ? "-" : "") + text(whole) + "." + (fraction.isEmpty ? "0" : text(fraction))
    }

    /// The digits before the point (at least one) and after it (without zeros at the end) of the shortest decimal.
    static func parts(_ value: Double) -> (negative: Bool, whole: [UInt8], fraction: [UInt8]) {
        precondition(value.isFinite, "a number of a file must be finite")
        var digits: [UInt8] = []
        var (point, exponent) = (Int?.none, 0)
        var rest = Array(value.description.utf8)[...]
        let negative = rest.first == UInt8(ascii: "-") && value != 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"):
                exponent = Int(String(decoding: rest, as: UTF8.self)) ?? 0
                rest = []
            default: break
            }
        }
        let places = (point ?? digits.count) + exponent
        var whole = Array(digits.prefix(max(0, places))) + [UInt8](repeating: 0, count: max(0, places - digits.count))
        var fraction = [UInt8](repeating: 0, count: max(0, -places)) + digits.dropFirst(max(0, places))
        while fraction.last == 0 { fraction.removeLast() }
        while whole.first == 0 { whole.removeFirst() }
        return (negative, whole.isEmpty ? [0] : whole, fraction)
    }

    /// Digits as text.
    static func text(_ digits: [UInt8]) -> String { String(decoding: digits.map { $0 + 48 }, as: UTF8.self) }
}
