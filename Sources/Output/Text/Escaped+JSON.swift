extension Escaped {
    /// A JSON document that a terminal may be given: the same value, with what cannot be seen escaped by JSON's own rules.
    ///
    /// JSON leaves DEL, C1 controls and marks of direction in strings as they are. Outside strings a document holds none of them but
    /// line feeds, so that every other one may become `\u…`.
    ///
    /// Source: RFC 8259, 7.
    public static func json(_ document: String) -> String {
        guard document.unicodeScalars.contains(where: { $0 != "\n" && isHidden($0) }) else { return document }
        return replaced(document) { scalar in
            guard scalar != "\n", isHidden(scalar) else { return nil }
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
