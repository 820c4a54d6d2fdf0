/// What a scalar means under the core schema of YAML 1.2, decided here rather than by the YAML library, whose rules are
/// those of YAML 1.1 (where `no` is false, `010` is eight and `1:30` is ninety).
///
/// Source: YAML 1.2.2, §10.3.
package enum ScalarValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    /// A number that a scenario cannot have, and why: not finite, not decimal, or with a leading zero.
    case refusedNumber(String)
    case text(String)

    /// - Parameters:
    ///   - text: the scalar's content.
    ///   - isPlain: whether it stands without quotes and not as a block.
    package init(_ text: String, isPlain: Bool) {
        guard isPlain else {
            self = .text(text)
            return
        }
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        default: self = Self.number(text) ?? .text(text)
        }
    }

    /// Words that YAML 1.1 takes for booleans and YAML 1.2 for text.
    package static let oldBooleans: Set<String> = ["y", "n", "yes", "no", "on", "off"]

    private static func number(_ text: String) -> ScalarValue? {
        guard text.utf8.count <= DocumentLimits.numberLength * 16 else { return nil }
        var digits = Substring(text)
        if let sign = digits.first, sign == "+" || sign == "-" { digits.removeFirst() }
        switch digits {
        case ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN": return .refusedNumber("numbers must be finite")
        default: break
        }
        if let base = otherBase(digits) { return .refusedNumber(base) }
        guard isDecimal(digits) else { return nil }
        guard text.utf8.count <= DocumentLimits.numberLength else {
            return .refusedNumber("a number has at most \(DocumentLimits.numberLength) characters")
        }
        let whole = digits.prefix { $0.isNumber }
        if whole.utf8.count > 1, whole.first == "0" {
            return .refusedNumber("YAML versions disagree on leading zeros; remove them")
        }
        guard let value = Double(text) else { return nil }
        return value.isFinite ? .number(value) : .refusedNumber("it is too large; numbers must be finite")
    }

    private static func otherBase(_ digits: Substring) -> String? {
        guard digits.utf8.count > 2, digits.first == "0" else { return nil }
        let rest = digits.dropFirst(2)
        switch digits.dropFirst().first {
        case "x" where rest.allSatisfy(\.isHexDigit): return "it must be decimal"
        case "o" where rest.allSatisfy({ "01234567".contains($0) }): return "it must be decimal"
        case "b" where rest.allSatisfy({ "01".contains($0) }): return "it must be decimal"
        default: return nil
        }
    }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, without the sign.
    private static func isDecimal(_ text: Substring) -> Bool {
        var rest = Array(text.utf8)[...]
        func takeDigits() -> Int {
            let count = rest.prefix { 0x30...0x39 ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        let whole = takeDigits()
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = takeDigits()
        }
        guard whole + fraction > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
