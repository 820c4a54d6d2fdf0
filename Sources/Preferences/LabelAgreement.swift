public import Output

/// How far two readers of the same texts agree, as `label agreement` wrote it.
public struct LabelAgreement: Sendable, Equatable {
    /// For the card: one sentence.
    public let sentence: String

    /// - Parameter document: what `label agreement` wrote.
    /// - Throws: ``PreferenceError`` where it says nothing of agreement.
    public init(_ document: JSONValue) throws(PreferenceError) {
        let parts = ["response", "cue", "reaction"].compactMap { name in
            Self.part(name, document[name] ?? document["names"]?[name])
        }
        guard !parts.isEmpty else {
            throw PreferenceError(
                "the agreement file has none of response, cue and reaction with a kappa; `label agreement` writes one")
        }
        sentence = parts.joined(separator: "; ") + "."
    }

    private static func part(_ name: String, _ value: JSONValue?) -> String? {
        guard let kappa = value?["kappa"] else { return nil }
        guard let number = kappa.doubleValue ?? kappa["value"]?.doubleValue else { return nil }
        let (low, high) = (kappa["low"]?.doubleValue, kappa["high"]?.doubleValue)
        var text = "κ of \(name)s \(CardTables.rounded(number))"
        if let low, let high { text += " (\(CardTables.rounded(low)) to \(CardTables.rounded(high)))" }
        if let count = value?["n"]?.integerValue { text += ", n = \(count)" }
        return text
    }
}
