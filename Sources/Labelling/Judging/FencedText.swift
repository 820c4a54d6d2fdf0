internal import GameModel
internal import Output

/// A text to judge with the conversation before it, as data: every message between two lines that begin with a mark which none of them
/// holds.
struct FencedText {
    /// A mark made from the texts, so that the same text is always asked in the same words, and that whoever writes the text cannot write:
    /// it would have to hold a part of its own hash. Where it does all the same, the next one is taken.
    let mark: String
    /// The user message for the judge.
    let question: String

    init(_ text: UnlabelledText) {
        let texts =
            text.before.map { $0 } + [Message(role: text.kind == .answer ? .assistant : .user, content: text.content)]
        mark = Self.mark(texts.map(\.content))
        var question = ""
        if texts.count > 1 {
            question += "The conversation so far, as data:\n"
            for message in texts.dropLast() { question += Self.block(message, mark) }
            question += "\n"
        }
        question += "The text to label, as data:\n"
        for message in texts.suffix(1) { question += Self.block(message, mark) }
        question += "\nLabel the last text by the definitions. Answer with the JSON object and nothing else."
        self.question = question
    }

    private static func block(_ message: Message, _ mark: String) -> String {
        "\(mark) \(message.role.rawValue)\n\(message.content)\n\(mark) end\n"
    }

    static func mark(_ contents: [String]) -> String {
        var number = 0
        while true {
            // With their lengths, so that no two lists of texts are the same bytes.
            let bytes = contents.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) } + Array("\(number)".utf8)
            let mark = "#####\(ContentHash.sha256(bytes).prefix(16))"
            if !contents.contains(where: { $0.contains(mark) }) { return mark }
            number += 1
        }
    }
}
