/// The targets of a package manifest, read as text.
struct Manifest: Sendable {
    struct Target: Sendable, Equatable {
        enum Kind: String, Sendable {
            case library = "target"
            case executable = "executableTarget"
            case test = "testTarget"
            case system = "systemLibrary"
        }

        let kind: Kind
        let name: String
        /// From the package's folder.
        let path: String
        /// Other targets and modules of other packages, as the manifest names them.
        let dependencies: [String]
        /// The first sentence of the comment that stands right above, without its full stop.
        let purpose: String?
        let line: Int
    }

    let targets: [Target]

    /// Reads every `.target(…)` and its like that has a name; dependencies may be strings, constants of the manifest,
    /// `.target(name:)`, `.byName(name:)` and `.product(name:package:)`.
    init(_ text: String) {
        let tokens = Lexer.tokens(of: text).filter { $0.kind != .comment }
        let constants = Self.constants(tokens)
        var targets: [Target] = []
        var index = 0
        while index + 2 < tokens.count {
            defer { index += 1 }
            guard tokens[index].isPunctuation("."), let kind = Target.Kind(rawValue: tokens[index + 1].text),
                tokens[index + 2].isPunctuation("(")
            else { continue }
            let close = tokens.closing(index + 2)
            let arguments = Self.arguments(Array(tokens[(index + 3)..<close]))
            if let name = arguments["name"]?.first, name.kind == .string {
                let folder = kind == .test ? "Tests" : "Sources"
                targets.append(
                    Target(
                        kind: kind, name: name.text, path: arguments["path"]?.first?.text ?? "\(folder)/\(name.text)",
                        dependencies: Self.dependencies(arguments["dependencies"] ?? [], constants),
                        purpose: Self.purpose(above: index, tokens), line: tokens[index].line))
            }
            // What stands inside is a dependency, not a target.
            index = close
        }
        self.targets = targets
    }

    /// The targets that are not tests.
    var rooms: [Target] { targets.filter { $0.kind != .test } }

    /// The dependencies that are targets of this package.
    func seen(by target: Target) -> [String] {
        let own = Set(targets.map(\.name))
        return target.dependencies.filter { own.contains($0) }
    }

    /// A way round through targets that leads back to where it began; nil if there is none.
    var cycle: [String]? {
        var finished: Set<String> = []
        func search(_ name: String, _ way: [String]) -> [String]? {
            if let start = way.firstIndex(of: name) { return way[start...] + [name] }
            guard finished.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else {
                return nil
            }
            for next in seen(by: target) {
                if let found = search(next, way + [name]) { return found }
            }
            return nil
        }
        for target in targets {
            if let found = search(target.name, []) { return found }
        }
        return nil
    }
}

extension Manifest {
    /// The values of labelled arguments.
    private static func arguments(_ tokens: [Token]) -> [String: [Token]] {
        var arguments: [String: [Token]] = [:]
        for part in tokens.dividedAtCommas() where part.count > 2 && part[1].isPunctuation(":") {
            arguments[part[0].text] = Array(part[2...])
        }
        return arguments
    }

    private static func dependencies(_ list: [Token], _ constants: [String: String]) -> [String] {
        guard list.count > 2 else { return [] }
        return Array(list[1..<list.closing(0)]).dividedAtCommas().compactMap { part in
            if part[0].kind == .string { return part[0].text }
            if part[0].kind == .word { return constants[part[0].text] }
            return named(part)
        }
    }

    /// `let yams: Target.Dependency = .product(name: "Yams", …)` and its like, by the constant's name.
    private static func constants(_ tokens: [Token]) -> [String: String] {
        var constants: [String: String] = [:]
        for index in tokens.indices where tokens[index].isWord("let") && index + 1 < tokens.count {
            let rest = tokens[(index + 1)...].prefix { !$0.isWord("let") }
            guard let equals = rest.firstIndex(where: { $0.isPunctuation("=") }) else { continue }
            constants[tokens[index + 1].text] = named(Array(rest[(equals + 1)...]))
        }
        return constants
    }

    /// The name in `.product(name: …)`, `.target(name: …)` or `.byName(name: …)`.
    private static func named(_ tokens: [Token]) -> String? {
        guard tokens.count > 5, tokens[0].isPunctuation("."), ["product", "target", "byName"].contains(tokens[1].text),
            tokens[2].isPunctuation("("), tokens[3].isWord("name"), tokens[5].kind == .string
        else { return nil }
        return tokens[5].text
    }

    private static func purpose(above index: Int, _ tokens: [Token]) -> String? {
        guard index > 0, tokens[index - 1].kind == .documentation, tokens[index - 1].endLine + 1 == tokens[index].line
        else { return nil }
        let text = tokens[index - 1].text.split(separator: "\n").joined(separator: " ")
        let sentence = text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) } ?? text
        let trimmed = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return trimmed.isEmpty ? nil : trimmed
    }
}
