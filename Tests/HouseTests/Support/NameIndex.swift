/// Every name that can be linked to.
struct NameIndex: Sendable {
    private var declarations: [String: [Declaration]] = [:]
    /// What each type conforms to or descends from, by its last name.
    private var inherited: [String: Set<String>] = [:]
    private var modules: Set<String> = []
    private var pages: Set<String> = []

    init(files: [SourceFile], modules: Set<String>, pages: Set<String> = []) {
        self.modules = modules
        self.pages = pages
        for declaration in files.flatMap(\.declarations) where !declaration.isLocal && declaration.kind != .extension {
            declarations[declaration.name, default: []].append(declaration)
        }
        for declaration in files.flatMap(\.declarations) where declaration.kind.isType {
            inherited[declaration.name, default: []].formUnion(declaration.inherited)
        }
    }

    func isPage(_ name: String) -> Bool { pages.contains(name) }

    /// Whether a simple name is declared, or is that of a module.
    func isKnown(_ name: String) -> Bool { declarations[name] != nil || modules.contains(name) }

    /// Whether any declaration is called so with these labels, such as `draw(_:word:)`.
    func isCallable(_ call: String) -> Bool {
        let (name, labels) = Self.parts(call)
        return (declarations[name] ?? []).contains { labels == nil || ($0.kind.isCalled && $0.labels == labels) }
    }

    /// What is wrong with a link that stands inside the types `scope`; nil if it leads somewhere.
    func problem(_ link: String, in scope: [String]) -> String? {
        var parts = link.split(separator: "/").map(String.init)
        if parts.count > 1, modules.contains(parts[0]) { parts.removeFirst() }
        guard let last = parts.popLast() else { return "is empty" }
        if parts.isEmpty, modules.contains(last) { return nil }
        let (name, labels) = Self.parts(last)
        let named = declarations[name] ?? []
        guard !named.isEmpty else { return "leads nowhere: nothing is called '\(name)'" }
        let called = named.filter { labels == nil || ($0.kind.isCalled && $0.labels == labels) }
        guard !called.isEmpty else { return "leads nowhere: no '\(name)' has these labels" }
        if let owner = parts.last {
            guard isKnown(owner) else { return "leads nowhere: nothing is called '\(owner)'" }
            let leads = called.contains { isMember($0, of: owner) }
            return leads ? nil : "leads nowhere: '\(owner)' has no '\(last)'"
        }
        let isVisible = called.contains { declaration in
            declaration.path.isEmpty || declaration.kind.isType || scope.contains { isMember(declaration, of: $0) }
        }
        if isVisible || scope.contains(name) { return nil }
        return "needs its type: '\(last)' is no member of \(scope.last ?? "this page")"
    }

    private func isMember(_ declaration: Declaration, of owner: String) -> Bool {
        guard let direct = declaration.path.last else { return false }
        var seen: Set<String> = []
        var open = [owner]
        while let name = open.popLast() {
            guard seen.insert(name).inserted else { continue }
            if name == direct { return true }
            open += inherited[name] ?? []
        }
        return false
    }

    /// A name and its labels, if it states any; what tells overloads apart (`-swift.method`) is left out.
    private static func parts(_ text: String) -> (name: String, labels: [String]?) {
        let name = text.prefix { $0 != "(" && $0 != "-" }
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
            return (String(name), nil)
        }
        let labels = text[text.index(after: open)..<close].split(separator: ":").map(String.init)
        return (String(name), labels)
    }
}
