/// Links and names in documentation that lead nowhere.
struct LinkChecks: Sendable {
    /// What links may lead to.
    let links: NameIndex
    /// What names in code spans may mean: also the declarations of tests, and what the allow list has.
    let names: NameIndex
    let allowed: Set<String>

    /// The faults of every documentation comment of a file.
    func faults(in file: SourceFile) -> [Fault] {
        var seen: Set<Int> = []
        return file.declarations.flatMap { declaration -> [Fault] in
            guard let comment = declaration.comment, seen.insert(comment.line).inserted else { return [] }
            let own = declaration.kind.isType ? [declaration.name] : []
            return comment.prose.flatMap { offset, text in
                faults(in: text, scope: declaration.path + own, at: comment.line + offset, of: file.path)
            }
        }
    }

    /// The faults of a page of documentation.
    func faults(inPage text: String, path: String) -> [Fault] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Markdown.prose(lines).flatMap { offset, text in
            faults(in: text, scope: [], at: offset + 1, of: path)
        }
    }

    private func faults(in text: String, scope: [String], at line: Int, of path: String) -> [Fault] {
        let links = Markdown.spans(text, ticks: 2).compactMap { link in
            self.links.problem(link, in: scope).map { "``\(link)`` \($0)" }
        }
        let pages = Markdown.pages(text).filter { !self.links.isPage($0) && self.links.problem($0, in: scope) != nil }
            .map { "<doc:\($0)> leads nowhere: there is no such page" }
        let names = Markdown.spans(text, ticks: 1).compactMap(unknown).map {
            "`\($0)` names nothing that is declared or imported"
        }
        return (links + pages + names).map { Fault(path: path, line: line, message: $0) }
    }

    /// The part of a code span that looks like a name of ours and is none.
    private func unknown(_ span: String) -> String? {
        let isCall = span.hasSuffix(":)") && !span.contains(" ") && !span.contains(".")
        if isCall { return names.isCallable(span) || allowed.contains(span) ? nil : span }
        let parts = span.split(separator: ".").map(String.init)
        guard let first = parts.first, Self.isTypeName(first), !allowed.contains(first),
            parts.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber } })
        else { return nil }
        guard names.isKnown(first) else { return first }
        return parts.dropFirst().first { !names.isKnown($0) && !allowed.contains($0) }
    }

    /// Whether a word has two humps or more, such as `GameError`.
    static func isTypeName(_ word: String) -> Bool {
        guard word.first?.isUppercase == true, word.allSatisfy({ $0.isLetter || $0.isNumber }) else { return false }
        let letters = Array(word)
        let humps = letters.indices.filter { index in
            letters[index].isUppercase && index + 1 < letters.count && letters[index + 1].isLowercase
        }
        return humps.count >= 2
    }
}
