/// What a Swift file declares, as far as comments and links can be compared with it.
struct Declaration: Sendable {
    enum Kind: String, Sendable {
        case structure = "struct"
        case type = "class"
        case enumeration = "enum"
        case actor, `protocol`, `extension`
        case function = "func"
        case initializer = "init"
        case deinitializer = "deinit"
        case `subscript`
        case property = "var"
        case constant = "let"
        case enumerationCase = "case"
        case `typealias`, `associatedtype`

        var isType: Bool { [.structure, .type, .enumeration, .actor, .protocol, .extension].contains(self) }
        /// Whether it is called with arguments.
        var isCalled: Bool { [.function, .initializer, .subscript, .enumerationCase, .typealias].contains(self) }
    }

    var kind: Kind
    var name: String
    var line: Int
    /// The types around it, outermost first; for an extension the names that it extends.
    var path: [String] = []
    /// Argument labels, `_` where there is none.
    var labels: [String] = []
    /// Names inside the body.
    var parameters: [String] = []
    var generics: [String] = []
    /// What a type conforms to or descends from.
    var inherited: [String] = []
    /// Names of attributes.
    var attributes: [String] = []
    var isReturning = false
    var isThrowing = false
    /// The error that a signature states, if it states one.
    var error: String?
    /// Whether it stands inside a body and cannot be linked to.
    var isLocal = false
    var comment: DocComment?

    /// How messages call it.
    var title: String {
        switch kind {
        case .function: "func \(name)(\(labels.map { $0 + ":" }.joined()))"
        case .initializer, .subscript: "\(name)(\(labels.map { $0 + ":" }.joined()))"
        default: "\(kind.rawValue) \(name)"
        }
    }
}

/// A Swift file that was read.
struct SourceFile: Sendable {
    /// From the repository's folder.
    let path: String
    let tokens: [Token]
    let declarations: [Declaration]
    /// Comments with three slashes that document nothing.
    let dangling: [Fault]
    /// Whether every brace was closed; otherwise the reader lost its way, and what it found means little.
    let isBalanced: Bool

    init(path: String, text: String) {
        self.path = path
        tokens = Lexer.tokens(of: text)
        var reader = DeclarationReader(path: path, tokens: tokens)
        reader.read()
        declarations = reader.declarations
        dangling = reader.dangling
        isBalanced = reader.isBalanced
    }

    /// The modules that it imports.
    var imports: Set<String> {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        var names: Set<String> = []
        for (index, token) in tokens.enumerated() where token.isWord("import") {
            let rest = tokens[(index + 1)...].prefix { $0.line == token.line && $0.kind == .word }
            if let name = rest.first(where: { !kinds.contains($0.text) }) { names.insert(name.text) }
        }
        return names
    }
}

/// Something that is wrong, and where.
struct Fault: Sendable, Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

extension [Fault] {
    /// One fault a line.
    var listed: String { map { "\n" + $0.description }.joined() }
}
