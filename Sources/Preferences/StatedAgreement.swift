public import Output

/// How far two readers of the same texts agree, as `label agreement` wrote it, for the card.
public struct StatedAgreement: Sendable, Equatable {
    /// One sentence.
    public let sentence: String

    /// - Parameter document: `agreement.json` of `label agreement`.
    /// - Throws: ``PreferenceError`` where it says nothing of agreement.
    public init(_ document: JSONValue) throws(PreferenceError) {
        let parts = ["response", "cue", "reaction"].compactMap { name in
            document["names"]?[name]?["all"].flatMap { Self.part(name, $0) }
        }
        guard !parts.isEmpty else {
            throw PreferenceError(
                "the file has no kappa of response, cue or reaction; give the agreement file of `label agreement`")
        }
        sentence = parts.joined(separator: "; ") + "."
    }

    private static func part(_ name: String, _ figures: JSONValue) -> String? {
        guard let kappa = figures["kappa"], let value = kappa["value"]?.doubleValue,
            let count = figures["n"]?.integerValue
        else { return nil }
        var text = "κ of \(name)s \(CardTables.rounded(value))"
        if let low = kappa["ci_low"]?.doubleValue, let high = kappa["ci_high"]?.doubleValue {
            text += " (\(CardTables.rounded(low)) to \(CardTables.rounded(high)))"
        }
        return text + ", n = \(count)"
    }
}
