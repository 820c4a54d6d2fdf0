import Testing

/// Templates are filled in by name, and a name that nobody gives is written as nothing: a misspelt one would be seen by nobody.
@Suite("Templates of pages and those who fill them in agree")
struct PageTemplateTests {
    /// What is written without being escaped: data and pictures of our own making.
    private static let markup: Set<String> = ["data", "wide", "narrow"]

    private static func names(in text: String, opened by: String) throws -> Set<String> {
        let tag = try Regex("\(by)\\s*\\.?([A-Za-z]+)")
        return Set(text.matches(of: tag).compactMap { $0.output[1].substring.map(String.init) })
    }

    private static func templates() throws -> [(path: String, text: String)] {
        let folder = "Sources/Pages/Report/Templates"
        return try Repository.files(in: folder, ending: ".mustache").map { ($0, try Repository.text($0)) }
    }

    @Test("Every name of a report's templates is given by a part of it")
    func names() throws {
        let sources = Repository.sources.filter { $0.path.hasPrefix("Sources/Nacre/Pages/") }
        #expect(sources.count > 5)
        let given = try sources.reduce(into: Set(try Self.partNames())) { names, file in
            let text = try Repository.text(file.path)
            names.formUnion(try Self.names(in: text, opened: "\\[?\"(?=[A-Za-z]+\":)"))
        }
        let templates = try Self.templates()
        #expect(templates.count > 10)
        for template in templates {
            let used = try Self.names(in: template.text, opened: "\\{\\{[#^]?(?![>{])")
            let missing = used.subtracting(given).sorted()
            #expect(missing.isEmpty, "\(template.path): nobody gives \(missing.joined(separator: ", "))")
        }
    }

    /// Parts are given by their names.
    private static func partNames() throws -> Set<String> {
        let text = try Repository.text("Sources/Nacre/Pages/PagePart.swift")
        return try names(in: text, opened: "case \\.(?=[a-z]+:)")
    }

    @Test("Only our own markup is written as it is")
    func escaped() throws {
        for template in try Self.templates() {
            let raw = try Self.names(in: template.text, opened: "\\{\\{\\{")
            #expect(raw.isSubset(of: Self.markup), "\(template.path)")
            #expect(!template.text.contains("{{&"), "\(template.path)")
        }
    }
}
