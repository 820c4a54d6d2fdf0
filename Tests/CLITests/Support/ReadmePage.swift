import Foundation

/// A page of documentation as something that can be followed: its fenced blocks, with the commands in them and what the page
/// says they print.
///
/// - A block of the language `console` holds commands behind `$ `, each followed by what it prints. A command that takes several
///   lines goes on behind `> `, as in a shell. A line `…` stands for any number of lines that the page leaves out.
/// - A block of another language is text to read; on a page that is followed to the letter, its language says why
///   (``allowedLanguages``).
/// - A block whose info string has a second word `install`, `build` or `test` is what `scripts/test` itself does.
struct ReadmePage {
    struct Command {
        let line: Int
        let text: String
        let expected: [String]
    }

    /// A block that is neither followed nor marked, by its first line.
    struct Unknown {
        let line: Int
        let info: String
    }

    private(set) var commands: [Command] = []
    private(set) var unknown: [Unknown] = []

    /// Languages of blocks that hold no commands: programs are compiled by a test of their own, the others are excerpts.
    static let allowedLanguages: Set<String> = ["swift"]
    /// Marks of blocks that are not followed.
    static let marks: Set<String> = ["install", "build", "test"]

    init(_ text: String) {
        var block: (line: Int, info: [String], lines: [String])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated()
        {
            if line.hasPrefix("```") {
                if let ended = block {
                    take(ended.lines, info: ended.info, from: ended.line)
                    block = nil
                } else {
                    block = (index + 1, line.dropFirst(3).split(separator: " ").map(String.init), [])
                }
            } else {
                block?.lines.append(line)
            }
        }
    }

    private mutating func take(_ lines: [String], info: [String], from line: Int) {
        if info.dropFirst().contains(where: Self.marks.contains) { return }
        guard info.first == "console" else {
            if !info.prefix(1).allSatisfy(Self.allowedLanguages.contains) || info.isEmpty {
                unknown.append(Unknown(line: line, info: info.joined(separator: " ")))
            }
            return
        }
        var current: Command?
        for (offset, text) in lines.enumerated() {
            if text.hasPrefix("$ ") {
                if let current { commands.append(current) }
                current = Command(line: line + 1 + offset, text: String(text.dropFirst(2)), expected: [])
            } else if text == ">" || text.hasPrefix("> "), let open = current, open.expected.isEmpty {
                current = Command(line: open.line, text: open.text + "\n" + text.dropFirst(2), expected: [])
            } else if let open = current {
                current = Command(line: open.line, text: open.text, expected: open.expected + [text])
            } else {
                unknown.append(Unknown(line: line, info: "console block that begins with no command"))
                return
            }
        }
        if let current { commands.append(current) }
    }

    // MARK: Comparing

    /// What differs from run to run: dates, spans of time and rates. Everything else must be as the page says.
    nonisolated(unsafe) private static let masked =
        /[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+Z)?|[0-9][0-9.,]* (ms|s|min|h)\b|[0-9][0-9.,]* [a-z ]+\/s/

    static func mask(_ text: String) -> String { text.replacing(masked, with: "#") }

    /// Whether the lines that were printed are those that the page says, where `…` stands for any lines.
    static func agrees(_ printed: [String], with expected: [String]) -> Bool {
        let parts = expected.split(separator: "…", omittingEmptySubsequences: false).map(Array.init)
        guard let head = parts.first, let tail = parts.last else { return printed.isEmpty }
        guard parts.count > 1 else { return printed == expected }
        guard printed.count >= head.count + tail.count, Array(printed.prefix(head.count)) == head,
            Array(printed.suffix(tail.count)) == tail
        else { return false }
        // The earliest place of every part in the middle leaves the most room for those that follow.
        var rest = printed.dropFirst(head.count).dropLast(tail.count)
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
            rest = rest[(place + part.count)...]
        }
        return true
    }

    /// Lines as they are compared: masked, without blanks at their ends and without empty lines at the end of all.
    static func comparable(_ lines: [String]) -> [String] {
        var lines = lines.map { line in
            var line = mask(line)
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }
}
