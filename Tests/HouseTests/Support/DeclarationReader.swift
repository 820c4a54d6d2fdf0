/// Finds the declarations of a file, with the comments that stand on them. It follows brackets and knows no grammar beyond
/// that, which is enough for code that compiles.
struct DeclarationReader {
    let path: String
    let tokens: [Token]
    private(set) var declarations: [Declaration] = []
    private(set) var dangling: [Fault] = []
    private var index = 0
    /// The names of the type that a brace opened; nil for every other brace.
    private var scopes: [(names: [String], kind: Declaration.Kind)?] = []
    /// The lines of tokens that a blank line follows.
    private var spaced: Set<Int> = []
    private var isOverclosed = false
    private var comment: Token?
    private var attributes: [String] = []

    init(path: String, tokens: [Token]) {
        self.path = path
        self.tokens = tokens.filter { $0.kind != .comment }
        for (token, next) in zip(tokens, tokens.dropFirst()) where next.line > token.endLine + 1 {
            spaced.insert(token.line)
        }
    }

    /// At the end: whether as many braces were closed as were opened.
    var isBalanced: Bool { scopes.isEmpty && !isOverclosed }

    mutating func read() {
        while index < tokens.count {
            let token = tokens[index]
            switch token.kind {
            case .documentation: readComment(token)
            case .word where !isMember(index): readWord(token)
            case .punctuation where token.text == "@": readAttribute()
            default: skip(token)
            }
        }
        dropComment("nothing follows it")
    }

    private mutating func readComment(_ token: Token) {
        dropComment("another one follows, so it documents nothing")
        comment = token
        index += 1
        if spaced.contains(token.line) { dropComment("a blank line follows") }
    }

    private mutating func dropComment(_ message: String) {
        guard let comment else { return }
        dangling.append(Fault(path: path, line: comment.line, message: "dangling comment: \(message)"))
        self.comment = nil
    }

    private mutating func readAttribute() {
        if index + 1 < tokens.count { attributes.append(tokens[index + 1].text) }
        index += 2
        if index < tokens.count, tokens[index].isPunctuation("("), tokens[index].isAdjacent {
            index = tokens.closing(index) + 1
        }
    }

    private mutating func readWord(_ token: Token) {
        if Self.modifiers.contains(token.text) || (token.text == "class" && isModifier(index)) {
            index += 1
            if index < tokens.count, tokens[index].isPunctuation("("), tokens[index].isAdjacent {
                index = tokens.closing(index) + 1
            }
            return
        }
        if comment != nil, Self.accessors.contains(token.text) {
            comment = nil
            index += 1
            return
        }
        guard let kind = kind(of: token) else { return skip(token) }
        if kind.isType { readType(kind) } else { readMember(kind) }
    }

    private mutating func skip(_ token: Token) {
        dropComment("no declaration follows")
        attributes = []
        if token.isPunctuation("{") { scopes.append(nil) }
        if token.isPunctuation("}"), scopes.popLast() == nil { isOverclosed = true }
        index += 1
    }

    private mutating func readType(_ kind: Declaration.Kind) {
        let head = Array(tokens[index...].prefix { !$0.isPunctuation("{") })
        var declaration = Declaration(kind: kind, name: "", line: tokens[index].line)
        var position = 1
        var names: [String] = []
        while position < head.count, head[position].kind == .word {
            names.append(head[position].text)
            position += 1
            guard position + 1 < head.count, head[position].isPunctuation(".") else { break }
            position += 1
        }
        if position < head.count, head[position].isPunctuation("<") {
            let end = head.closing(position)
            declaration.generics = Signature.generics(Array(head[position..<end]))
            position = min(end + 1, head.count)
        }
        let rest = head[position...]
        declaration.inherited = rest.prefix { !$0.isWord("where") }.filter { $0.kind == .word }.map(\.text)
        declaration.name = names.last ?? ""
        declaration.path = enclosing + names.dropLast()
        let path = enclosing + names
        add(declaration)
        index += head.count + 1
        scopes.append((path, kind))
    }

    private mutating func readMember(_ kind: Declaration.Kind) {
        let signature = Signature(kind: kind, tokens: tokens, start: index)
        for declaration in signature.declarations {
            add(declaration)
            comment = nil
        }
        attributes = []
        index = signature.end
    }

    private mutating func add(_ declaration: Declaration) {
        var declaration = declaration
        if declaration.path.isEmpty { declaration.path = enclosing }
        declaration.isLocal = scopes.contains { $0 == nil }
        declaration.attributes = attributes
        declaration.comment = comment.map(DocComment.init)
        declarations.append(declaration)
        if declaration.kind.isType {
            comment = nil
            attributes = []
        }
    }

    private var enclosing: [String] { scopes.last(where: { $0 != nil })??.names ?? [] }

    private func kind(of token: Token) -> Declaration.Kind? {
        guard let kind = Declaration.Kind(rawValue: token.text), index + 1 < tokens.count else { return nil }
        let next = tokens[index + 1]
        switch kind {
        case .enumerationCase: return scopes.last??.kind == .enumeration ? kind : nil
        case .initializer, .subscript: return next.kind == .punctuation && "(<?!".contains(next.text) ? kind : nil
        case .deinitializer: return kind
        case .property, .constant: return kind
        case .function: return next.kind == .word || next.kind == .punctuation ? kind : nil
        case .actor, .type, .typealias, .associatedtype: return next.kind == .word ? kind : nil
        default: return next.kind == .word ? kind : nil
        }
    }

    private func isMember(_ index: Int) -> Bool { index > 0 && tokens[index - 1].isPunctuation(".") }

    private func isModifier(_ index: Int) -> Bool {
        index + 1 < tokens.count && ["func", "var", "let", "subscript"].contains(tokens[index + 1].text)
    }

    private static let accessors: Set = ["get", "set", "didSet", "willSet", "_read", "_modify"]
    private static let modifiers: Set = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "final", "nonisolated",
        "mutating", "nonmutating", "indirect", "override", "lazy", "weak", "unowned", "convenience", "required",
        "isolated",
        "prefix", "postfix", "infix", "consuming", "borrowing", "unsafe", "dynamic", "distributed", "async",
    ]
}
