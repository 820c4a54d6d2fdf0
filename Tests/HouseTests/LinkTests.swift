import Testing

@Suite("Links and names in documentation lead somewhere")
struct LinkTests {
    /// Names of other programs and of libraries that no file imports.
    static let allowed: Set<String> = [
        "DPOModelDataset", "PreferenceDataset", "RewardTrainer",  // NeMo and TRL
        "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault",  // the compiler's settings
        "exit(withError:)", "ValidationError",  // ArgumentParser
    ]

    static let checks: LinkChecks = {
        let modules = Set(Repository.sources.map { String($0.path.split(separator: "/")[1]) })
        let pages = Set(Repository.pages.compactMap { $0.split(separator: "/").last?.dropLast(3) }.map(String.init))
        let everything = Repository.sources + Repository.tests + Repository.others
        let imported = everything.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
        return LinkChecks(
            links: NameIndex(files: Repository.sources, modules: modules, pages: pages),
            names: NameIndex(files: everything, modules: modules.union(imported)), allowed: allowed)
    }()

    @Test("In the comments of the modules")
    func comments() {
        let faults = Repository.sources.flatMap { Self.checks.faults(in: $0) }
        #expect(faults.isEmpty, "\(faults.listed)")
    }

    @Test("On the pages of the modules and in CONTRIBUTING.md")
    func pages() throws {
        let faults = try (Repository.pages + ["CONTRIBUTING.md"]).flatMap { path in
            Self.checks.faults(inPage: try Repository.text(path), path: path)
        }
        #expect(faults.isEmpty, "\(faults.listed)")
    }

    @Test("What is allowed is used, and is no name of ours", arguments: allowed.sorted())
    func allowance(name: String) throws {
        let strict = LinkChecks(links: Self.checks.links, names: Self.checks.names, allowed: [])
        var faults = Repository.sources.flatMap { strict.faults(in: $0) }
        for path in Repository.pages + ["CONTRIBUTING.md"] {
            faults += strict.faults(inPage: try Repository.text(path), path: path)
        }
        #expect(faults.contains { $0.message.hasPrefix("`\(name)`") }, "\(name) need not be allowed any more")
    }
}
