extension NodeReader {
    /// One of some words.
    package func choice(of words: [String]) -> String? {
        if case .text(let word) = scalar, words.contains(word) { return word }
        var suggestion: String?
        if case .text(let word) = scalar { suggestion = context.suggestion(for: word, among: words) }
        let choices = "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
        error("\(found); it must be \(choices)", suggestion: suggestion)
        return nil
    }
}

extension [String] {
    /// `'a'`, `'a' and 'b'`, `'a', 'b' and 'c'`, cut after eight.
    package var quotedList: String {
        let quoted = prefix(8).map { "'\($0)'" }
        if count > 8 { return quoted.joined(separator: ", ") + " and \(count - 8) more" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`.
    package var quotedChoice: String {
        let quoted = map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
