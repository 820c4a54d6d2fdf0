internal import GameModel

/// The words of a scenario's texts: the crudest measure of whether a prompt belongs to it, used only where nobody says so.
///
/// A prompt is unlike them if none of its words stands there. Words have at least four letters, count by their first five, and the
/// commonest ones of English don't count.
struct ScopeWords: Sendable {
    private let known: Set<String>

    init(_ texts: Texts) {
        var known: Set<String> = []
        for message in texts.openings.joined() where message.role != .system {
            known.formUnion(Self.words(message.content))
        }
        for text in (texts.responses + texts.reactions).joined().joined() { known.formUnion(Self.words(text)) }
        self.known = known
    }

    /// Whether no word of the text is one of the scenario's.
    func isUnlike(_ text: String) -> Bool { Self.words(text).isDisjoint(with: known) }

    private static func words(_ text: String) -> Set<String> {
        var words: Set<String> = []
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) where word.count >= 4 {
            guard !common.contains(String(word)) else { continue }
            words.insert(String(word.prefix(5)))
        }
        return words
    }

    /// What stands in any text.
    private static let common: Set<String> = Set(
        """
        about after again also because been before being both could does doing down each even ever every from have having here \
        hers into just know like make many more most much need only other over please same should some such tell than that their \
        them then there these they thing things this those through under until very want well were what when where which while \
        will with would your yours
        """.split(separator: " ").map(String.init))
}
