public import Output

/// How far two readers of the same texts agree, as `label agreement` wrote it, for the card.
public struct StatedAgreement: Sendable, Equatable {
    /// One sentence.
    public let sentence: String

    /// - Parameter document: what `label agreement` wrote: κ and the number of texts of response, cue and reaction, as members of the
    ///   document or of its `names`, or as a list of objects with the name in `member`.
    /// - Throws: ``PreferenceError`` where it says nothing of agreement.
    public init(_ document: JSONValue) throws(PreferenceError) {
        let listed = document["names"]?.arrayValue ?? []
        let parts = ["response", "cue", "reaction"].compactMap { name in
            Self.part(
                name,
                document[name] ?? document["names"]?[name] ?? listed.first { $0["member"]?.stringValue == name })
        }
        guard !parts.isEmpty else {
            throw PreferenceError(
                "the file has no kappa of response, cue or reaction; give the agreement file of `label agreement`")
        }
        sentence = parts.joined(separator: "; ") + "."
    }

    private static func part(_ name: String, _ value: JSONValue?) -> String? {
        let value = value?["figures"] ?? value
        guard let kappa = value?["kappa"], let number = kappa.doubleValue ?? kappa["value"]?.doubleValue else {
            return nil
        }
        var text = "κ of \(name)s \(CardTables.rounded(number))"
        if let low = kappa["low"]?.doubleValue, let high = kappa["high"]?.doubleValue {
            text += " (\(CardTables.rounded(low)) to \(CardTables.rounded(high)))"
        }
        if let count = value?["n"]?.integerValue ?? value?["count"]?.integerValue { text += ", n = \(count)" }
        return text
    }
}
