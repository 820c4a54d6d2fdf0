extension NodeReader {
    /// A finite number, as it is written.
    ///
    /// - Parameter need: what it must be, such as `a probability`.
    package func number(_ need: String = "a number") -> Double? {
        switch scalar {
        case .number(let value): return value
        case .refusedNumber(let reason):
            error("\(found); \(reason)")
        case .text(let text):
            if case .number = ScalarValue(text, isPlain: true) {
                error("\(found) in quotes; it must be \(need)", suggestion: "remove the quotes")
            } else {
                error("\(found); it must be \(need)", suggestion: Self.decimalHint(text))
            }
        default: error("\(found); it must be \(need)")
        }
        return nil
    }

    private static func decimalHint(_ text: String) -> String? {
        guard text.utf8.count <= DocumentLimits.numberLength else { return nil }
        let cleaned = String(text.filter { $0 != "_" && $0 != "'" && $0 != " " })
        let dotted = String(text.map { $0 == "," ? "." : $0 })
        for candidate in [cleaned, dotted] {
            if case .number = ScalarValue(candidate, isPlain: true), !candidate.isEmpty { return "write \(candidate)" }
        }
        if text.hasSuffix("%"), case .number(let value) = ScalarValue(String(text.dropLast()), isPlain: true) {
            return "write \(value / 100)"
        }
        return nil
    }

    /// A probability: a number in [0, 1].
    package func probability() -> Double? {
        guard let value = number("a probability") else { return nil }
        guard value >= 0, value <= 1 else {
            error("\(found); a probability must be in [0, 1]")
            return nil
        }
        return value
    }

    /// A number of at least 0.
    package func nonNegative() -> Double? {
        guard let value = number() else { return nil }
        guard value >= 0 else {
            error("\(found); it must be at least 0")
            return nil
        }
        return value
    }

    package func integer(in range: ClosedRange<Int>) -> Int? {
        guard let value = number("a whole number") else { return nil }
        guard let whole = Int(exactly: value) else {
            error("\(found); it must be a whole number")
            return nil
        }
        guard range.contains(whole) else {
            error(
                range.count == 1
                    ? "\(found); it must be \(range.lowerBound)"
                    : "\(found); it must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return whole
    }

    package func boolean() -> Bool? {
        if case .bool(let value) = scalar { return value }
        var suggestion: String?
        if case .text(let text) = scalar {
            switch text.lowercased() {
            case "yes", "y", "on", "true": suggestion = "write true"
            case "no", "n", "off", "false": suggestion = "write false"
            default: break
            }
        }
        error("\(found); it must be true or false", suggestion: suggestion)
        return nil
    }

    /// A text that is not empty.
    package func text() -> String? {
        switch scalar {
        case .text(let value):
            guard value.contains(where: { !$0.isWhitespace }) else {
                error("is empty; it must be a text")
                return nil
            }
            return value
        case .number, .bool, .refusedNumber:
            error("\(found), which is not a text", suggestion: "put it in quotes")
        case .null: error("\(found); it must be a text")
        case nil:
            error("\(found); it must be a text", suggestion: isMapping ? "a text with a colon must be in quotes" : nil)
        }
        return nil
    }

    /// A title or description; nil, without an error, where there is none.
    package func optionalText() -> String? { isNull ? nil : text() }
}
