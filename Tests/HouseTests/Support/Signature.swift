/// Reads what stands between the keyword of a member and its body: names, labels, parameters, and what comes back.
struct Signature {
    private(set) var declarations: [Declaration] = []
    /// Where reading goes on.
    private(set) var end: Int
    private let tokens: [Token]

    init(kind: Declaration.Kind, tokens: [Token], start: Int) {
        self.tokens = tokens
        end = start + 1
        let line = tokens[start].line
        switch kind {
        case .function, .initializer, .subscript: declarations = [called(kind, line: line)]
        case .property, .constant: declarations = variables(kind, line: line)
        case .enumerationCase: declarations = cases(line: line)
        case .deinitializer: declarations = [Declaration(kind: kind, name: "deinit", line: line)]
        default: declarations = [alias(kind, line: line)]
        }
    }

    private var token: Token? { end < tokens.count ? tokens[end] : nil }

    private mutating func called(_ kind: Declaration.Kind, line: Int) -> Declaration {
        var declaration = Declaration(kind: kind, name: kind.rawValue, line: line)
        if kind == .function {
            declaration.name = ""
            repeat {
                declaration.name += tokens[end].text
                end += 1
            } while end < tokens.count && tokens[end].kind == .punctuation && tokens[end].isAdjacent
                && !["(", "<"].contains(tokens[end].text)
        }
        while let token, token.isPunctuation("?") || token.isPunctuation("!") {
            declaration.isReturning = true
            end += 1
        }
        if let token, token.isPunctuation("<") {
            let close = tokens.closing(end)
            declaration.generics = Self.generics(Array(tokens[end..<close]))
            end = min(close + 1, tokens.count)
        }
        guard let token, token.isPunctuation("(") else { return declaration }
        let close = tokens.closing(end)
        for part in Array(tokens[(end + 1)..<max(close, end + 1)]).dividedAtCommas() {
            let names = Self.names(part)
            guard let first = names.first, let last = names.last else { continue }
            declaration.labels.append(kind == .subscript && names.count == 1 ? "_" : first)
            declaration.parameters.append(last)
        }
        end = min(close + 1, tokens.count)
        readEffects(&declaration)
        return declaration
    }

    /// What stands behind the parameters, up to the body or the end of the line.
    private mutating func readEffects(_ declaration: inout Declaration) {
        while let token {
            if token.isWord("throws") || token.isWord("rethrows") {
                declaration.isThrowing = true
                if end + 1 < tokens.count, tokens[end + 1].isPunctuation("("), tokens[end + 1].isAdjacent {
                    let close = tokens.closing(end + 1)
                    declaration.error = tokens[(end + 2)..<close].map(\.text).joined()
                    end = close
                }
            } else if token.isPunctuation("->") {
                let next = tokens[(end + 1)...].prefix(2).map(\.text)
                declaration.isReturning = next.first != "Void" && next != ["(", ")"]
                end += 1
                return
            } else if !token.isWord("async") {
                return
            }
            end += 1
        }
    }

    private mutating func variables(_ kind: Declaration.Kind, line: Int) -> [Declaration] {
        var names: [String] = []
        if let token, token.isPunctuation("(") {
            let close = tokens.closing(end)
            names = tokens[end..<close].filter { $0.kind == .word }.map(\.text)
            end = close
        } else if let token, token.kind == .word {
            names = [token.text]
            end += 1
        }
        // Further names of the same line, as in `let a, b: Int` and `var a = 0, b = 1`, and whether reading can throw.
        var position = end
        while position < tokens.count, position == end || !isEnd(position) {
            let token = tokens[position]
            if token.isPunctuation("{") { break }
            if token.kind == .punctuation, ["(", "[", "<"].contains(token.text) {
                position = max(position, min(tokens.closing(position), tokens.count - 1))
            } else if token.isPunctuation(","), position + 1 < tokens.count, tokens[position + 1].kind == .word {
                names.append(tokens[position + 1].text)
            }
            position += 1
        }
        var declaration = Declaration(kind: kind, name: "", line: line)
        if position < tokens.count, tokens[position].isPunctuation("{") {
            let body = tokens[position...].dropFirst().prefix(4)
            declaration.isThrowing = body.first?.isWord("get") == true && body.contains { $0.isWord("throws") }
        }
        return names.map { name in
            var copy = declaration
            copy.name = name
            return copy
        }
    }

    private mutating func cases(line: Int) -> [Declaration] {
        var declarations: [Declaration] = []
        while let token, token.kind == .word {
            var declaration = Declaration(kind: .enumerationCase, name: token.text, line: token.line)
            end += 1
            if let token = self.token, token.isPunctuation("(") {
                let close = tokens.closing(end)
                for part in Array(tokens[(end + 1)..<close]).dividedAtCommas() {
                    let names = Self.names(part)
                    declaration.labels.append(names.first ?? "_")
                    declaration.parameters.append(names.last ?? "_")
                }
                end = min(close + 1, tokens.count)
            }
            declarations.append(declaration)
            if let token = self.token, token.isPunctuation("=") { end += 2 }
            guard let token = self.token, token.isPunctuation(",") else { break }
            end += 1
        }
        return declarations
    }

    private mutating func alias(_ kind: Declaration.Kind, line: Int) -> Declaration {
        var declaration = Declaration(kind: kind, name: token?.text ?? "", line: line)
        end += 1
        var position = end
        while position < tokens.count, !isEnd(position) {
            if position + 1 < tokens.count, tokens[position].kind == .word, tokens[position + 1].isPunctuation(":") {
                declaration.parameters.append(tokens[position].text)
            }
            if tokens[position].isPunctuation("->") { declaration.isReturning = true }
            if tokens[position].isWord("throws") { declaration.isThrowing = true }
            position += 1
        }
        return declaration
    }

    /// Whether a token begins a line and does not go on with the one before.
    private func isEnd(_ position: Int) -> Bool {
        guard position > 0, tokens[position].line > tokens[position - 1].endLine else { return false }
        let before = tokens[position - 1]
        return !(before.kind == .punctuation && ["(", "[", ",", "=", "->", ":", "<", "&"].contains(before.text))
    }

    /// The names of a parameter: a label and what it is called inside, or one for both.
    private static func names(_ part: [Token]) -> [String] {
        guard let colon = part.firstIndex(where: { $0.isPunctuation(":") }) else { return [] }
        return Array(part[..<colon].filter { $0.kind == .word }.map(\.text).suffix(2))
    }

    /// The names in `<Element, each Other: Sendable>`, given up to the closing bracket.
    static func generics(_ tokens: [Token]) -> [String] {
        Array(tokens.dropFirst()).dividedAtCommas().compactMap { part in
            part.first { $0.kind == .word && !["each", "let"].contains($0.text) }?.text
        }
    }
}
