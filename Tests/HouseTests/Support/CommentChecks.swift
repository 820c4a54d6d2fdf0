/// Comments that do not fit what they stand on.
enum CommentChecks {
    static func faults(in file: SourceFile) -> [Fault] {
        var faults = file.dangling
        for (index, declaration) in file.declarations.enumerated() {
            guard let comment = declaration.comment else { continue }
            faults += fieldFaults(comment, of: declaration, in: file.path)
            faults += joinedLines(comment, in: file.path)
            if comment.paragraphs.count > 1, let next = file.declarations[(index + 1)...].first(where: { !$0.isLocal })
            {
                faults += strayed(comment, declaration, before: next, in: file.path)
            }
        }
        return faults.sorted { $0.line < $1.line }
    }

    /// Parameters that are not there, results of what returns nothing, errors of what throws none or others.
    private static func fieldFaults(_ comment: DocComment, of declaration: Declaration, in path: String) -> [Fault] {
        comment.fields.compactMap { field in
            let message: String?
            switch field.name {
            case "Parameter":
                let names = declaration.parameters + declaration.generics
                message = names.contains(field.argument) ? nil : noParameter(field.argument, declaration)
            case "Returns":
                message = declaration.isReturning ? nil : "returns nothing, and 'Returns' says otherwise"
            case "Throws":
                message =
                    declaration.isThrowing
                    ? otherError(field, declaration) : "throws nothing, and 'Throws' says otherwise"
            default: message = nil
            }
            return message.map { Fault(path: path, line: field.line, message: "\(declaration.title) \($0)") }
        }
    }

    private static func noParameter(_ name: String, _ declaration: Declaration) -> String {
        guard let index = declaration.labels.firstIndex(of: name) else { return "has no parameter '\(name)'" }
        return "has no parameter '\(name)'; behind that label it is called '\(declaration.parameters[index])'"
    }

    /// Where the signature states its error, the comment must name it if it names any.
    private static func otherError(_ field: DocComment.Field, _ declaration: Declaration) -> String? {
        guard let error = declaration.error else { return nil }
        let named = (Markdown.spans(field.text, ticks: 1) + Markdown.spans(field.text, ticks: 2)).filter {
            $0.hasSuffix("Error")
        }
        let isNamed = named.isEmpty || named.contains { $0 == error || error.hasSuffix(".\($0)") }
        return isNamed ? nil : "throws \(error), and 'Throws' names \(named.joined(separator: ", "))"
    }

    /// A sentence that ends a line although the next word had room there: two comments that became one when what stood between
    /// them went away.
    private static func joinedLines(_ comment: DocComment, in path: String) -> [Fault] {
        let prose = comment.prose
        return zip(prose, prose.dropFirst()).compactMap { first, second in
            guard second.offset == first.offset + 1, first.text.hasSuffix("."), isText(first.text), isText(second.text),
                let word = second.text.split(separator: " ").first
            else { return nil }
            let width = comment.column + 4 + first.text.count + 1 + word.count
            guard width <= roomyWidth else { return nil }
            return Fault(
                path: path, line: comment.line + second.offset,
                message: "a new line begins where the last one had room: is this the comment of something else?")
        }
    }

    /// A line that could have been this long was not broken for want of room; lines may have 120 columns.
    private static let roomyWidth = 100

    private static func isText(_ line: String) -> Bool {
        guard let first = line.first else { return false }
        return first != " " && first != "-" && first != "*" && first != "|" && first != ">" && !first.isNumber
    }

    /// A comment of several paragraphs on one member, and one that tells only the cost on the next: what was put between a
    /// comment and its declaration has taken the comment.
    private static func strayed(
        _ comment: DocComment, _ declaration: Declaration, before next: Declaration, in path: String
    ) -> [Fault] {
        guard declaration.kind.isCalled, next.kind.isCalled, declaration.path == next.path,
            let bare = next.comment, bare.paragraphs.isEmpty, bare.fields.allSatisfy({ $0.name == "Complexity" })
        else { return [] }
        return [
            Fault(
                path: path, line: comment.line,
                message: "\(declaration.title) has a comment of several paragraphs and the next, \(next.title), none: "
                    + "has it taken that of its neighbour?")
        ]
    }
}
